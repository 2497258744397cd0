"""A share gives away of how many something is true, and a mean of how many it is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from audit.fairness.cases import NOT_TOLD, Cases
from audit.fairness.draws import Drawing
from audit.fairness.flagged import flagged
from audit.fairness.measures import OFFERS, OVERRIDES, PRICE, REVIEWS, SCORE, TIME, Measure
from audit.fairness.study import Plan, study

N = 200
WOMEN = np.arange(N) % 2 == 0
CASES = replace(
    Cases.of({"gender": np.where(WOMEN, "female", "male")}, approved=np.ones(N)),
    reviewed=np.zeros(N),
    offers=np.ones(N),
    price=np.full(N, 0.2),
    hours=np.zeros(N),
    score=np.linspace(500.0, 699.0, N),
)


def told(cases: Cases, measure: Measure) -> set[str]:
    """Return the groups of which a measure tells anything."""
    found = study(cases, Plan(measures=(measure,), drawing=Drawing(20)))
    return {one.place[1][0] for one in found.compared if one.found.group is not None}


def first(women: int, men: int) -> np.ndarray:
    """Return (n,) so many women and so many men."""
    at = np.arange(N) // 2
    return np.where(WOMEN, at < women, at < men)


def test_a_share_of_whom_fewer_than_ten_are_is_not_told_nor_are_the_others() -> None:
    for few, many in ((first(3, 40), first(20, 40)), (first(20, 97), first(20, 60))):
        assert told(replace(CASES, reviewed=few * 1.0), REVIEWS) == set()
        assert told(replace(CASES, reviewed=many * 1.0), REVIEWS) == {"female", "male"}


def test_a_mean_that_fewer_than_ten_do_not_enter_is_not_told() -> None:
    """A mean of whole points times the number of the group is whole, unless some have none."""
    for missing, groups in ((first(3, 20), set()), (first(20, 20), {"female", "male"})):
        assert told(replace(CASES, score=np.where(missing, np.nan, CASES.score)), SCORE) == groups
        assert told(replace(CASES, price=np.where(missing, np.nan, 0.2)), PRICE) == groups


def test_how_many_offers_there_were_does_not_tell_of_the_few_who_had_two() -> None:
    assert told(replace(CASES, offers=1.0 + first(3, 30)), OFFERS) == set()
    assert told(replace(CASES, offers=1.0 + first(30, 30)), OFFERS) == {"female", "male"}


def test_how_long_it_took_and_what_was_overridden_is_told_of_many_alone() -> None:
    for looked, groups in ((first(3, 30), set()), (first(30, 30), {"female", "male"})):
        assert told(replace(CASES, hours=looked * 50.0), TIME) == groups
        overridden = np.where(first(60, 60), looked * 1.0, np.nan)
        assert told(replace(CASES, overridden=overridden), OVERRIDES) == groups


def test_what_two_tables_differ_by_is_held_together() -> None:
    """Of three who did not tell their gender, all who told a place would give away the answer."""
    gender = np.where(np.arange(N) < 12, NOT_TOLD, CASES.groups["gender"])
    groups = {"gender": gender, "place": np.array(["here"] * N)}
    cases = replace(CASES, groups=groups)
    tables = [("gender",), ("place",)]
    counts = study(cases, Plan(measures=(REVIEWS,), tables=tables, drawing=Drawing(20))).told
    for extra, both in ((3, False), (12, True)):
        yes = (np.arange(N) < extra) | (np.arange(N) >= N - 60)
        shown = flagged(cases, {"reviewed": yes}, tables, counts)
        own = {table for table in tables if ((table, ()), "reviewed") in shown}
        assert (len(own) == len(tables)) is both
