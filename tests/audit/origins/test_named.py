"""How often a reason is named to whom is told with its interval, and never of few."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from audit.cells import LEAST
from audit.fairness.cases import NOT_TOLD, Cases
from audit.fairness.draws import Drawing
from audit.fairness.measures import PARITY
from audit.fairness.published import Place
from audit.fairness.study import Comparison, Plan, study
from audit.origins.named import MOST, named
from features.rows import Flags, Floats

QUICK = Plan(measures=(PARITY,), drawing=Drawing(20))
TABLES = [("gender",), ("kecamatan",), ("gender", "kecamatan")]


def made(n: int, seed: int = 1, *, more: float = 0.0) -> Cases:
    """Return decisions with reasons named; "R1" to women *more* often, "R2" rarely."""
    random = np.random.default_rng(seed)
    gender = random.choice(["female", "male", NOT_TOLD], n, p=[0.4, 0.55, 0.05])
    shares = {"R0": 0.5, "R1": 0.3, "R2": 0.06}
    flags = {code: (random.random(n) < share).astype(float) for code, share in shares.items()}
    flags["R1"] = np.maximum(flags["R1"], (random.random(n) < more) & (gender == "female"))
    cases = Cases.of(
        {
            "gender": gender,
            "kecamatan": random.choice(list("abcde"), n, p=[0.4, 0.3, 0.2, 0.06, 0.04]),
        },
        approved=(random.random(n) < 0.6).astype(float),
    )
    return replace(cases, named=flags)


def told(cases: Cases, plan: Plan = QUICK) -> list[Comparison]:
    return list(named(cases, plan, study(cases, plan).told))


def wilson(p: float, n: int) -> tuple[float, float]:
    """Return the roots of (p - x)² n = 1.96² x (1 - x): where a share just fits its sample."""
    z = 1.959963984540054
    roots = np.roots([n + z * z, -(2 * n * p + z * z), n * p * p])
    return float(min(roots)), float(max(roots))


def test_a_share_is_that_of_the_decisions_with_its_interval() -> None:
    cases = made(1_500)
    found = {(one.place[1], one.measure.name): one for one in told(cases)}
    for group, code in ((("female",), "R0"), (("male", "a"), "R1")):
        own = found[group, code].found
        rows = cases.groups["gender"] == group[0]
        if len(group) > 1:
            rows &= cases.groups["kecamatan"] == group[1]
        share = cases.named[code][rows].mean()
        assert own.group is not None
        assert own.group.value == pytest.approx(share)
        assert (own.group.low, own.group.high) == pytest.approx(wilson(share, rows.sum()))
        assert own.counted == -1


def test_a_reason_named_more_often_is_shown_to_be_and_no_other_is() -> None:
    shown = {
        (one.place[1], one.measure.name)
        for one in told(made(2_000, more=0.25))
        if one.verdict == "worse" and len(one.place[0]) == 1
    }
    assert shown == {(("female",), "R1")}


def test_groups_and_groups_in_a_kecamatan_are_corrected_apart() -> None:
    found = told(made(1_500))
    for size in (1, 2):
        own = [one for one in found if len(one.place[0]) == size and one.p is not None]
        least = min(own, key=lambda one: one.p or 0.0)
        # Women against men are the same comparison as men against women.
        mirrored = sum(one.place[0] == ("gender",) for one in own) // 2
        assert (mirrored > 0) is (size == 1)
        expected = (least.p or 0) * (len(own) - mirrored)
        assert least.corrected == pytest.approx(min(1.0, expected))


class Attack:
    """Who knows how many people there are of every kind, and all that is told of one reason."""

    def __init__(self, cases: Cases, code: str, places: set[Place]) -> None:
        groups = [sorted(set(cases.groups[name])) for name in ("gender", "kecamatan")]
        self.kinds = list(product(*groups))
        self.cases = cases
        self.code = code
        self.people = np.array([self.rows(kind).sum() for kind in self.kinds], dtype=float)
        rows = [self.holds(place) for place in places]
        self.a = np.array(rows, dtype=float).reshape(len(rows), len(self.kinds))
        self.b = np.array([self.count(self.holds(place)) for place in places])

    def rows(self, kind: tuple[str, ...]) -> Flags:
        gender, area = kind
        found: Flags = (self.cases.groups["gender"] == gender) & (
            self.cases.groups["kecamatan"] == area
        )
        return found

    def holds(self, place: Place) -> list[bool]:
        table, group = place
        at = [("gender", "kecamatan").index(name) for name in table]
        own = [tuple(kind[k] for k in at) for kind in self.kinds]
        return [of[: len(group)] == group and NOT_TOLD not in of for of in own]

    def count(self, holds: list[bool]) -> float:
        """Return the number itself: to how many the reason was named."""
        flags: Floats = self.cases.named[self.code]
        kinds = [kind for kind, of in zip(self.kinds, holds, strict=True) if of]
        return float(sum(flags[self.rows(kind)].sum() for kind in kinds))

    def bounds(self, holds: list[bool]) -> tuple[float, float]:
        goal = np.array(holds, dtype=float)
        limits = list(zip(np.zeros(self.people.size), self.people, strict=True))
        ends = [
            sign * linprog(sign * goal, A_eq=self.a, b_eq=self.b, bounds=limits).fun
            for sign in (1, -1)
        ]
        return ends[0], ends[1]


def places(cases: Cases) -> Iterator[Place]:
    for table in TABLES:
        named_ = [sorted(set(cases.groups[name]) - {NOT_TOLD}) for name in table]
        yield from ((table, group) for group in product(*named_))


@pytest.mark.parametrize(("n", "seed"), [(150, 1), (400, 2), (900, 3)])
def test_an_attacker_does_not_find_to_how_few_a_reason_was_named_nor_to_how_few_not(
    n: int, seed: int
) -> None:
    """Not even one who knows how many there are of each kind, of groups or of all others."""
    cases = made(n, seed)
    may = study(cases, QUICK).told
    found = named(cases, QUICK, may)
    small = 0
    for code in cases.named:
        open_ = {one.place for one in found if one.measure.name == code and one.found.group}
        totals = {(table, ()) for table in TABLES if any(place[0] == table for place in open_)}
        attack = Attack(cases, code, open_ | totals)
        for place in [of for of in places(cases) if (of, "decided") in may]:
            own, every = attack.holds(place), attack.holds((place[0], ()))
            others = [x and not y for x, y in zip(every, own, strict=True)]
            for side in (own, others):
                yes = attack.count(side)
                no = float(attack.people[side].sum()) - yes
                if not (0 < yes < LEAST or 0 < no < LEAST):
                    continue
                small += 1
                assert place not in open_
                low, high = attack.bounds(side)
                if 0 < yes < LEAST:
                    assert high >= yes + min(LEAST, no) - 1e-6
                if 0 < no < LEAST:
                    assert low <= yes - min(LEAST, yes) + 1e-6
    assert small > 3


def test_the_attacker_finds_what_is_hidden_alone() -> None:
    """The attack is one: where only what is small itself is left out, it finds some to a person."""
    cases = made(900, 3)
    attack = Attack(cases, "R1", set())
    large = {
        place
        for place in [*places(cases), *((table, ()) for table in TABLES)]
        if attack.count(attack.holds(place)) >= LEAST
    }
    attack = Attack(cases, "R1", large)
    sides = [attack.holds(place) for place in places(cases) if place not in large]
    ends = [attack.bounds(side) for side in sides if attack.count(side)]
    assert any(high - low < 1 for low, high in ends)


def test_of_whom_nothing_else_is_told_no_reason_is() -> None:
    cases = made(900)
    for one in named(cases, QUICK, frozenset()):
        assert one.verdict == "hidden"
        assert one.found.group is None


def test_only_reasons_named_most_are_looked_at_and_none_where_none_is_named() -> None:
    cases = made(600)
    many = {f"C{code:02}": np.arange(600) % (code + 2) < 1 for code in range(MOST + 3)}
    flags = {code: of.astype(float) for code, of in many.items()}
    alone = replace(cases, named=flags, groups={"gender": cases.groups["gender"]})
    codes = {one.measure.name for one in told(alone)}
    assert codes == set(sorted(flags)[:MOST])
    assert told(replace(cases, named={})) == []
    never: Floats = np.zeros(600)
    assert told(replace(cases, named={"R0": never})) == []
    some = np.where(np.arange(600) % 2 == 0, np.nan, cases.named["R0"])
    own = next(one for one in told(replace(alone, named={"R0": some})) if one.found.group)
    rows = cases.groups["gender"] == own.place[1][0]
    assert own.found.group is not None
    assert own.found.group.value == pytest.approx(np.nan_to_num(some[rows]).mean())
