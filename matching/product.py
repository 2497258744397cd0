"""A product: the dated, cited, verified terms on which a lender lends.

Terms change every year, so a product carries the days between which it holds, the
source it was read from and who verified it when. What is expired, unverified or only
an example is never offered by a service in earnest. `matching.shelf` reads products
from files.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from matching.applicant import LONGEST_TENOR
from matching.fee import Fee, Share, rupiah
from matching.rule import MOST, Record, Rule, Rupiah, Text

Contract = Literal["conventional", "murabahah", "mudharabah", "musyarakah", "ijarah", "qardh"]
"""The contract (akad). All but ``conventional`` are sharia contracts."""

PriceKind = Literal["effective", "flat", "margin", "per_day"]
Period = Literal["weekly", "monthly", "seasonal"]
Repayment = Literal["annuity", "flat", "bullet"]
ApplicantKind = Literal["individual", "group", "cooperative"]
Collateral = Literal["none", "business", "additional"]

LenderKind = Literal[
    "bank",
    "rural_bank",
    "cooperative",
    "microfinance",
    "pawnshop",
    "state_enterprise",
    "platform",
]

State = Literal["offered", "example", "unverified", "not_yet_in_force", "expired"]
"""Where a product's terms stand on a day, the first of these that holds: ``expired``, past
``effective_to``; ``unverified``, checked by nobody on or before that day; ``not_yet_in_force``,
before ``effective_from``; ``example``, in force but only for demonstration; ``offered``, in
force."""

GROUP_LETTER: Final = "group"
"""The document by which a group attests who belongs to it."""

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


Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""An identifier in lower case, digits and hyphens."""

Months = Annotated[int, Field(strict=True, ge=1, le=LONGEST_TENOR)]
"""A whole number of months, from one to the longest time that can be asked."""


class Lender(Record):
    """Who lends.

    Args:
        id: its identifier.
        name: as people know it.
        kind: of lender; the rules of the supervisor go by it.
    """

    id: Name
    name: Text
    kind: LenderKind


class Product(Record):
    """The terms of one loan product.

    Args:
        product_id: unique over all lenders.
        lender: who lends; in a file it stands once, above all its products.
        name: as people know it.
        scheme: the programme it belongs to.
        contract: ``conventional`` or one of the sharia contracts; a ``qardh`` has no price.
        amount_min, amount_max: rupiah, both allowed.
        price_kind: ``effective``, charged on what is still owed; ``flat``, charged on the amount
            lent; ``margin``, charged on the amount lent once for the whole tenor, as sharia margins
            are quoted; ``per_day``, charged on the amount lent each day, as platforms quote it.
        rate: the price per year, in all, or per day, as the price kind says; a share.
        deposit: withheld when the loan is paid out and given back with the last instalment, a
            share of the amount.
        fees: taken out when the loan is paid out; they and the deposit leave something of it.
        tenor_min, tenor_max: months, both allowed.
        period: how often an instalment falls due; a ``seasonal`` one falls due at harvest.
        season_months: of a seasonal product, the months from one harvest to the next, at most the
            shortest tenor; None of any other.
        instalments_max: the most instalments there are, whatever the tenor, as with fifty weeks in
            a year; None: as many as the tenor has periods.
        repayment: ``annuity``, equal instalments for an effective price; ``flat``, equal parts for
            the other prices; ``bullet``, the price each period and the loan at the end.
        eligibility: the hard rules.
        applicant_kind: who borrows: an ``individual`` business, a member of a ``group`` whose
            members answer for each other, or a ``cooperative``; a group's product, and no other,
            has a rule that asks for the group's letter.
        exclusive_with: products that cannot run beside it: who holds one of them cannot have it.
        quota: the most loans that the lender makes of it; None: no such limit.
        collateral: ``none``, the ``business`` itself, or ``additional``; the last has a rule R22.
        max_pd: the lender's cut-off, the largest probability of default it takes, 0 to 1;
            None: none.
        effective_from, effective_to: first and last day on which the terms hold.
        source: where the terms were read.
        verified_by, verified_at: who checked them with the lender, and when; None: nobody yet.
        example: whether the terms are only for demonstration.
        note: what to know or verify.
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
    deposit: Share = Decimal(0)
    fees: tuple[Fee, ...]
    tenor_min: Months
    tenor_max: Months
    period: Period = "monthly"
    season_months: Annotated[Months | None, Field(validate_default=True)] = None
    instalments_max: Annotated[int, Field(strict=True, ge=1, le=MOST)] | None = None
    repayment: Repayment
    eligibility: tuple[Rule, ...]
    applicant_kind: Annotated[ApplicantKind, Field(validate_default=True)] = "individual"
    exclusive_with: tuple[Name, ...] = ()
    quota: Annotated[int, Field(strict=True, ge=0, le=MOST)] | None = None
    collateral: Collateral
    max_pd: Annotated[float, Field(ge=0, le=1)] | None = None
    effective_from: date
    effective_to: date
    source: Text
    verified_by: Text | None
    verified_at: date | None
    example: Annotated[bool, Field(strict=True)]
    note: Annotated[str, StringConstraints(max_length=2000)] = ""

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

    @field_validator("rate")
    @classmethod
    def _qardh_is_free(cls, rate: Decimal, info: ValidationInfo) -> Decimal:
        if rate and info.data.get("contract") == "qardh":
            raise ValueError("zero, as a qardh is repaid without any price")
        return rate

    @field_validator("fees")
    @classmethod
    def _something_is_paid_out(cls, fees: tuple[Fee, ...], info: ValidationInfo) -> object:
        """Refuse what could take all of a loan, each share rounded up by half a rupiah."""
        least = info.data.get("amount_min")
        fixed = sum(fee.value for fee in fees if fee.kind == "fixed")
        percents = (fee.value for fee in fees if fee.kind == "percent")
        shares = [share for share in (info.data.get("deposit"), *percents) if share]
        if least and fixed + least * sum(shares) + len(shares) / Decimal(2) >= least:
            raise ValueError(f"fees and a deposit below amount_min, which is {least}")
        return fees

    @field_validator("season_months")
    @classmethod
    def _a_season_where_seasonal(cls, months: int | None, info: ValidationInfo) -> int | None:
        if "period" in info.data and (months is None) == (info.data["period"] == "seasonal"):
            raise ValueError("months exactly when the period is seasonal")
        if months is not None and months > info.data.get("tenor_min", months):
            raise ValueError(f"at most tenor_min, which is {info.data['tenor_min']}")
        return months

    @field_validator("applicant_kind")
    @classmethod
    def _a_group_attests_its_members(cls, kind: str, info: ValidationInfo) -> str:
        rules: tuple[Rule, ...] = info.data.get("eligibility", ())
        attested = any(rule.demands(GROUP_LETTER) for rule in rules)
        if "eligibility" in info.data and attested != (kind == "group"):
            raise ValueError(f"group exactly when a rule asks for the document {GROUP_LETTER}")
        return kind

    @field_validator("exclusive_with")
    @classmethod
    def _excludes_others_once(cls, names: tuple[str, ...], info: ValidationInfo) -> object:
        if info.data.get("product_id") in names or len(set(names)) < len(names):
            raise ValueError("other products, each once")
        return names

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

    def deposit_on(self, amount: int) -> int:
        """Return what is withheld of a loan of *amount* rupiah until its end, rounded half up."""
        return rupiah(self.deposit * amount) if self.deposit else 0

    def fees_on(self, amount: int) -> int:
        """Return all fees in rupiah on a loan of *amount* rupiah, each rounded half up."""
        return sum(fee.on(amount) for fee in self.fees)
