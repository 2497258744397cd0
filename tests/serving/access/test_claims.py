"""A request under a key is run by one at a time, and its answer is kept sealed for a while."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from features.errors import BadInput
from serving.access.claims import Answer, Asked, Claim, InProgress, claim, finish, release
from tests.audit.cases import NOW
from tests.serving.conftest import ON_SQLITE
from tests.training.cases import refused

LEASE = timedelta(minutes=2)
DAY = timedelta(days=1)
ASKED = Asked("granary", "POST /v1/things", "k-1", "d" * 64)
ANSWER = Answer(
    201, {"location": "/v1/things/1"}, b'{"secret":"rice in the \xe2\x9c\x93 barn"}\n{}'
)


def claimed(engine: Engine, asked: Asked = ASKED) -> Claim:
    mine = claim(engine, asked, NOW, LEASE)
    assert isinstance(mine, Claim)
    return mine


def test_an_answer_kept_is_the_answer_given_until_its_time_is_over(engine: Engine) -> None:
    finish(engine, claimed(engine), ANSWER, NOW + DAY)
    assert claim(engine, ASKED, NOW + DAY - timedelta(microseconds=1), LEASE) == ANSWER
    assert isinstance(claim(engine, ASKED, NOW + DAY, LEASE), Claim)


def test_while_it_runs_nobody_else_runs_it(engine: Engine) -> None:
    claimed(engine)
    with pytest.raises(InProgress) as caught:
        claim(engine, ASKED, NOW + LEASE - timedelta(microseconds=1), LEASE)
    refused(caught, "idempotency-in-progress")


def test_of_many_at_once_one_runs_it(engine: Engine) -> None:
    together = threading.Barrier(8)

    def ask(_: int) -> str:
        together.wait()
        try:
            claim(engine, ASKED, NOW, LEASE)
        except InProgress as error:
            return error.code
        return "mine"

    with ThreadPoolExecutor(8) as pool:
        came = sorted(pool.map(ask, range(8)))
    assert came == ["idempotency-in-progress"] * 7 + ["mine"]


def test_what_died_is_taken_over_and_answers_no_more(engine: Engine) -> None:
    dead = claimed(engine)
    later = claim(engine, ASKED, NOW + LEASE, LEASE)
    assert isinstance(later, Claim)
    finish(engine, dead, replace(ANSWER, body=b"late"), NOW + DAY)
    release(engine, dead)
    finish(engine, later, ANSWER, NOW + DAY)
    assert claim(engine, ASKED, NOW + LEASE, LEASE) == ANSWER


def test_what_made_nothing_may_be_asked_anew(engine: Engine) -> None:
    release(engine, claimed(engine))
    claimed(engine)


@pytest.mark.parametrize("answered", [True, False])
def test_a_key_names_one_request(engine: Engine, *, answered: bool) -> None:
    mine = claimed(engine)
    if answered:
        finish(engine, mine, ANSWER, NOW + DAY)
    with pytest.raises(BadInput) as caught:
        claim(engine, replace(ASKED, digest="e" * 64), NOW, LEASE)
    refused(caught, "idempotency-key-reused")


@pytest.mark.parametrize(
    "other", [{"partner_id": "mill"}, {"route": "POST /v1/others"}, {"key": "k-2"}], ids=str
)
def test_a_key_is_of_one_partner_and_one_route(engine: Engine, other: dict[str, str]) -> None:
    finish(engine, claimed(engine), ANSWER, NOW + DAY)
    claimed(engine, replace(ASKED, digest="e" * 64, **other))


@ON_SQLITE
def test_neither_key_nor_answer_lies_open(engine: Engine, file: Path) -> None:
    asked = replace(ASKED, key="budi-081234567890")
    finish(engine, claimed(engine, asked), ANSWER, NOW + DAY)
    assert claim(engine, asked, NOW, LEASE) == ANSWER
    engine.dispose()
    kept = b"".join(part.read_bytes() for part in file.parent.glob("lumbung.db*"))
    assert asked.key_sha256.encode() in kept
    assert [word for word in (b"rice in", b"081234567890") if word in kept] == []
