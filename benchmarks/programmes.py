"""Made-up programmes and pools of any size, the same from the same seed.

Nobody in them exists. They are made so that an allocation has something to decide: budgets
come to about half of what is asked, quotas bind here and there, and women, 45% of those who
ask, are to be 48% of those served. A product takes amounts of a range, districts, beginnings
of activity codes and risks up to its cut-off, and asks for papers that some lack.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

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
    starts, rest = np.array(list(SECTORS))[sector], dice.integers(100, 999, n).astype(str)
    fits = _fits(dice, products, amount, probability, np.column_stack([kecamatan, sector]))
    return Pool(
        application_ids=tuple(f"a{one}" for one in range(n)),
        business_ids=tuple(f"b{one}" for one in owner),
        amount=amount,
        probability=probability,
        employees=dice.poisson(1.2, n).astype(float),
        asked_at=1_790_000_000_000_000 + dice.integers(0, 30 * DAY, n),
        kecamatan=tuple(KECAMATAN[one] for one in kecamatan),
        kbli=tuple(np.char.add(starts, rest).tolist()),
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
        columns.append(fit & (probability <= (one.max_pd or 0)) & (papers >= dice.uniform(0, 0.4)))
    return np.column_stack(columns)


def _cost(dice: Dice, products: tuple[Product, ...], amount: Ints) -> Ints:
    """Return (n, p) rupiah: the rate over the tenor, and a fee of up to 2%."""
    years = dice.choice([1, 2, 3], len(amount))
    rate = np.array([float(one.rate) for one in products])
    fee = dice.uniform(0, 0.02, (len(amount), len(products)))
    return np.asarray(np.rint(amount[:, None] * (years[:, None] * rate + fee)), dtype=np.int64)


def _programme(dice: Dice, pool: Pool) -> Programme:
    lenders = sorted({one.lender.id for one in pool.products})
    orders = dice.choice(ORDERS, len(lenders)).tolist()
    return Programme(
        programme_id="made-up",
        name="Made up",
        objective="expected_repaid",
        limits=tuple(_limits(dice, pool, lenders)),
        floors=(Floor(name="women", group="women", share=Decimal("0.48")),),
        preferences=tuple(
            Preference(lender=lender, order=order)
            for lender, order in zip(lenders, orders, strict=True)
        ),
        effective_from=date(2026, 1, 1),
        effective_to=date(2026, 12, 31),
        source="made up",
    )


def _limits(dice: Dice, pool: Pool, lenders: Sequence[str]) -> Iterator[Limit]:
    """Return a budget for each product, and a quota for each lender, district and sector."""
    budgets = _budgets(dice, pool)
    for one, most in zip(pool.products, budgets.tolist(), strict=True):
        name = f"budget of {one.product_id}"
        yield Limit(name=name, unit="rupiah", at_most=most, products=(one.product_id,))
    usual = float(pool.amount[pool.fits.any(axis=1)].mean())
    for lender in lenders:
        own = np.array([one.lender.id == lender for one in pool.products])
        yield _quota(dice, budgets[own].sum() / usual, lenders=(lender,))
    for code in KECAMATAN:
        yield _quota(dice, pool.kecamatan.count(code) * SCARCE, kecamatan=(code,))
    for start in SECTORS:
        asking = sum(one.startswith(start) for one in pool.kbli)
        yield _quota(dice, asking * SCARCE, kbli=(start,))


def _quota(dice: Dice, usually: float, **of: tuple[str]) -> Limit:
    name = "quota of " + " ".join(f"{part} {one}" for part, (one,) in of.items())
    most = int(usually * dice.uniform(0.8, 1.3))
    return Limit.model_validate({"name": name, "unit": "businesses", "at_most": most, **of})


def _budgets(dice: Dice, pool: Pool) -> Ints:
    """Return (p) rupiah in whole millions: what would come to each product, more or less."""
    choices = pool.fits.sum(axis=1)
    each = np.where(choices, pool.amount / np.maximum(choices, 1), 0.0)
    share = (pool.fits * each[:, None]).sum(axis=0) * dice.lognormal(0, 0.5, len(pool.products))
    demand = float(pool.amount[choices > 0].sum())
    budgets = share / share.sum() * SCARCE * demand
    return np.asarray(np.ceil(budgets / MILLION) * MILLION, dtype=np.int64)
