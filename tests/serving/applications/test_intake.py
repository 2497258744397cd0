"""What no schema can see is refused, and what is taken in is what was asked."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit.days import WIB
from features.errors import BadInput
from features.sources import SOURCES
from serving.applications import intake
from serving.reading.request import Application
from tests.audit.cases import APPLICATION, AS_OF, NOW
from tests.serving.cases import as_json, asked, body, business, payment
from tests.training.cases import filled, refused

MOMENT = timedelta(microseconds=1)
TOMORROW_IN_BATANG = "2026-11-25"
"""`NOW` is noon of the 24th there."""


def checked(now: datetime = NOW, currency: str = "IDR", **changed: Any) -> None:
    """Check a request that is right in every way but what is *changed*."""
    intake.check(asked(**changed), now, currency)


def is_refused(code: str, where: str, **changed: Any) -> BadInput:
    """Assert that what is *changed* is refused, there and by this code."""
    with pytest.raises(BadInput) as caught:
        checked(**changed)
    refused(caught, code)
    assert caught.value.where == where
    return caught.value


def paid(at: datetime, **changed: Any) -> dict[str, Any]:
    """Return a payment made and known at an instant."""
    return payment(occurred_at=at.isoformat(), known_at=None, **changed)


def test_a_request_right_in_every_way_passes() -> None:
    checked()
    checked(as_of=None, business={}, payments=[])


def test_a_request_that_takes_nothing_kept_says_which_payments_there_are() -> None:
    is_refused("no-payments", "payments", payments=None)
    checked(payments=None, records_from="kept")


def test_money_of_another_kind_than_the_models_is_refused() -> None:
    is_refused("other-currency", "currency", currency="CZK")


def test_as_of_may_be_now_and_no_later() -> None:
    checked(as_of=NOW.isoformat(), payments=[])
    is_refused("future-date", "as_of", as_of=(NOW + MOMENT).isoformat(), payments=[])


def test_a_business_may_start_today_as_the_day_is_in_batang() -> None:
    late = datetime(2026, 11, 24, 17, tzinfo=UTC)
    started = business(started_on=TOMORROW_IN_BATANG)
    is_refused("future-date", "business/started_on", now=late - MOMENT, business=started)
    checked(now=late, business=started)


def test_consent_is_not_given_tomorrow() -> None:
    checked(consented_at=NOW.isoformat())
    is_refused("future-date", "consented_at", consented_at=(NOW + MOMENT).isoformat())


def test_the_time_of_consent_is_kept_in_utc() -> None:
    taken = intake.application(asked(consented_at="2026-11-20T11:00:00+07:00"), NOW)
    assert taken.consented_at == AS_OF
    assert str(taken.consented_at).endswith("+00:00")


def test_a_payment_lies_before_as_of() -> None:
    checked(payments=[paid(AS_OF - MOMENT)])
    for at in (AS_OF, AS_OF + timedelta(days=1)):
        payments = [paid(AS_OF - MOMENT, payment_id="p9"), paid(at)]
        is_refused("after-as-of", "payments/1/occurred_at", payments=payments)


def test_without_as_of_a_payment_lies_before_now() -> None:
    checked(as_of=None, payments=[paid(NOW - MOMENT)])
    is_refused("after-as-of", "payments/0/occurred_at", as_of=None, payments=[paid(NOW)])


def test_a_payment_is_not_known_before_it_occurs() -> None:
    at = AS_OF - timedelta(days=9)
    checked(payments=[{**paid(at), "known_at": at.isoformat()}])
    early = {**paid(at), "known_at": (at - MOMENT).isoformat()}
    is_refused("known-too-early", "payments/0/known_at", payments=[early])


def test_of_several_faults_the_first_payment_in_order_is_told() -> None:
    at = AS_OF - timedelta(days=9)
    early = {**paid(at), "known_at": (at - MOMENT).isoformat()}
    late = paid(AS_OF, payment_id="p9")
    both = {**early, **paid(AS_OF), "known_at": at.isoformat()}
    is_refused("known-too-early", "payments/1/known_at", payments=[paid(at), early, late])
    is_refused("after-as-of", "payments/0/occurred_at", payments=[late, early])
    is_refused("after-as-of", "payments/0/occurred_at", payments=[both])
    twice = [paid(at), paid(at), late]
    is_refused("after-as-of", "payments/2/occurred_at", payments=twice)
    is_refused("duplicate-id", "payments/1/payment_id", payments=twice[:2])


def test_times_are_instants_whatever_their_offset() -> None:
    same = AS_OF.isoformat().replace("T04:00:00+00:00", "T11:00:00+07:00")
    assert datetime.fromisoformat(same) == AS_OF
    is_refused("after-as-of", "payments/0/occurred_at", payments=[payment(occurred_at=same)])


def test_a_payment_id_that_stands_twice_is_refused_by_its_places_not_by_its_name() -> None:
    payments = [payment(payment_id=name) for name in ("a", "081234567890", "b", "081234567890")]
    error = is_refused("duplicate-id", "payments/3/payment_id", payments=payments)
    assert error.found == "the payment_id of payments/1"
    assert "081234567890" not in str(error)


def test_the_application_is_what_was_asked() -> None:
    taken = intake.application(asked(), NOW)
    assert {**vars(taken), "digest": APPLICATION.digest} == vars(APPLICATION)


def test_without_as_of_now_is_meant() -> None:
    assert intake.application(asked(as_of=None), NOW).as_of == NOW


def test_as_of_is_kept_in_utc() -> None:
    taken = intake.application(asked(as_of="2026-11-20T11:00:00+07:00"), NOW)
    assert (taken.as_of, taken.as_of.utcoffset()) == (AS_OF, timedelta(0))


def digest(request: dict[str, Any]) -> str:
    """Return the digest of a request sent as this."""
    read = Application.model_validate_json(json.dumps(request))
    return intake.application(read, NOW).digest


def test_the_digest_does_not_change_with_the_order_of_fields_or_documents() -> None:
    turned = dict(reversed(body().items()))
    turned["business"] = business(documents=["nib", "ktp", "kk"])
    assert digest(turned) == digest(body())


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": 5_000_001},
        {"tenor_months": 11},
        {"purpose": "other"},
        {"as_of": None},
        {"consented_at": AS_OF.isoformat()},
        {"business": business(kbli=None)},
        {"business": business(documents=["ktp"])},
        {"business": business(held_products=[])},
        {"payments": body()["payments"][1:]},
        {"payments": [payment(balance_after=None)]},
        {"payments": list(reversed(body()["payments"]))},
    ],
    ids=str,
)
def test_the_digest_changes_with_whatever_is_asked(changed: dict[str, Any]) -> None:
    assert digest(body(**changed)) != digest(body())


@pytest.mark.parametrize("name", list(payment()))
def test_the_digest_changes_with_every_field_of_a_payment(name: str) -> None:
    """Each is held against the same payment with that field of another one."""
    another = {
        "payment_id": "another",
        "occurred_at": (AS_OF - timedelta(days=9)).isoformat(),
        "known_at": (AS_OF - MOMENT).isoformat(),
        "amount": 1,
        "direction": "out",
        "channel": "cash",
        "kind": "fee",
        "counterparty": "another",
        "balance_after": -1,
    }
    assert another.keys() == payment().keys()
    changed = payment(**{name: another[name]})
    assert digest(body(payments=[changed])) != digest(body(payments=[payment()]))


def test_the_digest_is_of_instants_not_of_how_they_are_written() -> None:
    at = AS_OF - timedelta(days=1)
    here = at.astimezone(WIB)
    assert at.isoformat() != here.isoformat()
    assert digest(body(payments=[paid(at)])) == digest(body(payments=[paid(here)]))


ONE = {source: filled(table) for source, table in SOURCES.items()}


def record(source: str, number: int = 1, **changed: Any) -> dict[str, Any]:
    """Return a record of a source as a request has it, right but for what is *changed*."""
    row = {**ONE[source], SOURCES[source].key: f"r{number}", **changed}
    return as_json([{name: value for name, value in row.items() if name != "business_id"}])[0]


def of(source: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """Return what is changed of a request when it has these records of a source."""
    return {source: list(rows)}


@pytest.mark.parametrize("source", SOURCES)
def test_the_records_of_every_source_lie_before_as_of_and_stand_once(source: str) -> None:
    right = record(source, occurred_at=AS_OF - MOMENT)
    checked(**of(source, right))
    late = record(source, 2, occurred_at=AS_OF)
    is_refused("after-as-of", f"{source}/1/occurred_at", **of(source, right, late))
    early = {**right, "known_at": (AS_OF - 2 * MOMENT).isoformat()}
    is_refused("known-too-early", f"{source}/0/known_at", **of(source, early))
    twice = f"{source}/1/{SOURCES[source].key}"
    is_refused("duplicate-id", twice, **of(source, right, right))


def with_time(source: str, name: str, at: datetime) -> dict[str, Any]:
    """Return what is changed of a request when the one record of a source states a time."""
    changed: dict[str, Any] = {name: at}
    return of(source, record(source, **changed))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("bills", "paid_at"),
        ("bills", "cut_off_at"),
        ("orders", "closed_at"),
        ("orders", "payout_at"),
        ("invoices", "paid_at"),
        ("support", "done_at"),
    ],
)
def test_what_is_known_later_lies_before_as_of_too(source: str, name: str) -> None:
    checked(**with_time(source, name, AS_OF - MOMENT))
    is_refused("after-as-of", f"{source}/0/{name}", **with_time(source, name, AS_OF))


@pytest.mark.parametrize(
    ("source", "name"),
    [("profile", "started_at"), ("credit", "started_at"), ("bills", "period_from")],
)
def test_what_has_begun_began_by_now(source: str, name: str) -> None:
    checked(**with_time(source, name, NOW))
    is_refused("future-date", f"{source}/0/{name}", **with_time(source, name, NOW + MOMENT))


def test_what_is_due_may_lie_ahead() -> None:
    checked(bills=[record("bills", due_at=NOW + timedelta(days=30))])


def test_all_sources_together_hold_no_more_records_than_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake, "MOST_RECORDS", 3)
    bills = [record("bills", number) for number in range(2)]
    checked(payments=[payment()], bills=bills)
    is_refused(
        "too-many-records", "records", payments=[payment()], bills=bills, orders=[record("orders")]
    )


def test_what_is_not_given_and_need_not_be_does_not_change_the_digest() -> None:
    """Or a request sent again after a release would be another."""
    sent, unsaid = set(body()) | {"currency"}, {"business": {"held_products"}}
    plain = asked().model_dump_json(include=sent, exclude=unsaid)
    assert digest(body()) == hashlib.sha256(plain.encode()).hexdigest()
    assert digest(body(bills=[record("bills")])) != digest(body())
    assert digest(body(bills=None)) == digest(body())
    assert digest(body(business=business(held_products=None))) == digest(body())


def kept(now: datetime = NOW, **sent: Any) -> None:
    """Check records that are to be kept."""
    intake.check_kept(asked(**{"payments": [], **sent}).records(), now)


def not_kept(code: str, where: str, **sent: Any) -> None:
    with pytest.raises(BadInput) as caught:
        kept(**sent)
    refused(caught, code)
    assert caught.value.where == where


def test_what_is_to_be_kept_may_have_happened_until_now() -> None:
    kept(payments=[paid(NOW)])
    not_kept("future-date", "payments/1/occurred_at", payments=[paid(NOW), paid(NOW + MOMENT)])


def test_what_is_to_be_kept_was_known_when_it_happened_or_later_and_by_now() -> None:
    early = {**paid(NOW), "known_at": (NOW - MOMENT).isoformat()}
    not_kept("known-too-early", "payments/0/known_at", payments=[early])
    late = {**paid(NOW), "known_at": (NOW + MOMENT).isoformat()}
    not_kept("future-date", "payments/0/known_at", payments=[late])


def test_a_bill_may_fall_due_in_the_future_and_not_be_paid_there() -> None:
    bill = {**as_json([filled(SOURCES["bills"])])[0], "due_at": (NOW + MOMENT).isoformat()}
    kept(bills=[bill])
    paid_then = {**bill, "paid_at": (NOW + MOMENT).isoformat()}
    not_kept("future-date", "bills/0/paid_at", bills=[paid_then])


def test_what_is_to_be_kept_stands_once_in_a_request() -> None:
    not_kept("duplicate-id", "payments/1/payment_id", payments=[paid(AS_OF), paid(AS_OF)])
