"""From a request to the application that the house works on.

What the schema cannot say is checked here: that ids do not repeat, that nothing
lies in the future or after ``as_of``, and that the money is of the model's kind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from audit import decision
from audit.days import WIB, microseconds
from features.errors import BadInput
from features.sources import SOURCES
from features.table import Column
from serving.applications.taking import Taken
from serving.reading.columns import Values
from serving.reading.request import MOST_RECORDS, Application


def application(
    asked: Application, now: datetime, kept: Taken | None = None
) -> decision.Application:
    """Return what is asked, with ``as_of`` settled and the request's digest.

    Args:
        asked: the request.
        now: the time, UTC.
        kept: what is taken of what is kept of the business; None where nothing is to be.
    """
    business = asked.business if kept is None else kept.business
    return decision.Application(
        application_id=asked.application_id,
        business_id=asked.business_id,
        as_of=as_of(asked, now),
        amount=asked.amount,
        tenor_months=asked.tenor_months,
        purpose=asked.purpose,
        business=decision.Business(
            started_on=business.started_on,
            kbli=business.kbli,
            kecamatan=business.kecamatan,
            documents=business.documents,
            active_bank_loans=business.active_bank_loans,
            programme_loan=business.programme_loan,
            existing_instalments=business.existing_instalments,
            held_products=business.held_products,
        ),
        digest=digest(asked),
        consented_at=asked.consented_at and asked.consented_at.astimezone(UTC),
        consents=() if kept is None else kept.consents,
    )


def as_of(asked: Application, now: datetime) -> datetime:
    """Return the instant before which something must be known to count, UTC."""
    return (asked.as_of or now).astimezone(UTC)


def digest(asked: Application) -> str:
    """Return SHA-256 of the request as it was read; what is not given is not in it."""
    names = (*SOURCES, "consented_at")
    absent: dict[str, Any] = {name: True for name in names if getattr(asked, name) is None}
    if asked.records_from == "sent":
        absent["records_from"] = True
    if asked.business.held_products is None:
        absent["business"] = {"held_products"}
    return hashlib.sha256(asked.model_dump_json(exclude=absent).encode()).hexdigest()


def check(asked: Application, now: datetime, currency: str) -> None:
    """Refuse what the schema lets through and sense does not.

    Raises:
        BadInput: another currency than the model's (``other-currency``), no payments where none
            that are kept are to be taken (``no-payments``), ``as_of``, the
            consent or the business's start in the future (``future-date``), more records than are
            read (``too-many-records``), a record at or after ``as_of`` (``after-as-of``), known
            before it occurred (``known-too-early``) or with a time to come where none can be
            (``future-date``), or an id that stands twice (``duplicate-id``).
    """
    if asked.currency != currency:
        hint = "Ask Lumbung's operator for a model of your currency."
        raise _bad("currency", asked.currency, currency, "other-currency", hint)
    if asked.payments is None and asked.records_from == "sent":
        hint = "Send an empty list where there are none, or take those kept: records_from."
        raise _bad("payments", "nothing", "a list of payments", "no-payments", hint)
    if asked.as_of and asked.as_of > now:
        hint = "Check the time zone, or leave as_of out to mean now."
        raise _bad("as_of", "a time to come", "now or earlier", "future-date", hint)
    if asked.consented_at and asked.consented_at > now:
        hint = "Send the time at which the owner did consent."
        raise _bad("consented_at", "a time to come", "now or earlier", "future-date", hint)
    started = asked.business.started_on
    if started and started > now.astimezone(WIB).date():
        hint = "Correct the date, or leave it out when it is not known."
        raise _bad("business/started_on", "a day to come", "today or earlier", "future-date", hint)
    records = asked.records()
    _check_many(records)
    for source, rows in records.items():
        _check_times(source, rows, microseconds(asked.as_of or now))
        _check_stated(source, rows, microseconds(now))
        _check_ids(source, rows)


def check_kept(records: Mapping[str, Values], now: datetime) -> None:
    """Refuse records to be kept that the schema lets through and sense does not.

    Raises:
        BadInput: more records than are read at once (``too-many-records``), one known before it
            occurred (``known-too-early``) or with a time to come where none can be
            (``future-date``), or an id that stands twice (``duplicate-id``).
    """
    _check_many(records)
    for source, rows in records.items():
        check_timely(source, rows, now)
        _check_ids(source, rows)


def check_timely(source: str, rows: Values, now: datetime) -> None:
    """Refuse records of a source at times that cannot be.

    Raises:
        BadInput: one known before it occurred (``known-too-early``), or with a time to come where
            none can be (``future-date``).
    """
    _check_known(source, rows)
    _check_past(source, rows, microseconds(now))


def _check_many(records: Mapping[str, Values]) -> None:
    rows = sum(len(values[SOURCES[source].key]) for source, values in records.items())
    if rows > MOST_RECORDS:
        expected, hint = f"at most {MOST_RECORDS}", "Leave out the oldest: two years count."
        raise _bad("records", f"{rows} records", expected, "too-many-records", hint)


def _check_times(source: str, rows: Values, as_of: int) -> None:
    """Refuse what lies at or after the application, and what was known before it occurred."""
    later = [column.name for column in SOURCES[source].columns if column.known_with == column.name]
    times = zip(rows["occurred_at"], rows["known_at"], strict=True)
    for i, (occurred_at, known_at) in enumerate(times):
        if occurred_at >= as_of:
            raise _after(f"{source}/{i}/occurred_at")
        if known_at is not None and known_at < occurred_at:
            raise _early(f"{source}/{i}/known_at")
    for name in later:
        for i, at in enumerate(rows[name]):
            if at is not None and at >= as_of:
                raise _after(f"{source}/{i}/{name}")


def _check_known(source: str, rows: Values) -> None:
    """Refuse what was known before it occurred."""
    times = zip(rows["occurred_at"], rows["known_at"], strict=True)
    for i, (occurred_at, known_at) in enumerate(times):
        if known_at is not None and known_at < occurred_at:
            raise _early(f"{source}/{i}/known_at")


def _early(where: str) -> BadInput:
    found, hint = "a time before occurred_at", "Leave known_at out when it was known at once."
    return _bad(where, found, "occurred_at or later", "known-too-early", hint)


def _after(where: str) -> BadInput:
    found, expected = "a time at or after as_of", "a time before as_of"
    hint = "Leave it out: only what was known before the application counts."
    return _bad(where, found, expected, "after-as-of", hint)


def _check_stated(source: str, rows: Values, now: int) -> None:
    """Refuse a time to come where none can be, of those that `_check_times` does not ask about."""
    for column in SOURCES[source].columns:
        if not column.known_with and column.name not in ("occurred_at", "known_at"):
            _check_not_ahead(source, column, rows, now)


def _check_past(source: str, rows: Values, now: int) -> None:
    """Refuse a time to come where none can be."""
    for column in SOURCES[source].columns:
        _check_not_ahead(source, column, rows, now)


def _check_not_ahead(source: str, column: Column, rows: Values, now: int) -> None:
    if column.kind != "time" or column.ahead:
        return
    for i, at in enumerate(rows[column.name]):
        if at is not None and at > now:
            where, hint = f"{source}/{i}/{column.name}", "Check the year and the time zone."
            raise _bad(where, "a time to come", "now or earlier", "future-date", hint)


def _check_ids(source: str, rows: Values) -> None:
    key = SOURCES[source].key
    first: dict[str, int] = {}
    for i, name in enumerate(rows[key]):
        before = first.setdefault(name, i)
        if before != i:
            where, found = f"{source}/{i}/{key}", f"the {key} of {source}/{before}"
            raise _bad(where, found, "each once", "duplicate-id", "Send each record once.")


def _bad(where: str, found: str, expected: str, code: str, hint: str) -> BadInput:
    return BadInput(found=found, expected=expected, hint=hint, code=code, where=where)
