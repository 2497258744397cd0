"""The command that reads product files: ``lumbung products``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from audit.days import wib
from features.errors import BadInput
from lumbung.cli import answer
from matching.product import Product
from matching.shelf import PRODUCTS, Misprint, read
from serving.settings import Settings
from serving.telling import product_words
from serving.telling.words import wording

LANGUAGE: Final = "en"

DAY: Final = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("source", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--on", type=DAY, help="The day of the states; today if not said.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def products(source: Path | None, on: datetime | None, *, as_json: bool) -> None:
    """List the products of SOURCE, a folder or a file, each with its state and its terms.

    Those of the service if no SOURCE is said. Where something is wrong with a file, all of it is
    listed, line by line.
    """
    place = source or Settings().products or PRODUCTS
    day = wib(datetime.now(UTC)) if on is None else on.date()
    shelf = read(place)
    told = [_told(one, one.state(day)) for one in shelf.products]
    wrong = [_wrong(one) for one in shelf.misprints]
    result = {"source": str(place), "on": str(day), "products": told, "misprints": wrong}
    text = "\n".join(map(str, shelf.misprints)) if wrong else _table(told)
    answer(text, result, as_json=as_json)
    if wrong:
        raise BadInput(
            found="1 fault" if len(wrong) == 1 else f"{len(wrong)} faults",
            expected="files of products that can be used",
            hint="Mend each line that is listed; docs/products.md says what a field holds.",
            code="bad-product",
            where=str(place),
        )


def _told(one: Product, state: str) -> dict[str, Any]:
    """Return what is said of a product."""
    return {
        "product_id": one.product_id,
        "lender": one.lender.id,
        "state": state,
        "state_in_words": wording(LANGUAGE)["states"][state],
        "amount": product_words.amounts(one, LANGUAGE),
        "tenor": product_words.tenors(one, LANGUAGE),
        "terms": product_words.terms(one, LANGUAGE),
        "effective_from": str(one.effective_from),
        "effective_to": str(one.effective_to),
        "verified_by": one.verified_by,
        "source": one.source,
        "note": one.note,
    }


def _wrong(one: Misprint) -> dict[str, Any]:
    """Return one fault of a file."""
    return {
        "file": one.file,
        "line": one.line,
        "product": one.product,
        "field": one.fault.field,
        "found": one.fault.found,
        "expected": one.fault.expected,
    }


SHOWN: Final = ("state_in_words", "lender", "product_id", "amount", "tenor", "terms")
"""Columns of the table, in order."""


def _table(told: list[dict[str, Any]]) -> str:
    """Return the products as rows, each column as wide as its widest cell."""
    widths = [max(len(one[column]) for one in told) for column in SHOWN]
    rows = ([f"{one[c]:<{w}}" for c, w in zip(SHOWN, widths, strict=True)] for one in told)
    return "\n".join("  ".join(row).rstrip() for row in rows)
