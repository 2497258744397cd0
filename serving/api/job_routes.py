"""The routes of batches: many applications at once, decided behind the answers."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from features.errors import LumbungError
from serving.access.callers import CallingPartner, scoped
from serving.api import job_schemas as schemas
from serving.api.answers import answer
from serving.api.examples import LINES
from serving.api.idempotency import ONCE
from serving.api.lists import Listed
from serving.api.problems import responses
from serving.api.routes import Running
from serving.api.routing import Router
from serving.api.traced import noting
from serving.jobs import batches
from serving.jobs.batches import Result
from serving.operation.watch import Watch
from serving.reading.faults import Problem, problem_of
from serving.service import Service
from serving.tables import JobRow

v1 = Router(prefix="/v1/jobs", tags=["jobs"], responses=responses(401, 403, 422, 503))

BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "One application a line, as POST /v1/applications takes it.",
        "content": {LINES: {"schema": {"type": "string", "minLength": 2}}},
    }
}


async def body(request: Request) -> bytes:
    """Return the body of a request as it came."""
    return await request.body()


def worker(request: Request) -> Watch:
    """Return the worker behind the answers."""
    watch: Watch = request.app.state.worker
    return watch


Body = Annotated[bytes, Depends(body)]
Worker = Annotated[Watch, Depends(worker)]


@v1.post(
    "",
    status_code=202,
    summary="Decide on many applications",
    dependencies=[scoped("score"), ONCE],
    responses=responses(409, 413),
    openapi_extra=BODY,
)
def start(
    partner_id: CallingPartner, service: Running, worker: Worker, sent: Body, response: Response
) -> schemas.Job:
    """Take in a batch of at most 50,000 applications, to be decided behind the answers.

    Each is decided as if it were sent alone: once, whatever happens. An application that carries
    no records, but takes those kept here, makes a short line.
    """
    row = batches.start(service.engine, partner_id, io.BytesIO(sent), service.now())
    worker.poke()
    response.headers["Location"] = f"/v1/jobs/{row.job_id}"
    return told(row)


@v1.get("", summary="List jobs", dependencies=[scoped("read")])
def page(
    partner_id: CallingPartner, service: Running, asked: Annotated[Listed, Query()]
) -> schemas.Jobs:
    """Return a page of your batches, the newest first."""
    found = batches.page(service.engine, partner_id, asked.cursor)
    return schemas.Jobs(jobs=[told(row) for row in found.rows], next_cursor=found.next_cursor)


@v1.get(
    "/{job_id}",
    summary="How far is a job?",
    dependencies=[scoped("read")],
    responses=responses(404),
)
def read(job_id: str, partner_id: CallingPartner, service: Running) -> schemas.Job:
    """Return how many lines of a batch of yours are done, and how many of them are bad."""
    return told(batches.find(service.engine, partner_id, job_id))


@v1.get(
    "/{job_id}/result",
    summary="Read a job's result",
    dependencies=[scoped("read")],
    response_class=StreamingResponse,
    responses={
        **responses(404),
        200: {"description": "A line each.", "content": {LINES: {"schema": {"type": "string"}}}},
    },
)
def result(
    job_id: str, partner_id: CallingPartner, service: Running, request: Request
) -> StreamingResponse:
    """Return what came of the lines done so far, in the order sent: a decision or a problem each.

    Read it as it comes: it may be long. Each decision in it is one that you were told of.
    """
    row = batches.find(service.engine, partner_id, job_id)
    return StreamingResponse(_lines(service, row, noting(request)), media_type=LINES)


@v1.post(
    "/{job_id}/cancel",
    summary="Cancel a job",
    dependencies=[scoped("score")],
    responses=responses(404, 409),
)
def cancel(job_id: str, partner_id: CallingPartner, service: Running) -> schemas.Job:
    """Let the applications of a batch that wait go undecided. Decisions made stay."""
    return told(batches.cancel(service.engine, partner_id, job_id, service.now()))


def told(row: JobRow) -> schemas.Job:
    """Return a batch as the API gives it."""
    return schemas.Job.model_validate(row, from_attributes=True)


def _lines(service: Service, row: JobRow, note: Callable[[str], None]) -> Iterator[str]:
    for some in batches.results(service.engine, row.job_id):
        for one in some:
            line = _line(service, row.partner_id, one)
            if line.decision is not None:
                note(line.decision.decision_id)
            yield line.model_dump_json() + "\n"


def _line(service: Service, partner_id: str, came: Result) -> schemas.Line:
    if came.decision_id is None:
        problem = Problem.model_validate_json(came.problem or "")
        return schemas.Line(line=came.line, decision=None, problem=problem)
    try:
        decision = service.decision(came.decision_id, partner_id)
    except LumbungError as error:
        return schemas.Line(line=came.line, decision=None, problem=problem_of(error))
    return schemas.Line(line=came.line, decision=answer(decision), problem=None)
