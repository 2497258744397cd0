"""The race of `benchmarks.ranking`, at toy size."""

from __future__ import annotations

import json
import sys

import pytest

from benchmarks import ranking
from benchmarks.ranking import apart, asking, instalments, looped, ranked, same, shelf
from matching.price import price_of


def test_no_two_products_have_the_same_terms_and_no_two_applicants_ask_the_same() -> None:
    terms = [(one.rate, one.fees, one.amount_min, one.amount_max) for one in shelf(50)]
    assert len(set(terms)) == len(terms) == 50
    asked = [(one.amount, one.tenor_months) for one in asking(200, 1)]
    assert len(set(asked)) == len(asked) == 200


def test_the_plain_loop_offers_the_same_at_the_same_cost() -> None:
    products, applicants = shelf(10), asking(25, 3)
    assert apart(applicants, products) == 0
    assert any(ranked(one, products) for one in applicants)


def test_another_cost_or_another_product_is_not_the_same() -> None:
    offers = [("a", 1_000_000, 0.12)]
    assert same(offers, [("a", 1_000_012, 0.12)], 12)
    assert not same(offers, [("a", 1_000_013, 0.12)], 12)
    assert not same(offers, [("b", 1_000_000, 0.12)], 12)
    assert not same(offers, [("a", 1_000_000, 0.13)], 12)
    assert not same(offers, [], 12)


def test_the_loops_schedule_is_month_by_month() -> None:
    effective, flat = shelf(2)
    for product in (effective, flat):
        listed = instalments(product, 10_000_000, 24)
        repaid = price_of(product, 24).repaid(10_000_000)
        assert (len(listed), listed[0]) == (24, repaid.instalment)
        assert abs(sum(listed) - repaid.total) <= 24


def test_the_cheapest_comes_first_in_both() -> None:
    products, (one,) = shelf(10), asking(1, 5)
    for offers in (ranked(one, products), looped(one, products)):
        costs = [cost for _, cost, _ in offers]
        assert costs == sorted(costs)


def test_it_prints_its_figures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = ["--products", "5", "--applicants", "20", "--programme", "50"]
    monkeypatch.setattr(sys, "argv", ["ranking", *sizes])
    ranking.main()
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["products"], told["applicants"], told["apart"]) == (5, 20, 0)
    for name in ("lumbung", "loop"):
        assert 0 < told[name]["p50_ms"] <= told[name]["p99_ms"]
    assert 0 < told["programme"]["fits"] <= 250
