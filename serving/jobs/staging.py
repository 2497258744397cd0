"""Rows of an upload that wait to be kept: sealed, in buckets, all of a business in one of them.

So a file in any order is brought into the order of businesses a bucket at a time, in the memory
that one takes. Which bucket is a matter of this process: whoever reads a file anew fills them anew.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from features.sources import BUSINESS
from serving.business import columnar
from serving.store.sealed import Beside, Seal, seal_all_beside, unseal_all
from serving.tables import StagedRow, UploadRow

BUCKETS: Final = 64


def stage(session: Session, row: UploadRow, rows: pa.Table, number: int) -> None:
    """Put rows into their buckets.

    Args:
        session: of `serving.store.database.writing`.
        row: the upload.
        rows: as `serving.jobs.sifting` gives them.
        number: of this call, from 0 on.
    """
    buckets = np.array([hash(name) % BUCKETS for name in rows[BUSINESS.name].to_pylist()])
    given = [
        (int(bucket), columnar.written(rows.filter(pa.array(buckets == bucket))))
        for bucket in np.unique(buckets)
    ]
    seals = seal_all_beside(
        session,
        [
            Beside(row.partner_id, _place(row, bucket, number), stream, row.sha256)
            for bucket, stream in given
        ],
    )
    for (bucket, _), sealed in zip(given, seals, strict=True):
        its = {"upload_id": row.upload_id, "bucket": bucket, "number": number}
        session.add(StagedRow(**its, sealed=sealed))


def after(session: Session, row: UploadRow, bucket: int) -> int | None:
    """Return the next bucket of an upload that holds anything, None behind the last."""
    its = (StagedRow.upload_id == row.upload_id, StagedRow.bucket > bucket)
    return session.scalar(select(func.min(StagedRow.bucket)).where(*its))


def taken(session: Session, row: UploadRow, bucket: int) -> pa.Table:
    """Return the rows of a bucket, in the order of the file."""
    its = (StagedRow.upload_id == row.upload_id, StagedRow.bucket == bucket)
    found = session.scalars(select(StagedRow).where(*its).order_by(StagedRow.number)).all()
    seals = [Seal(row.partner_id, _place(row, bucket, one.number), one.sealed) for one in found]
    streams = [stream for stream in unseal_all(session, seals) if stream is not None]
    return whole([pa.ipc.open_stream(stream).read_all() for stream in streams])


def whole(tables: list[pa.Table]) -> pa.Table:
    """Return tables of the same columns one after another, in one piece."""
    return pa.concat_tables(tables).unify_dictionaries().combine_chunks()


def _place(row: UploadRow, bucket: int, number: int) -> str:
    return f"upload_staged/{row.upload_id}/{bucket}/{number}"
