"""Who decides the batches: a part at a time, in one commit with what came of each line."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Iterator
from typing import Final

import pydantic
from sqlalchemy.orm import Session

from audit.decision import Decision
from features.errors import BadInput, LumbungError
from serving.jobs import batches
from serving.jobs.work import held, lease, named, waits
from serving.reading.faults import Problem, problem_of
from serving.reading.request import Application
from serving.service import Service
from serving.store import database
from serving.store.sealed import erased
from serving.tables import JobPartRow, JobResultRow, JobRow

log = logging.getLogger(__name__)

YIELD: Final = 0.001
"""Seconds that a batch stands back after each line, so that requests are not kept waiting."""


class Lost(Exception):
    """The part is not ours any more: cancelled, erased in, or another worker went on with it."""


class Batches:
    """A worker of batches.

    Args:
        service: decides.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._name = named()

    def step(self) -> bool:
        """Decide one part of one job; return whether there was any.

        Raises:
            Unavailable: there is no champion, or the database is away; the part stays.
        """
        engine, now = self._service.engine, self._service.now()
        with database.session(engine) as session:
            if not waits(session, JobRow, self._name, now):
                return False
        with database.writing(engine) as session:
            row = lease(session, JobRow, self._name, now)
            found = None if row is None else batches.lines_of(session, row)
            if row is not None and found is None:
                batches.end(session, row, "done", now)
            session.flush()
            session.expunge_all()
        if row is not None and found is not None:
            self._decide(row, *found)
        return row is not None

    def _decide(self, row: JobRow, part: JobPartRow, lines: list[bytes]) -> None:
        read = [_read(line) for line in lines]
        asked = [one for one in read if isinstance(one, Application)]

        def commit(session: Session, made: list[Decision | LumbungError]) -> None:
            rest = iter(made)
            came = [next(rest) if isinstance(one, Application) else one for one in read]
            self._note(session, part, came)

        try:
            self._service.decide_all(_slowly(asked), row.partner_id, commit)
        except Lost:
            log.info("job %s goes on without this worker", row.job_id)

    def _note(
        self, session: Session, part: JobPartRow, came: list[Decision | LumbungError | Problem]
    ) -> None:
        """Write down what came of a part; raises Lost, also where a line of it was erased since."""
        row = session.get(JobRow, part.job_id, populate_existing=True)
        now = session.get(JobPartRow, (part.job_id, part.first), populate_existing=True)
        if row is None or not held(row, self._name) or now is None or now.sealed != part.sealed:
            raise Lost
        found = [_result(part, place, one) for place, one in enumerate(came)]
        session.add_all(found)
        session.delete(now)
        row.done += len(found)
        row.bad += sum(one.decision_id is None for one in found)
        session.flush()


def _slowly(asked: Iterable[Application]) -> Iterator[Application]:
    for one in asked:
        yield one
        time.sleep(YIELD)


def _read(line: bytes) -> Application | Problem:
    """Return the application of a line, or what is wrong with it."""
    if not line:
        return problem_of(erased())
    try:
        return Application.model_validate(json.loads(line))
    except pydantic.ValidationError as error:
        return problem_of(error)
    except (ValueError, RecursionError):
        return problem_of(_no_json())


def _no_json() -> BadInput:
    return BadInput(
        found="a line that is no JSON",
        expected="one application a line, as JSON",
        hint="Write each application without line breaks.",
        code="no-json",
    )


def _result(part: JobPartRow, place: int, came: Decision | LumbungError | Problem) -> JobResultRow:
    row = JobResultRow(job_id=part.job_id, line=part.first + place)
    if isinstance(came, Decision):
        row.decision_id = came.decision_id
    else:
        problem = came if isinstance(came, Problem) else problem_of(came)
        row.problem = problem.model_dump_json()
    return row
