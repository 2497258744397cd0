"""A cut-off is put to the people there are, and two of them tell of nobody who lies between."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from audit.cells import LEAST
from audit.fairness.cases import NOT_TOLD, Cases
from audit.fairness.draws import Drawing
from audit.fairness.measures import IMPACT, OPPORTUNITY, PARITY, OfLevels
from audit.fairness.study import Plan, study
from audit.origins.cutoffs import CUTS, MANY, CutOffs, Would, cutoffs
from features.rows import Flags, Floats

QUICK = Plan(measures=(PARITY,), drawing=Drawing(20))
TELLS = ("gender", "place")


def made(n: int = 2_000, seed: int = 1, *, worse: float = 0.0, line: float = 0.25) -> Cases:
    """Return applications, women's log-odds *worse*; approved up to a line of risk."""
    random = np.random.default_rng(seed)
    gender = random.choice(["female", "male", NOT_TOLD], n, p=[0.4, 0.55, 0.05])
    log_odds = random.normal(-1.5, 1, n) + worse * (gender == "female")
    probability = 1 / (1 + np.exp(-log_odds))
    ended = np.where(random.random(n) < 0.7, random.random(n) < probability, np.nan)
    place = random.choice(["a", "b", "c", "d"], n, p=[0.5, 0.36, 0.1, 0.04])
    return Cases.of(
        {"gender": gender, "place": place},
        probability=probability,
        approved=(probability < line).astype(float),
        bad=ended,
    )


def of(cases: Cases, plan: Plan = QUICK) -> CutOffs:
    found = cutoffs(cases, plan, study(cases, plan).told)
    assert found is not None
    return found


def test_a_line_says_how_many_would_be_approved_and_how_many_of_them_go_badly() -> None:
    cases = made()
    found = of(cases)
    assert found.figure == "probability"
    assert 3 <= len(found.lines) <= CUTS
    for line in found.lines:
        yes = cases.probability <= line.cut
        assert line.approved.value == pytest.approx(yes.mean())
        assert line.approved.low < yes.mean() < line.approved.high
        assert line.expected is not None
        assert line.expected.value == pytest.approx(cases.probability[yes].mean())
        assert line.cut == round(line.cut, 2)  # nobody's own probability
    shares = [line.approved.value for line in found.lines]
    assert shares == sorted(shares)


@pytest.mark.parametrize("measure", [IMPACT, OPPORTUNITY], ids=lambda measure: measure.name)
def test_groups_fare_as_the_measure_says_were_the_line_another(measure: OfLevels) -> None:
    cases = made(worse=0.5)
    own = [one for one in of(cases).groups if one.measure is measure]
    women = [one for one in own if one.place == (("gender",), ("female",))]
    assert len(women) >= 3
    counts = cases.bad == 0 if measure is OPPORTUNITY else np.ones(cases.n, dtype=bool)
    for one in women:
        shares = [
            (cases.probability[counts & (cases.groups["gender"] == name)] <= one.cut).mean()
            for name in ("female", "male")
        ]
        gap = shares[0] / shares[1] if measure is IMPACT else shares[0] - shares[1]
        assert one.found.gap is not None
        assert one.found.gap.value == pytest.approx(gap)
        assert one.found.gap.low < gap < one.found.gap.high
        assert one.found.counted == -1
    strict = women[0].found.gap
    assert strict is not None
    assert strict.high < measure.equal + 0.02


def test_of_scores_more_is_better() -> None:
    cases = made()
    score = np.rint(600 - 100 * cases.probability)
    scored = replace(cases, probability=np.full(cases.n, np.nan), score=score)
    found = of(scored)
    assert found.figure == "score"
    cuts = [line.cut for line in found.lines]
    assert cuts == sorted(cuts, reverse=True)
    for line in found.lines:
        assert line.approved.value == pytest.approx((score >= line.cut).mean())
        assert line.expected is None
        assert line.cut % 5 == 0


def test_between_the_cut_offs_told_of_a_group_its_answers_are_told_beside_those_of_others() -> None:
    """Whoever is above some line is denied, and women of middling risk besides."""
    cases = made()
    women = cases.groups["gender"] == "female"
    harder = (cases.probability > 0.1) & women & (np.arange(cases.n) % 2 == 0)
    found = of(replace(cases, approved=np.where(harder, 0.0, cases.approved)))
    own = [one for one in found.bands if one.place == (("gender",), ("female",))]
    cuts = [one.cut for one in found.groups
            if one.place == (("gender",), ("female",)) and one.measure is IMPACT]  # fmt: skip
    assert [one.most for one in own] == [*cuts, None]
    assert [one.least for one in own] == [None, *cuts]
    for one in own:
        inside = (cases.probability > (one.least or 0)) & (cases.probability <= (one.most or 1))
        shares = [
            (cases.approved * ~harder)[inside & (cases.groups["gender"] == name)].mean()
            for name in ("female", "male")
        ]
        assert one.found.gap is not None
        assert one.found.gap.value == pytest.approx(shares[0] - shares[1])
    middling = [one.found.gap for one in own if (one.least or 0) >= 0.1 and (one.most or 1) <= 0.25]
    assert middling
    assert all(gap is not None and gap.high < 0 for gap in middling)


def between(cases: Cases, told: list[Would], mine: Flags) -> list[int]:
    """Return how many of some people lie between the cut-offs told, and beyond them."""
    edges = [-np.inf, *sorted({one.cut for one in told}), np.inf]
    risks = cases.probability[mine]
    return [int(((risks > low) & (risks <= high)).sum()) for low, high in pairwise(edges)]


@pytest.mark.parametrize("seed", range(6))
def test_between_two_cut_offs_lie_nobody_or_ten_of_each_and_of_those_not_told_of(seed: int) -> None:
    """As an attacker subtracts: of each group, of what all others leave, of the good and not."""
    cases = made(500 + 300 * seed, seed, line=0.1 + 0.05 * seed)
    found = of(cases)
    checked = 0
    for name in TELLS:
        groups = cases.groups[name]
        for measure in (IMPACT, OPPORTUNITY):
            told = [x for x in found.groups if x.place[0] == (name,) and x.measure is measure]
            names = {one.place[1][0] for one in told}
            bases = [cases.bad == 0, ~(cases.bad == 0)] if measure is OPPORTUNITY else [True]
            sides = [groups == one for one in names]
            sides.append((groups != NOT_TOLD) & ~np.isin(groups, list(names)))
            for side in sides if told else []:
                for base in bases:
                    left = between(cases, told, side & base)
                    assert not [n for n in left if 0 < n < LEAST]
                    checked += len(left)
                    yes = cases.approved == 1
                    for one in told:
                        would = cases.probability <= one.cut
                        moved = [int((side & base & a & b).sum()) for a, b in
                                 ((yes, ~would), (~yes, would))]  # fmt: skip
                        assert not [n for n in moved if 0 < n < LEAST]
    assert checked


def test_a_small_group_is_not_told_of_and_neither_is_what_would_give_it_away() -> None:
    cases = made(2_000)
    small = np.array(["a"] * 1_000 + ["b"] * 960 + ["c"] * 40)
    found = of(replace(cases, groups={"place": small}))
    assert {one.place[1][0] for one in found.groups} <= {"a"}  # b would leave 40 of c
    assert MANY > 40


def test_without_a_figure_or_enough_applications_there_is_nothing_to_cut() -> None:
    cases = made(300)
    bare: Floats = np.full(cases.n, np.nan)
    assert cutoffs(replace(cases, probability=bare), QUICK, frozenset()) is None
    assert cutoffs(cases.part(np.arange(300) < 50), QUICK, frozenset()) is None
    assert of(cases, replace(QUICK, within=TELLS)).groups == ()
