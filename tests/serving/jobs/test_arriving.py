"""Parts come in any order and as often as it takes; only the very file is completed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select

from features.errors import BadInput, Refused
from serving.access.callers import NotFound
from serving.jobs import arriving, uploads
from serving.store import database
from serving.tables import BusinessKey, UploadPartRow
from tests.audit.cases import NOW
from tests.serving.jobs.upload_cases import GRANARY, begin, found
from tests.training.cases import refused

FILE = b"abcdefghij"


@pytest.fixture(autouse=True)
def parts_of_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "PART", 4)


def put(engine: Engine, upload_id: str, number: int, part: bytes) -> None:
    arriving.put(engine, GRANARY, upload_id, number, part)


def missing(engine: Engine, upload_id: str) -> list[int]:
    return arriving.missing(engine, found(engine, upload_id))


def test_an_upload_says_what_is_missing_until_all_is_there(unlocked: Engine) -> None:
    upload_id = begin(unlocked, FILE)
    assert missing(unlocked, upload_id) == [1, 2, 3]
    put(unlocked, upload_id, 3, b"ij")
    put(unlocked, upload_id, 1, b"wrng")
    assert missing(unlocked, upload_id) == [2]
    with pytest.raises(Refused) as caught:
        arriving.complete(unlocked, GRANARY, upload_id)
    refused(caught, "upload-incomplete")
    put(unlocked, upload_id, 2, b"efgh")
    with pytest.raises(Refused) as caught:
        arriving.complete(unlocked, GRANARY, upload_id)
    refused(caught, "wrong-sha256")
    put(unlocked, upload_id, 1, b"abcd")
    assert b"".join(arriving.content(unlocked, found(unlocked, upload_id))) == FILE
    assert arriving.complete(unlocked, GRANARY, upload_id).state == "waiting"
    assert arriving.complete(unlocked, GRANARY, upload_id).state == "waiting"
    assert missing(unlocked, upload_id) == []


@pytest.mark.parametrize(
    ("number", "part"), [(0, b"abcd"), (4, b"ij"), (1, b"abc"), (3, b"ijk"), (3, b"i"), (2, b"")]
)
def test_a_part_is_one_of_the_file_and_as_long_as_it_is(
    unlocked: Engine, number: int, part: bytes
) -> None:
    upload_id = begin(unlocked, FILE)
    with pytest.raises(BadInput) as caught:
        put(unlocked, upload_id, number, part)
    refused(caught, "wrong-part")


def test_parts_are_sealed_and_gone_with_their_key_when_it_is_cancelled(unlocked: Engine) -> None:
    upload_id = begin(unlocked, FILE)
    put(unlocked, upload_id, 1, b"abcd")
    with database.session(unlocked) as session:
        (part,) = session.scalars(select(UploadPartRow))
        assert b"abcd" not in part.sealed
    assert uploads.cancel(unlocked, GRANARY, upload_id, NOW).state == "cancelled"
    with database.session(unlocked) as session:
        assert session.scalars(select(UploadPartRow)).all() == []
        of_it = BusinessKey.business_id.like("uploads/%")
        assert session.scalars(select(BusinessKey).where(of_it)).all() == []


@pytest.mark.parametrize(
    "do",
    [
        lambda engine, upload_id: put(engine, upload_id, 1, b"abcd"),
        lambda engine, upload_id: arriving.complete(engine, GRANARY, upload_id),
        lambda engine, upload_id: uploads.cancel(engine, GRANARY, upload_id, NOW),
    ],
)
def test_what_was_cancelled_takes_no_more(
    unlocked: Engine, do: Callable[[Engine, str], object]
) -> None:
    upload_id = begin(unlocked, FILE)
    uploads.cancel(unlocked, GRANARY, upload_id, NOW)
    with pytest.raises(Refused) as caught:
        do(unlocked, upload_id)
    refused(caught, "upload-closed")


def test_an_upload_is_of_its_partner(unlocked: Engine) -> None:
    upload_id = begin(unlocked, FILE)
    for do in (
        lambda: uploads.find(unlocked, "mill", upload_id),
        lambda: arriving.put(unlocked, "mill", upload_id, 1, b"abcd"),
        lambda: arriving.complete(unlocked, "mill", upload_id),
        lambda: uploads.cancel(unlocked, "mill", upload_id, NOW),
    ):
        with pytest.raises(NotFound) as caught:
            do()
        refused(caught, "no-upload")
    assert uploads.page(unlocked, "mill", None).rows == []
    assert [one.upload_id for one in uploads.page(unlocked, GRANARY, None).rows] == [upload_id]


def test_a_partner_holds_so_much_at_once(unlocked: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_HELD", 25)
    first, _ = begin(unlocked, FILE), begin(unlocked, FILE)
    with pytest.raises(Refused) as caught:
        begin(unlocked, FILE)
    refused(caught, "too-much-uploaded")
    uploads.cancel(unlocked, GRANARY, first, NOW)
    begin(unlocked, FILE)
