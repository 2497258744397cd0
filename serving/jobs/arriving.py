"""A file as it arrives: part by part, in any order, each as often as it takes.

Parts have one size, so what is missing is known without asking what came last, several may be sent
at once, and one that is sent again takes its own place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Engine, select

from features.errors import BadInput, Refused
from serving.jobs.uploads import closed, find, own, place, still_open
from serving.store import database
from serving.store.sealed import seal_beside, unseal
from serving.tables import UploadPartRow, UploadRow

PART: Final = 4 * 2**20
"""Bytes of a part; the last may be shorter."""


def put(engine: Engine, partner_id: str, upload_id: str, number: int, part: bytes) -> None:
    """Keep a part; sent again it takes the place of what was sent before.

    Raises:
        NotFound: no such upload (``no-upload``).
        Refused: it takes no more (``upload-closed``).
        BadInput: the file has no such part, or one of another size (``wrong-part``).
    """
    with database.session(engine) as session:
        row = still_open(session, partner_id, upload_id)
        _check_part(row, number, len(part))
        sealed = seal_beside(session, partner_id, _place(upload_id, number), part, row.sha256)
    with database.writing(engine) as session:
        still_open(session, partner_id, upload_id)
        session.merge(UploadPartRow(upload_id=upload_id, number=number, sealed=sealed))


def missing(engine: Engine, row: UploadRow) -> list[int]:
    """Return the numbers of the parts that an upload waits for."""
    if row.state != "open":
        return []
    its = select(UploadPartRow.number).where(UploadPartRow.upload_id == row.upload_id)
    with database.session(engine) as session:
        there = set(session.scalars(its))
    return [number for number in range(1, parts(row.size) + 1) if number not in there]


def complete(engine: Engine, partner_id: str, upload_id: str) -> UploadRow:
    """Let an upload be read, once all of it is there; given again it is as it is.

    Raises:
        NotFound: no such upload (``no-upload``).
        Refused: parts are missing (``upload-incomplete``), what came is not what was said
            (``wrong-sha256``), or it was cancelled (``upload-closed``).
    """
    row = find(engine, partner_id, upload_id)
    if row.state == "open":
        _check_whole(engine, row)
    with database.writing(engine) as session:
        row = own(session, partner_id, upload_id)
        if row.state == "cancelled":
            raise closed()
        if row.state == "open":
            row.state = "waiting"
        session.flush()
        session.expunge(row)
    return row


def content(engine: Engine, row: UploadRow) -> Iterator[bytes]:
    """Yield the parts of an upload in order, one at a time."""
    for number in range(1, parts(row.size) + 1):
        with database.session(engine) as session:
            part = session.get_one(UploadPartRow, (row.upload_id, number))
            at = _place(row.upload_id, number)
            opened = unseal(session, row.partner_id, at, part.sealed)
        yield opened


def parts(size: int) -> int:
    """Return of how many parts a file is."""
    return -(-size // PART)


def _check_part(row: UploadRow, number: int, size: int) -> None:
    last = parts(row.size)
    due = PART if number < last else row.size - (last - 1) * PART
    if not 1 <= number <= last or size != due:
        raise BadInput(
            found=f"part {number} of {size} bytes",
            expected=f"parts 1 to {last} of {PART} bytes, the last of what is left",
            hint="Cut the file into pieces of part_bytes, as the upload says.",
            code="wrong-part",
        )


def _check_whole(engine: Engine, row: UploadRow) -> None:
    lacking = missing(engine, row)
    if lacking:
        raise Refused(
            found=f"{len(lacking)} parts missing",
            expected="all of the file",
            hint="GET /v1/uploads/{upload_id} says which.",
            code="upload-incomplete",
        )
    with database.session(engine) as session:
        said = unseal(session, row.partner_id, place(row.upload_id), row.sha256).decode()
    whole = hashlib.sha256()
    for part in content(engine, row):
        whole.update(part)
    if whole.hexdigest() != said:
        raise Refused(
            found="a file with another SHA-256 than was said",
            expected="the very file",
            hint="Send the parts again, or begin a new upload.",
            code="wrong-sha256",
        )


def _place(upload_id: str, number: int) -> str:
    return f"upload_parts/{upload_id}/{number}"
