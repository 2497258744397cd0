"""What an application takes of what is kept here: records under consents that stand, and facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from features.errors import Refused
from features.rows import Columns
from features.sources import SOURCES
from serving.business import businesses, consents, records
from serving.business.records import Whose
from serving.reading.request import Application, Business


@dataclass(frozen=True)
class Taken:
    """What is taken of what is kept of a business.

    Args:
        business: its facts, or those that the request says.
        records: source → its records as columns.
        consents: ids of the consents under which they are used, in order of their scopes.
    """

    business: Business
    records: Mapping[str, Columns]
    consents: tuple[str, ...]


def take(session: Session, whose: Whose, asked: Application, as_of: datetime) -> Taken | None:
    """Return what an application takes of what is kept; None where it asks for nothing kept.

    What the request says itself, of a source or of the business, stands in the place of what is
    kept. A source without a consent that stands is not read, and is as good as not known.

    Raises:
        NotFound: no such business is kept (``no-business``).
        Refused: no consent to *scoring* stood then and still does (``no-consent``).
    """
    if asked.records_from == "sent":
        return None
    business = _business(session, whose, asked, as_of)
    agreed = consents.in_force(session, whose, as_of)
    if not agreed:
        raise _not_agreed()
    wanted = [one for one in SOURCES if one in agreed and getattr(asked, one) is None]
    return Taken(
        business=business,
        records=records.known(session, whose, wanted, as_of),
        consents=tuple(agreed[scope] for scope in (consents.ALL, *wanted)),
    )


def _business(session: Session, whose: Whose, asked: Application, as_of: datetime) -> Business:
    """Return the facts that the request says, or those kept; raises NotFound (``no-business``)."""
    if "business" not in asked.model_fields_set:
        return businesses.known(session, whose, as_of)
    businesses.check(session, whose)
    return asked.business


def _not_agreed() -> Refused:
    return Refused(
        found="no consent to scoring that stood at as_of and still does",
        expected="one that is kept here",
        hint="POST /v1/businesses/{business_id}/consents keeps one.",
        code="no-consent",
        where="business_id",
    )
