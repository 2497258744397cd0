"""Files of payments to upload, in whatever form, and how one is uploaded and kept."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine

from serving.business import businesses, records
from serving.business.records import Whose
from serving.jobs import arriving, uploads
from serving.jobs.keeping import Uploads
from serving.jobs.uploads import File
from serving.reading.request import Business
from serving.store import database
from serving.tables import UploadRow
from tests.audit.cases import NOW
from tests.serving.cases import Json, payment

GRANARY: Final = "granary"


def row(number: int, business_id: str = "b1", **changed: Any) -> Json:
    """Return a payment of a business, but for what is *changed*."""
    return {"business_id": business_id, **payment(payment_id=f"p{number}"), **changed}


def as_lines(rows: list[Json]) -> bytes:
    """Return rows as NDJSON."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in rows)


def as_parquet(rows: list[Json], **how: Any) -> bytes:
    """Return rows as a file of Parquet."""
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows), sink, **how)
    return bytes(sink.getvalue())


def in_form(rows: list[Json], form: str) -> bytes:
    """Return rows as a file in one of `serving.jobs.reader.FORMS`."""
    if form == "parquet":
        return as_parquet(rows)
    return gzip.compress(as_lines(rows)) if form.endswith("gzip") else as_lines(rows)


def shop(engine: Engine, *names: str, partner_id: str = GRANARY) -> None:
    """Let a partner keep businesses here."""
    with database.writing(engine) as session:
        for name in names:
            businesses.put(session, Whose(partner_id, name), Business(), NOW, NOW)


def begin(engine: Engine, file: bytes, form: str = "ndjson", **changed: Any) -> str:
    """Open an upload of a file and return its id; none of it is sent yet."""
    said = {"source": "payments", "form": form, "size": len(file)}
    digest = hashlib.sha256(file).hexdigest()
    return uploads.begin(
        engine, GRANARY, File(**{**said, "sha256": digest, **changed}), NOW
    ).upload_id


def send(engine: Engine, file: bytes, form: str = "ndjson", **changed: Any) -> str:
    """Upload a file whole and return its id; nobody has read it yet."""
    upload_id = begin(engine, file, form, **changed)
    for number in range(1, arriving.parts(len(file)) + 1):
        part = file[(number - 1) * arriving.PART :][: arriving.PART]
        arriving.put(engine, GRANARY, upload_id, number, part)
    arriving.complete(engine, GRANARY, upload_id)
    return upload_id


def found(engine: Engine, upload_id: str) -> UploadRow:
    """Return an upload as it stands."""
    return uploads.find(engine, GRANARY, upload_id)


def work(worker: Uploads) -> None:
    """Do all that waits."""
    while worker.step():
        pass


def rejected(engine: Engine, upload_id: str) -> list[tuple[int, str, str]]:
    """Return line, code and first wrong field of each row that was not taken."""
    told = [one for some in uploads.rejected(engine, upload_id) for one in some]
    problems = [(one.line, json.loads(one.problem)) for one in told]
    return [
        (line, one["code"], one["faults"][0]["where"] if one["faults"] else "")
        for line, one in problems
    ]


def kept(engine: Engine, business_id: str, partner_id: str = GRANARY) -> int:
    """Return how many payments of a business are kept."""
    with database.session(engine) as session:
        found = records.counts(session, Whose(partner_id, business_id))
    return sum(one.records for one in found)
