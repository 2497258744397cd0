"""What a partner keeps here of a business, opened, for the business to read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.days import EPOCH
from features.sources import SOURCES
from serving.business import businesses, columnar, consents, records
from serving.business.records import Whose
from serving.protected import kept
from serving.store.sealed import unseal
from serving.tables import BusinessRow, ChunkRow, ConsentRow
from serving.tables.protected import ProtectedRow

Json = dict[str, Any]
Row = BusinessRow | ConsentRow | ChunkRow | ProtectedRow

KEPT: Final[tuple[type[Row], ...]] = (BusinessRow, ConsentRow, ChunkRow, ProtectedRow)


def opened(session: Session, whose: Whose) -> dict[str, list[Json]]:
    """Return the rows of a business in each of the tables `KEPT`, what was sealed in the open.

    Raises Erased (``erased``).
    """
    return {table.__tablename__: _rows(session, whose, table) for table in KEPT}


def _rows(session: Session, whose: Whose, table: type[Row]) -> list[Json]:
    its = (table.partner_id == whose.partner_id, table.business_id == whose.business_id)
    columns = table.__table__.columns
    found: Iterable[Row] = session.scalars(
        select(table).where(*its).order_by(*table.__table__.primary_key)
    )
    return [
        {c.name: _said(getattr(row, c.name)) for c in columns} | {"sealed": _open(session, row)}
        for row in found
    ]


def _said(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _open(session: Session, row: Row) -> Any:
    """Return what a row holds sealed, as JSON has it."""
    plain = unseal(session, row.partner_id, place_of(row), row.sealed)
    if isinstance(row, BusinessRow | ProtectedRow):
        return json.loads(plain)
    return plain.decode() if isinstance(row, ConsentRow) else _records(plain, row.source)


def place_of(row: Row) -> str:
    """Return the place for which a row's content is sealed."""
    if isinstance(row, ConsentRow):
        return consents.place(row.consent_id)
    whose = Whose(row.partner_id, row.business_id)
    if isinstance(row, BusinessRow):
        return businesses.place(whose, row.number)
    if isinstance(row, ProtectedRow):
        return kept.place(whose)
    return records.place(whose, row.source, row.number)


def _records(stream: bytes, source: str) -> list[Json]:
    table = SOURCES[source]
    times = {column.name for column in table.columns if column.kind == "time"}
    return [
        {name: _instant(value) if name in times else value for name, value in row.items()}
        for row in columnar.read([stream], table).to_pylist()
    ]


def _instant(value: int | None) -> str | None:
    return None if value is None else (EPOCH + timedelta(microseconds=value)).isoformat()
