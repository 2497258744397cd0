"""What is assumed of every applicant: a fact by name, or an error that says what there is."""

from __future__ import annotations

import pytest

from features.errors import BadInput
from lumbung.allocating.assumed import Assumed, assumed
from tests.training.cases import refused


def test_each_fact_is_read_and_said_as_it_was_given() -> None:
    given = {
        "documents": "kk,ktp",
        "active_bank_loans": "0",
        "programme_loan": "false",
        "held_products": "none",
    }
    found = assumed(f"{name}={value}" for name, value in given.items())
    assert found.documents == frozenset({"ktp", "kk"})
    assert found.active_bank_loans == 0
    assert found.programme_loan is False
    assert found.held_products == frozenset()
    assert found.said() == given


def test_nothing_is_assumed_unless_it_is_said() -> None:
    assert assumed([]) == Assumed()
    assert Assumed().said() == {}
    assert Assumed().documents is None


@pytest.mark.parametrize(
    "setting",
    ["documents=passport", "documents", "gender=female", "active_bank_loans=-1", "programme_loan="],
)
def test_what_cannot_be_assumed_is_told_by_name(setting: str) -> None:
    with pytest.raises(BadInput) as caught:
        assumed([setting])
    refused(caught, "bad-assumption")
    assert caught.value.found.startswith(f"{setting.partition('=')[0]}=")
