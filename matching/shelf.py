"""The shelf: the products in a folder of YAML files, one file per lender.

A file holds one ``lender`` and a list of its ``products``, whose fields are those of
`matching.product.Product`. Reading is strict: whatever is missing, unknown, out of
range or repeated is refused, naming the file, the product and the field.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import ValidationError

from features.errors import BadInput
from matching import strict_yaml
from matching.product import Lender, Product
from matching.rule import Record

PRODUCTS = Path(__file__).parent / "products"
"""The folder of example products that comes with the code."""


class _File(Record):
    """One file as written: a lender, and its products before they are checked."""

    lender: Lender
    products: tuple[dict[str, object], ...]


def load_products(folder: Path = PRODUCTS) -> tuple[Product, ...]:
    """Return every product in the ``*.yaml`` files of a folder, in order of product_id.

    Raises BadInput (``bad-product``) naming file, product and field when a file cannot be
    used, when a product_id stands twice, and when the folder holds no product.
    """
    products: dict[str, Product] = {}
    for path in sorted(folder.glob("*.yaml")):
        for product in _read(path):
            name = product.product_id
            if name in products:
                raise _bad(f"{path.name}: {name}: product_id", repr(name), "a name not yet taken")
            products[name] = product
    if not products:
        raise _bad(str(folder), "no products", "a folder of YAML files with products")
    return tuple(products[name] for name in sorted(products))


def _read(path: Path) -> Iterator[Product]:
    try:
        file = _File.model_validate(strict_yaml.parse(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise _bad(path.name, " ".join(str(wrong).split()), "YAML in UTF-8") from wrong
    except ValidationError as wrong:
        raise _first(path.name, wrong) from wrong
    for number, terms in enumerate(file.products, start=1):
        try:
            yield Product.model_validate({**terms, "lender": file.lender})
        except ValidationError as wrong:
            name = terms.get("product_id", f"product {number}")
            raise _first(f"{path.name}: {name}", wrong) from wrong


def _first(place: str, wrong: ValidationError) -> BadInput:
    """Return the first thing that is wrong, and where: ``eligibility.0.op`` is a rule's op."""
    error = wrong.errors()[0]
    field = ".".join(str(step) for step in error["loc"]) or "the whole"
    found = "nothing" if error["type"] == "missing" else repr(error["input"])
    return _bad(f"{place}: {field}", found, error["msg"].removeprefix("Value error, "))


def _bad(where: str, found: str, expected: str) -> BadInput:
    return BadInput(
        found=found,
        expected=expected,
        hint="Mend the product's file; matching/product.py says what each field holds.",
        code="bad-product",
        where=where,
    )
