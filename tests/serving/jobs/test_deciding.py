"""A batch is decided line by line as single requests are, once, whoever does it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from features.errors import BadInput, Refused, Unavailable
from models.risk import RiskModel
from serving.access.callers import NotFound
from serving.api.bodies import MOST
from serving.business.records import Whose
from serving.jobs import batches
from serving.jobs.deciding import Batches
from serving.jobs.work import LEASE
from serving.rights import erasing
from serving.rights.erasing import Lock
from serving.service import Service
from serving.store import database
from serving.tables import BusinessKey, DecisionRow, JobPartRow, JobRow
from tests.audit.cases import NOW, rules
from tests.serving.cases import asked, body
from tests.serving.conftest import ON_SQLITE
from tests.training.cases import refused


@pytest.fixture
def service(unlocked: Engine, model: RiskModel) -> Service:
    return Service(unlocked, lambda: rules(model), now=lambda: NOW)


@pytest.fixture(autouse=True)
def parts_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PART", 2)


def line(number: int, **changed: Any) -> bytes:
    return json.dumps(body(1, application_id=f"a{number}", **changed)).encode()


def start(service: Service, *lines: bytes) -> str:
    return batches.start(service.engine, "granary", lines, service.now()).job_id


def found(service: Service, job_id: str) -> JobRow:
    return batches.find(service.engine, "granary", job_id)


def came(service: Service, job_id: str) -> list[tuple[int, str]]:
    """Return of each line the application decided on, or the code of what was wrong."""
    told = [one for some in batches.results(service.engine, job_id) for one in some]
    return [
        (
            one.line,
            service.decision(one.decision_id, "granary").application.application_id
            if one.decision_id
            else json.loads(one.problem or "")["code"],
        )
        for one in told
    ]


def work(service: Service, batches: Batches | None = None) -> None:
    step = (batches or Batches(service)).step
    while step():
        pass


def decided(engine: Engine) -> int:
    with database.session(engine) as session:
        return session.scalar(select(func.count()).select_from(DecisionRow)) or 0


def test_lines_are_decided_in_the_order_sent_and_what_is_wrong_is_told(service: Service) -> None:
    lines = (
        *(line(1) + b"\r\n", b"{", line(3, amount=-1), b"  \n", line(4) + b"\n"),
        *(line(5, currency="CZK"), b"[" * 100_000, b'"a"', line(4, amount=7)),
    )
    job_id = start(service, *lines)
    work(service)
    assert came(service, job_id) == [
        *((1, "a1"), (2, "no-json"), (3, "bad-request"), (4, "a4")),
        *((5, "other-currency"), (6, "no-json"), (7, "bad-request"), (8, "duplicate-application")),
    ]
    row = found(service, job_id)
    assert (row.state, row.of, row.done, row.bad) == ("done", 8, 8, 6)
    assert row.ended_at == NOW


def test_a_line_gets_the_decision_that_the_same_request_got_alone(service: Service) -> None:
    alone = service.decide(asked(1, application_id="a2"), "granary")
    job_id = start(service, line(1), line(2), line(2))
    work(service)
    ids = [one.decision_id for some in batches.results(service.engine, job_id) for one in some]
    assert ids[1:] == [alone.decision_id] * 2
    assert decided(service.engine) == 2


def test_a_batch_is_of_its_partner(service: Service) -> None:
    job_id = start(service, line(1))
    with pytest.raises(NotFound) as caught:
        batches.find(service.engine, "mill", job_id)
    refused(caught, "no-job")
    with pytest.raises(NotFound):
        batches.cancel(service.engine, "mill", job_id, NOW)
    assert batches.page(service.engine, "mill", None).rows == []
    assert [row.job_id for row in batches.page(service.engine, "granary", None).rows] == [job_id]


def test_another_worker_goes_on_where_one_died(service: Service) -> None:
    job_id = start(service, *map(line, range(1, 6)))
    Batches(service).step()
    assert found(service, job_id).done == 2
    other = Batches(service)
    assert not other.step()
    service.now = lambda: NOW + LEASE + timedelta(seconds=1)
    work(service, other)
    assert found(service, job_id).state == "done"
    assert [told for _, told in came(service, job_id)] == ["a1", "a2", "a3", "a4", "a5"]
    assert decided(service.engine) == 5


def at_call(service: Service, number: int, do: Callable[[], object]) -> Callable[[], datetime]:
    """Return a clock that does something when it is read for the n-th time."""
    calls = iter(range(1, 1000))

    def now() -> datetime:
        if next(calls) == number:
            service.now = lambda: NOW
            do()
        return NOW

    return now


def test_of_a_part_that_was_cancelled_while_it_was_decided_nothing_is_kept(
    service: Service,
) -> None:
    job_id = start(service, line(1), line(2), line(3))
    step = Batches(service).step
    service.now = at_call(
        service, 2, lambda: batches.cancel(service.engine, "granary", job_id, NOW)
    )
    assert step()
    assert (decided(service.engine), came(service, job_id)) == (0, [])
    assert not step()
    row = found(service, job_id)
    assert (row.state, row.done, row.ended_at) == ("cancelled", 0, NOW)


def erase(service: Service, tmp_path: Path, business_id: str) -> None:
    """Erase a business of granary's."""
    whose, listed = Whose("granary", business_id), tmp_path / "destroyed.txt"
    erasing.erase(service.engine, listed, whose, NOW, Lock(asked_by_owner=True))


def test_lines_that_wait_are_not_decided_once_their_business_is_erased(
    service: Service, tmp_path: Path
) -> None:
    known = {"business_id": "b-erased"}
    service.decide(asked(1, application_id="a0", **known), "granary")
    escaped = line(4, **known).replace(b"b-erased", b"b-\\u0065rased")
    job_id = start(service, line(1), line(2, **known), line(3), escaped, b"{ b-erased")
    theirs = batches.start(service.engine, "mill", [line(1, **known)], NOW).job_id
    erase(service, tmp_path, "b-erased")
    work(service)
    assert came(service, job_id) == [
        *((1, "a1"), (2, "erased"), (3, "a3"), (4, "erased"), (5, "no-json"))
    ]
    (told,) = next(batches.results(service.engine, theirs))
    assert told.decision_id is not None


def test_a_line_erased_while_its_part_is_decided_is_not_kept(
    service: Service, tmp_path: Path
) -> None:
    known = {"business_id": "b-erased"}
    service.decide(asked(1, application_id="a0", **known), "granary")
    job_id = start(service, line(1), line(2, **known))
    step = Batches(service).step
    service.now = at_call(service, 2, lambda: erase(service, tmp_path, "b-erased"))
    assert step()
    assert came(service, job_id) == []
    assert step()
    assert came(service, job_id) == [(1, "a1"), (2, "erased")]


def test_what_has_ended_is_not_cancelled(service: Service) -> None:
    job_id = start(service, line(1))
    work(service)
    with pytest.raises(Refused) as caught:
        batches.cancel(service.engine, "granary", job_id, NOW)
    refused(caught, "job-ended")


@pytest.mark.parametrize("end", ["done", "cancelled"])
def test_what_was_sent_is_sealed_and_gone_at_the_end_with_its_key(
    service: Service, end: str
) -> None:
    job_id = start(service, line(1))
    with database.session(service.engine) as session:
        (part,) = session.scalars(select(JobPartRow))
        assert b"payment" not in part.sealed
    if end == "done":
        work(service)
    else:
        batches.cancel(service.engine, "granary", job_id, NOW)
    with database.session(service.engine) as session:
        assert session.scalars(select(JobPartRow)).all() == []
        of_job = BusinessKey.business_id.like("jobs/%")
        assert session.scalars(select(BusinessKey).where(of_job)).all() == []


def test_without_a_champion_a_batch_waits(service: Service) -> None:
    def none() -> Any:
        raise Unavailable(found="none", expected="one", hint="Promote one.", code="no-champion")

    job_id = start(service, line(1))
    load, service.load = service.load, none
    batches = Batches(service)
    with pytest.raises(Unavailable):
        batches.step()
    assert (found(service, job_id).done, came(service, job_id)) == (0, [])
    service.load = load
    work(service, batches)
    assert found(service, job_id).state == "done"


@pytest.mark.parametrize(
    ("lines", "code"), [((b"", b" \n"), "no-lines"), ((b"{}",) * 4, "too-many-lines")]
)
def test_a_batch_has_some_lines_and_not_too_many(
    service: Service, monkeypatch: pytest.MonkeyPatch, lines: tuple[bytes, ...], code: str
) -> None:
    monkeypatch.setattr(batches, "MOST_LINES", 3)
    with pytest.raises(BadInput) as caught:
        start(service, *lines)
    refused(caught, code)
    assert batches.page(service.engine, "granary", None).rows == []


@ON_SQLITE
def test_of_many_lines_each_comes_to_what_it_should_in_the_order_sent(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bench `batch` does the same with ten thousand, of which a hundred are bad."""
    monkeypatch.setattr(batches, "PART", 50)
    bad = {70, 140}
    job_id = start(service, *(line(i, amount=-1 if i in bad else 7_000_000) for i in range(1, 151)))
    work(service)
    assert came(service, job_id) == [
        (i, "bad-request" if i in bad else f"a{i}") for i in range(1, 151)
    ]
    row = found(service, job_id)
    assert (row.done, row.bad, decided(service.engine)) == (150, 2, 148)


def test_as_many_lines_as_a_batch_may_have_fit_into_a_body() -> None:
    """A line that takes what is kept here, with ids as long as they may be."""
    longest = {"application_id": "a" * 64, "business_id": "b" * 64, "tenor_months": 120}
    said = {**longest, "amount": 10**15, "records_from": "kept", "consented_at": NOW.isoformat()}
    assert (len(json.dumps(said)) + 1) * batches.MOST_LINES < MOST / 3
