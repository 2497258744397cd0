"""An allocation in words: what a limit costs, how far a floor went, and each outcome's reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.allocation.programme import Objective
from matching.allocation.result import Code, Held, Method, NoRoom, Outcome, Sums, Used
from serving.telling import allocation_words
from serving.telling.words import LANGUAGES, wording

NAMES = {"a": "Kredit A", "b": "Kredit B"}


def limit(price: float, **changed: Any) -> Used:
    """Return a budget of ten million rupiah that is used up, but for what is *changed*."""
    said = {"name": "Dana", "unit": "rupiah", "at_most": 10_000_000, "at_least": None}
    return Used(**{**said, "used": 10_000_000, "price": price, **changed})


def floor(**changed: Any) -> Held:
    """Return a floor of 40% that 38 of 100 businesses fall short of, but for what is *changed*."""
    said = {"name": "Perempuan", "group": "women", "share": Decimal("0.4"), "of": "businesses"}
    found = {"used": 38, "total": 100, "short": 2, "exhausted": True, "price": 0.0}
    return Held(**{**said, **found, **changed})


def test_a_rupiah_of_a_budget_is_told_of_a_million() -> None:
    said = allocation_words.price(limit(0.93), "expected_repaid", "en")
    assert said == "Rp1,000,000 more would add Rp930,000 expected back."


def test_a_budget_that_buys_few_businesses_is_told_of_enough_rupiah_for_a_whole_one() -> None:
    said = allocation_words.price(limit(4e-8), "businesses", "id")
    assert said == "Rp100.000.000 lagi akan menambah 4 usaha."


def test_a_place_is_told_of_one_place() -> None:
    places = limit(4_200_000, unit="businesses", at_most=5, used=5)
    said = allocation_words.price(places, "expected_repaid", "en")
    assert said == "One place more would add Rp4,200,000 expected back."


def test_a_minimum_is_told_of_what_less_of_it_would_add() -> None:
    least = limit(2.0, unit="businesses", at_most=None, at_least=5, used=5)
    assert (
        allocation_words.price(least, "jobs", "en") == "One place less required would add 2 jobs."
    )
    both = limit(2.0, unit="businesses", at_most=9, at_least=5, used=5)
    assert "less required" in allocation_words.price(both, "jobs", "en")
    full = limit(2.0, unit="businesses", at_most=9, at_least=5, used=9)
    assert "place more" in allocation_words.price(full, "jobs", "en")


@pytest.mark.parametrize("price", [0.0, -0.0, 1e-15])
def test_what_would_be_told_as_nothing_holds_nobody_back(price: float) -> None:
    for of in get_args(Objective):
        said = allocation_words.price(limit(price), of, "en")
        assert said == wording("en")["allocation"]["price_none"]


def test_a_floor_that_gave_way_says_how_far_it_is_and_that_nobody_more_could_be_served() -> None:
    assert allocation_words.floor(floor(), "businesses", "en") == (
        "Short by 2: 38 of 100, 38%; asked: 40%. "
        "All of the group who could be served are served. Holds nobody back."
    )


def test_a_floor_that_holds_says_what_it_costs() -> None:
    held = floor(used=41, short=0, exhausted=False, price=500_000.0)
    assert allocation_words.floor(held, "expected_repaid", "id") == (
        "Tercapai: 41 dari 100, 41%; diminta: 40%. "
        "Satu tempat lebih sedikit untuk kelompok ini akan menambah Rp500.000 "
        "yang diharapkan kembali."
    )


def test_a_floor_of_nothing_at_all_is_no_division_by_zero() -> None:
    nobody = floor(used=0, total=0, short=0, exhausted=False)
    assert "0 of 0, 0%" in allocation_words.floor(nobody, "businesses", "en")


@given(st.floats(1, 1e12), st.floats(0, 0.5))
def test_a_proof_never_says_less_than_what_is_open(worth: float, more: float) -> None:
    said = allocation_words.proof(worth, worth * (1 + more), "en")
    if said != wording("en")["allocation"]["proven"]:
        told = float(said.rsplit(" more.", 1)[0].rsplit(" ", 1)[1].rstrip("%"))
        assert told / 100 >= more - 1e-9
        assert told / 100 <= more + 2e-5


def test_nothing_worth_is_proven_by_no_share() -> None:
    assert allocation_words.proof(0, 0, "en") == wording("en")["allocation"]["proven"]
    assert "∞" in allocation_words.proof(0, 5, "en")


@pytest.mark.parametrize(
    ("theirs", "said"),
    [(95.0, "Worth 5% less."), (100.0, "Worth the same."), (100.5, "Worth 0.5% more.")],
)
def test_another_method_is_told_beside_ours(theirs: float, said: str) -> None:
    assert allocation_words.beside(Sums(theirs, 9, 9, 9, 0, 0.1), 100.0, "en") == said


def test_who_got_the_second_cheapest_is_told_what_happened_to_the_cheapest() -> None:
    got = Outcome("x", "allocated", "b", 2, 5, (NoRoom("a", "Dana A", 412, 455),))
    assert allocation_words.outcome(got, NAMES, "en") == (
        "Allocated Kredit B: number 2 by cost of the 5 that fit. "
        "Kredit A: “Dana A” was used up at place 412; this request stood at 455."
    )


@pytest.mark.parametrize(
    ("fitting", "choice", "said"),
    [
        (1, 1, "Allocated Kredit A: the only product that fits."),
        (3, 1, "Allocated Kredit A: the cheapest of 3 that fit."),
    ],
)
def test_who_got_the_cheapest_is_told_of_how_many(fitting: int, choice: int, said: str) -> None:
    got = Outcome("x", "allocated", "a", choice, fitting, ())
    assert allocation_words.outcome(got, NAMES, "en") == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_objective_and_method_is_worded(language: str) -> None:
    words = wording(language)
    assert set(get_args(Code)) - {"allocated"} <= set(words["outcomes"])
    for of in get_args(Objective):
        assert allocation_words.objective(of, language)
        assert "7" in allocation_words.worth(7, of, language)
    assert all(allocation_words.method(of, language) for of in get_args(Method))
    none = Outcome("x", "no_room", None, None, 1, (NoRoom("a", "Dana A", None, None),))
    assert words["outcomes"]["no_room"] in allocation_words.outcome(none, NAMES, language)
    assert "Dana A" in allocation_words.outcome(none, NAMES, language)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Dana a", "Budget of Kredit A"),
        ("quota b", "Quota of Kredit B"),
        ("Dana desa", "Dana desa"),
        ("Kuota Bandar", "Kuota Bandar"),
    ],
)
def test_a_products_own_limit_is_told_by_the_name_of_the_product(name: str, said: str) -> None:
    assert allocation_words.limit(name, NAMES, "en") == said
