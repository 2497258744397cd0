"""A lender's product is in force from its first day and a second person's look on, not before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from audit.days import wib
from features.errors import LumbungError
from matching.product import Product
from serving.access.callers import Forbidden
from serving.access.keys import issue_key
from serving.lending import products
from serving.lending.products import Shelved
from serving.store import database
from tests.audit.cases import NOW
from tests.matching.cases import product
from tests.serving.cases import ANI, BUDI, MILLER, terms
from tests.training.cases import refused

TODAY = wib(NOW)
MILL = {"id": "mill", "name": "Mill", "kind": "bank"}
FILED = (product(), product(product_id="straw", lender=MILL))
"""What the files say: a product of granary, and one of mill."""


@pytest.fixture
def engine(decided: Engine) -> Engine:
    """Return a database with two partners."""
    return decided


def propose(engine: Engine, product_id: str = "seed", **changed: Any) -> Shelved:
    """Let granary's ani propose terms."""
    return products.propose(engine, product_id, terms(**changed), ANI, NOW, FILED)


def put(engine: Engine, product_id: str = "seed", **changed: Any) -> Shelved:
    """Let granary's ani propose terms, and budi verify them."""
    number = propose(engine, product_id, **changed).number
    return products.verify(engine, product_id, number, BUDI, NOW)


def offered(engine: Engine, day: date = TODAY) -> dict[str, Product]:
    """Return what is on the shelf of all lenders on a day, by id."""
    return {one.product_id: one for one in products.in_force(engine, FILED, day)}


def stands(engine: Engine, day: date = TODAY) -> list[tuple[str, int, str]]:
    """Return name, number and state of all that granary has on its shelf."""
    found = products.shelf(engine, "granary", FILED, day)
    return [(one.product.product_id, one.number, one.state) for one in found]


def test_a_proposal_changes_nothing_until_a_second_person_verifies_it(engine: Engine) -> None:
    one = propose(engine, rate="0.05")
    assert (one.state, one.product.verified_by, one.product.example) == ("waiting", None, False)
    assert offered(engine)["seed"] == FILED[0]
    done = products.verify(engine, "seed", 1, BUDI, NOW)
    assert (done.state, done.number) == ("offered", 1)
    expected = product(rate="0.05", verified_by="budi", verified_at=TODAY)
    assert offered(engine)["seed"] == done.product == expected
    assert offered(engine)["straw"] == FILED[1]


def test_a_new_product_joins_the_shelf_in_order(engine: Engine) -> None:
    put(engine, "husk")
    assert list(offered(engine)) == ["husk", "seed", "straw"]


def test_terms_of_a_later_day_leave_those_before_in_force_until_then(engine: Engine) -> None:
    first = put(engine, rate="0.05").product
    begins = TODAY + timedelta(days=10)
    second = put(engine, rate="0.04", effective_from=str(begins)).product
    assert offered(engine, begins - timedelta(days=1))["seed"] == first
    assert offered(engine, begins)["seed"] == second
    assert stands(engine) == [("seed", 1, "offered"), ("seed", 2, "not_yet_in_force")]
    assert stands(engine, begins) == [("seed", 2, "offered")]


def test_what_has_ended_brings_nothing_older_back(engine: Engine) -> None:
    put(engine, effective_to=str(TODAY))
    tomorrow = TODAY + timedelta(days=1)
    assert offered(engine)["seed"].offerable(TODAY, examples=False)
    assert not offered(engine, tomorrow)["seed"].offerable(tomorrow, examples=False)
    assert stands(engine, tomorrow) == [("seed", 1, "expired")]


def test_a_day_before_the_second_look_knows_nothing_of_it(engine: Engine) -> None:
    put(engine, rate="0.05")
    assert offered(engine, TODAY - timedelta(days=1))["seed"] == FILED[0]


def test_the_shelf_shows_what_waits_and_the_history_all_there_ever_was(engine: Engine) -> None:
    put(engine, rate="0.05")
    propose(engine, rate="0.04")
    propose(engine, rate="0.03")
    assert stands(engine) == [("seed", 1, "offered"), ("seed", 3, "waiting")]
    found = products.history(engine, "granary", "seed", FILED, TODAY)
    assert [(one.number, one.state) for one in found] == [
        *((0, "replaced"), (1, "offered"), (2, "replaced"), (3, "waiting")),
    ]
    assert [str(one.product.rate) for one in found] == ["0.06", "0.05", "0.04", "0.03"]
    assert found[0].version is None


def test_what_the_files_say_is_shown_with_where_it_stands(engine: Engine) -> None:
    filed = (
        product(),
        product(product_id="husk", example=True),
        product(product_id="straw", verified_by=None, verified_at=None),
    )
    found = products.shelf(engine, "granary", filed, TODAY)
    assert [one.state for one in found] == ["example", "offered", "unverified"]


def test_a_lender_sees_and_touches_its_own_products_only(engine: Engine) -> None:
    put(engine)
    put(engine, "husk")
    assert [one.product for one in products.shelf(engine, "mill", FILED, TODAY)] == [FILED[1]]
    assert products.history(engine, "mill", "husk", FILED, TODAY) == []
    mills = terms(lender=MILL)
    for product_id, sent, by, code in (
        *(("husk", mills, MILLER, "name-taken"), ("seed", mills, MILLER, "name-taken")),
        ("straw", terms(), ANI, "name-taken"),
        ("bran", mills, ANI, "other-lender"),
    ):
        with pytest.raises(LumbungError) as caught:
            products.propose(engine, product_id, sent, by, NOW, FILED)
        refused(caught, code)
        assert isinstance(caught.value, Forbidden) == (code == "other-lender")
    assert offered(engine)["straw"] == FILED[1]


def test_a_product_that_the_files_gave_to_another_lender_since_is_that_ones(
    engine: Engine,
) -> None:
    put(engine, "bran")
    others = product(product_id="bran", lender=MILL)
    assert products.in_force(engine, (others,), TODAY) == (others,)


days = st.integers(-3, 3).map(lambda n: TODAY + timedelta(days=n))


@settings(deadline=None, max_examples=30)
@given(begins=st.lists(days, max_size=4), on=days)
def test_the_last_that_has_begun_is_in_force(begins: list[date], on: date) -> None:
    engine = database.connect("sqlite://")
    database.migrate(engine)
    issue_key(engine, "granary", "Granary")
    for i, first in enumerate(begins):
        put(engine, effective_from=str(first), note=str(i))
    begun = [i for i, first in enumerate(begins) if max(first, TODAY) <= on]
    expected = str(begun[-1]) if begun else FILED[0].note
    assert offered(engine, on)["seed"].note == expected
    engine.dispose()
