"""Figures are written as people in Batang write them, and can be read back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from babel.numbers import format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import FEATURES
from features.feature import Feature
from serving.telling import written
from serving.telling.words import LANGUAGES

MARKS = {"id": (".", ","), "en": (",", ".")}
"""Language → what groups thousands, and what begins the decimals."""

MOST = 10**15


def read_back(text: str, language: str) -> float:
    """Return the amount that a text says, by rules of our own."""
    group, decimal = MARKS[language]
    return float(text.replace("Rp", "").replace(group, "").replace(decimal, "."))


@pytest.mark.parametrize("language", LANGUAGES)
@given(amount=st.integers(-MOST, MOST))
def test_money_reads_back_as_the_same_amount(language: str, amount: int) -> None:
    text = written.money(amount, language)
    assert read_back(text, language) == amount
    assert text.isascii()
    assert not set(text) & set(" \t")


@pytest.mark.parametrize(
    ("write", "value", "indonesian", "english"),
    [
        (written.money, 1_250_000, "Rp1.250.000", "Rp1,250,000"),
        (written.money, -1_250_000, "-Rp1.250.000", "-Rp1,250,000"),
        (written.money, 999.6, "Rp1.000", "Rp1,000"),
        (written.money, -0.3, "Rp0", "Rp0"),
        (written.short, 999_999, "Rp999.999", "Rp999,999"),
        (written.short, 12_340_000, "Rp12,3 juta", "Rp12.3 million"),
        (written.short, 1_250_000_000, "Rp1,2 miliar", "Rp1.2 billion"),
        (written.short, -2_000_000, "-Rp2 juta", "-Rp2 million"),
        (written.percent, 0.125, "12,5%", "12.5%"),
        (written.percent, 1.0, "100%", "100%"),
        (written.percent, 12.5, "1.250%", "1,250%"),
        (written.percent, -0.0001, "0%", "0%"),
        (written.number, 1.84, "1,8", "1.8"),
        (written.number, -0.04, "0", "0"),
        (written.times, 1.8, "1,8 kali", "1.8 times"),
        (written.times, 1.0, "1 kali", "1 time"),
        (written.days, 14.0, "14 hari", "14 days"),
        (written.days, 1.0, "1 hari", "1 day"),
        (written.months, 2, "2 bulan", "2 months"),
        (written.months, 2.54, "2,5 bulan", "2.5 months"),
        (written.age, 23.9, "23,9 bulan", "23.9 months"),
        (written.age, 24.0, "2 tahun", "2 years"),
        (written.age, 218.3, "18 tahun", "18 years"),
        (written.flag, 1.0, "ya", "yes"),
        (written.flag, 0.0, "belum", "not yet"),
    ],
)
def test_a_figure_is_written_as_each_language_does(
    write: Callable[[float, str], str], value: float, indonesian: str, english: str
) -> None:
    assert (write(value, "id"), write(value, "en")) == (indonesian, english)


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=st.floats(-1e9, 1e9) | st.integers(-MOST, MOST), share=st.floats(-1e6, 1e6))
def test_numbers_are_written_as_babel_writes_them(
    language: str, value: float, share: float
) -> None:
    whole, one, part = abs(round(value)), round(value, 1) + 0.0, round(share, 3) + 0.0
    written_whole = written.money(value, language).removeprefix("-").removeprefix("Rp")
    assert written_whole == format_decimal(whole, "#,##0", locale=language)
    assert written.number(value, language) == format_decimal(one, "#,##0.#", locale=language)
    assert written.percent(share, language) == format_percent(part, "#,##0.#%", locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_comes_before_the_month(language: str) -> None:
    assert written.day(date(2026, 11, 24), language) == "24 November 2026"


def test_months_have_the_names_of_the_language() -> None:
    assert written.day(date(2026, 8, 1), "id") == "1 Agustus 2026"
    assert written.day(date(2026, 8, 1), "en") == "1 August 2026"


def test_a_time_is_that_of_batang() -> None:
    noon = datetime(2026, 11, 24, 6, 5, tzinfo=UTC)
    assert written.clock(noon, "id") == "13.05 WIB"
    assert written.clock(noon, "en") == "13:05 WIB"


def test_names_are_joined_by_and_or_by_or() -> None:
    assert written.listed(["NIB", "SKU", "NPWP"], "id") == "NIB, SKU, dan NPWP"
    assert written.listed(["NIB", "SKU"], "id", either=True) == "NIB atau SKU"
    assert written.listed(["NIB", "SKU"], "en", either=True) == "NIB or SKU"
    assert written.listed(["NIB"], "en") == "NIB"
    assert not written.listed([], "en")


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_feature_is_written_in_its_unit(feature: Feature) -> None:
    ends = {"money": "Rp2", "ratio": "2 kali", "share": "200%", "days": "2 hari"}
    expected = ends | {"months": "2 bulan", "count": "2"}
    text = "ya" if feature.name == "business_number" else expected[feature.unit]
    assert written.value(feature, 2.0, "id") == text


@pytest.mark.parametrize("language", LANGUAGES)
@given(millionths=st.integers(0, 10**6))
def test_a_price_is_written_in_full(language: str, millionths: int) -> None:
    """A price that is rounded is another price: 0.275% a day is a hundred percent a year."""
    share = Decimal(millionths) / 10**6
    _, decimal = MARKS[language]
    assert (
        Decimal(written.rate(share, language).removesuffix("%").replace(decimal, "."))
        == share * 100
    )
