"""The groups that businesses are audited by, of facts and of what their owners told.

They measure: nothing here reaches a feature, a model or a threshold.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from audit.fairness.cases import NOT_TOLD

AGES: Final = {"under 35": 35, "35 to 54": 55, "55 and over": 200}
"""Band → the age, reached in the year of the application, below which it ends."""

SECTIONS: Final = {
    "A": 3,
    "B": 9,
    "C": 33,
    "D": 35,
    "E": 39,
    "F": 43,
    "G": 47,
    "H": 53,
    "I": 56,
    "J": 63,
    "K": 66,
    "L": 68,
    "M": 75,
    "N": 82,
    "O": 84,
    "P": 85,
    "Q": 88,
    "R": 93,
    "S": 96,
    "T": 98,
    "U": 99,
}
"""Section of KBLI 2020 (as of ISIC Rev. 4) → the last of its divisions, the first two digits."""

SALES: Final = {"micro": 2_000_000_000, "small": 15_000_000_000, "medium": 50_000_000_000}
"""Size class → the most that it sells in a year, rupiah (PP 7/2021, Article 35)."""

MONTHS: Final = 12


def section(kbli: str | None) -> str:
    """Return the section of an activity code, a letter; `NOT_TOLD` where it is not known."""
    if kbli is None or not kbli[:2].isdigit() or kbli[:2] == "00":
        return NOT_TOLD
    return next(letter for letter, last in SECTIONS.items() if int(kbli[:2]) <= last)


def size_class(monthly_income: float | None) -> str:
    """Return the size class of a business by what it sells; `NOT_TOLD` where it is not known.

    Args:
        monthly_income: what it earns in an ordinary month, rupiah.
    """
    if monthly_income is None:
        return NOT_TOLD
    yearly = monthly_income * MONTHS
    return next((name for name, most in SALES.items() if yearly <= most), "large")


def age_band(birth_year: int | None, year: int) -> str:
    """Return the band of `AGES` of who was born in a year; `NOT_TOLD` where it is not known.

    Args:
        birth_year: the year of birth.
        year: the year of the application.
    """
    if birth_year is None:
        return NOT_TOLD
    return list(AGES)[bisect_right(list(AGES.values())[:-1], year - birth_year)]
