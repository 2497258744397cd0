"""Whether this worker can decide: the rules, and a database that takes what is decided."""

from __future__ import annotations

import asyncio
import importlib.metadata
from typing import Final

from sqlalchemy import select, text, update

from features.errors import Unavailable
from serving.service import Service
from serving.store import database
from serving.tables import DecisionRow, HeadRow

SECONDS: Final = 5.0
"""After which an answer that has not come is a no."""

WRITABLE: Final = update(HeadRow).where(HeadRow.one == 0).values(one=0)
"""Changes nothing, and fails where nothing may be changed."""


async def ready(service: Service) -> dict[str, str]:
    """Return what decides, by name; raises Unavailable when nothing does, or nobody can tell.

    Raises:
        Unavailable: as `Service.in_force`; the database is read-only or away (``database-away``),
            or of another release (``other-schema``); or there was no answer within `SECONDS`
            (``not-ready``).
    """
    try:
        return await asyncio.wait_for(asyncio.to_thread(_look, service), SECONDS)
    except TimeoutError as error:
        raise Unavailable(
            found=f"no answer within {SECONDS:g} seconds",
            expected="rules that are here, and a database that answers",
            hint="Look at the database first.",
            code="not-ready",
        ) from error


def _look(service: Service) -> dict[str, str]:
    rules = service.in_force()
    with database.session(service.engine) as session:
        session.scalar(select(DecisionRow.decision_id).limit(1))
        revision = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(WRITABLE)
        session.rollback()
    if revision != database.HEAD:
        raise Unavailable(
            found=f"a schema of revision {revision}",
            expected=f"revision {database.HEAD}, that of this release",
            hint="Start this release's service once: it brings the schema up to date.",
            code="other-schema",
        )
    said = {
        "status": "ready",
        "scorer": rules.scorer,
        "model": rules.model_version,
        "version": importlib.metadata.version("lumbung"),
    }
    return said if rules.why is None else {**said, "why": rules.why}
