"""A product: the dated, cited, verified terms on which a lender lends.

Terms change every year, so a product carries the days between which it holds, the
source it was read from and who verified it when. What is expired, unverified or only
an example is never offered by a service in earnest. `matching.shelf` reads products
from files.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from matching.rule import Record, Rule, Rupiah, Text

Contract = Literal["conventional", "murabahah", "mudharabah", "musyarakah", "ijarah", "qardh"]
"""The contract (akad). All but ``conventional`` are sharia contracts."""

PriceKind = Literal["effective", "flat", "margin", "per_day"]
Period = Literal["weekly", "monthly", "seasonal"]
Repayment = Literal["annuity", "flat", "bullet"]

State = Literal["offered", "example", "unverified", "not_yet_in_force", "expired"]
"""Where a product's terms stand on a day, the first of these that holds: ``expired``, past
``effective_to``; ``unverified``, checked by nobody on or before that day; ``not_yet_in_force``,
before ``effective_from``; ``example``, in force but only for demonstration; ``offered``, in
force."""

LOWER = {
    "amount_max": "amount_min",
    "tenor_max": "tenor_min",
    "effective_to": "effective_from",
}
"""Each upper end of a range, and the lower end it must not lie below."""

REPAYMENT = {
    "effective": ("annuity", "bullet"),
    "flat": ("flat", "bullet"),
    "margin": ("flat", "bullet"),
    "per_day": ("flat", "bullet"),
}
"""The repayments by which each kind of price can be charged."""


def _exact(value: object) -> object:
    if isinstance(value, bool | float):
        raise PydanticCustomError("inexact", "a number as text in quotes, so that it is exact")
    return value


Exact = Annotated[Decimal, BeforeValidator(_exact)]
"""A decimal number, read from text and never from a float."""

Share = Annotated[Exact, Field(ge=0, le=1)]
"""A share or a yearly rate, from 0 to 1: 6% is ``"0.06"``."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""An identifier in lower case, digits and hyphens."""

Months = Annotated[int, Field(strict=True, ge=1)]
"""A whole number of months, at least one."""


class Lender(Record):
    """Who lends: its identifier, its name as people know it, and its kind."""

    id: Name
    name: Text
    kind: Literal[
        "bank",
        "rural_bank",
        "cooperative",
        "microfinance",
        "pawnshop",
        "state_enterprise",
        "platform",
    ]


class Fee(Record):
    """A fee taken out of the loan when it is paid out.

    Args:
        name: what it is for.
        kind: ``percent``: a share of the amount; ``fixed``: rupiah.
        value: the share as ``"0.01"`` for 1%, or whole rupiah.
    """

    name: Text
    kind: Literal["percent", "fixed"]
    value: Annotated[Exact, Field(ge=0)]

    @field_validator("value")
    @classmethod
    def _suits_kind(cls, value: Decimal, info: ValidationInfo) -> Decimal:
        if info.data.get("kind") == "percent" and value > 1:
            raise ValueError("a percent fee is a share from 0 to 1")
        if info.data.get("kind") == "fixed" and value != value.to_integral_value():
            raise ValueError("a fixed fee is whole rupiah")
        return value

    def on(self, amount: int) -> int:
        """Return the fee in rupiah on a loan of *amount* rupiah, rounded half up."""
        exact = self.value * amount if self.kind == "percent" else self.value
        return int(exact.to_integral_value(ROUND_HALF_UP))


class Product(Record):
    """The terms of one loan product.

    Args:
        product_id: unique over all lenders; lender: who lends.
        name: as people know it; scheme: the programme it belongs to.
        contract: conventional or one of the sharia contracts.
        amount_min, amount_max: rupiah, both allowed.
        price_kind: ``effective``, charged on what is still owed; ``flat``, charged on the amount
            lent; ``margin``, charged on the amount lent once for the whole tenor, as sharia margins
            are quoted; ``per_day``, charged on the amount lent each day, as platforms quote it.
        rate: the price per year, in all, or per day, as the price kind says; a share.
        fees: taken out when the loan is paid out.
        deposit: withheld when the loan is paid out and given back with the last instalment, a
            share of the amount.
        tenor_min, tenor_max: months, both allowed.
        period: how often an instalment falls due; a ``seasonal`` one falls due at harvest.
        season_months: of a seasonal product, the months from one harvest to the next; None of any
            other.
        instalments_max: the most instalments there are, whatever the tenor, as with fifty weeks in
            a year; None: as many as the tenor has periods.
        repayment: ``annuity``, equal instalments for an effective price; ``flat``, equal parts for
            the other prices; ``bullet``, the price each period and the loan at the end.
        collateral: ``none``, the ``business`` itself, or ``additional``; the last has a rule R22.
        applicant_kind: who borrows: an ``individual`` business, a member of a ``group`` whose
            members answer for each other, or a ``cooperative``; a group's product has a rule that
            asks for the group's letter.
        exclusive_with: products that nobody can have beside this one.
        quota: the most loans that the lender makes of it; None: no such limit.
        eligibility: the hard rules.
        max_pd: the lender's cut-off, the largest probability of default it takes, 0 to 1;
            None: none.
        effective_from, effective_to: first and last day on which the terms hold.
        source: where the terms were read.
        verified_by, verified_at: who checked them with the lender, and when; None: nobody yet.
        example: whether the terms are only for demonstration; note: what to know or verify.
    """

    product_id: Name
    lender: Lender
    name: Text
    scheme: Text
    contract: Contract
    amount_min: Annotated[Rupiah, Field(ge=1)]
    amount_max: Rupiah
    price_kind: PriceKind
    rate: Share
    fees: tuple[Fee, ...]
    deposit: Share = Decimal(0)
    tenor_min: Months
    tenor_max: Months
    period: Period = "monthly"
    season_months: Annotated[Months | None, Field(validate_default=True)] = None
    instalments_max: Annotated[int, Field(strict=True, ge=1)] | None = None
    repayment: Repayment
    eligibility: tuple[Rule, ...]
    applicant_kind: Literal["individual", "group", "cooperative"] = "individual"
    exclusive_with: tuple[Name, ...] = ()
    quota: Annotated[int, Field(strict=True, ge=0)] | None = None
    collateral: Literal["none", "business", "additional"]
    max_pd: Annotated[float, Field(ge=0, le=1)] | None = None
    effective_from: date
    effective_to: date
    source: Text
    verified_by: Text | None
    verified_at: date | None
    example: Annotated[bool, Field(strict=True)]
    note: str = ""

    @field_validator("amount_max", "tenor_max", "effective_to")
    @classmethod
    def _not_below_the_lower_end(cls, upper: int | date, info: ValidationInfo) -> int | date:
        lower = info.data.get(LOWER[info.field_name or ""], upper)
        if upper < lower:
            raise ValueError(f"at least {LOWER[info.field_name or '']}, which is {lower}")
        return upper

    @field_validator("repayment")
    @classmethod
    def _repayment_suits_price(cls, repayment: str, info: ValidationInfo) -> str:
        allowed = REPAYMENT.get(info.data.get("price_kind", ""), (repayment,))
        if repayment not in allowed:
            raise ValueError(f"{' or '.join(allowed)}, as the price is {info.data['price_kind']}")
        return repayment

    @field_validator("season_months")
    @classmethod
    def _a_season_where_seasonal(cls, months: int | None, info: ValidationInfo) -> int | None:
        if "period" in info.data and (months is None) == (info.data["period"] == "seasonal"):
            raise ValueError("months exactly when the period is seasonal")
        return months

    @field_validator("collateral")
    @classmethod
    def _additional_collateral_has_its_rule(cls, collateral: str, info: ValidationInfo) -> str:
        rules: tuple[Rule, ...] = info.data.get("eligibility", ())
        ruled = any(rule.reason_code == "R22" for rule in rules)
        if "eligibility" in info.data and ruled != (collateral == "additional"):
            raise ValueError("additional exactly when an eligibility rule has reason code R22")
        return collateral

    @field_validator("verified_at")
    @classmethod
    def _verified_by_someone(cls, at: date | None, info: ValidationInfo) -> date | None:
        if "verified_by" in info.data and (at is None) != (info.data["verified_by"] is None):
            raise ValueError("a day exactly when verified_by names someone")
        return at

    def state(self, on: date) -> State:
        """Return where the terms stand on a day; see `State`."""
        if on > self.effective_to:
            return "expired"
        if self.verified_at is None or self.verified_at > on:
            return "unverified"
        if on < self.effective_from:
            return "not_yet_in_force"
        return "example" if self.example else "offered"

    def offerable(self, on: date, *, examples: bool) -> bool:
        """Return whether the terms may be offered on a day.

        They may when they were verified on or before that day and hold on it; and those that
        are only examples, when *examples* is true, which a service in earnest never says.
        """
        return self.state(on) in ({"offered", "example"} if examples else {"offered"})

    def fees_on(self, amount: int) -> int:
        """Return all fees in rupiah on a loan of *amount* rupiah, each rounded half up."""
        return sum(fee.on(amount) for fee in self.fees)
