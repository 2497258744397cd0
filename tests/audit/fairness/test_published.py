"""What is not told cannot be found: an attacker with a linear programme and all tables fails."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from audit.cells import LEAST
from audit.fairness import published as rooms
from audit.fairness.cases import NOT_TOLD, Cases
from audit.fairness.published import COUNTED, Place, Table, bases, published
from features.rows import Flags, Floats

TABLES: list[Table] = [("gender",), ("place",), ("gender", "place")]


def made(n: int, seed: int, *, loans: float = 0.5) -> Cases:
    """Return decisions on people of two genders in five places, two of them small."""
    random = np.random.default_rng(seed)
    gender = random.choice(["female", "male", NOT_TOLD], n, p=[0.4, 0.55, 0.05])
    place = random.choice(["a", "b", "c", "d", "e"], n, p=[0.4, 0.3, 0.24, 0.04, 0.02])
    return Cases.of(
        {"gender": gender, "place": place},
        approved=(random.random(n) < 0.6).astype(float),
        bad=np.where(random.random(n) < loans, random.random(n) < 0.2, np.nan),
    )


class Attack:
    """Who knows every number told, and that people are whole: how few and how many may there be.

    Unknown is how many people there are of every kind there could be, in whatever tables they
    stand: gender, place, outcome, answer. The solver is another one than the code's.
    """

    def __init__(self, cases: Cases, told: frozenset[tuple[Place, str]]) -> None:
        names = {name: sorted(set(of)) for name, of in cases.groups.items()}
        self.kinds = list(product(*names.values(), ("none", "good", "bad"), (False, True)))
        self.names = list(names)
        self.cases = cases
        rows = [
            self.holds(place, base, approved=approved)
            for place, base in told
            for approved in (False, True)
        ]
        self.a = np.array(rows, dtype=float).reshape(len(rows), len(self.kinds))
        self.b = np.array([
            self.count(place, base, approved=approved)
            for place, base in told
            for approved in (False, True)
        ])  # fmt: skip

    def holds(self, place: Place, base: str, *, approved: bool) -> list[bool]:
        table, group = place
        outcomes = {"decided": {"none", "good", "bad"}, "ended": {"good", "bad"}}.get(base, {base})

        def counts(kind: tuple[object, ...]) -> bool:
            own = tuple(kind[self.names.index(name)] for name in table)
            named = own[: len(group)] == group and NOT_TOLD not in own
            return named and kind[-2] in outcomes and bool(kind[-1] or not approved)

        return [counts(kind) for kind in self.kinds]

    def count(self, place: Place, base: str, *, approved: bool = False) -> float:
        """Return the number itself, counted from the applications."""
        return float(rows_of(self.cases, place, base, approved=approved).sum())

    def bounds(self, place: Place, base: str) -> tuple[float, float]:
        goal = np.array(self.holds(place, base, approved=False), dtype=float)
        ends = []
        for sign in (1, -1):
            found = linprog(sign * goal, A_eq=self.a, b_eq=self.b, bounds=(0, None))
            ends.append(np.inf if found.status == 3 else sign * found.fun)  # 3: unbounded
        return ends[0], ends[1]


def rows_of(cases: Cases, place: Place, base: str, *, approved: bool = False) -> Flags:
    table, group = place
    rows = bases(cases)[base] & ((cases.approved == 1) if approved else True)
    for at, name in enumerate(table):
        of = cases.groups[name]
        rows &= of == group[at] if at < len(group) else of != NOT_TOLD
    return rows


def places(cases: Cases) -> Iterator[Place]:
    for table in TABLES:
        named = [sorted(set(cases.groups[name]) - {NOT_TOLD}) for name in table]
        yield from ((table, group) for group in product(*named))


@pytest.mark.parametrize(("n", "seed"), [(60, 1), (200, 2), (700, 3)])
@pytest.mark.parametrize("within", [(), ("gender",)], ids=["", "within"])
def test_an_attacker_with_all_tables_does_not_find_what_is_hidden(
    n: int, seed: int, within: tuple[str, ...]
) -> None:
    cases = made(n, seed)
    told = published(cases, TABLES, within)
    attack = Attack(cases, told)
    small = 0
    for place in places(cases):
        for base in COUNTED:
            there = attack.count(place, base)
            if not 0 < there < LEAST:
                continue
            small += 1
            assert (place, base) not in told
            low, high = attack.bounds(place, base)
            assert low <= there + 1e-6
            assert high >= there + LEAST - 1e-6
    assert small > 5


def test_the_attacker_finds_what_is_hidden_alone() -> None:
    """The attack is one: where a small cell alone is left out, it finds it to the person."""
    cases = made(700, 3)
    large = frozenset(
        (place, base)
        for place in [*places(cases), *((table, ()) for table in TABLES)]
        for base in COUNTED
        if rows_of(cases, place, base).sum() >= LEAST
    )
    attack = Attack(cases, large)
    hidden = [(p, base) for p in places(cases) for base in COUNTED if (p, base) not in large]
    found = [attack.bounds(*of) for of in hidden if attack.count(*of)]
    assert any(high - low < 1 for low, high in found)


def test_where_there_are_many_of_each_everything_is_told() -> None:
    cases = made(20_000, 4)
    told = published(cases, TABLES)
    assert {(place, base) for place in places(cases) for base in COUNTED} <= told


def test_a_group_that_is_told_has_ten_or_more_and_so_have_all_the_others() -> None:
    for seed in range(5):
        cases = made(300, 50 + seed)
        told = published(cases, TABLES)
        for place, base in told:
            own = int(rows_of(cases, place, base).sum())
            others = int(rows_of(cases, (place[0], ()), base).sum()) - own
            assert own == 0 or own >= LEAST
            assert not place[1] or others == 0 or others >= LEAST


def test_of_too_many_kinds_only_those_there_are_are_looked_at_and_no_more_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cases = made(300, 7)
    free = published(cases, TABLES)
    monkeypatch.setattr(rooms, "KINDS", 0)
    tight = published(cases, TABLES)
    assert len(tight) <= len(free)
    attack = Attack(cases, tight)
    place: Place = (("place",), ("e",))
    there = attack.count(place, "decided")
    low, high = attack.bounds(place, "decided")
    assert low <= there < there + LEAST - 1e-6 <= high


def test_who_has_no_decision_is_in_no_number() -> None:
    cases = made(300, 8)
    unknown: Floats = np.where(np.arange(300) < 150, np.nan, cases.approved)
    half = Cases.of(cases.groups, approved=unknown, bad=cases.bad)
    assert published(half, TABLES) == published(half.part(np.arange(300) >= 150), TABLES)


def test_where_groups_are_compared_within_others_no_few_are_left_beside_a_group() -> None:
    """In each gender a place is held against all other places, so their sum can be found."""
    for seed in range(4):
        cases = made(260, 80 + seed)
        told = published(cases, TABLES, ("gender",))
        inner = [place for place, _ in told if place[0] == ("gender", "place") and place[1]]
        for place in [of for of in inner if len(of[1]) == 2]:
            every: Place = (place[0], place[1][:1])
            if (every, "decided") in told:
                others = (rows_of(cases, of, "decided").sum() for of in (every, place))
                left = int(next(others)) - int(next(others))
                assert left == 0 or left >= LEAST
        assert any(len(group) == 1 for _, group in inner)
