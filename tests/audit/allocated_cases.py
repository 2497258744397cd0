"""A made-up programme, a pool, and an allocation of it: one by one, as long as there is room."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Final

import numpy as np

from matching.allocation.pool import Pool
from matching.allocation.programme import Floor, Limit, Programme
from matching.allocation.result import Allocation, Held, NoRoom, Outcome, Sums, Used
from matching.product import Product
from matching.shelf import load_products

ON: Final = date(2026, 11, 24)
KECAMATAN: Final = ("3325010", "3325020", "3325050", "3325110", "")

PROGRAMME: Final = Programme(
    programme_id="batang-2026",
    name="Program Batang 2026",
    objective="expected_repaid",
    limits=(
        Limit(
            name="Dana Bank Jateng", unit="rupiah", at_most=900_000_000, lenders=("bank-jateng",)
        ),
        Limit(name="Bandar", unit="businesses", at_most=30, kecamatan=("3325020",)),
        Limit(name="Makanan", unit="businesses", at_least=3, kbli=("10", "56")),
    ),
    floors=(Floor(name="Perempuan", group="women", share=Decimal("0.4")),),
    effective_from=date(2026, 1, 1),
    effective_to=date(2026, 12, 31),
    source="made up",
)


def pool(n: int, seed: int, products: tuple[Product, ...] = ()) -> Pool:
    """Return a pool of made-up applications, a tenth of them by a business that asks twice."""
    random = np.random.default_rng(seed)
    offered = products or load_products()[:6]
    p = len(offered)
    weight = np.array([1, 4, 2, 8, 0.2])
    return Pool(
        application_ids=tuple(f"a{i:04}" for i in range(n)),
        business_ids=tuple(f"b{i - (i % 10 == 9):04}" for i in range(n)),
        amount=random.integers(2, 50, n) * 1_000_000,
        probability=random.uniform(0.01, 0.2, n),
        employees=random.integers(0, 5, n).astype(float),
        asked_at=np.arange(n, dtype=np.int64),
        kecamatan=tuple(random.choice(KECAMATAN, n, p=weight / weight.sum()).tolist()),
        kbli=tuple(random.choice(["10794", "47112", "56102", "13134"], n).tolist()),
        groups={"women": random.random(n) < 0.45},
        products=offered,
        fits=random.random((n, p)) < np.linspace(0.5, 0.02, p),
        cost=random.integers(1, 9, (n, p)) * 100_000,
    )


def allocated(pool: Pool, budget: int = 900_000_000) -> Allocation:
    """Return an allocation: who comes first gets the cheapest; of each product a budget, rupiah."""
    left: Counter[int] = Counter(dict.fromkeys(range(len(pool.products)), budget))
    served: set[str] = set()
    outcomes = []
    for i, name in enumerate(pool.application_ids):
        choices = [int(j) for j in np.argsort(pool.cost[i]) if pool.fits[i, j]]
        room = [j for j in choices if left[j] >= pool.amount[i]]
        if pool.business_ids[i] in served and choices:
            outcomes.append(Outcome(name, "another_request", None, None, len(choices), ()))
        elif room:
            left[room[0]] -= int(pool.amount[i])
            served.add(pool.business_ids[i])
            got = pool.products[room[0]].product_id
            at = choices.index(room[0]) + 1
            outcomes.append(Outcome(name, "allocated", got, at, len(choices), ()))
        else:
            code = "no_room" if choices else "no_product_fits"
            full = tuple(NoRoom(pool.products[j].product_id, "Dana", 9, 12) for j in choices)
            outcomes.append(Outcome(name, code, None, None, len(choices), full))  # type: ignore[arg-type]
    return _summed(pool, tuple(outcomes))


def _summed(pool: Pool, outcomes: tuple[Outcome, ...]) -> Allocation:
    lenders = {product.product_id: product.lender.id for product in pool.products}
    got = [(i, lenders[one.product_id]) for i, one in enumerate(outcomes) if one.product_id]
    women = sum(bool(pool.groups["women"][i]) for i, _ in got)
    lent = sum(int(pool.amount[i]) for i, _ in got)
    jateng = sum(int(pool.amount[i]) for i, lender in got if lender == "bank-jateng")
    bandar = sum(pool.kecamatan[i] == "3325020" for i, _ in got)
    food = sum(pool.kbli[i].startswith(("10", "56")) for i, _ in got)
    worth = sum(float(pool.amount[i] * (1 - pool.probability[i])) for i, _ in got)
    sums = Sums(worth, len(got), lent, lent // 10, 3, 1.5)
    short = max(-(-len(got) * 4 // 10) - women, 0)
    return Allocation(
        programme_id=PROGRAMME.programme_id,
        objective=PROGRAMME.objective,
        applications=len(pool),
        fitting=int(pool.fits.any(axis=1).sum()),
        sums=sums,
        bound=worth * 1.0002,
        gap=0.0002,
        limits=(
            Used("Dana Bank Jateng", "rupiah", 900_000_000, None, jateng, 0.93),
            Used("Bandar", "businesses", 30, None, bandar, 4_200_000.0),
            Used("Makanan", "businesses", None, 3, food, 0.0),
        ),
        floors=(
            Held(
                "Perempuan",
                "women",
                Decimal("0.4"),
                "businesses",
                women,
                len(got),
                short,
                exhausted=bool(short),
                price=0.0,
            ),
        ),
        outcomes=outcomes,
        beside={
            "greedy": Sums(worth * 0.97, len(got) - 3, lent, lent // 9, 40, 0.1),
            "deferred_acceptance": Sums(worth * 0.9, len(got) - 9, lent, lent // 8, 0, 0.2),
        },
    )
