"""Groups of an audit: by trade, by size and by age, and of nobody of whom it is not known."""

from __future__ import annotations

import pytest

from audit.fairness.cases import NOT_TOLD
from audit.groups import SECTIONS, age_band, section, size_class


@pytest.mark.parametrize(
    ("kbli", "letter"),
    [
        ("03111", "A"),
        ("10794", "C"),
        ("13134", "C"),
        ("47112", "G"),
        ("56101", "I"),
        ("99000", "U"),
        ("00000", NOT_TOLD),
        ("x", NOT_TOLD),
        (None, NOT_TOLD),
    ],
)
def test_a_trade_is_of_the_section_that_its_division_is_of(kbli: str | None, letter: str) -> None:
    assert section(kbli) == letter


def test_sections_follow_upon_each_other() -> None:
    assert list(SECTIONS) == sorted(SECTIONS)
    assert sorted(set(SECTIONS.values())) == list(SECTIONS.values())


@pytest.mark.parametrize(
    ("monthly", "size"),
    [
        (0.0, "micro"),
        (2_000_000_000 / 12, "micro"),
        (166_666_667.0, "small"),
        (15_000_000_000 / 12, "small"),
        (4_166_666_666.0, "medium"),
        (4_166_666_667.0, "large"),
        (None, NOT_TOLD),
    ],
)
def test_size_is_what_the_law_says_of_a_years_sales(monthly: float | None, size: str) -> None:
    assert size_class(monthly) == size


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (1992, "under 35"),
        (1991, "35 to 54"),
        (1972, "35 to 54"),
        (1971, "55 and over"),
        (1900, "55 and over"),
        (None, NOT_TOLD),
    ],
)
def test_age_is_the_one_reached_in_the_year_of_the_application(born: int | None, band: str) -> None:
    assert age_band(born, 2026) == band
