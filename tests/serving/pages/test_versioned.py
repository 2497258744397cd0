"""What waits is shown with every field it would change, so that a second person can judge it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest

from matching.product import Product
from serving.lending import products, programmes
from serving.lending.versions import Version
from serving.pages import versioned
from serving.telling.words import LANGUAGES, wording
from tests.audit.cases import NOW
from tests.matching.cases import product

WAITS = Version("seed", 2, "granary", "", NOW, "ani", None, None, None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_is_worded(language: str) -> None:
    named: set[Any] = set(get_args(programmes.State))
    for part in get_args(products.State):
        named |= set(get_args(part)) or {part}
    assert {"waiting", "offered", "in_force", "expired"} <= named
    assert all(versioned.state(state, language) for state in named)


def test_only_the_fields_that_differ_are_shown_and_never_who_verified() -> None:
    before = product()
    after = product(amount_max=60_000_000, verified_by=None, verified_at=None)
    shown = versioned.shown(WAITS, "waiting", after, before, "en")
    assert shown.waits
    assert [(one.field, one.before, one.after) for one in shown.changes] == [
        ("amount_max", "50000000", "60000000")
    ]


def test_of_something_new_all_of_it_is_shown() -> None:
    shown = versioned.shown(WAITS, "waiting", product(), None, "en")
    fields = set(Product.model_fields) - {"verified_by", "verified_at"}
    assert {one.field for one in shown.changes} == fields
    assert {one.before for one in shown.changes} == {""}
    assert shown.is_new


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_proposed_and_who_verified_are_told(language: str) -> None:
    done = replace(WAITS, verified_at=NOW, verified_by="budi")
    shown = versioned.shown(done, "offered", product(), product(amount_max=1_000_000), language)
    assert "ani" in shown.told
    assert "budi" in shown.told
    assert shown.changes == ()


def test_what_came_with_the_installation_has_no_proposer() -> None:
    shown = versioned.shown(None, "example", product(), None, "id")
    assert (shown.number, shown.told) == (0, wording("id")["versions"]["filed"])
    assert not shown.waits
