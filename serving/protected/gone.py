"""The end of what an owner told for the audit: the row goes, and with it the key it is sealed with.

The key is of these alone, so its end is the end of nothing else.
"""

from __future__ import annotations

import hashlib
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from serving.business.records import Whose
from serving.tables import BusinessKey
from serving.tables.protected import ProtectedRow

MARK: Final = "protected/"
"""What the names of these keys begin with; no partner's own name has a stroke in it."""

LONGEST: Final = 64
"""Characters of the name of a key."""


def key_name(business_id: str) -> str:
    """Return the name under which the key of what a business's owner told is kept."""
    return (MARK + hashlib.sha256(business_id.encode()).hexdigest())[:LONGEST]


def destroy(session: Session, whose: Whose) -> bool:
    """Destroy what the owner of a business told for the audit; return whether there was anything.

    Args:
        session: of `database.writing`; once it is committed, the caller lets the database be wiped.
        whose: the business.
    """
    its = (
        ProtectedRow.partner_id == whose.partner_id,
        ProtectedRow.business_id == whose.business_id,
    )
    if session.scalar(select(ProtectedRow.kept_at).where(*its)) is None:
        return False
    session.execute(delete(ProtectedRow).where(*its))
    session.execute(
        delete(BusinessKey).where(
            BusinessKey.partner_id == whose.partner_id,
            BusinessKey.business_id == key_name(whose.business_id),
        )
    )
    return True
