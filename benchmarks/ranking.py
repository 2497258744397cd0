"""How long it takes to rank 50 products for one applicant, with every instalment and price.

``python -m benchmarks.ranking`` makes 50 products whose terms all differ, and applicants whose
amounts and tenors do, so that nothing kept from one answers another. Every applicant is answered
by `matching.offer.match` and, in turn with it, by the plain loop that people write: for each
product the rules, then a schedule month by month and its rate of return by pyxirr, then a sort
by cost. Both offer the same products, at the same cost but for what a month's rounding makes.
Then a whole programme of applicants is held against all products at a time by `matching.many`.

It prints a table, and one JSON object as its last line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

import numpy as np
import pyxirr

from benchmarks.turns import Took, in_turns, medians, parser, quantiles, tell, timed, times
from benchmarks.watched import clocked
from matching import affordability, eligibility
from matching.applicant import Applicant
from matching.many import held
from matching.offer import match
from matching.offering import Offering
from matching.product import Product

TODAY: Final = date(2026, 11, 24)
LENDER: Final = {"id": "granary", "name": "Granary", "kind": "cooperative"}
PERIODS: Final = 12
KINDS: Final = 50

CLOSE: Final = 1e-4
"""Prices per year no further apart are the same but for rounding."""


def shelf(number: int) -> list[Product]:
    """Return products of other terms each: monthly, half of them effective and half flat.

    The first `KINDS` differ in every term; of more, rates and lines come again with other amounts.
    """
    return [_product(place) for place in range(number)]


def _product(place: int) -> Product:
    effective, kind = place % 2 == 0, place % KINDS
    return Product.model_validate(
        {
            "product_id": f"p{place:03}",
            "lender": LENDER,
            "name": f"Product {place}",
            "scheme": "benchmark",
            "contract": "conventional",
            "amount_min": 1_000_000 + 1000 * place,
            "amount_max": 100_000_000 + 1_000_000 * place,
            "price_kind": "effective" if effective else "flat",
            "rate": f"{0.03 + 0.0025 * kind:.4f}",
            "fees": [
                {"name": "provisi", "kind": "percent", "value": f"{0.0002 * kind:.4f}"},
                {"name": "admin", "kind": "fixed", "value": str(10_000 + 500 * place)},
            ],
            "tenor_min": 3,
            "tenor_max": 48 + place % 13,
            "repayment": "annuity" if effective else "flat",
            "eligibility": [_rule("months_running", "at_least", place % 12), *_papers(place)],
            "collateral": "none",
            "max_pd": 0.05 + 0.004 * kind,
            "effective_from": date(2026, 1, 1),
            "effective_to": date(2026, 12, 31),
            "source": "made up",
            "verified_by": "benchmark",
            "verified_at": date(2026, 1, 5),
            "example": False,
        }
    )


def _papers(place: int) -> list[dict[str, object]]:
    asked = (("has_all", ["ktp", "kk"]), ("has_all", ["ktp"]), ("has_any", ["nib", "sku"]))
    return [_rule("documents", *asked[place % len(asked)])]


def _rule(field: str, op: str, value: object) -> dict[str, object]:
    return {
        "field": field,
        "op": op,
        "value": value,
        "reason_code": "R06",
        "citation": "made up",
    }


def asking(number: int, seed: int) -> list[Applicant]:
    """Return applicants of other amounts each; most products fit most of them."""
    chance = np.random.default_rng(seed)
    amounts = chance.integers(2_000_000, 60_000_000, number)
    incomes = amounts * chance.uniform(0.15, 1.0, number)
    return [
        Applicant(
            as_of=TODAY,
            amount=int(amount),
            tenor_months=int(tenor),
            probability_of_default=float(risk),
            purpose="working_capital",
            months_running=int(months),
            documents=frozenset({"ktp", "kk", "nib"}),
            kbli="47112",
            kecamatan="33.25.08",
            active_bank_loans=0,
            programme_loan=False,
            monthly_income=float(income),
            monthly_spending=float(income) * 0.3,
        )
        for amount, tenor, risk, months, income in zip(
            amounts,
            chance.integers(6, 49, number),
            chance.uniform(0, 0.15, number),
            chance.integers(6, 60, number),
            incomes,
            strict=True,
        )
    ]


def ranked(applicant: Applicant, products: Sequence[Product]) -> list[tuple[str, int, float]]:
    """Return (product, total cost, price per year), the cheapest first, by the matcher."""
    offers = match(applicant, products, on=TODAY, examples=False).offers
    return [(offer.product_id, offer.total_cost, offer.apr) for offer in offers]


def looped(applicant: Applicant, products: Sequence[Product]) -> list[tuple[str, int, float]]:
    """Return the same by a plain loop: a schedule of the months, and pyxirr's rate of return."""
    found = []
    for product in products:
        if not product.offerable(TODAY, examples=False):
            continue
        flows = instalments(product, applicant.amount, applicant.tenor_months)
        risky = (
            product.max_pd is not None and (applicant.probability_of_default or 0) > product.max_pd
        )
        failed = eligibility.failures(product, applicant)
        if risky or failed or affordability.failures(applicant, max(flows)):
            continue
        fees = product.fees_on(applicant.amount)
        rate = pyxirr.irr([fees - applicant.amount, *flows]) or 0.0
        cost = sum(flows) + fees - applicant.amount
        found.append((product.product_id, cost, PERIODS * rate))
    return sorted(found, key=lambda one: (one[1], one[0]))


def instalments(product: Product, amount: int, tenor: int) -> list[int]:
    """Return every instalment, month by month, by pyxirr's formula where interest compounds."""
    rate = float(product.rate) / PERIODS
    if product.repayment == "flat":
        interest = round(amount * rate)
        return _repaid(amount, round(amount / tenor + interest), [interest] * tenor)
    each, owed, charged = round(-(pyxirr.pmt(rate, tenor, amount) or 0.0)), amount, []
    for _ in range(tenor):
        charged.append(round(owed * rate))
        owed -= each - charged[-1]
    return _repaid(amount, each, charged)


def _repaid(amount: int, each: int, charged: Sequence[int]) -> list[int]:
    return [each] * (len(charged) - 1) + [amount + sum(charged) - each * (len(charged) - 1)]


def raced(
    ways: dict[str, Callable[[Applicant], object]], applicants: Sequence[Applicant]
) -> dict[str, list[Took]]:
    """Return what each way took with each applicant, the ways in turn."""
    candidates = {name: partial(_next, way, iter(applicants)) for name, way in ways.items()}
    return in_turns(candidates, len(applicants))


def _next(way: Callable[[Applicant], object], applicants: Iterator[Applicant]) -> Took:
    applicant = next(applicants)
    return timed(lambda: way(applicant))


def taken(took: Sequence[Took]) -> dict[str, float]:
    """Return milliseconds: the median and 99th percentile, and the median of processor time."""
    wall = [one.seconds for one in took]
    return {**quantiles(wall), "p50_cpu_ms": float(np.median(cpu(took))) * 1000}


def cpu(took: Sequence[Took]) -> list[float]:
    """Return the seconds of the processor."""
    return [one.cpu_seconds for one in took]


def apart(applicants: Sequence[Applicant], products: Sequence[Product]) -> int:
    """Return for how many applicants the two ways do not offer the same, at about the same cost."""
    return sum(
        not same(ranked(one, products), looped(one, products), one.tenor_months)
        for one in applicants
    )


def same(ours: list[tuple[str, int, float]], theirs: list[tuple[str, int, float]], n: int) -> bool:
    """Return whether offers are the same but for a rupiah in each of *n* months."""
    found, other = ({name: rest for name, *rest in one} for one in (ours, theirs))
    return found.keys() == other.keys() and all(
        abs(cost - other[name][0]) <= n and abs(price - other[name][1]) < CLOSE
        for name, (cost, price) in found.items()
    )


def main() -> None:
    """Rank, compare, and print."""
    asks = parser(__doc__)
    asks.add_argument("--products", type=int, default=50)
    asks.add_argument("--applicants", type=int, default=2000)
    asks.add_argument("--programme", type=int, default=100_000, help="Applicants at a time.")
    asks.add_argument("--seed", type=int, default=7)
    asked = asks.parse_args()
    products = shelf(asked.products)
    warm, few = asking(100, asked.seed + 1), asking(asked.applicants, asked.seed)
    ways: dict[str, Callable[[Applicant], object]] = {
        "lumbung": lambda one: ranked(one, products),
        "loop": lambda one: looped(one, products),
    }
    raced(ways, warm)
    took = raced(ways, few)
    figures = {name: taken(one) for name, one in took.items()}
    offered = [len(ranked(one, products)) for one in few]
    many = asking(asked.programme, asked.seed + 2)
    with clocked() as programme:
        found = held(many, Offering(products, on=TODAY, examples=False))
    told: dict[str, Any] = {
        "products": len(products),
        "applicants": len(few),
        "offers": float(np.mean(offered)),
        "apart": apart(few[:200], products),
        **figures,
        "takes_times": times({name: medians(cpu(one)) for name, one in took.items()}),
        "programme": {"applicants": len(many), "fits": int(found.fits.sum()), **programme},
    }
    offering = f"{len(products)} products, {told['offers']:.0f} of them offered"
    print(f"{offering} | p50 ms | p99 ms | p50 ms of processor")
    for name, figure in figures.items():
        print(" | ".join([name, *(f"{value:.2f}" for value in figure.values())]))
    print(f"{len(many):,} applicants at a time: {programme['seconds']:.1f} s")
    tell("ranking", told, keep=asked.keep)


if __name__ == "__main__":
    main()
