"""A product's terms in words: what its price is, and how it is repaid.

Each function takes a product and a language, and returns a fragment that can stand in a table or
in a row of others. A sharia contract's price has its own name and is never called interest.
"""

from __future__ import annotations

from typing import Final

from matching.offer import PRICE_WORDS
from matching.product import Product
from serving.telling import written
from serving.telling.words import wording

SEPARATOR: Final = ", "


def terms(product: Product, language: str) -> str:
    """Return price, instalments and deposit: ``margin 25% of the amount lent, at most 50 …``."""
    deposit = [_deposit(product, language)] if product.deposit else []
    return SEPARATOR.join([price(product, language), instalments(product, language), *deposit])


def price(product: Product, language: str) -> str:
    """Return what is charged: ``interest 6% a year of what is still owed``."""
    words = wording(language)
    if not product.rate:
        return words["terms"]["free"]
    return words["terms"][product.price_kind].format(
        price=words["prices"][PRICE_WORDS[product.contract]],
        rate=written.rate(product.rate, language),
    )


def instalments(product: Product, language: str) -> str:
    """Return how often an instalment falls due, at most how many there are, and what is last."""
    forms, most, season = wording(language)["terms"], product.instalments_max, product.season_months
    form = forms[product.period if most is None else f"{product.period}_most"]
    told = form.format(
        count="" if most is None else written.number(most, language),
        season="" if season is None else written.months(season, language),
    )
    last = [forms["bullet"]] if product.repayment == "bullet" else []
    return SEPARATOR.join([told, *last])


def amounts(product: Product, language: str) -> str:
    """Return the amounts it can be had in: ``Rp500.000 sampai Rp4.999.999``."""
    least, most = product.amount_min, product.amount_max
    return _between(written.money(least, language), written.money(most, language), language)


def tenors(product: Product, language: str) -> str:
    """Return the time it can be had for: ``12 bulan sampai 48 bulan``."""
    least, most = product.tenor_min, product.tenor_max
    return _between(written.months(least, language), written.months(most, language), language)


def _between(least: str, most: str, language: str) -> str:
    """Return the ends of a range, or both as one where they are the same."""
    form = wording(language)["terms"]["between"]
    return least if least == most else form.format(least=least, most=most)


def _deposit(product: Product, language: str) -> str:
    share = written.rate(product.deposit, language)
    return wording(language)["terms"]["deposit"].format(share=share)
