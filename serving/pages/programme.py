"""A programme as officials see it: its terms, its versions, its allocations, and the products."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from audit.days import wib
from matching.product import Product
from serving.lending.allocations import Made
from serving.lending.programmes import Planned
from serving.pages import versioned
from serving.telling import allocation_words, written
from serving.telling.product_words import price
from serving.telling.words import wording


def row(one: Planned, language: str) -> dict[str, str]:
    """Return a programme as a list has it."""
    programme = one.programme
    first, last = programme.effective_from, programme.effective_to
    return {
        "programme_id": programme.programme_id,
        "name": programme.name,
        "state": versioned.state(one.state, language),
        "aim": allocation_words.objective(programme.objective, language),
        "days": wording(language)["officials"]["from_to"].format(
            first=written.day(first, language), last=written.day(last, language)
        ),
    }


def version(one: Planned, force: Planned | None, language: str) -> versioned.Versioned:
    """Return a version of a programme, with what it would change of the one in force."""
    before = None if force is None else force.programme
    return versioned.shown(one.version, one.state, one.programme, before, language)


def terms(one: Planned, language: str) -> dict[str, Any]:
    """Return the limits and floors of a programme in words."""
    words, programme = wording(language)["officials"], one.programme
    return {
        "source": programme.source,
        "limits": [
            (
                limit.name,
                *(
                    "–" if count is None else allocation_words.amount(count, limit.unit, language)  # noqa: RUF001
                    for count in (limit.at_most, limit.at_least)
                ),
            )
            for limit in programme.limits
        ],
        "floors": [
            words["share"].format(
                name=floor.name,
                share=written.percent(float(floor.share), language),
                of=words[f"of_{floor.of}"],
            )
            for floor in programme.floors
        ],
    }


def made(one: Made, language: str) -> dict[str, Any]:
    """Return an allocation as a list has it; how many it serves only where that is not hidden."""
    words, met = wording(language)["officials"], one.overview.total.met
    date = written.day(wib(one.made_at), language)
    return {
        "number": one.number,
        "name": words["allocation"].format(number=one.number, date=date),
        "served": ""
        if met is None
        else words["served"].format(
            businesses=written.number(met.businesses, language),
            rupiah=written.short(met.amount, language),
        ),
    }


def offered(every: Iterable[Product], day: date, language: str) -> list[dict[str, str]]:
    """Return all lenders' products with where they stand today, whatever that is."""
    words = wording(language)["officials"]
    return [
        {
            "lender": product.lender.name,
            "name": product.name,
            "state": versioned.state(product.state(day), language),
            "price": price(product, language),
            "days": words["from_to"].format(
                first=written.day(product.effective_from, language),
                last=written.day(product.effective_to, language),
            ),
        }
        for product in sorted(every, key=lambda one: (one.lender.name, one.name))
    ]
