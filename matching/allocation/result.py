"""What an allocation comes to: who gets what, what is left, what a limit costs, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from matching.allocation.programme import Objective, Unit

Method = Literal["optimum", "greedy", "deferred_acceptance"]
Code = Literal["allocated", "no_room", "no_product_fits", "another_request"]


@dataclass(frozen=True)
class Used:
    """How far a limit was used, and what it costs.

    Args:
        name, unit, at_most, at_least: the limit's own.
        used: allocated, in its unit.
        price: its shadow price: what one unit more at most, or one less at least, would add to
            the objective; 0 where the limit holds nobody back.
    """

    name: str
    unit: Unit
    at_most: int | None
    at_least: int | None
    used: int
    price: float


@dataclass(frozen=True)
class Held:
    """How far a floor was reached.

    Args:
        name, group, share, of: the floor's own.
        used: what the group got, in the unit; total: what all got.
        short: how many units the group is short of its share; 0 where the floor holds.
        exhausted: whether no more of the group could be served, which is when a floor gives way.
        price: what one unit less for the group would add to the objective; 0 where the floor
            holds nobody back.
    """

    name: str
    group: str
    share: Decimal
    of: Unit
    used: int
    total: int
    short: int
    exhausted: bool
    price: float


@dataclass(frozen=True)
class NoRoom:
    """A product that fits but cannot be had, and the limit that leaves no room.

    Args:
        product_id: the product.
        limit: the name of the limit or floor.
        last: the place of the last who got a part of it, in the order of what a unit of it does;
            None where the limit has no order, holding nobody back in the optimum, or where the
            order explains nothing: the applicant comes before the last, and a whole loan did not
            fit.
        place: the applicant's own place in that order; None likewise.
    """

    product_id: str
    limit: str
    last: int | None
    place: int | None


@dataclass(frozen=True)
class Outcome:
    """What an application got, and why not something else.

    Args:
        application_id: whose outcome it is.
        code: what it comes to.
        product_id: what is allocated; None where nothing is.
        choice: the allocated product's place among those that fit, cheapest first, from 1; None
            where nothing is.
        fitting: how many products fit.
        no_room: of the products that fit, those cheaper than what is allocated, or all where
            nothing is, in the order of their cost.
    """

    application_id: str
    code: Code
    product_id: str | None
    choice: int | None
    fitting: int
    no_room: tuple[NoRoom, ...]


@dataclass(frozen=True)
class Sums:
    """What the application of one method comes to.

    Args:
        worth: in the unit of the objective.
        served: businesses; lent: rupiah; cost: what it costs the borrowers in all, rupiah.
        blocking_pairs: pairs of applicant and lender who would both rather have each other than
            what they got: 0 is stable.
        seconds: how long it took.
    """

    worth: float
    served: int
    lent: int
    cost: int
    blocking_pairs: int
    seconds: float


@dataclass(frozen=True)
class Allocation:
    """An allocation of a programme.

    Args:
        programme_id, objective: the programme's own.
        applications: how many there were; fitting: those whom a product fits.
        sums: what it comes to.
        bound: no allocation within the same limits can be worth more, in the objective's unit;
            proven by the prices of the limits.
        gap: (bound - worth) ÷ bound; 0 is the proven optimum.
        limits, floors: how far each was used, in the programme's order; a product's own quota and
            a lender's budgets stand among the limits.
        outcomes: in the order of the pool.
        beside: the same pool and limits by other methods.
    """

    programme_id: str
    objective: Objective
    applications: int
    fitting: int
    sums: Sums
    bound: float
    gap: float
    limits: tuple[Used, ...]
    floors: tuple[Held, ...]
    outcomes: tuple[Outcome, ...]
    beside: Mapping[Method, Sums]
