"""Made-up programmes and pools of any size, the same from the same seed.

Nobody in them exists. They are made so that an allocation has something to decide: budgets
come to about half of what is asked, quotas bind here and there, and women, 45% of those who
ask, are to be 48% of those served. A product takes amounts of a range, districts, beginnings
of activity codes and risks up to its cut-off, and asks for papers that some lack.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

import numpy as np

from matching.allocation.pool import Bools, Floats, Ints, Pool
from matching.allocation.programme import Floor, Limit, Preference, Programme
from matching.product import Lender, Product

KECAMATAN: Final = tuple(f"3325{number:02d}" for number in range(1, 16))
SECTORS: Final = {"47": 0.38, "56": 0.18, "10": 0.16, "14": 0.10, "01": 0.12, "03": 0.06}
"""Beginnings of activity codes, and their shares of those who ask."""

LENDERS: Final = 12
ORDERS: Final = ("earliest", "lowest_risk", "smallest", "largest")
RANGES: Final = ((1, 10), (2, 25), (5, 50), (10, 100), (25, 500))
"""Amounts that products take, million rupiah."""

MILLION: Final = 1_000_000
STEP: Final = 500_000
DAY: Final = 86_400_000_000
TWICE: Final = 0.02
"""How many of the applications are the second of a business."""

SCARCE: Final = 0.5
"""All budgets ÷ all that is asked where a product fits."""

Dice = np.random.Generator


def made(applications: int, products: int = 50, seed: int = 1) -> tuple[Programme, Pool]:
    """Return a programme and its pool, both made up."""
    dice = np.random.default_rng((seed, applications, products))
    offered = tuple(_product(dice, number) for number in range(products))
    pool = _pool(dice, applications, offered)
    return _programme(dice, pool), pool


def _product(dice: Dice, number: int) -> Product:
    low, high = RANGES[number % len(RANGES)]
    lender = number % LENDERS
    return Product(
        product_id=f"product-{number:02d}",
        lender=Lender(id=f"lender-{lender:02d}", name=f"Lender {lender}", kind="cooperative"),
        name=f"Product {number}",
        scheme="made up",
        contract="conventional",
        amount_min=low * MILLION,
        amount_max=high * MILLION,
        price_kind="flat",
        rate=Decimal(int(dice.integers(3, 40))) / 100,
        fees=(),
        tenor_min=3,
        tenor_max=36,
        repayment="flat",
        eligibility=(),
        collateral="none",
        max_pd=float(dice.choice([0.05, 0.08, 0.12, 0.2])),
        effective_from=date(2026, 1, 1),
        effective_to=date(2026, 12, 31),
        source="made up",
        verified_by="nobody",
        verified_at=date(2026, 1, 1),
        example=True,
    )


def _pool(dice: Dice, n: int, products: tuple[Product, ...]) -> Pool:
    asked = np.exp(dice.normal(np.log(12 * MILLION), 0.9, n))
    amount = (np.clip(asked, MILLION, 500 * MILLION) // STEP * STEP).astype(np.int64)
    probability = dice.beta(1.6, 24, n)
    owner = np.arange(n)
    again = dice.random(n) < TWICE
    owner[again] = dice.integers(0, n, again.sum())
    kecamatan = dice.choice(len(KECAMATAN), n, p=dice.dirichlet(np.full(len(KECAMATAN), 8.0)))
    sector = dice.choice(len(SECTORS), n, p=list(SECTORS.values()))
    kecamatan, sector = kecamatan[owner], sector[owner]
    kbli = [f"{list(SECTORS)[one]}{rest}" for one, rest in zip(sector, dice.integers(100, 999, n))]
    fits = _fits(dice, products, amount, probability, np.column_stack([kecamatan, sector]))
    return Pool(
        application_ids=tuple(f"a{one}" for one in range(n)),
        business_ids=tuple(f"b{one}" for one in owner),
        amount=amount,
        probability=probability,
        employees=dice.poisson(1.2, n).astype(float),
        asked_at=1_790_000_000_000_000 + dice.integers(0, 30 * DAY, n),
        kecamatan=tuple(KECAMATAN[one] for one in kecamatan),
        kbli=tuple(kbli),
        groups={"women": (dice.random(n) < 0.45)[owner]},  # noqa: PLR2004
        products=products,
        fits=fits,
        cost=_cost(dice, products, amount),
    )


def _fits(
    dice: Dice, products: tuple[Product, ...], amount: Ints, probability: Floats, places: Ints
) -> Bools:
    """Return (n, p); *places* holds each application's district and sector, (n, 2)."""
    papers = dice.random(len(amount))
    columns = []
    for one in products:
        districts = dice.random(len(KECAMATAN)) < dice.choice([0.6, 1.0])
        sectors = dice.random(len(SECTORS)) < dice.choice([0.7, 1.0])
        fit = (one.amount_min <= amount) & (amount <= one.amount_max)
        fit &= districts[places[:, 0]] & sectors[places[:, 1]]
        columns.append(fit & (probability <= one.max_pd) & (papers >= dice.uniform(0, 0.4)))
    return np.column_stack(columns)


def _cost(dice: Dice, products: tuple[Product, ...], amount: Ints) -> Ints:
    """Return (n, p) rupiah: the rate over the tenor, and a fee of up to 2%."""
    years = dice.choice([1, 2, 3], len(amount))
    rate = np.array([float(one.rate) for one in products])
    fee = dice.uniform(0, 0.02, (len(amount), len(products)))
    return np.rint(amount[:, None] * (years[:, None] * rate + fee)).astype(np.int64)


def _programme(dice: Dice, pool: Pool) -> Programme:
    budgets = _budgets(dice, pool)
    usual = float(pool.amount[pool.fits.any(axis=1)].mean())
    lenders = sorted({one.lender.id for one in pool.products})
    limits = [
        _most(f"budget of {one.product_id}", budget, unit="rupiah", products=(one.product_id,))
        for one, budget in zip(pool.products, budgets, strict=True)
    ]
    for lender in lenders:
        own = np.array([one.lender.id == lender for one in pool.products])
        usually = budgets[own].sum() / usual
        limits.append(_most(f"quota of {lender}", usually * dice.uniform(0.8, 1.3), lenders=(lender,)))
    asked: Callable[[str, str], int] = lambda name, start: sum(
        one.startswith(start) for one in getattr(pool, name)
    )
    for name, starts in (("kecamatan", KECAMATAN), ("kbli", tuple(SECTORS))):
        for start in starts:
            most = asked(name, start) * SCARCE * dice.uniform(0.8, 1.3)
            limits.append(_most(f"quota of {name} {start}", most, **{name: (start,)}))
    orders = dice.choice(ORDERS, len(lenders))
    return Programme(
        programme_id="made-up",
        name="Made up",
        objective="expected_repaid",
        limits=tuple(limits),
        floors=(Floor(name="women", group="women", share=Decimal("0.48")),),
        preferences=tuple(
            Preference(lender=lender, order=order)
            for lender, order in zip(lenders, orders, strict=True)
        ),
        effective_from=date(2026, 1, 1),
        effective_to=date(2026, 12, 31),
        source="made up",
    )


def _budgets(dice: Dice, pool: Pool) -> Ints:
    """Return (p) rupiah in whole millions: what would come to each product, more or less."""
    choices = pool.fits.sum(axis=1)
    each = np.where(choices, pool.amount / np.maximum(choices, 1), 0.0)
    share = (pool.fits * each[:, None]).sum(axis=0) * dice.lognormal(0, 0.5, len(pool.products))
    demand = float(pool.amount[choices > 0].sum())
    budgets = share / share.sum() * SCARCE * demand
    return np.ceil(budgets / MILLION).astype(np.int64) * MILLION


def _most(name: str, most: float, unit: str = "businesses", **of: Any) -> Limit:
    return Limit(name=name, unit=unit, at_most=int(most), **of)
