"""Who takes part in a programme: a lender does by its budget, if there is such a lender."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from features.errors import BadInput
from features.places import KECAMATAN
from matching.allocation.programme import Limit, Programme
from matching.product import Product


def taking_part(programme: Programme, products: Sequence[Product]) -> tuple[Product, ...]:
    """Return the products that some budget is about; all of them where no budget names any.

    A budget is the most rupiah of named lenders or products. Without this a lender that nobody
    asked would seem to lend without end.
    """
    budgets = [
        limit
        for limit in programme.limits
        if limit.unit == "rupiah"
        and limit.at_most is not None
        and (limit.lenders or limit.products)
    ]
    if not budgets:
        return tuple(products)
    return tuple(one for one in products if any(_is_about(budget, one) for budget in budgets))


def refuse_strangers(programme: Programme, products: Sequence[Product]) -> None:
    """Raise BadInput where a programme names a lender, product or kecamatan that nobody knows.

    A name written wrong would make of a limit one that holds nobody back, and say so
    (``bad-programme``).
    """
    lenders = {product.lender.id for product in products}
    known: Mapping[str, Collection[str]] = {
        "lenders": lenders,
        "products": {product.product_id for product in products},
        "kecamatan": KECAMATAN,
    }
    named: list[tuple[str, Any, Collection[str]]] = [
        (f"{limit.name}: {field}", getattr(limit, field), names)
        for limit in programme.limits
        for field, names in known.items()
    ]
    named += [("preferences: lender", (one.lender,), lenders) for one in programme.preferences]
    for where, said, names in named:
        if strange := sorted(set(said) - set(names)):
            raise BadInput(
                found=", ".join(strange),
                expected=f"of {', '.join(sorted(names))}",
                hint="Mend the name, or name the product files with --products.",
                code="bad-programme",
                where=where,
            )


def _is_about(budget: Limit, product: Product) -> bool:
    lenders, products = budget.lenders, budget.products
    of_lender = not lenders or product.lender.id in lenders
    return of_lender and (not products or product.product_id in products)
