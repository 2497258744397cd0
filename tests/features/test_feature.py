"""A feature is declared once, beside its arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from features.catalogue import FEATURES, NAMES
from features.feature import Feature, Unit, feature
from features.known import Known, nothing
from features.rows import Floats, Rows
from tests.features.hand_made.everything import FULL, HAND_MADE


@feature("money", -1, "R42", missing="never", low=-5.0, high=7.0, days_to_change=30)
def twice_the_amount(known: Known) -> Floats:
    """Two times the amount asked.

    It serves   no loan,
    only these tests.
    """
    return known.amount * 2


def test_a_declared_function_becomes_a_feature_with_its_name_and_its_docstring() -> None:
    assert isinstance(twice_the_amount, Feature)
    assert twice_the_amount.name == "twice_the_amount"
    assert twice_the_amount.meaning == (
        "Two times the amount asked. It serves no loan, only these tests."
    )


def test_a_feature_carries_what_was_declared() -> None:
    one = twice_the_amount
    assert (one.unit, one.direction, one.reason, one.missing) == ("money", -1, "R42", "never")
    assert (one.low, one.high, one.days_to_change) == (-5.0, 7.0, 30)


def test_a_feature_is_called_like_its_function() -> None:
    known = HAND_MADE["one business, many applications"].known()
    assert np.array_equal(twice_the_amount(known), known.amount * 2)
    assert np.array_equal(twice_the_amount.compute(known), known.amount * 2)


@pytest.mark.parametrize(
    ("unit", "high"), [("share", 1.0), ("ratio", np.inf), ("money", np.inf), ("count", np.inf)]
)
def test_a_share_ends_at_one_and_everything_else_at_no_value_unless_said(
    unit: Unit, high: float
) -> None:
    declared = feature(unit, 0, "R01", missing="never")(twice_the_amount.compute)
    assert (declared.low, declared.high) == (0.0, high)
    assert declared.days_to_change is None


class Noted(dict[str, Rows]):
    """Sources that note in passing which of them were read."""

    def __init__(self, sources: Mapping[str, Rows]) -> None:
        super().__init__(sources)
        self.noted: set[str] = set()

    def __getitem__(self, source: str) -> Rows:
        self.noted.add(source)
        return super().__getitem__(source)


@pytest.mark.parametrize("one", FEATURES, ids=NAMES)
def test_a_feature_reads_the_same_sources_with_rows_in_all_of_them_as_without_any(
    one: Feature,
) -> None:
    known = FULL.known()
    sources = Noted(known.sources)
    one(replace(known, sources=sources))
    assert sources.noted == set(one.sources)


def test_sources_stand_in_their_own_order_and_a_feature_of_what_is_asked_has_none() -> None:
    of_name = dict(zip(NAMES, FEATURES, strict=True))
    assert of_name["debt_to_income"].sources == ("payments", "credit")
    assert of_name["book_match_share"].sources == ("payments", "books")
    assert twice_the_amount.sources == ()


@pytest.mark.parametrize("one", [one for one in FEATURES if one.sources], ids=lambda one: one.name)
def test_a_feature_of_whose_sources_none_has_rows_is_missing(one: Feature) -> None:
    full = FULL.known()
    silent = {name: nothing(full.sources[name].table, full.n) for name in one.sources}
    assert np.isnan(one(replace(full, sources={**full.sources, **silent}))).all()


def test_a_function_without_docstring_has_no_meaning() -> None:
    def silent(known: Known) -> Floats:
        return known.amount

    assert feature("money", 0, "R01", missing="never")(silent).meaning == ""


def test_a_feature_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        twice_the_amount.name = "another"  # type: ignore[misc]
