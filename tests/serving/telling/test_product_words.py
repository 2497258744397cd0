"""A product's terms in words: its price, exactly and by its right name, and how it is repaid."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from matching.offer import PRICE_WORDS
from matching.product import Contract, Period
from matching.shelf import load_products
from serving.telling import product_words
from serving.telling.words import LANGUAGES
from tests.matching.cases import FLAT, product

INTEREST = re.compile(r"\b(bunga|interest)\b", re.IGNORECASE)


@pytest.mark.parametrize(
    ("changes", "english", "indonesian"),
    [
        (
            {},
            "interest 6% a year of what is still owed, monthly instalments",
            "bunga 6% setahun dari sisa pokok, angsuran tiap bulan",
        ),
        (
            {"contract": "murabahah", "price_kind": "margin", "repayment": "flat", "rate": "0.25"}
            | {"period": "weekly", "instalments_max": 50, "deposit": "0.05"},
            (
                "margin 25% of the amount lent, at most 50 weekly instalments, "
                "5% withheld as a deposit and given back at the end"
            ),
            (
                "margin 25% dari pokok awal, paling banyak 50 angsuran mingguan, "
                "simpanan 5% ditahan dan kembali di akhir"
            ),
        ),
        (
            {"price_kind": "per_day", "repayment": "bullet", "rate": "0.00275"},
            (
                "interest 0.275% a day of the amount lent, monthly instalments, "
                "the amount lent at the end"
            ),
            "bunga 0,275% sehari dari pokok awal, angsuran tiap bulan, pokok dibayar di akhir",
        ),
        (
            {**FLAT, "period": "seasonal", "season_months": 3, "rate": "0.105"},
            (
                "interest 10.5% a year of the amount lent, an instalment at each harvest, "
                "every 3 months"
            ),
            "bunga 10,5% setahun dari pokok awal, angsuran tiap panen, setiap 3 bulan",
        ),
        (
            {"contract": "qardh", "rate": "0"},
            "only what was lent is repaid, monthly instalments",
            "hanya pokok yang dikembalikan, angsuran tiap bulan",
        ),
    ],
)
def test_the_terms_stand_on_one_line(
    changes: dict[str, object], english: str, indonesian: str
) -> None:
    terms = product(**changes)
    assert product_words.terms(terms, "en") == english
    assert product_words.terms(terms, "id") == indonesian


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("contract", get_args(Contract))
def test_only_a_conventional_price_is_called_interest(contract: str, language: str) -> None:
    rate = "0" if contract == "qardh" else "0.06"
    told = product_words.terms(product(contract=contract, rate=rate), language)
    assert (INTEREST.search(told) is not None) == (PRICE_WORDS[contract] == "interest")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("period", get_args(Period))
def test_every_period_says_the_most_instalments_there_are(period: str, language: str) -> None:
    seasonal = {"season_months": 3} if period == "seasonal" else {}
    told = product_words.instalments(
        product(period=period, instalments_max=7, **seasonal), language
    )
    assert re.search(r"\b7\b", told)
    assert "{" not in told


def test_amounts_and_times_are_ranges_unless_there_is_one() -> None:
    terms = product()
    assert product_words.amounts(terms, "id") == "Rp1.000.000 sampai Rp50.000.000"
    assert product_words.tenors(terms, "en") == "3 months to 36 months"
    assert product_words.tenors(product(tenor_max=3), "en") == "3 months"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_says_its_terms_briefly(language: str) -> None:
    for terms in load_products():
        assert len(product_words.terms(terms, language)) <= 140
