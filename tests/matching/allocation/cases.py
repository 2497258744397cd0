"""Small pools and programmes, and the plain recount that allocations are held against.

Nothing here calls the code under test: what an allocation uses, whether it keeps a
programme and what it is worth is counted again with dictionaries and loops.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from matching.allocation.pool import Pool
from matching.allocation.programme import Floor, Limit, Objective, Programme
from matching.allocation.result import Allocation
from matching.product import Product
from tests.matching import cases

Got = Mapping[int, int]
"""Who gets what: the place of an application in its pool → the place of a product."""

MILLION = 1_000_000


@dataclass(frozen=True)
class Ask:
    """One application: products that fit it by identifier, each with its cost in rupiah."""

    fits: Mapping[str, int]
    amount: int = 10 * MILLION
    business: str | None = None
    probability: float = 0.1
    employees: float = math.nan
    asked_at: int = 0
    kecamatan: str = ""
    kbli: str = ""
    groups: frozenset[str] = field(default_factory=frozenset)


def lent(product_id: str, lender: str = "granary", quota: int | None = None) -> Product:
    """Return a product of a lender."""
    whose = {"id": lender, "name": lender, "kind": "cooperative"}
    return cases.product(product_id=product_id, lender=whose, quota=quota)


def pool_of(
    asks: Sequence[Ask], products: Sequence[Product], ids: Sequence[str] | None = None
) -> Pool:
    """Return the pool of some applications, each of a business of its own but where it says so."""
    names = tuple(ids or (f"a{i:04}" for i in range(len(asks))))
    every = sorted({group for ask in asks for group in ask.groups})
    shape = len(asks), len(products)
    cost = [[ask.fits.get(product.product_id, -1) for product in products] for ask in asks]
    costs = np.array(cost, dtype=np.int64).reshape(shape)
    return Pool(
        application_ids=names,
        business_ids=tuple(ask.business or name for ask, name in zip(asks, names, strict=True)),
        amount=np.array([ask.amount for ask in asks], dtype=np.int64),
        probability=np.array([ask.probability for ask in asks], dtype=float),
        employees=np.array([ask.employees for ask in asks], dtype=float),
        asked_at=np.array([ask.asked_at for ask in asks], dtype=np.int64),
        kecamatan=tuple(ask.kecamatan for ask in asks),
        kbli=tuple(ask.kbli for ask in asks),
        groups={name: np.array([name in ask.groups for ask in asks], dtype=bool) for name in every},
        products=tuple(products),
        fits=costs >= 0,
        cost=np.maximum(costs, 0),
    )


def programme(
    *limits: Limit, floors: Sequence[Floor] = (), objective: Objective = "businesses"
) -> Programme:
    """Return a programme of some limits."""
    return Programme(
        programme_id="tried",
        name="Tried",
        objective=objective,
        limits=limits,
        floors=tuple(floors),
        effective_from=date(2026, 1, 1),
        effective_to=date(2026, 12, 31),
        source="made up",
    )


def got_of(pool: Pool, products: Sequence[str | None]) -> Got:
    """Return who gets what from each application's product, None for nothing."""
    place = {product.product_id: j for j, product in enumerate(pool.products)}
    return {i: place[product] for i, product in enumerate(products) if product is not None}


def given_out(pool: Pool, allocation: Allocation) -> Got:
    """Return who gets what, as an allocation tells it."""
    assert [one.application_id for one in allocation.outcomes] == list(pool.application_ids)
    return got_of(pool, [one.product_id for one in allocation.outcomes])


def all_limits(programme: Programme, pool: Pool) -> list[Limit]:
    """Return a programme's limits, and the quotas of the products."""
    quotas = [
        Limit(
            name=f"q-{one.product_id}",
            unit="businesses",
            at_most=one.quota,
            products=(name,),
        )
        for one in pool.products
        if one.quota is not None and (name := one.product_id)
    ]
    return [*programme.limits, *quotas]


def concerns(limit: Limit, pool: Pool, i: int, j: int) -> bool:
    """Return whether a limit counts application *i* when it gets product *j*."""
    groups = [name for name, members in pool.groups.items() if members[i]]
    return (
        (not limit.lenders or pool.products[j].lender.id in limit.lenders)
        and (not limit.products or pool.products[j].product_id in limit.products)
        and (not limit.kecamatan or pool.kecamatan[i] in limit.kecamatan)
        and (not limit.kbli or any(pool.kbli[i].startswith(code) for code in limit.kbli))
        and (not limit.groups or any(group in groups for group in limit.groups))
    )


def counts(unit: str, pool: Pool, i: int) -> int:
    """Return what an application counts in a unit."""
    return int(pool.amount[i]) if unit == "rupiah" else 1


def used(limit: Limit, pool: Pool, got: Got) -> int:
    """Return how much of a limit is used."""
    return sum(counts(limit.unit, pool, i) for i, j in got.items() if concerns(limit, pool, i, j))


def reached(floor: Floor, pool: Pool, got: Got) -> tuple[int, int]:
    """Return what the group of a floor got, and what all got."""
    members = pool.groups.get(floor.group, np.zeros(len(pool), dtype=bool))
    mine = sum(counts(floor.of, pool, i) for i in got if members[i])
    return mine, sum(counts(floor.of, pool, i) for i in got)


def short(floor: Floor, pool: Pool, got: Got) -> int:
    """Return how many units a group is short of its share, 0 where it has it."""
    mine, total = reached(floor, pool, got)
    return max(math.ceil(Fraction(floor.share) * total) - mine, 0)


def within(limits: Sequence[Limit], pool: Pool, got: Got) -> bool:
    """Return whether limits are kept."""
    for limit in limits:
        count = used(limit, pool, got)
        if limit.at_most is not None and count > limit.at_most:
            return False
        if limit.at_least is not None and count < limit.at_least:
            return False
    return True


def keeps(programme: Programme, pool: Pool, got: Got) -> bool:
    """Return whether an allocation keeps every limit and every floor."""
    return within(all_limits(programme, pool), pool, got) and not any(
        short(floor, pool, got) for floor in programme.floors
    )


def choices(pool: Pool) -> dict[int, list[int]]:
    """Return the products that fit each application which is its business's latest."""
    latest: dict[str, tuple[int, str]] = {}
    for i, business in enumerate(pool.business_ids):
        mine = int(pool.asked_at[i]), pool.application_ids[i]
        latest[business] = max(latest.get(business, mine), mine)
    return {
        i: [j for j in range(len(pool.products)) if pool.fits[i, j]]
        for i, business in enumerate(pool.business_ids)
        if latest[business] == (int(pool.asked_at[i]), pool.application_ids[i])
    }


def every_allocation(pool: Pool) -> Iterator[Got]:
    """Yield every way to give each business one product that fits it, or nothing."""
    open_to = choices(pool)
    for picked in itertools.product(*([None, *products] for products in open_to.values())):
        yield {i: j for i, j in zip(open_to, picked, strict=True) if j is not None}


def worth(objective: Objective, pool: Pool, got: Got) -> float:
    """Return what an allocation is worth in the objective's unit."""
    if objective == "businesses":
        return len(got)
    if objective == "jobs":
        jobs = {i: float(pool.employees[i]) for i in got}
        return sum(1 + (0 if math.isnan(many) else many) for many in jobs.values())
    return sum(float(pool.amount[i]) * (1 - float(pool.probability[i])) for i in got)


def best(programme: Programme, pool: Pool) -> float | None:
    """Return the most that any allocation which keeps a programme is worth; None: none does."""
    kept = (got for got in every_allocation(pool) if keeps(programme, pool, got))
    return max((worth(programme.objective, pool, got) for got in kept), default=None)


PRODUCTS = (lent("a"), lent("b", quota=2), lent("c", lender="barn"))

amounts = st.integers(10, 40) | st.integers(1, 500 * MILLION)

asks = st.builds(
    Ask,
    fits=st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 5 * MILLION)),
    amount=amounts,
    business=st.sampled_from([None, None, None, "x"]),
    probability=st.floats(0, 0.9),
    employees=st.sampled_from([math.nan, 0.0, 1.0, 4.0]),
    asked_at=st.integers(0, 2),
    kecamatan=st.sampled_from(["", "3325080", "3325090"]),
    kbli=st.sampled_from(["", "47112", "10794"]),
    groups=st.frozensets(st.sampled_from(["coast", "young"])),
)

pools = st.lists(asks, min_size=1, max_size=6).map(lambda asks: pool_of(asks, PRODUCTS))

PARTS: Sequence[Mapping[str, tuple[str, ...]]] = (
    {},
    {"lenders": ("granary",)},
    {"lenders": ("barn",)},
    {"products": ("a", "c")},
    {"kecamatan": ("3325080",)},
    {"kbli": ("47", "1")},
    {"groups": ("coast",)},
)

parts = st.sampled_from(PARTS)


@st.composite
def limits(draw: st.DrawFn, pool: Pool, name: str = "limit", *, at_least: bool = False) -> Limit:
    """Return a limit that can bind: near what the applications of the pool add up to."""
    unit = draw(st.sampled_from(["rupiah", "businesses"]))
    most = sum(counts(unit, pool, i) for i in range(len(pool)))
    bound = draw(st.integers(0, most))
    least = draw(st.integers(0, bound)) if at_least else None
    return Limit.model_validate(
        {"name": name, "unit": unit, "at_most": bound, "at_least": least, **draw(parts)}
    )


floors = st.builds(
    Floor,
    name=st.just("floor"),
    group=st.sampled_from(["coast", "young"]),
    share=st.sampled_from(["0.1", "0.4", "0.5", "1"]),
    of=st.sampled_from(["businesses", "rupiah"]),
)

objectives = st.sampled_from(["expected_repaid", "businesses", "jobs"])


def town(n: int, seed: int, lenders: int = 4) -> tuple[Programme, Pool]:
    """Return a pool of made-up applications, two products a lender, and a programme that binds."""
    random = np.random.default_rng(seed)
    products = [
        lent(f"p{k}", lender=f"lender-{k // 2}", quota=n // 12 if k % 5 == 0 else None)
        for k in range(2 * lenders)
    ]
    asks = []
    for _ in range(n):
        amount = int(random.integers(1, 60)) * MILLION + int(random.integers(0, MILLION))
        fits = random.random(len(products)) < 0.5
        costs = (random.uniform(0.02, 0.6, len(products)) * amount).astype(int).tolist()
        asks.append(
            Ask(
                {one.product_id: costs[k] for k, one in enumerate(products) if fits[k]},
                amount,
                probability=float(random.uniform(0.01, 0.4)),
                employees=float(random.integers(0, 9)),
                asked_at=int(random.integers(0, n)),
                kecamatan=f"33250{random.integers(10, 14)}",
                kbli=str(random.choice(["47112", "10794", "56102"])),
                groups=frozenset(["coast"] if random.random() < 0.2 else []),
            )
        )
    pool = pool_of(asks, products)
    share = int(pool.amount.sum()) // (2 * lenders)
    budgets = (
        Limit(name=f"lender-{k}", unit="rupiah", at_most=share, lenders=(f"lender-{k}",))
        for k in range(lenders)
    )
    quota = Limit(name="district", unit="businesses", at_most=n // 10, kecamatan=("3325010",))
    least = Limit(name="trade", unit="businesses", at_least=n // 20, kbli=("47",))
    coast = Floor(name="coast", group="coast", share="0.25")
    return programme(*budgets, quota, least, floors=[coast], objective="expected_repaid"), pool
