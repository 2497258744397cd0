"""What is in the outbox arrives at least once, signed, and by one courier at a time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from serving.store import database
from serving.webhooks import addresses, outbox
from serving.webhooks.addresses import Named
from serving.webhooks.courier import (
    AT_ONCE,
    LATEST,
    LEASE,
    OF_ONE,
    SOONEST,
    Courier,
    pause,
    settle,
    take,
)
from serving.webhooks.outbox import Delivery, tell
from serving.webhooks.outside import Outside, Posted
from tests.audit.cases import NOW
from tests.serving.conftest import ON_SQLITE
from tests.serving.receiver import Got, Receiver, receiving, says

DAY = timedelta(days=1)


@dataclass
class House:
    """A database, a lender's server that is told of its decisions, and a courier between them."""

    engine: Engine
    at: Receiver
    named: Named
    clock: list[datetime] = field(default_factory=lambda: [NOW])

    @property
    def courier(self) -> Courier:
        return Courier(self.engine, Outside(strict=False, seconds=20), lambda: self.clock[0])

    @property
    def webhook_id(self) -> str:
        return self.named.webhook.webhook_id

    def tell(self, *names: str, partner_id: str = "granary") -> None:
        with database.session(self.engine) as session, session.begin():
            for name in names:
                tell(session, partner_id, "decision.made", {"decision_id": name}, self.clock[0])

    def deliver(self, after: timedelta = timedelta()) -> int:
        self.clock[0] += after
        return self.courier.deliver()

    def listed(self) -> list[Delivery]:
        return outbox.deliveries(self.engine, self.webhook_id).rows


@pytest.fixture
def house(engine: Engine) -> Iterator[House]:
    with receiving() as at:
        named = addresses.add(engine, "granary", at.url, ["decision.made", "case.answered"], NOW)
        yield House(engine, at, named)


def signature(secret: str, got: Got) -> str:
    """Return what signs a message by a secret, as Standard Webhooks writes it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    return "v1," + base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()


def test_a_message_is_thin_and_signed_and_arrives_once(house: House) -> None:
    house.tell("d-1")
    assert [house.deliver(), house.deliver()] == [1, 0]
    (got,) = house.at.got
    assert json.loads(got.body) == {
        "type": "decision.made",
        "timestamp": NOW.isoformat(),
        "data": {"decision_id": "d-1", "url": "/v1/decisions/d-1"},
    }
    assert got.headers["webhook-signature"] == signature(house.named.secret, got)
    assert got.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    (told,) = house.listed()
    assert (told.delivery_id, told.state) == (got.headers["webhook-id"], "delivered")
    assert [(one.number, one.status, one.fault) for one in told.attempts] == [(1, 204, None)]


def test_what_is_undone_is_not_told(house: House) -> None:
    with database.session(house.engine) as session:
        tell(session, "granary", "decision.made", {"decision_id": "d-1"}, NOW)
        session.rollback()
    assert house.deliver() == 0


def test_only_who_asked_for_an_event_is_told_of_it(house: House) -> None:
    house.tell("d-1", partner_id="mill")
    with database.session(house.engine) as session, session.begin():
        tell(session, "granary", "case.opened", {"case_id": "c-1"}, NOW)
    assert house.deliver() == 0


def test_what_fails_is_sent_again_later_under_its_name(house: House) -> None:
    house.at.answer = says(500)
    house.tell("d-1")
    assert house.deliver() == 1
    assert house.deliver(SOONEST * 0.79) == 0
    house.at.answer = says(200)
    assert house.deliver(SOONEST * 0.42) == 1
    assert len({got.headers["webhook-id"] for got in house.at.got}) == 1
    (told,) = house.listed()
    assert (told.state, told.due_at) == ("delivered", None)
    assert [one.status for one in told.attempts] == [500, 200]


@given(st.timedeltas(timedelta(), timedelta(days=4)))
def test_the_pause_grows_with_the_time_without_success(failed_for: timedelta) -> None:
    usual = min(max(failed_for, SOONEST), LATEST)
    assert usual * 0.8 <= pause(failed_for) <= usual * 1.2


def test_after_three_days_it_fails_for_good_and_may_be_asked_for_again(house: House) -> None:
    house.at.answer = says(503)
    house.tell("d-1")
    house.deliver()
    house.deliver(3 * DAY)
    assert [one.state for one in house.listed()] == ["failed"]
    assert house.deliver(DAY) == 0
    house.at.answer = says(204)
    again = outbox.again(
        house.engine, house.webhook_id, house.listed()[0].delivery_id, house.clock[0]
    )
    assert (again.state, again.due_at) == ("waiting", house.clock[0])
    house.deliver()
    assert [one.status for one in house.listed()[0].attempts] == [503, 503, 204]


def test_a_server_that_takes_nothing_for_days_is_told_nothing_until_it_is_enabled(
    house: House,
) -> None:
    house.at.answer = says(500)
    house.tell("d-1")
    house.deliver()
    house.clock[0] += 5 * DAY
    house.tell("d-2", "d-3")
    house.deliver()
    found = addresses.find(house.engine, "granary", house.webhook_id)
    assert (found.failing_since, found.disabled_at, found.why) == (NOW, NOW + 5 * DAY, "failing")
    house.tell("d-4")
    assert house.deliver(DAY) == 0
    assert {one.state for one in house.listed()} == {"failed"}
    assert len(house.listed()) == 3
    addresses.enable(house.engine, "granary", house.webhook_id)
    house.tell("d-5")
    assert house.deliver() == 1


def test_one_success_is_enough_to_be_told_on(house: House) -> None:
    house.at.answer = says(500)
    house.tell("d-1")
    house.deliver()
    house.at.answer = says(204)
    house.deliver(DAY)
    house.at.answer = says(500)
    house.clock[0] += 5 * DAY
    house.tell("d-2")
    house.deliver()
    assert addresses.find(house.engine, "granary", house.webhook_id).disabled_at is None


def test_a_server_that_is_gone_is_told_nothing_more(house: House) -> None:
    house.at.answer = says(410)
    house.tell("d-1")
    house.deliver()
    assert addresses.find(house.engine, "granary", house.webhook_id).why == "gone"
    assert [one.state for one in house.listed()] == ["failed"]


def test_while_secrets_change_both_sign_and_later_only_the_new_one(house: House) -> None:
    newer = addresses.rotate(house.engine, "granary", house.webhook_id, NOW, DAY)
    house.tell("d-1")
    house.deliver()
    house.clock[0] += DAY
    house.tell("d-2")
    house.deliver()
    both, one = house.at.got
    assert both.headers["webhook-signature"].split() == [
        signature(newer.secret, both),
        signature(house.named.secret, both),
    ]
    assert one.headers["webhook-signature"] == signature(newer.secret, one)


def test_of_many_couriers_one_brings_each_message(house: House) -> None:
    house.tell(*(f"d-{n}" for n in range(40)))

    def work(_: int) -> None:
        mine = house.courier
        while mine.deliver():
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    brought = sorted(json.loads(got.body)["data"]["decision_id"] for got in house.at.got)
    assert brought == sorted(f"d-{n}" for n in range(40))


def test_what_a_courier_that_died_had_taken_is_brought_by_another(house: House) -> None:
    house.tell("d-1")
    assert len(take(house.engine, NOW)) == 1
    assert house.deliver(LEASE - timedelta(seconds=1)) == 0
    assert house.deliver(timedelta(seconds=1)) == 1
    assert len(house.at.got) == 1


def test_one_server_does_not_hold_up_the_others(house: House) -> None:
    other = addresses.add(house.engine, "mill", house.at.url, ["decision.made"], NOW)
    house.tell(*(f"d-{n}" for n in range(3 * AT_ONCE)))
    house.clock[0] += timedelta(seconds=1)
    house.tell("m-1", partner_id="mill")
    taken = [parcel.webhook_id for parcel in take(house.engine, house.clock[0])]
    assert taken.count(house.webhook_id) == OF_ONE
    assert taken.count(other.webhook.webhook_id) == 1


def test_a_webhook_removed_takes_what_waits_for_it_along(house: House) -> None:
    house.tell("d-1", "d-2")
    (first, *_) = take(house.engine, NOW)
    addresses.remove(house.engine, "granary", house.webhook_id)
    settle(house.engine, first, Posted(204, None, 1), NOW)
    assert house.deliver(DAY) == 0
    assert house.listed() == []


@ON_SQLITE
def test_no_secret_lies_open(house: House, file: Path) -> None:
    addresses.rotate(house.engine, "granary", house.webhook_id, NOW, DAY)
    house.engine.dispose()
    kept = b"".join(part.read_bytes() for part in file.parent.glob("lumbung.db*"))
    key = house.named.secret.removeprefix("whsec_")
    assert [what for what in (key.encode(), base64.b64decode(key)) if what in kept] == []
    assert house.webhook_id.encode() in kept
