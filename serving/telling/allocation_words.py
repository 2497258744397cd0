"""What an allocation says in words: its objective, what each limit costs, each outcome, its proof.

Shadow prices are told in units that a person can imagine: of a million rupiah or more, and of one
place. Nothing here is told of any applicant but of the one whose outcome it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from babel.numbers import format_percent

from audit.allocated import FloorUse, LimitUse
from matching.allocation.programme import Objective, Unit
from matching.allocation.result import Held, Method, NoRoom, Outcome, Sums, Used
from serving.telling import written
from serving.telling.words import wording
from serving.telling.written import MILLION

LARGEST: Final = 1_000 * MILLION
"""The most rupiah of which a shadow price is told."""

OF_PRODUCTS: Final = {"Dana": "budget_of", "quota": "quota_of"}
"""How the name of a product's limit begins → how it is told."""

FINEST: Final = 100_000
"""A share is told to this part of one: to thousandths of a hundredth."""


def objective(of: Objective, language: str) -> str:
    """Return what is to be had the most of."""
    return wording(language)["allocation"][f"objective_{of}"]


def worth(amount: float, of: Objective, language: str) -> str:
    """Return an amount in the unit of an objective: ``Rp930.000 expected back``."""
    figure = written.money if of == "expected_repaid" else written.number
    words = wording(language)["allocation"]
    return words[f"worth_{of}"].format(worth=figure(amount, language))


def amount(count: int, unit: Unit, language: str) -> str:
    """Return rupiah, or a number of businesses."""
    return (written.money if unit == "rupiah" else written.number)(count, language)


def limit(name: str, names: Mapping[str, str], language: str) -> str:
    """Return the name of a limit; of a product's budget or quota with the product's own name.

    Args:
        name: as the allocation has it: ``Dana <product_id>``, ``quota <product_id>``, or any other.
        names: product_id → name.
        language: of the words.
    """
    kind, _, product_id = name.partition(" ")
    if kind not in OF_PRODUCTS or product_id not in names:
        return name
    form = wording(language)["allocation"][OF_PRODUCTS[kind]]
    return form.format(product=names[product_id])


def price(used: Used | LimitUse, of: Objective, language: str) -> str:
    """Return what a limit costs: what one unit more, or one less required, would add."""
    if used.price is None:
        return wording(language)["allocation"]["hidden"]
    form = "price_less" if is_minimum(used) else "price_more"
    return _price(form, used.price, used.unit, of, language)


def is_minimum(used: Used | LimitUse) -> bool:
    """Return whether what a limit costs is that of its minimum."""
    if used.at_least is None or used.used is None:
        return used.at_most is None
    return used.at_most is None or used.used <= used.at_least


def step(price: float, of: Objective) -> int:
    """Return of how many rupiah a price is told: a million, or ten times as much again and again.

    As many as add a whole one of what is counted, up to `LARGEST`.
    """
    units = MILLION
    while of != "expected_repaid" and price * units < 1 and units < LARGEST:
        units *= 10
    return units


def floor(held: Held | FloorUse, of: Objective, language: str) -> str:
    """Return how far a floor was reached, why not further, and what it costs."""
    words = wording(language)["allocation"]
    if held.used is None or held.total is None or held.short is None or held.price is None:
        return words["hidden"]
    told = words["floor_short" if held.short else "floor_held"].format(
        used=amount(held.used, held.of, language),
        total=amount(held.total, held.of, language),
        reached=written.percent(held.used / max(held.total, 1), language),
        share=written.percent(float(held.share), language),
        short=amount(held.short, held.of, language),
    )
    exhausted = [words["floor_exhausted"]] if held.short and held.exhausted else []
    return " ".join([told, *exhausted, _price("floor_price", held.price, held.of, of, language)])


def proof(worth: float, bound: float, language: str) -> str:
    """Return how much more any other allocation could be worth, at the most."""
    words = wording(language)["allocation"]
    if bound <= worth:
        return words["proven"]
    more = math.ceil((bound / worth - 1) * FINEST) / FINEST if worth > 0 else math.inf
    return words["proven_within"].format(more=_fine(more, language))


def beside(sums: Sums, worth: float, language: str) -> str:
    """Return how the worth of another method's allocation compares with *worth*."""
    words = wording(language)["allocation"]
    apart = sums.worth / worth - 1 if worth > 0 else 0.0
    share = written.percent(abs(apart), language)
    if share == written.percent(0, language):
        return words["beside_same"]
    return words["beside_less" if apart < 0 else "beside_more"].format(share=share)


def method(of: Method, language: str) -> str:
    """Return what a way to allocate is called."""
    return wording(language)["allocation"][f"method_{of}"]


def outcome(of: Outcome, names: Mapping[str, str], language: str) -> str:
    """Return what an application got, and why nothing cheaper, or nothing.

    Args:
        of: its outcome.
        names: product_id → name, of every product the outcome names.
        language: of the words.
    """
    words = wording(language)["outcomes"]
    code: str = of.code
    if of.code == "allocated":
        code = "only" if of.fitting == 1 else "cheapest" if of.choice == 1 else "later"
    product = "" if of.product_id is None else names[of.product_id]
    told = words[code].format(product=product, choice=of.choice, fitting=of.fitting)
    return " ".join([told, *(_no_room(one, names, language) for one in of.no_room)])


def _no_room(one: NoRoom, names: Mapping[str, str], language: str) -> str:
    form = "full" if one.last is None or one.place is None else "used_up"
    return wording(language)["outcomes"][form].format(
        product=names[one.product_id],
        limit=limit(one.limit, names, language),
        last=one.last,
        place=one.place,
    )


def _price(form: str, price: float, unit: Unit, of: Objective, language: str) -> str:
    """Return a shadow price in words; one that would be written as nothing holds nobody back."""
    words = wording(language)["allocation"]
    units = step(price, of) if unit == "rupiah" else 1
    added = price * units
    if worth(added, of, language) == worth(0, of, language):
        return words["price_none"]
    of_what = written.money(units, language) if unit == "rupiah" else words["unit_businesses"]
    told = words[form].format(unit=of_what, worth=worth(added, of, language))
    return told[0].upper() + told[1:]


def _fine(share: float, language: str) -> str:
    """Return a share in hundredths to three decimals: ``0,021%``."""
    return str(format_percent(share, "#,##0.###%", locale=language))
