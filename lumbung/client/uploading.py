"""A file of records, uploaded part by part: what was broken off goes on where it was."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, cast

from lumbung.client import models
from lumbung.client.operations import Client
from lumbung.client.transport import new_key

FORMATS: Final[Mapping[str, Literal["ndjson+gzip", "parquet"]]] = {
    ".gz": "ndjson+gzip",
    ".parquet": "parquet",
}
"""End of a file's name → what it holds; any other holds NDJSON."""

PIECE: Final = 2**20
"""Bytes read at a time for the digest."""


def upload(client: Client, file: Path, source: str, upload_id: str | None = None) -> models.Upload:
    """Upload a file whole and complete it; return the upload, which is then read behind it.

    Args:
        client: of the service.
        file: NDJSON, packed by gzip where its name ends so, or Parquet where it ends so.
        source: of its records, such as ``payments``.
        upload_id: of an upload of the very file that was broken off; a new one where none is given.

    Raises:
        Problem: the service refused it (`lumbung.client.Problem`).
        httpx2.TransportError: no answer came in all the tries; give the same again, with its
            `upload_id` (``client.uploads.page()`` lists it).
    """
    with file.open("rb") as opened:
        begun = (
            client.uploads.begin(_said(file, opened, source), idempotency_key=new_key())
            if upload_id is None
            else client.uploads.read(upload_id)
        )
        for number in begun["missing"]:
            opened.seek((number - 1) * begun["part_bytes"])
            client.uploads.put(begun["upload_id"], number, opened.read(begun["part_bytes"]))
    return client.uploads.complete(begun["upload_id"])


def _said(file: Path, opened: BinaryIO, source: str) -> models.UploadAsked:
    digest = hashlib.sha256()
    while piece := opened.read(PIECE):
        digest.update(piece)
    return {
        "source": cast(Any, source),
        "format": FORMATS.get(file.suffix, "ndjson"),
        "bytes": opened.tell(),
        "sha256": digest.hexdigest(),
    }
