"""What the API takes: a request for a loan, with the records that speak for it.

Categories take their values from the records' declarations, and the rows of each source are
derived from them (`serving.reading.rows`).
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, PlainSerializer, StrictBool, StrictInt

from features.records import APPLICATIONS
from features.sources import SOURCES
from features.table import CURRENCIES
from matching.applicant import Document
from matching.product import Name as ProductName
from serving.reading.columns import ByColumn, Values
from serving.reading.rows import MOST_MONEY, ROWS, Asked, Day, Money, Name, OneOf, Time

MOST_RECORDS: Final = 50_000
"""Of all sources together."""


MOST_HELD: Final = 100
"""Loans now running."""

Held = Annotated[frozenset[ProductName], PlainSerializer(sorted, when_used="json")]
"""Names of products; written in order, so that the same set is the same bytes."""


class Records(ByColumn):
    """Marks a list of the records of a source."""

    def __init__(self, source: str) -> None:
        super().__init__(ROWS[source], SOURCES[source], MOST_RECORDS)


class Business(Asked):
    """What the products' rules ask about the business; what is not known is left out."""

    started_on: Day | None = None
    kbli: Annotated[str, Field(pattern=r"^[0-9]{5}$")] | None = Field(
        default=None, description="Activity code, KBLI 2020."
    )
    kecamatan: Annotated[str, Field(pattern=r"^[0-9]{7}$")] | None = Field(
        default=None, description="BPS code. For where a product is offered, never for the score."
    )
    documents: Annotated[frozenset[Document], PlainSerializer(sorted, when_used="json")] | None = (
        Field(default=None, description="What the owner can show; none of it known if not given.")
    )
    active_bank_loans: Annotated[StrictInt, Field(ge=0, le=1000)] | None = None
    programme_loan: StrictBool | None = Field(
        default=None, description="Whether a government programme loan is running."
    )
    existing_instalments: Money = Field(
        default=0, description="Instalments already paid each month, whole rupiah."
    )
    held_products: Annotated[Held, Field(max_length=MOST_HELD)] | None = Field(
        default=None,
        description="The product_ids of the loans now running; none of it known if not given.",
    )


class Application(Asked):
    """A request for a loan, with the records that speak for it.

    A source that is left out is not known, and counts neither for nor against; unless records
    that are kept here are to be taken (`records_from`).
    """

    application_id: Name
    business_id: Name
    currency: Annotated[str, OneOf(CURRENCIES)] = "IDR"
    as_of: Time | None = Field(
        default=None, description="Only what was known before counts; now if not given."
    )
    amount: Annotated[StrictInt, Field(gt=0, le=MOST_MONEY)] = Field(description="Whole rupiah.")
    tenor_months: Annotated[StrictInt, Field(gt=0, le=120)]
    purpose: Annotated[str, OneOf(APPLICATIONS.column("purpose").values)] = "working_capital"
    consented_at: Time | None = Field(
        default=None,
        description="When the owner last consented to this assessment. Needed where they withdrew "
        "an earlier consent.",
    )
    business: Business = Business()
    payments: Annotated[Values, Records("payments")] | None = Field(
        default=None, description="Needed where `records_from` is `sent`."
    )
    orders: Annotated[Values, Records("orders")] | None = None
    bills: Annotated[Values, Records("bills")] | None = None
    books: Annotated[Values, Records("books")] | None = None
    invoices: Annotated[Values, Records("invoices")] | None = None
    credit: Annotated[Values, Records("credit")] | None = None
    support: Annotated[Values, Records("support")] | None = None
    profile: Annotated[Values, Records("profile")] | None = None
    records_from: Literal["sent", "kept"] = Field(
        default="sent",
        description="`kept` takes each source that is left out, and the business if it is left "
        "out, as they are kept here and were known before `as_of`, under consents that stand.",
    )

    def records(self) -> dict[str, Values]:
        """Return the records given, by source."""
        given = {source: getattr(self, source) for source in SOURCES}
        return {source: rows for source, rows in given.items() if rows is not None}
