"""What the API takes and gives of businesses, their consents and the records kept of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BaseModel, Field, create_model

from features.records import CONSENTS
from features.sources import SOURCES
from matching.applicant import Document
from serving.reading.columns import Values
from serving.reading.request import Business, Records
from serving.reading.rows import Asked, OneOf, Time

SCOPES: Final = CONSENTS.column("scope").values

Scope = Annotated[str, OneOf(SCOPES)]
Source = Annotated[str, OneOf(SOURCES)]
Evidence = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class BusinessAsked(Business):
    """What is known of a business; what is not known is left out."""

    known_at: Time | None = Field(
        default=None, description="From when on it was known; now if not given."
    )


class Facts(BaseModel):
    """What was known of a business; null where it was not."""

    started_on: date | None
    kbli: str | None
    kecamatan: str | None
    documents: list[Document] | None
    active_bank_loans: int | None
    programme_loan: bool | None
    existing_instalments: int
    held_products: list[str] | None


class BusinessVersion(BaseModel):
    """What was known of a business from an instant on."""

    business_id: str
    version: int = Field(description="1, 2, …; each is kept.")
    known_at: AwareDatetime
    facts: Facts


class BusinessListed(BaseModel):
    """A business that is kept."""

    business_id: str
    kept_at: AwareDatetime = Field(description="Since when.")


class Businesses(BaseModel):
    """A page of businesses, in order of their ids."""

    businesses: list[BusinessListed]
    next_cursor: str | None = Field(description="Where to go on; None at the end.")


class ConsentAsked(Asked):
    """A consent of a business, to one source or one purpose."""

    scope: Scope = Field(
        description="The source that may be read, or the purpose it may be used for. Without "
        "`scoring` no other counts."
    )
    granted_at: Time
    evidence: Evidence = Field(description="Where you keep the proof, such as a form's number.")


class WithdrawalAsked(Asked):
    """A consent withdrawn."""

    scope: Scope = Field(description="The source or purpose; `scoring` withdraws all.")
    withdrawn_at: Time | None = Field(default=None, description="Now if not given.")


class Consent(BaseModel):
    """A consent of a business."""

    consent_id: str
    scope: str
    granted_at: AwareDatetime
    withdrawn_at: AwareDatetime | None = Field(description="None while it stands.")
    evidence: str


class Consents(BaseModel):
    """The consents of a business, the earliest first."""

    consents: list[Consent]


_BY_SOURCE: Final[dict[str, Any]] = {
    source: (Annotated[Values, Records(source)] | None, None) for source in SOURCES
}

RecordsAsked = create_model(
    "RecordsAsked",
    __base__=Asked,
    __doc__="Records of a business, by source, as an application carries them.",
    **_BY_SOURCE,
)


def given(asked: Asked) -> dict[str, Values]:
    """Return the records of a request, by source."""
    found: dict[str, Any] = {source: getattr(asked, source) for source in SOURCES}
    return {source: rows for source, rows in found.items() if rows is not None}


class Kept(BaseModel):
    """What came of the records of a source that were sent."""

    source: str
    added: int = Field(description="New ones.")
    completed: int = Field(description="Known before; more is known of them now.")
    same: int = Field(description="Known before, and nothing new.")


class KeptAnswer(BaseModel):
    """What came of the records that were sent."""

    kept: list[Kept]


class Count(BaseModel):
    """What is kept of a source."""

    source: str
    records: int
    first_at: AwareDatetime = Field(description="When the earliest occurred.")
    last_at: AwareDatetime = Field(description="When the latest occurred.")


class Counts(BaseModel):
    """What is kept of each source; one of which nothing is kept is left out."""

    sources: list[Count]
