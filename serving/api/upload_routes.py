"""The routes of uploads: files of records, part by part, kept behind the answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine

from serving.access.callers import CallingPartner, scoped
from serving.api import upload_schemas as schemas
from serving.api.examples import LINES
from serving.api.idempotency import ONCE
from serving.api.job_routes import Body
from serving.api.lists import Listed
from serving.api.problems import responses
from serving.api.routes import Running
from serving.api.routing import Router
from serving.jobs import arriving, uploads
from serving.jobs.uploads import File
from serving.operation.watch import Watch
from serving.reading.faults import Problem
from serving.tables import UploadRow

v1 = Router(
    prefix="/v1/uploads",
    tags=["uploads"],
    dependencies=[scoped("records")],
    responses=responses(401, 403, 422, 503),
)

BYTES: Final = "application/octet-stream"

PART: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "`part_bytes` of the file, the last part what is left of it.",
        "content": {BYTES: {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}


def keeper(request: Request) -> Watch:
    """Return who keeps uploads behind the answers."""
    watch: Watch = request.app.state.keeper
    return watch


Keeper = Annotated[Watch, Depends(keeper)]
Number = Annotated[int, Path(ge=1, le=arriving.parts(uploads.MOST_BYTES))]


@v1.post(
    "",
    status_code=201,
    summary="Begin an upload",
    dependencies=[ONCE],
    responses=responses(400, 409),
)
def begin(
    partner_id: CallingPartner, asked: schemas.UploadAsked, service: Running, response: Response
) -> schemas.Upload:
    """Say which file of records is to come: at most 128 MiB, 1,000,000 rows, 512 MiB unpacked.

    Then send its parts, in any order and as often as it takes, and complete it.
    """
    file = File(asked.source, asked.format, asked.bytes, asked.sha256)
    row = uploads.begin(service.engine, partner_id, file, service.now())
    response.headers["Location"] = f"/v1/uploads/{row.upload_id}"
    return told(service.engine, row)


@v1.get("", summary="List uploads")
def page(
    partner_id: CallingPartner, service: Running, asked: Annotated[Listed, Query()]
) -> schemas.Uploads:
    """Return a page of your uploads, the newest first."""
    found = uploads.page(service.engine, partner_id, asked.cursor)
    return schemas.Uploads(
        uploads=[told(service.engine, row) for row in found.rows], next_cursor=found.next_cursor
    )


@v1.get("/{upload_id}", summary="How far is an upload?", responses=responses(404))
def read(upload_id: str, partner_id: CallingPartner, service: Running) -> schemas.Upload:
    """Return which parts of an upload are missing, then what came of its rows."""
    return told(service.engine, uploads.find(service.engine, partner_id, upload_id))


@v1.put(
    "/{upload_id}/parts/{number}",
    status_code=204,
    summary="Send a part",
    responses=responses(404, 409, 413),
    openapi_extra=PART,
)
def put(
    upload_id: str, number: Number, partner_id: CallingPartner, service: Running, sent: Body
) -> None:
    """Send a part of a file. Sent again it takes the place of what was sent before."""
    arriving.put(service.engine, partner_id, upload_id, number, sent)


@v1.post(
    "/{upload_id}/complete",
    status_code=202,
    summary="Complete an upload",
    responses=responses(404, 409),
)
def complete(
    upload_id: str, partner_id: CallingPartner, service: Running, keeper: Keeper
) -> schemas.Upload:
    """Have a file read and kept, once all of it has come and is the very file.

    Each row is held against the schema that POST /v1/businesses/{business_id}/records has. Where
    more than one in twenty is wrong nothing is kept; else the others are, all of a business at
    once.
    """
    row = arriving.complete(service.engine, partner_id, upload_id)
    keeper.poke()
    return told(service.engine, row)


@v1.get(
    "/{upload_id}/rejected",
    summary="Read what was not taken",
    response_class=StreamingResponse,
    responses={
        **responses(404),
        200: {"description": "A line each.", "content": {LINES: {"schema": {"type": "string"}}}},
    },
)
def rejected(upload_id: str, partner_id: CallingPartner, service: Running) -> StreamingResponse:
    """Return the first 10,000 rows that were not taken, in order, each with what is wrong."""
    row = uploads.find(service.engine, partner_id, upload_id)
    return StreamingResponse(_lines(service.engine, row), media_type=LINES)


@v1.delete("/{upload_id}", summary="Cancel an upload", responses=responses(404, 409))
def cancel(upload_id: str, partner_id: CallingPartner, service: Running) -> schemas.Upload:
    """Let a file go of which nothing is kept yet."""
    return told(
        service.engine, uploads.cancel(service.engine, partner_id, upload_id, service.now())
    )


def told(engine: Engine, row: UploadRow) -> schemas.Upload:
    """Return an upload as the API gives it."""
    return schemas.Upload.model_validate(
        {
            **{column.name: getattr(row, column.name) for column in UploadRow.__table__.columns},
            "format": row.form,
            "bytes": row.size,
            "part_bytes": arriving.PART,
            "parts": arriving.parts(row.size),
            "missing": arriving.missing(engine, row),
            "problem": uploads.why(row),
        }
    )


def _lines(engine: Engine, row: UploadRow) -> Iterator[str]:
    for some in uploads.rejected(engine, row.upload_id):
        for one in some:
            problem = Problem.model_validate_json(one.problem)
            yield schemas.RejectedRow(line=one.line, problem=problem).model_dump_json() + "\n"
