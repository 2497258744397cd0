"""The sources of records about a business: what its days leave behind, table by table.

Each is collected under a consent of its own, joined as it was known on the day of an
application (`features.known`), and seen by features. A business may have any of them or
none: a source that is not there leaves features missing, never zero. What is asked of a
lender, what came of it, and the consents themselves stand in `features.records`.
"""

from __future__ import annotations

from typing import Final

from features.table import Column, Table

BUSINESS: Final = Column("business_id", "id", "the business, as a pseudonym")
KNOWN_AT: Final = Column(
    "known_at",
    "time",
    "when the record could first be known",
    missing="known when it occurred",
)
NOT_KNOWN: Final = "not known"


def _other_side(name: str, meaning: str) -> Column:
    return Column(name, "text", f"{meaning}, hashed", missing=NOT_KNOWN, hashed=True)


def _due_at(missing: str) -> Column:
    return Column("due_at", "time", "the last instant in time", missing=missing, ahead=True)


def _paid(what: str) -> tuple[Column, Column]:
    unpaid = f"the {what} was not paid"
    return (
        Column("paid_at", "time", "when it was paid", missing=unpaid, known_with="paid_at"),
        Column("paid", "money", "how much was paid then", missing=unpaid, known_with="paid_at"),
    )


PAYMENTS: Final = Table(
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
        _other_side("counterparty", "who was on the other side"),
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

ORDERS: Final = Table(
    "orders",
    "one order on a marketplace",
    (
        Column("order_id", "id", "the order"),
        BUSINESS,
        Column("occurred_at", "time", "when it was placed"),
        KNOWN_AT,
        Column("gross", "money", "what the buyer was asked for the goods"),
        Column(
            "fees",
            "money",
            "what the marketplace kept",
            missing="not settled, or not stated",
            known_with="payout_at",
        ),
        Column(
            "net",
            "money",
            "what the seller was paid out",
            missing="not settled",
            known_with="payout_at",
        ),
        Column(
            "payout_at",
            "time",
            "when it was paid out",
            missing="not settled",
            known_with="payout_at",
        ),
        Column(
            "closed_at",
            "time",
            "when it was delivered, cancelled or sent back",
            missing="still open",
            known_with="closed_at",
        ),
        Column(
            "status",
            "category",
            "how it ended",
            ("delivered", "cancelled", "returned"),
            missing="still open",
            known_with="closed_at",
        ),
        Column(
            "cancelled_by",
            "category",
            "who cancelled it",
            ("seller", "buyer", "platform"),
            missing="not cancelled, or not stated",
            known_with="closed_at",
        ),
        Column(
            "rating",
            "count",
            "stars of the buyer",
            missing="not rated",
            least=1,
            most=5,
            known_with="closed_at",
        ),
        _other_side("buyer", "who ordered"),
        Column("item", "text", "what was ordered, as the seller codes it", missing="not stated"),
    ),
    key="order_id",
)

BILLS: Final = Table(
    "bills",
    "one bill, or one purchase of a prepaid service",
    (
        Column("bill_id", "id", "the bill or the token"),
        BUSINESS,
        Column("occurred_at", "time", "when it was issued; of a prepaid service, when bought"),
        KNOWN_AT,
        Column(
            "kind",
            "category",
            "what it is for; pbb is the land and building tax, bpjs social insurance",
            ("electricity", "water", "telecom", "rent", "bpjs_health", "bpjs_work", "pbb"),
        ),
        Column("prepaid", "flag", "whether it was paid before use, as a power token is"),
        Column("amount", "money", "how much it is"),
        Column(
            "quantity",
            "quantity",
            "how much was used or bought: kWh of electricity, cubic metres of water, persons of "
            "bpjs, otherwise missing",
            missing="not stated, or nothing to count",
        ),
        Column("period_from", "time", "the beginning of the time billed", missing="not stated"),
        Column("period_to", "time", "the end of the time billed", missing="not stated", ahead=True),
        _due_at("prepaid, or not stated"),
        *_paid("bill"),
        Column(
            "cut_off_at",
            "time",
            "when the service was cut off for it",
            missing="it was not",
            known_with="cut_off_at",
        ),
    ),
    key="bill_id",
)

BOOKS: Final = Table(
    "books",
    "one line of the owner's bookkeeping",
    (
        Column("line_id", "id", "the line"),
        BUSINESS,
        Column("occurred_at", "time", "the time the line is about"),
        Column("known_at", "time", "when the line was written", missing="at once"),
        Column("direction", "category", "money in or money out", ("in", "out")),
        Column(
            "category",
            "category",
            "what it was for; a credit_sale brings money later, by a collection",
            (
                "sale",
                "credit_sale",
                "collection",
                "purchase",
                "wages",
                "rent",
                "utilities",
                "transport",
                "tax",
                "owner_draw",
                "owner_capital",
                "loan",
                "repayment",
                "other",
            ),
        ),
        Column("amount", "money", "how much"),
        _other_side("counterparty", "who was on the other side"),
    ),
    key="line_id",
)

INVOICES: Final = Table(
    "invoices",
    "one invoice of a supplier to the business",
    (
        Column("invoice_id", "id", "the invoice"),
        BUSINESS,
        Column("occurred_at", "time", "when it was issued"),
        KNOWN_AT,
        _other_side("supplier", "who issued it"),
        Column("amount", "money", "how much it is"),
        _due_at("no day was agreed"),
        *_paid("invoice"),
        Column("disputed", "flag", "whether the business contests it", missing=NOT_KNOWN),
    ),
    key="invoice_id",
)

CREDIT: Final = Table(
    "credit",
    "one month of one loan as the credit register has it, or one inquiry there",
    (
        Column("report_id", "id", "the row of the report"),
        BUSINESS,
        Column("occurred_at", "time", "the end of the month reported; of an inquiry, its time"),
        Column("known_at", "time", "when it was published", missing="when it occurred"),
        Column("kind", "category", "a month of a loan, or an inquiry", ("month", "inquiry")),
        Column("facility", "text", "the loan, hashed", missing="an inquiry", hashed=True),
        Column(
            "lender_kind",
            "category",
            "what kind of lender",
            ("bank", "bpr", "cooperative", "lkm", "p2p", "finance", "pawn", "other"),
        ),
        Column("started_at", "time", "when the loan began", missing="not stated"),
        Column("ends_at", "time", "when it is to end", missing="not stated", ahead=True),
        Column("limit", "money", "how much was granted", missing="not stated, or an inquiry"),
        Column("outstanding", "money", "how much is owed", missing="not stated, or an inquiry"),
        Column("instalment", "money", "what is due each month", missing="not stated"),
        Column(
            "days_past_due", "count", "how late it is, in days", missing="not stated, or an inquiry"
        ),
        Column(
            "collectability",
            "count",
            "the lender's class (kolektibilitas), 1 current to 5 loss",
            missing="not stated, or an inquiry",
            least=1,
            most=5,
        ),
        Column(
            "status",
            "category",
            "how the loan stands",
            ("running", "repaid", "written_off"),
            missing="not stated, or an inquiry",
        ),
        Column("restructured", "flag", "whether its terms were eased", missing="not stated"),
    ),
    key="report_id",
)

SUPPORT: Final = Table(
    "support",
    "one training or mentoring event the business was invited to",
    (
        Column("event_id", "id", "the event and the business at it"),
        BUSINESS,
        Column("occurred_at", "time", "when it began"),
        KNOWN_AT,
        Column("programme", "text", "the programme it belongs to"),
        Column("provider", "text", "who held it", missing="not stated"),
        Column("form", "category", "what it was", ("class", "mentoring", "visit")),
        Column("hours", "quantity", "how long it was, in hours", missing="not stated"),
        Column("attended", "flag", "whether the business came", missing="nobody kept the list"),
        Column("certificate", "flag", "whether it ended with one", missing="not stated"),
        Column("action", "text", "what was agreed to do", missing="nothing was agreed"),
        Column(
            "done_at",
            "time",
            "when that was seen done",
            missing="not done, or nothing was agreed",
            known_with="done_at",
        ),
    ),
    key="event_id",
)

PROFILE: Final = Table(
    "profile",
    "the business as it was on a day",
    (
        Column("profile_id", "id", "the statement"),
        BUSINESS,
        Column("occurred_at", "time", "the day it speaks of"),
        KNOWN_AT,
        Column("started_at", "time", "when the business began", missing="not stated"),
        Column("sector", "text", "code of the activity", missing="not stated"),
        Column(
            "sector_scheme",
            "category",
            "the list the code is from: a code says nothing without it",
            ("kbli2020", "kbli2025", "naics", "other"),
            missing="no code is stated",
        ),
        Column(
            "kecamatan",
            "text",
            "BPS code of the kecamatan; for logistics and offers, never for the score",
            missing="not stated",
            pattern="[0-9]{7}",
            unseen=True,
        ),
        Column("employees", "count", "who works in it, owner included", missing="not stated"),
        Column("nib", "flag", "whether it has a business number (NIB)", missing=NOT_KNOWN),
    ),
    key="profile_id",
)

SOURCES: Final = {
    table.name: table
    for table in (PAYMENTS, ORDERS, BILLS, BOOKS, INVOICES, CREDIT, SUPPORT, PROFILE)
}
"""Name → declaration of every source of records about a business."""
