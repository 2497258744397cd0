"""Who takes part in a programme: a lender does by its budget."""

from __future__ import annotations

from collections.abc import Sequence

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


def _is_about(budget: Limit, product: Product) -> bool:
    lenders, products = budget.lenders, budget.products
    of_lender = not lenders or product.lender.id in lenders
    return of_lender and (not products or product.product_id in products)
