"""Officials see aggregates of an allocation, and no number about fewer than ten businesses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pydantic import TypeAdapter

from audit.allocated import Cell, Overview, Place, overview
from matching.allocation.pool import Pool
from matching.allocation.programme import Limit
from matching.allocation.result import Allocation, Code, Outcome, Used
from tests.audit.allocated_cases import ON, PROGRAMME, allocated, pool

Key = tuple[str, str]


@pytest.fixture(scope="module")
def waiting() -> Pool:
    return pool(700, seed=3)


@pytest.fixture(scope="module")
def allocation(waiting: Pool) -> Allocation:
    return allocated(waiting)


@pytest.fixture(scope="module")
def seen(waiting: Pool, allocation: Allocation) -> Overview:
    return overview(allocation, PROGRAMME, waiting, ON)


def every(seen: Overview) -> Iterator[tuple[Key, Cell | None]]:
    """Yield the cells of an overview by (kecamatan or all, product or what became of them)."""
    names = [product.product_id for product in seen.products]
    for where, place in [*((one.kecamatan, one) for one in seen.places), ("all", seen.total)]:
        yield from zip([(where, name) for name in names], place.allocated, strict=True)
        for what in ("met", "no_room", "no_fit", "asked"):
            yield (where, what), getattr(place, what)


def recounted(waiting: Pool, allocation: Allocation) -> dict[Key, tuple[int, int]]:
    """Return the same cells from the outcomes, business by business, in plain Python."""
    asked = defaultdict(list)
    for i, (business, outcome) in enumerate(
        zip(waiting.business_ids, allocation.outcomes, strict=True)
    ):
        asked[business].append((outcome, int(waiting.amount[i]), waiting.kecamatan[i]))
    count: Counter[Key] = Counter()
    rupiah: Counter[Key] = Counter()
    rank = {"allocated": 0, "no_room": 1, "no_product_fits": 2, "another_request": 3}
    for requests in asked.values():
        outcome, amount, kecamatan = min(requests, key=lambda one: (rank[one[0].code], -one[1]))
        became = {"no_room": "no_room", "no_product_fits": "no_fit"}.get(outcome.code, "met")
        for where in (kecamatan, "all"):
            for what in {became, outcome.product_id or became, "asked"}:
                count[where, what] += 1
                rupiah[where, what] += amount
    return {key: (count[key], rupiah[key]) for key in count}


def test_what_is_shown_is_what_was_allocated(
    seen: Overview, waiting: Pool, allocation: Allocation
) -> None:
    expected = recounted(waiting, allocation)
    shown = {key: cell for key, cell in every(seen) if cell is not None}
    assert len(shown) > len(expected) / 3
    for key, cell in shown.items():
        assert (cell.businesses, cell.amount) == expected.get(key, (0, 0))


def test_no_cell_of_fewer_than_ten_is_shown(seen: Overview) -> None:
    counts = [cell.businesses for _, cell in every(seen) if cell is not None]
    assert min(count for count in counts if count) >= 10


def test_a_limit_is_not_told_where_the_same_businesses_are_a_hidden_cell() -> None:
    few = pool(30, seed=3)
    allocation = allocated(few)
    seen = overview(allocation, PROGRAMME, few, ON)
    place = next(one for one in seen.places if one.kecamatan == "3325020")
    bandar = seen.limits[1]
    assert place.met is None
    assert (bandar.used, bandar.price) == (None, None)
    assert bandar.at_most == PROGRAMME.limits[1].at_most


def test_a_budget_keeps_its_price_where_its_use_is_hidden() -> None:
    few = pool(20, seed=4)
    jateng = PROGRAMME.model_copy(
        update={"limits": (PROGRAMME.limits[0].model_copy(update={"lenders": ()}),)}
    )
    whole = allocated(few, budget=30_000_000)
    (budget,) = overview(
        Allocation(**{**vars(whole), "limits": whole.limits[:1]}), jateng, few, ON
    ).limits
    assert 0 < sum(one.code == "allocated" for one in whole.outcomes) < 10
    assert budget.used is None
    assert budget.price == whole.limits[0].price


def only(code: Code, outcome: Outcome) -> Outcome:
    """Return an outcome with nothing allocated, for this reason."""
    return replace(outcome, code=code, product_id=None, choice=None)


def test_of_a_place_where_few_ask_not_even_that_nobody_is_served_is_told(
    waiting: Pool, allocation: Allocation
) -> None:
    """The one there knows of nobody else, so that a zero would tell what became of them."""
    there = replace(waiting, kecamatan=("3325120", *waiting.kecamatan[1:]))
    alone = waiting.business_ids.count(waiting.business_ids[0])
    first, *others = allocation.outcomes
    seen = overview(
        replace(allocation, outcomes=(only("no_room", first), *others)), PROGRAMME, there, ON
    )
    place = next(one for one in seen.places if one.kecamatan == "3325120")
    assert alone == 1
    assert [place.met, place.no_room, place.no_fit, place.asked] == [None] * 4
    assert sum(cell is not None for cell in place.allocated) == 0
    for what in ("met", "no_room", "no_fit"):
        hidden = [one for one in seen.places if getattr(one, what) is None]
        assert len(hidden) > 1 or getattr(seen.total, what) is None


def test_what_a_limit_about_one_business_holds_back_is_not_told(
    waiting: Pool, allocation: Allocation
) -> None:
    there = replace(waiting, kbli=("99000", *waiting.kbli[1:]))
    asked = PROGRAMME.model_copy(
        update={"limits": (Limit(name="One", unit="rupiah", at_most=0, kbli=("99",)),)}
    )
    held = replace(allocation, limits=(Used("One", "rupiah", 0, None, 0, 0.9312),))
    (one,) = overview(held, asked, there, ON).limits
    assert waiting.fits[0].any()
    assert (one.used, one.price) == (None, None)


def test_of_two_limits_that_differ_by_one_business_only_the_larger_is_told(
    waiting: Pool, allocation: Allocation
) -> None:
    served = next(
        i
        for i, one in enumerate(allocation.outcomes)
        if one.product_id and waiting.kbli[i] == "10794"
    )
    kbli = tuple("10999" if i == served else code for i, code in enumerate(waiting.kbli))
    limits = (
        Limit(name="Food", unit="businesses", at_most=900, kbli=("10",)),
        Limit(name="All but one", unit="businesses", at_most=900, kbli=("107",)),
    )
    used = [
        Used(
            limit.name,
            "businesses",
            900,
            None,
            sum(
                one.product_id is not None and code.startswith(limit.kbli)
                for one, code in zip(allocation.outcomes, kbli, strict=True)
            ),
            0.0,
        )
        for limit in limits
    ]
    seen = overview(
        replace(allocation, limits=tuple(used)),
        PROGRAMME.model_copy(update={"limits": limits}),
        replace(waiting, kbli=kbli),
        ON,
    )
    assert used[0].used - used[1].used == 1
    assert used[1].used >= 10
    assert [one.used for one in seen.limits] == [used[0].used, None]


def test_of_a_group_of_few_it_is_not_told_what_they_are_worth_or_that_all_are_served(
    waiting: Pool, allocation: Allocation
) -> None:
    few = np.arange(len(waiting)) < 4
    held = replace(allocation.floors[0], used=0, exhausted=True, price=0.4)
    seen = overview(
        replace(allocation, floors=(held,)), PROGRAMME, replace(waiting, groups={"women": few}), ON
    )
    (floor,) = seen.floors
    assert (floor.used, floor.short, floor.exhausted, floor.price) == (None,) * 4


def test_a_method_that_serves_a_few_is_not_set_beside(
    waiting: Pool, allocation: Allocation
) -> None:
    greedy = replace(allocation.beside["greedy"], served=1, lent=48_000_000)
    beside = {**allocation.beside, "greedy": greedy}
    worth = overview(replace(allocation, beside=beside), PROGRAMME, waiting, ON).worth
    assert worth is not None
    assert list(worth.beside) == ["deferred_acceptance"]


def test_of_very_few_nothing_is_told() -> None:
    few = pool(8, seed=1)
    seen = overview(allocated(few), PROGRAMME, few, ON)
    assert seen.worth is None
    assert all(cell is None or not cell.businesses for _, cell in every(seen))
    assert [(floor.used, floor.total, floor.short) for floor in seen.floors] == [(None,) * 3]


def test_of_nobody_everything_is_zero() -> None:
    nobody = pool(0, seed=1)
    seen = overview(allocated(nobody), PROGRAMME, nobody, ON)
    assert seen.places == ()
    assert seen.total == Place("", (), *[Cell(0, 0)] * 4)


def test_an_overview_is_the_same_after_it_was_kept_as_json(seen: Overview) -> None:
    shape = TypeAdapter(Overview)
    assert shape.validate_json(shape.dump_json(seen)) == seen


def test_the_floor_and_the_limits_are_those_of_the_allocation(
    seen: Overview, allocation: Allocation, waiting: Pool
) -> None:
    (floor,), (held,) = seen.floors, allocation.floors
    assert (floor.used, floor.total, floor.short) == (held.used, held.total, held.short)
    got = np.array([one.product_id is not None for one in allocation.outcomes])
    assert floor.used == int((got & waiting.groups["women"]).sum())
    assert [one.name for one in seen.limits] == [one.name for one in allocation.limits]
