"""Deferred acceptance is Gale and Shapley's where each product takes so many; it keeps all rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.allocation.deferred import deferred_acceptance
from matching.allocation.pool import Ints, Pool
from matching.allocation.preference import applicants_order, lenders_order
from matching.allocation.programme import Floor
from matching.allocation.stability import blocking_pairs
from tests.matching.allocation import cases
from tests.matching.allocation.cases import Ask, lent, pool_of, programme
from tests.matching.allocation.relaxed import system

tried = settings(max_examples=60, deadline=None)


def textbook(
    wishes: Mapping[int, Sequence[int]], places: Ints, capacity: Sequence[int]
) -> dict[int, int]:
    """Return the matching that applicants proposing one at a time come to (1962)."""
    held: list[list[int]] = [[] for _ in capacity]
    left = {i: list(products) for i, products in wishes.items()}
    free = list(wishes)
    while free:
        i = free.pop()
        if not left[i]:
            continue
        j = left[i].pop(0)
        held[j].append(i)
        if len(held[j]) > capacity[j]:
            worst = max(held[j], key=lambda one: int(places[one, j]))
            held[j].remove(worst)
            free.append(worst)
    return {i: j for j, those in enumerate(held) for i in those}


@tried
@given(st.integers(1, 12), st.lists(st.integers(0, 4), min_size=1, max_size=4), st.integers(0))
def test_where_each_product_takes_so_many_it_is_the_textbooks(
    n: int, capacity: list[int], seed: int
) -> None:
    random = np.random.default_rng(seed)
    p = len(capacity)
    products = [lent(f"p{j}", quota=many) for j, many in enumerate(capacity)]
    fits = random.random((n, p)) < 0.7
    asks = [Ask({f"p{j}": 1 for j in range(p) if fits[i, j]}) for i in range(n)]
    asked = system(programme(), pool_of(asks, products))
    lenders = random.permuted(np.tile(np.arange(n)[:, None], (1, p)), axis=0)
    applicants = random.permuted(np.tile(np.arange(p), (n, 1)), axis=1)
    wishes = {
        i: sorted(np.flatnonzero(fits[i]).tolist(), key=lambda j: int(applicants[i, j]))
        for i in range(n)
    }
    chosen = deferred_acceptance(asked, lenders, applicants)
    assert {i: int(j) for i, j in enumerate(chosen) if j >= 0} == textbook(
        wishes, lenders, capacity
    )
    assert blocking_pairs(asked, chosen, lenders, applicants) == 0


@tried
@given(st.data(), cases.pools, st.lists(cases.floors, max_size=1))
def test_maximums_and_floors_are_kept_to_the_rupiah(
    data: st.DataObject, pool: Pool, floors: list[Floor]
) -> None:
    limits = [data.draw(cases.limits(pool, name)) for name in ("one", "other")]
    asked = programme(*limits, floors=floors)
    orders = lenders_order(asked, pool), applicants_order(pool)
    chosen = deferred_acceptance(system(asked, pool), *orders)
    got = {i: int(j) for i, j in enumerate(chosen) if j >= 0}
    assert cases.keeps(asked, pool, got)
    assert all(j in cases.choices(pool)[i] for i, j in got.items())


@pytest.mark.parametrize(
    ("order", "served"), [("earliest", 1), ("lowest_risk", 2), ("smallest", 0), ("largest", 2)]
)
def test_a_lender_takes_whom_it_prefers(order: str, served: int) -> None:
    asks = [
        Ask({"a": 1}, amount=10, probability=0.3, asked_at=2),
        Ask({"a": 1}, amount=20, probability=0.2, asked_at=1),
        Ask({"a": 1}, amount=30, probability=0.1, asked_at=3),
    ]
    pool = pool_of(asks, [lent("a", quota=1)])
    preferred = {"lender": "granary", "order": order}
    asked = programme().model_validate({**programme().model_dump(), "preferences": (preferred,)})
    orders = lenders_order(asked, pool), applicants_order(pool)
    chosen = deferred_acceptance(system(asked, pool), *orders)
    assert np.flatnonzero(chosen >= 0).tolist() == [served]


def test_few_applicants_ask_among_many_products_for_those_that_fit() -> None:
    asks = [Ask({"c": 1})]
    pool = pool_of(asks, [lent("a"), lent("b"), lent("c")])
    orders = lenders_order(programme(), pool), np.array([[1, 0, 2]])
    assert deferred_acceptance(system(programme(), pool), *orders).tolist() == [2]
