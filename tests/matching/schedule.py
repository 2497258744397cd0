"""What is paid back when, one by one: the slow way that `matching.price` is held against.

How large the instalments are `matching.price` says. Here each is told apart into what
repays the loan and what is its price, from the exact sum that is owed period by period.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from matching.price import Price, nearest, price_of
from matching.product import Product


@dataclass(frozen=True)
class Schedule:
    """The instalments of one loan, the first a period after it is paid out.

    Args:
        principal: rupiah of the loan repaid by each instalment; together the amount lent.
        interest: rupiah of interest, margin or other price in each instalment.
    """

    principal: tuple[int, ...]
    interest: tuple[int, ...]

    @property
    def amount(self) -> int:
        """Return the amount lent, rupiah."""
        return sum(self.principal)

    @cached_property
    def instalments(self) -> tuple[int, ...]:
        """Return each instalment, principal and price together, rupiah."""
        return tuple(map(sum, zip(self.principal, self.interest, strict=True)))

    @property
    def total(self) -> int:
        """Return all that is repaid, rupiah."""
        return sum(self.instalments)

    @property
    def total_interest(self) -> int:
        """Return the whole price, rupiah."""
        return sum(self.interest)


def schedule_of(product: Product, amount: int, tenor: int) -> Schedule:
    """Return the schedule of *amount* rupiah over *tenor* months on a product's terms.

    The price that has fallen due is paid first, rounded so that it adds up; what an instalment
    holds beyond it repays the loan. A bullet's last instalment repays all of it.
    """
    price = price_of(product, tenor)
    paid = price.repaid(amount)
    owed, charged, principal, interest = amount, 0, list[int](), list[int]()
    for due in _due(price, amount, paid.instalment, on_owed=product.repayment == "annuity"):
        repaying = min(max(paid.instalment - (due - charged), 0), owed)
        owed -= repaying
        principal.append(repaying)
        interest.append(paid.instalment - repaying)
        charged += interest[-1]
    return Schedule((*principal, owed), (*interest, paid.last - owed))


def _due(price: Price, amount: int, instalment: int, *, on_owed: bool) -> Iterator[int]:
    """Give the price that has fallen due by each instalment but the last, rupiah in all."""
    top, unit = price.charge.as_integer_ratio()
    owed, scale = amount, 1
    for paid in range(1, price.number):
        if on_owed:
            scale *= unit
            owed = owed * (unit + top) - instalment * scale
            yield nearest(owed, scale) - amount + paid * instalment
        else:
            yield nearest(amount * top * paid, unit)
