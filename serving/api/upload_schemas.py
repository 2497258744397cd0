"""What the API takes and gives of uploads of records."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StrictInt

from serving.api.business_schemas import Source
from serving.jobs.uploads import MOST_BYTES, State
from serving.reading.faults import Problem
from serving.reading.rows import Asked

Format = Literal["ndjson", "ndjson+gzip", "parquet"]
"""As `serving.jobs.reader.FORMS` has them."""


class UploadAsked(Asked):
    """What is said of a file before it comes. Each of its rows names its `business_id`."""

    source: Source
    format: Format
    bytes: Annotated[StrictInt, Field(ge=1, le=MOST_BYTES)] = Field(description="As it is sent.")
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] = Field(description="Of the file.")


class Upload(BaseModel):
    """A file of records of one source."""

    upload_id: str
    source: str
    format: Format
    bytes: int
    state: State = Field(description="`open` while parts of it may come.")
    part_bytes: int = Field(description="Bytes of each part but the last.")
    parts: int = Field(description="Numbered from 1 on.")
    missing: list[int] = Field(description="Parts that have not come; none once it is not open.")
    made_at: AwareDatetime
    ended_at: AwareDatetime | None = Field(description="None while it has not.")
    rows: int = Field(description="Read so far.")
    bad: int = Field(description="Of those read, how many are not taken.")
    added: int = Field(description="New ones that are kept.")
    completed: int = Field(description="Known before; more is known of them now.")
    same: int = Field(description="Known before, and nothing new.")
    problem: Problem | None = Field(description="Why it failed; nothing of it is kept then.")


class Uploads(BaseModel):
    """A page of uploads, the newest first."""

    uploads: list[Upload]
    next_cursor: str | None = Field(description="Where to go on; None at the end.")


class RejectedRow(BaseModel):
    """A row that was not taken."""

    line: int = Field(description="Of the file, 1 for the first; of Parquet the row.")
    problem: Problem
