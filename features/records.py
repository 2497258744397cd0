"""What a record is: every table of a data set, declared once.

A data set is a folder of tables, one per source. Each table here states its
columns with kind, unit, allowed values and what missing means; validation, the
import and the documentation all read these declarations. What is computed from
the records lives in the modules beside this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "text", "money", "count", "flag", "time", "category"]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Args:
        name: the column's name in files and in code.
        kind: ``id`` a non-empty text that names something; ``text`` free text; ``money`` an
            integer in minor units of the data set's currency (rupiah has none, so rupiah);
            ``count`` a non-negative integer; ``flag`` true or false; ``time`` an instant, UTC;
            ``category`` one of ``values``.
        meaning: what it holds, in a sentence.
        values: the allowed values of a category, in the order of their codes.
        missing: what a missing value means; None when the column must always be filled.
        least: the smallest amount or count; None when it may lie below zero.
    """

    name: str
    kind: Kind
    meaning: str
    values: tuple[str, ...] = ()
    missing: str | None = None
    least: int | None = 0


@dataclass(frozen=True)
class Table:
    """One source of records: its columns, and the column whose values never repeat."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: str

    def column(self, name: str) -> Column:
        """Return the column called *name*; raises KeyError when there is none."""
        return {column.name: column for column in self.columns}[name]


BUSINESS = Column("business_id", "id", "the business, as a pseudonym")
KNOWN_AT = Column(
    "known_at",
    "time",
    "when the record could first be known",
    missing="known when it occurred",
)

PAYMENTS = Table(
    "payments",
    "one movement of money into or out of the business",
    (
        Column("payment_id", "id", "the payment; breaks ties between payments of the same instant"),
        BUSINESS,
        Column("occurred_at", "time", "when the money moved"),
        KNOWN_AT,
        Column("amount", "money", "how much moved, always zero or more"),
        Column("direction", "category", "into or out of the business", ("in", "out")),
        Column("channel", "category", "how it moved", ("qris", "ewallet", "bank", "cash")),
        Column(
            "kind",
            "category",
            "what it was for",
            (
                "sale",
                "refund",
                "supplier",
                "household",
                "fee",
                "penalty",
                "interest",
                "insurance",
                "loan",
                "transfer",
                "other",
            ),
        ),
        Column("counterparty", "text", "who was on the other side, hashed", missing="not known"),
        Column(
            "balance_after",
            "money",
            "the account's balance after the payment",
            missing="the source states no balance",
            least=None,
        ),
    ),
    key="payment_id",
)

APPLICATIONS = Table(
    "applications",
    "one request for a loan",
    (
        Column("application_id", "id", "the application"),
        BUSINESS,
        Column("partner_id", "id", "the lender asked", missing="no lender chosen yet"),
        Column("as_of", "time", "the instant of the request: only what was known before counts"),
        Column("amount", "money", "the amount asked", least=1),
        Column("tenor_months", "count", "the time asked to repay it, in months", least=1),
        Column(
            "purpose",
            "category",
            "what the loan is for",
            ("working_capital", "investment", "other"),
            missing="not stated",
        ),
    ),
    key="application_id",
)

OUTCOMES = Table(
    "outcomes",
    "what became of one loan",
    (
        Column("application_id", "id", "the application that was financed"),
        Column("disbursed_at", "time", "when the loan was paid out"),
        Column(
            "worst_days_past_due",
            "count",
            "the worst delay within the window, in days",
            missing="the source states no days past due",
        ),
        Column("written_off", "flag", "whether the lender wrote the loan off", missing="not known"),
        Column(
            "stated",
            "category",
            "good or bad in the source's own words, where it counts no days",
            ("good", "bad"),
            missing="judged by days past due and write-off",
        ),
        Column("censored", "flag", "whether the loan is too young to judge"),
    ),
    key="application_id",
)

PROTECTED = Table(
    "protected",
    "what a model must never see: held apart, consented apart, read by the audit only",
    (
        BUSINESS,
        Column("gender", "category", "gender of the owner", ("female", "male"), missing="not told"),
        Column("birth_year", "count", "year of birth of the owner", missing="not told"),
        Column("kecamatan", "text", "BPS code of the kecamatan", missing="not told"),
    ),
    key="business_id",
)

CURRENCIES = {"IDR": 0, "CZK": 2, "USD": 2}
"""ISO 4217 codes a data set may declare → decimal places of the minor unit its money counts.

The rupiah's sen is out of use, so rupiah count as they are.
"""

TABLES = {table.name: table for table in (PAYMENTS, APPLICATIONS, OUTCOMES, PROTECTED)}
