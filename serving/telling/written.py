"""Figures as an applicant reads them, in either language.

Babel knows how each language marks thousands and decimals, names months and counts days. It is put
right where people here write otherwise: rupiah stand right behind their sign and have no cents, the
day comes before the month in English too, and a time says that it is Batang's.

An answer says some forty numbers, so they are written by Python's own formats with Babel's marks,
many times as fast as by Babel's patterns; a test holds the two against each other.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import (
    format_compact_decimal,
    format_decimal,
    format_percent,
    get_decimal_symbol,
    get_group_symbol,
)
from babel.units import format_unit

from audit.days import WIB
from features.feature import Feature
from serving.telling.words import wording

MILLION: Final = 1_000_000

CLOCK: Final = {"id": "HH.mm", "en": "HH:mm"}


def money(amount: float, language: str) -> str:
    """Return an amount in whole rupiah: ``Rp1.250.000``, and ``-Rp1.250.000`` below zero."""
    whole = round(amount)
    return f"{'-' * (whole < 0)}Rp{_marked(f'{abs(whole):,}', language)}"


def short(amount: float, language: str) -> str:
    """Return an amount of rupiah, from a million on in four figures at most: ``Rp1,2 miliar``."""
    if abs(amount) < MILLION:
        return money(amount, language)
    compact = format_compact_decimal(
        round(amount), format_type="long", locale=language, fraction_digits=1
    )
    return f"{'-' * (amount < 0)}Rp{compact.removeprefix('-')}"


def number(value: float, language: str) -> str:
    """Return a number to at most one decimal: ``1,8``."""
    return _marked(_short(f"{_rounded(value, 1):,.1f}"), language)


def decimal(value: float, digits: int, language: str) -> str:
    """Return a number with so many decimals, all of them written: ``0,790``."""
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return str(format_decimal(_rounded(value, digits), pattern, locale=language))


def percent(share: float, language: str) -> str:
    """Return a share, 0 … 1 or beyond, in hundredths to at most one decimal: ``12,5%``."""
    return f"{_marked(_short(f'{100 * _rounded(share, 3):,.1f}'), language)}%"


def rate(share: Decimal, language: str) -> str:
    """Return a price in full, in hundredths: ``0,275%``."""
    return str(format_percent(share, "#,##0.######%", locale=language))


def times(ratio: float, language: str) -> str:
    """Return how many times as much something is: ``1,8 kali``."""
    written = number(ratio, language)
    form = "once" if written == "1" else "times"
    return wording(language)["figures"][form].format(number=written)


def days(count: float, language: str) -> str:
    """Return a time in days: ``14 hari``."""
    return _counted(count, "day", language)


def months(count: float, language: str) -> str:
    """Return a time in months, to at most one decimal: ``2,5 bulan``."""
    return _counted(count, "month", language)


def age(months_old: float, language: str) -> str:
    """Return how old something is: in whole years from two years on, else in months."""
    years = months_old // 12
    return _counted(years, "year", language) if years > 1 else months(months_old, language)


def day(when: date, language: str) -> str:
    """Return a day: ``24 November 2026``."""
    return str(format_date(when, "d MMMM y", locale=language))


def clock(when: datetime, language: str) -> str:
    """Return a time of day in Batang: ``13.05 WIB``."""
    there = when.astimezone(WIB)
    return f"{format_time(there.time(), CLOCK[language], locale=language)} WIB"


def listed(names: Iterable[str], language: str, *, either: bool = False) -> str:
    """Return names in a row, the last after *and*, or *or* where either will do."""
    return str(format_list(list(names), "or" if either else "standard", locale=language))


def flag(value: float, language: str) -> str:
    """Return yes for anything but zero, else not yet."""
    return wording(language)["figures"]["yes" if value else "not_yet"]


def value(feature: Feature, amount: float, language: str) -> str:
    """Return a feature's value in its declared unit; a count of at most one is a yes or no."""
    if feature.unit == "count" and feature.high == 1:
        return flag(amount, language)
    return BY_UNIT[feature.unit](amount, language)


BY_UNIT: Final[dict[str, Callable[[float, str], str]]] = {
    "money": money,
    "ratio": times,
    "share": percent,
    "days": days,
    "months": months,
    "count": number,
}
"""Unit of a feature → how its values are written."""


@functools.lru_cache(maxsize=4096)
def _counted(count: float, unit: str, language: str) -> str:
    return str(
        format_unit(_rounded(count, 1), f"duration-{unit}", format="#,##0.#", locale=language)
    )


def _short(number: str) -> str:
    """Return a number without a last zero behind its point."""
    return number.removesuffix(".0")


def _marked(number: str, language: str) -> str:
    """Return a number as Python writes it with the marks of a language."""
    return number.translate(_marks(language))


@functools.cache
def _marks(language: str) -> dict[int, str]:
    return str.maketrans({",": get_group_symbol(language), ".": get_decimal_symbol(language)})


def _rounded(value: float, digits: int) -> float:
    """Return a value rounded, without the sign that a zero may carry."""
    return round(value, digits) + 0.0
