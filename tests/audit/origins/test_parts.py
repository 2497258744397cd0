"""The parts of a gap add up to it, say where it is, and nothing of a group that is not told of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.fairness.cases import NOT_TOLD, Cases
from audit.fairness.draws import Drawing
from audit.fairness.measures import PARITY
from audit.fairness.study import Comparison, Plan, study
from audit.origins.origins import origins
from audit.origins.parts import BASE, TOTAL, parts
from models.reasons import CODES, take_apart
from models.rules import RulesOnly
from tests.training.simulated.cases import together
from training.datasets import DataSet
from training.simulated.scenario import scenario
from training.simulating import Plan as Simulation
from training.target import STANDARD
from training.validation.audited import applicants

QUICK = Plan(measures=(PARITY,), drawing=Drawing(20))


def made(n: int = 600, seed: int = 1, *, codes: int = 5, less: float = 0.0) -> Cases:
    """Return scored applications, the women's points for "R1" *less* lower, all else alike."""
    random = np.random.default_rng(seed)
    gender = random.choice(["female", "male", NOT_TOLD], n, p=[0.4, 0.5, 0.1])
    points = {f"R{code}": random.normal(0, 5 + code, n) for code in range(codes)}
    points["R1"] = points["R1"] - less * (gender == "female")
    score = 600 + np.sum(list(points.values()), axis=0)
    cases = Cases.of(
        {"gender": gender},
        score=score,
        approved=(score > 600).astype(float),
        weights=random.uniform(0.5, 2, n),
    )
    return replace(cases, points=points)


def told(cases: Cases, plan: Plan = QUICK) -> dict[tuple[str, str], Comparison]:
    """Return the parts by group and reason."""
    found = origins(cases, study(cases, plan)).parts
    return {(one.place[1][0], one.measure.name): one for one in found}


def value(one: Comparison) -> float:
    assert one.found.gap is not None
    return one.found.gap.value


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000), codes=st.integers(2, 7), whole=st.booleans(), scored=st.booleans()
)
def test_the_parts_of_a_gap_add_up_to_it(
    seed: int, codes: int, *, whole: bool, scored: bool
) -> None:
    cases = made(300, seed, codes=codes)
    if whole:
        cases = replace(cases, score=np.rint(cases.score))
    if not scored:
        cases = replace(cases, score=np.full(cases.n, np.nan))
    everything = frozenset(
        ((("gender",), group), "decided") for group in ((), ("female",), ("male",))
    )
    found = parts(cases, QUICK, everything)
    for group in ("female", "male"):
        own = {one.measure.name: value(one) for one in found if one.place[1] == (group,)}
        gap = own.pop(TOTAL)
        assert sum(own.values()) == pytest.approx(gap, abs=1e-6)
        rows, others = (
            cases.groups["gender"] == group,
            ~np.isin(cases.groups["gender"], [group, ""]),
        )
        scores = cases.score if scored else np.sum(list(cases.points.values()), axis=0)
        means = [np.average(scores[at], weights=cases.weights[at]) for at in (rows, others)]
        assert gap == pytest.approx(means[0] - means[1])
        assert (BASE in own) is (whole and scored)


def test_what_is_planted_shows_under_its_reason_and_nowhere_else() -> None:
    found = told(made(2_000, less=6.0))
    shown = {code for (group, code), one in found.items() if one.verdict == "worse"}
    assert shown == {"R1", TOTAL}
    women = found["female", "R1"]
    assert women.found.gap is not None
    assert women.found.gap.low <= -6 <= women.found.gap.high


def test_of_groups_alike_hardly_any_part_is_shown() -> None:
    """All parts together: at most one report in twenty, so of 20 one or two."""
    every = frozenset(((("gender",), group), "decided") for group in ((), ("female",), ("male",)))
    shown = 0
    for seed in range(20):
        found = parts(made(400, 100 + seed), QUICK, every)
        shown += any(one.verdict != "not_shown" for one in found)
    assert shown <= 4


def test_parts_are_corrected_for_how_many_they_are_women_against_men_counted_once() -> None:
    found = list(told(made(less=2.0)).values())
    least = min(found, key=lambda one: one.p if one.p is not None else 1)
    assert least.corrected == pytest.approx(min(1.0, (least.p or 0) * len(found) / 2))


def test_of_a_group_that_is_not_told_of_no_part_is() -> None:
    cases = made()
    gender = cases.groups["gender"].copy()
    gender[:7] = "other"
    found = told(replace(cases, groups={"gender": gender}))
    assert all(one.verdict == "hidden" and one.found.group is None
               for (group, _), one in found.items() if group == "other")  # fmt: skip
    assert ("other", TOTAL) in found


def test_who_lacks_points_does_not_count_and_how_many_do_is_not_told() -> None:
    cases = made()
    points = {**cases.points, "R0": np.where(np.arange(cases.n) % 3 == 0, np.nan, 1.0)}
    found = told(replace(cases, points=points))
    rows = (cases.groups["gender"] == "female") & ~np.isnan(points["R0"])
    own = found["female", TOTAL].found
    assert own.group is not None
    assert own.group.value == pytest.approx(
        np.average(cases.score[rows], weights=cases.weights[rows])
    )
    assert own.counted == -1
    few = np.where(np.arange(cases.n) < 20, 1.0, np.nan)
    none = told(replace(cases, points={"R0": few}))
    assert none["female", "R0"].found.group is None


def test_lenders_are_compared_in_no_part_and_without_points_there_is_none() -> None:
    cases = made()
    lender = np.where(np.arange(cases.n) % 2 == 0, "x", "y")
    both = replace(cases, groups={**cases.groups, "lender": lender})
    found = origins(both, study(both, replace(QUICK, within=("lender",)))).parts
    assert {one.place[0] for one in found} == {("gender",)}
    bare = replace(cases, points={})
    assert origins(bare, study(bare, QUICK)).parts == ()


def simulated(thinness: float) -> dict[str, Comparison]:
    """Return the parts of women's gap in points by the rules, that share of their records lost."""
    world = scenario(["audit_consent=1", f"unfair_thinness={thinness}"])
    plan = Simulation(300, 4, 5, world)
    tables = together(300, 4, 5, world)
    del tables["truth"]
    found = applicants(DataSet(plan.about(), tables, "0" * 64), 0, STANDARD)
    assert found is not None
    points = take_apart(RulesOnly(), found.vectors)
    cases = Cases.of({"gender": found.groups["gender"]}, approved=np.ones(len(points)))
    by_reason = {code: np.array([of.exact[code] for of in points]) for code in CODES}
    every = frozenset(((("gender",), group), "decided") for group in ((), ("female",), ("male",)))
    told_of = parts(replace(cases, points=by_reason), QUICK, every)
    return {one.measure.name: one for one in told_of if one.place[1] == ("female",)}


def test_records_that_were_lost_show_in_days_with_payments_and_room_for_the_instalment() -> None:
    """Of lost payments income is lower too, so the instalment is a larger share of it."""
    thin, whole = simulated(0.6), simulated(0.0)
    shown = {code for code, one in thin.items() if one.verdict == "worse"}
    assert shown == {"R02", "R07", TOTAL}
    assert not [code for code, one in whole.items() if one.verdict == "worse"]
