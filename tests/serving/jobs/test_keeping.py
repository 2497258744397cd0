"""An upload is read whole before any of it is kept, once, whoever does it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from features.errors import Refused, Unavailable
from models.risk import RiskModel
from serving.business.records import Whose
from serving.jobs import keeping, uploads
from serving.jobs.keeping import Uploads
from serving.jobs.work import LEASE
from serving.rights import erasing
from serving.service import Service
from serving.store import database
from serving.tables import BusinessKey, StagedRow, UploadPartRow
from serving.webhooks import addresses, outbox
from tests.audit.cases import NOW, rules
from tests.serving.conftest import ON_SQLITE
from tests.serving.jobs.upload_cases import (
    GRANARY,
    as_lines,
    found,
    in_form,
    kept,
    rejected,
    row,
    send,
    shop,
    work,
)
from tests.training.cases import refused

NAMES = tuple(f"b{i}" for i in range(9))


@pytest.fixture
def service(unlocked: Engine, model: RiskModel) -> Service:
    """Return a service with whose partner nine businesses are."""
    shop(unlocked, *NAMES)
    return Service(unlocked, lambda: rules(model), now=lambda: NOW)


@pytest.fixture
def worker(service: Service) -> Iterator[Uploads]:
    worker = Uploads(service)
    yield worker
    worker.end()


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let steps be small, so that files are too."""
    monkeypatch.setattr(keeping, "AT_ONCE", 10)
    monkeypatch.setattr(keeping, "STAGED", 25)
    monkeypatch.setattr(keeping, "TOGETHER", 2)


def mixed(many: int = 5) -> list[dict[str, object]]:
    """Return so many payments of each business, in no order."""
    rows = [row(i, name) for name in NAMES for i in range(many)]
    random.Random(4).shuffle(rows)  # noqa: S311  of nothing secret
    return rows


@pytest.mark.parametrize("form", ["ndjson", "ndjson+gzip", "parquet"])
@ON_SQLITE
def test_rows_in_whatever_order_and_form_become_records_of_their_businesses(
    service: Service, worker: Uploads, form: str
) -> None:
    upload_id = send(service.engine, in_form(mixed(), form), form)
    work(worker)
    came = found(service.engine, upload_id)
    assert (came.state, came.rows, came.bad, came.ended_at) == ("done", 45, 0, NOW)
    assert (came.added, came.completed, came.same) == (45, 0, 0)
    assert [kept(service.engine, name) for name in NAMES] == [5] * 9
    again = send(service.engine, in_form(mixed(6), form), form)
    work(worker)
    came = found(service.engine, again)
    assert (came.added, came.completed, came.same) == (9, 0, 45)


def test_what_is_wrong_is_told_by_line_and_the_rest_is_kept(
    service: Service, worker: Uploads
) -> None:
    rows = mixed(10)
    rows[7] = row(7, "nobody")
    rows[80] = row(80, amount=-1)
    rows[81] = row(81, "b1")
    rows[82] = row(81, "b1")
    upload_id = send(service.engine, as_lines(rows))
    work(worker)
    came = found(service.engine, upload_id)
    assert (came.state, came.rows, came.bad, came.added) == ("done", 90, 3, 87)
    assert rejected(service.engine, upload_id) == [
        (8, "no-business", "business_id"),
        (81, "bad-request", "amount"),
        (83, "duplicate-id", "payment_id"),
    ]


def test_where_too_much_is_wrong_nothing_is_kept(service: Service, worker: Uploads) -> None:
    rows = [row(i, amount=-1 if i % 15 == 14 else 5) for i in range(60)]
    upload_id = send(service.engine, as_lines(rows))
    work(worker)
    came = found(service.engine, upload_id)
    problem = uploads.why(came)
    assert (came.state, came.rows, came.bad, came.added) == ("failed", 60, 4, 0)
    assert problem is not None
    assert problem.code == "too-many-bad"
    assert len(rejected(service.engine, upload_id)) == 4
    assert kept(service.engine, "b1") == 0


@ON_SQLITE
def test_so_many_wrong_rows_end_it_at_once(
    service: Service, worker: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_TOLD", 3)
    upload_id = send(service.engine, b"{}\n" * 1000)
    work(worker)
    came = found(service.engine, upload_id)
    assert (came.state, came.rows, came.bad) == ("failed", 10, 10)
    assert len(rejected(service.engine, upload_id)) == 3


@pytest.mark.parametrize(
    ("file", "form", "code"),
    [
        (b"\n \n", "ndjson", "no-lines"),
        (b"{}\n", "ndjson+gzip", "bad-gzip"),
        (b"PAR1", "parquet", "bad-parquet"),
    ],
)
@ON_SQLITE
def test_a_file_that_cannot_be_read_fails(
    service: Service, worker: Uploads, file: bytes, form: str, code: str
) -> None:
    upload_id = send(service.engine, file, form)
    work(worker)
    problem = uploads.why(found(service.engine, upload_id))
    assert problem is not None
    assert (problem.code, found(service.engine, upload_id).state) == (code, "failed")


def later(service: Service) -> None:
    """Let the lease of whoever has one be over."""
    at = service.now() + LEASE + timedelta(seconds=1)
    service.now = lambda: at


def test_another_worker_goes_on_where_one_died(service: Service) -> None:
    """While the file is read, and while its rows are kept."""
    upload_id = send(service.engine, as_lines(mixed()))
    first, second, third = (Uploads(service) for _ in range(3))
    for _ in range(4):
        first.step()
    assert found(service.engine, upload_id).rows == 40
    first.end()
    assert not second.step()
    later(service)
    while found(service.engine, upload_id).added < 10:
        second.step()
    half = found(service.engine, upload_id)
    assert (half.state, half.rows, half.bad, half.tries) == ("running", 45, 0, 2)
    later(service)
    work(third)
    assert not first.step()
    came = found(service.engine, upload_id)
    assert (came.state, came.added, came.same, came.tries) == ("done", 45, 0, 2)
    assert [kept(service.engine, name) for name in NAMES] == [5] * 9


@ON_SQLITE
def test_a_file_that_nobody_reads_to_its_end_is_given_up(service: Service) -> None:
    upload_id = send(service.engine, as_lines(mixed()))
    for _ in range(keeping.TRIES + 1):
        worker = Uploads(service)
        worker.step()
        worker.end()
        later(service)
    problem = uploads.why(found(service.engine, upload_id))
    assert problem is not None
    assert problem.code == "reader-failed"


@ON_SQLITE
def test_what_was_read_and_could_not_be_written_down_is_read_again(
    service: Service, worker: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = send(service.engine, as_lines(mixed()))
    for _ in range(2):
        worker.step()

    def away(*_: object) -> None:
        raise Unavailable(found="none", expected="one", hint="Wait.", code="database-away")

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "_reject", away)
        with pytest.raises(Unavailable):
            worker.step()
    work(worker)
    came = found(service.engine, upload_id)
    assert (came.state, came.rows, came.added, came.tries) == ("done", 45, 45, 2)


def test_nothing_is_cancelled_once_any_of_it_is_kept(service: Service, worker: Uploads) -> None:
    reading = send(service.engine, as_lines(mixed()))
    worker.step()
    assert uploads.cancel(service.engine, GRANARY, reading, NOW).state == "cancelled"
    assert not worker.step()
    keeps = send(service.engine, as_lines(mixed()))
    while found(service.engine, keeps).bucket is None:
        worker.step()
    with pytest.raises(Refused) as caught:
        uploads.cancel(service.engine, GRANARY, keeps, NOW)
    refused(caught, "upload-closed")
    work(worker)
    assert found(service.engine, keeps).state == "done"


@ON_SQLITE
def test_at_the_end_what_came_is_gone_with_its_key_and_the_lender_is_told(
    service: Service, worker: Uploads
) -> None:
    hook = addresses.add(
        service.engine, GRANARY, "https://granary.example/h", ["upload.done"], NOW
    ).webhook
    upload_id = send(service.engine, as_lines(mixed()))
    while found(service.engine, upload_id).bucket is None:
        worker.step()
    with database.session(service.engine) as session:
        assert b"payment" not in b"".join(one.sealed for one in session.scalars(select(StagedRow)))
    work(worker)
    with database.session(service.engine) as session:
        for table in (UploadPartRow, StagedRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        of_it = BusinessKey.business_id.like("uploads/%")
        assert session.scalars(select(BusinessKey).where(of_it)).all() == []
    (told,) = outbox.deliveries(service.engine, hook.webhook_id).rows
    assert told.event == "upload.done"


@ON_SQLITE
def test_a_business_that_is_erased_meanwhile_gets_nothing(
    service: Service, worker: Uploads, tmp_path_factory: pytest.TempPathFactory
) -> None:
    upload_id = send(service.engine, as_lines(mixed()))
    while found(service.engine, upload_id).bucket is None:
        worker.step()
    listed = tmp_path_factory.mktemp("keys") / "destroyed.txt"
    whose = Whose(GRANARY, "b3")
    erasing.erase(service.engine, listed, whose, NOW, erasing.Lock())
    work(worker)
    came = found(service.engine, upload_id)
    assert (came.state, came.added, came.bad) == ("done", 40, 5)
    assert {code for _, code, _ in rejected(service.engine, upload_id)} == {"no-business"}
    assert kept(service.engine, "b3") == 0
