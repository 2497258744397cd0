"""A study says what is so, how surely, and nothing that it may not tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from audit.fairness.cases import NOT_TOLD, Cases
from audit.fairness.draws import Drawing
from audit.fairness.measures import IMPACT, OPPORTUNITY, PARITY
from audit.fairness.study import Comparison, Plan, Study, study

QUICK = Plan(measures=(IMPACT, PARITY, OPPORTUNITY), drawing=Drawing(50))


def made(n: int = 2_000, seed: int = 1, *, gap: float = 0.0, lender_gap: float = 0.0) -> Cases:
    """Return decisions, women approved *gap* less often, and by lender "y" *lender_gap* less."""
    random = np.random.default_rng(seed)
    gender = random.choice(["female", "male", NOT_TOLD], n, p=[0.45, 0.5, 0.05])
    lender = random.choice(["x", "y"], n)
    less = (gap + lender_gap * (lender == "y")) * (gender == "female")
    return Cases.of(
        {"gender": gender, "place": random.choice(["a", "b", "c"], n), "lender": lender},
        approved=(random.random(n) < 0.7 - less).astype(float),
        bad=np.where(random.random(n) < 0.6, random.random(n) < 0.2, np.nan),
    )


def of(found: Study, *group: str, measure: str = PARITY.name) -> Comparison:
    """Return the comparison of a group."""
    return next(
        one for one in found.compared if one.place[1] == group and one.measure.name == measure
    )


def test_a_gap_that_is_there_is_shown_and_with_its_size() -> None:
    cases = made(gap=0.2)
    found = study(cases, QUICK)
    women, men = of(found, "female"), of(found, "male")
    rows, others = (cases.groups["gender"] == name for name in ("female", "male"))
    own, rest = cases.approved[rows].mean(), cases.approved[others].mean()
    assert women.found.gap is not None
    assert women.found.gap.value == pytest.approx(own - rest)
    assert women.found.gap.low <= -0.2 <= women.found.gap.high
    assert (women.verdict, men.verdict) == ("worse", "better")
    more = study(made(gap=0.35), QUICK)
    assert of(more, "female", measure=IMPACT.name).verdict == "beyond"
    assert of(found, "a").verdict == "not_shown"


def test_of_groups_treated_alike_a_study_rarely_shows_any_gap() -> None:
    """At most one study in twenty, all its comparisons together; of 25 that is one or two."""
    shown = 0
    for seed in range(25):
        found = study(made(600, 100 + seed), replace(QUICK, measures=(PARITY,)))
        shown += any(one.verdict in ("worse", "better", "beyond") for one in found.compared)
    assert shown <= 5


def test_a_p_value_is_corrected_for_all_that_is_compared() -> None:
    found = study(made(gap=0.05), QUICK)
    able = [one for one in found.compared if one.p is not None and one.corrected is not None]
    least = min(able, key=lambda one: one.p or 0)
    mirrored = sum(one.place[0] in {("gender",), ("lender",)} for one in able) // 2
    assert mirrored > 0  # one of two groups against the other is one comparison
    assert least.corrected == pytest.approx((least.p or 0) * (len(able) - mirrored))
    assert all((one.p or 0) <= (one.corrected or 0) + 1e-12 for one in able)


def test_in_each_lender_groups_are_compared_by_themselves() -> None:
    cases = made(4_000, gap=0.0, lender_gap=0.25)
    found = study(cases, replace(QUICK, within=("lender",)))
    x, y = of(found, "x", "female"), of(found, "y", "female")
    rows = (cases.groups["lender"] == "y") & (cases.groups["gender"] == "male")
    assert y.found.rest is not None
    assert y.found.rest.value == pytest.approx(cases.approved[rows].mean())
    assert (x.verdict, y.verdict) == ("not_shown", "worse")
    assert {one.place[0] for one in found.compared} >= {("lender",), ("lender", "gender")}
    assert ("gender", "lender") not in {one.place[0] for one in found.compared}


def test_a_reference_takes_the_place_of_the_others() -> None:
    cases = made(gap=0.1)
    found = study(cases, replace(QUICK, references={"place": "a"}))
    b = of(found, "b")
    rows = cases.groups["place"] == "a"
    assert b.against == "a"
    assert b.found.rest is not None
    assert b.found.rest.value == pytest.approx(cases.approved[rows].mean())
    assert not [one for one in found.compared if one.place == (("place",), ("a",))]


def test_of_a_small_group_nothing_is_said_anywhere() -> None:
    cases = made(400)
    gender = cases.groups["gender"].copy()
    gender[:6] = "other"
    found = study(replace(cases, groups={**cases.groups, "gender": gender}), QUICK)
    small = [one for one in found.compared if "other" in one.place[1]]
    assert small
    assert all(one.verdict == "hidden" and one.found.group is None for one in small)
    assert not [one for one in found.counted if "other" in one.place[1]]
    assert found.hidden[0] > len({one.place for one in small})  # and some others for their sake
    assert all(one.groups < 3 for one in found.widest if one.attribute == "gender")


def test_too_few_to_compare_is_said_to_be_too_few() -> None:
    cases = made(55)
    unknown = np.full(cases.n, np.nan)
    alone = replace(cases, bad=unknown, groups={"gender": cases.groups["gender"]})
    found = study(alone, replace(QUICK, measures=(PARITY,)))
    assert {one.verdict for one in found.compared} == {"insufficient"}
    assert all(one.found.group is not None for one in found.compared)


def test_sizes_it_takes_are_those_of_the_shares_there_are() -> None:
    found = study(made(gap=0.1), QUICK)
    women = next(one for one in found.needed if one.place == (("gender",), ("female",)))
    sizes = list(women.of.values())
    assert list(women.of) == [0.05, 0.1, 0.15]
    assert sizes == sorted(sizes, reverse=True)
    assert women.n > women.of[0.1]


def test_names_that_read_alike_together_stay_apart() -> None:
    """Nobody is both "a, b" and "c" here: a name made of both would be that of "a" and "b, c"."""
    one = np.repeat(["a", "a, b"], [200, 200])
    other = np.repeat(["b, c", "c", "d"], [150, 150, 100])
    approved = np.concatenate([np.ones(200), np.zeros(200)])
    found = study(Cases.of({"one": one, "other": other}, approved=approved), QUICK)
    shares = {of.place[1]: of.approved for of in found.counted if len(of.place[1]) == 2}
    assert shares[("a", "b, c")] == 1
    assert shares[("a, b", "c")] == 0


def test_of_how_many_something_else_is_known_is_not_told() -> None:
    cases = made(gap=0.1)
    known = np.where(np.arange(cases.n) % 4 == 0, np.nan, 0.2)
    found = study(replace(cases, price=known), Plan(drawing=Drawing(20)))
    women = {one.measure.name: one.found for one in found.compared if one.place[1] == ("female",)}
    assert women["price_gap"].group is not None
    assert women["price_gap"].counted == -1
    own = (cases.groups["gender"] == "female") & (cases.bad == 0)
    assert women["equal_opportunity_difference"].counted == own.sum()
    assert women["adverse_impact_ratio"].counted == (cases.groups["gender"] == "female").sum()
