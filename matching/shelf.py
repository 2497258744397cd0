"""The shelf: the products in a folder of YAML files, one file per lender.

A file holds one ``lender`` and a list of its ``products``, whose fields are those of
`matching.product.Product`. Reading is strict: whatever is missing, unknown, out of
range or repeated is refused, all of it at once, naming file, line, product and field.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml
from pydantic import ValidationError

from features.errors import BadInput
from matching import strict_yaml
from matching.fault import Fault, faults, short
from matching.product import Lender, Product
from matching.rule import Record

PRODUCTS: Final = Path(__file__).parent / "products"
"""The folder of example products that comes with the code."""


class _File(Record):
    """One file as written: a lender, and its products before they are checked."""

    lender: Lender
    products: tuple[dict[str, object], ...]


@dataclass(frozen=True)
class Misprint:
    """One thing that is wrong with a file.

    Args:
        file: its name; line: from 1, None where the whole file is meant.
        product: the product_id, or its number in the file; None where no product is meant.
        fault: what is wrong.
    """

    file: str
    line: int | None
    product: str | None
    fault: Fault

    @property
    def where(self) -> str:
        """Return file, line, product and field, as far as there are: ``a.yaml:7: seed: rate``."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        of_a_product = [] if self.product is None else [self.product]
        return ": ".join([place, *of_a_product, self.fault.field])

    def __str__(self) -> str:
        """Return it on one line."""
        return f"{self.where}: found {self.fault.found}; expected {self.fault.expected}"


@dataclass(frozen=True)
class Shelf:
    """What was read.

    Args:
        products: all that are right, in order of product_id.
        misprints: all that is wrong, by file and line.
    """

    products: tuple[Product, ...]
    misprints: tuple[Misprint, ...]


def load_products(source: Path = PRODUCTS) -> tuple[Product, ...]:
    """Return every product of a file, or of the ``*.yaml`` files of a folder, by product_id.

    Raises BadInput (``bad-product``) when anything is wrong (see `read`), at the place of the
    first fault; its hint names the others.
    """
    shelf = read(source)
    if not shelf.misprints:
        return shelf.products
    first, *others = shelf.misprints
    also = " ".join(["Also wrong:", "; ".join(map(str, others))]) if others else ""
    raise BadInput(
        found=first.fault.found,
        expected=first.fault.expected,
        hint=f"Mend the file; docs/products.md says what each field holds. {also}".strip(),
        code="bad-product",
        where=first.where,
    )


def read(source: Path) -> Shelf:
    """Return what a file, or the ``*.yaml`` files of a folder, hold, and all that is wrong there.

    It is wrong, too, when a product_id stands twice and when there is no product at all.
    """
    products: dict[str, Product] = {}
    misprints: list[Misprint] = []
    for path in [source] if source.is_file() else sorted(source.glob("*.yaml")):
        for line, name, one in _read(path):
            if isinstance(one, Fault):
                misprints.append(Misprint(path.name, line, name, one))
            elif one.product_id in products:
                taken = Fault(("product_id",), repr(name), "a name not yet taken")
                misprints.append(Misprint(path.name, line, name, taken))
            else:
                products[one.product_id] = one
    if not products and not misprints:
        nothing = Fault((), "no products", "YAML files with products")
        misprints.append(Misprint(str(source), None, None, nothing))
    misprints.sort(key=lambda one: (one.file, one.line or 0))
    return Shelf(tuple(products[name] for name in sorted(products)), tuple(misprints))


def _read(path: Path) -> Iterator[tuple[int | None, str | None, Product | Fault]]:
    """Give all that a file holds, right or wrong: its line, the product's name, and itself."""
    try:
        text = path.read_text(encoding="utf-8")
        written = strict_yaml.parse(text)
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        problem = Fault((), " ".join(str(wrong).split()), "YAML in UTF-8")
        yield strict_yaml.line_of(wrong), None, problem
        return
    lines = strict_yaml.Lines(text)
    for fault in _file_faults(written):
        yield lines.of(fault.place), None, fault
    lender, products = _parts(written)
    for number, terms in products:
        name = terms.get("product_id")
        told = name if isinstance(name, str) else f"product {number + 1}"
        for one in _product(terms, lender):
            place = ("product_id",) if isinstance(one, Product) else one.place
            yield lines.of(("products", number, *place)), told, one


def _file_faults(written: object) -> tuple[Fault, ...]:
    try:
        _File.model_validate(written)
    except ValidationError as wrong:
        return faults(wrong, written)
    return ()


def _parts(written: object) -> tuple[object, list[tuple[int, dict[str, object]]]]:
    """Return a file's lender, right or wrong, and whatever may be a product, with its number."""
    if not isinstance(written, dict) or not isinstance(written.get("products"), list):
        return None, []
    numbered = enumerate(written["products"])
    return written.get("lender"), [(n, terms) for n, terms in numbered if isinstance(terms, dict)]


def _product(terms: dict[str, object], lender: object) -> Iterator[Product | Fault]:
    """Give the product that terms make, or all that is wrong with them; not with the lender."""
    if "lender" in terms:
        yield Fault(("lender",), short(terms["lender"]), "no lender but the one of the whole file")
    whole = {**terms, "lender": lender}
    try:
        product = Product.model_validate(whole)
    except ValidationError as wrong:
        yield from (fault for fault in faults(wrong, whole) if fault.place[:1] != ("lender",))
    else:
        yield product
