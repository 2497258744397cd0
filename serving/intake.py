"""From a request to the application that the house works on.

What the schema cannot say is checked here: that ids do not repeat, that nothing
lies in the future or after ``as_of``, and that the money is of the model's kind.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from audit import decision
from audit.days import WIB, microseconds
from features.errors import BadInput
from serving.columns import Values
from serving.schemas import Application


def application(asked: Application, now: datetime) -> decision.Application:
    """Return what is asked, with ``as_of`` settled and the request's digest."""
    business = asked.business
    return decision.Application(
        application_id=asked.application_id,
        business_id=asked.business_id,
        as_of=(asked.as_of or now).astimezone(UTC),
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
        ),
        consented_at=asked.consented_at and asked.consented_at.astimezone(UTC),
        digest=hashlib.sha256(asked.model_dump_json().encode()).hexdigest(),
    )


def check(asked: Application, now: datetime, currency: str) -> None:
    """Refuse what the schema lets through and sense does not.

    Raises:
        BadInput: another currency than the model's (``other-currency``), ``as_of``, the consent
            or the business's start in the future (``future-date``), a payment at or after ``as_of``
            (``after-as-of``) or known before it occurred (``known-too-early``), or a payment id
            that stands twice (``duplicate-id``).
    """
    if asked.currency != currency:
        hint = "Ask Lumbung's operator for a model of your currency."
        raise _bad("currency", asked.currency, currency, "other-currency", hint)
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
    _check_times(asked.payments, microseconds(asked.as_of or now))
    _check_ids(asked.payments)


def _check_times(payments: Values, as_of: int) -> None:
    times = zip(payments["occurred_at"], payments["known_at"], strict=True)
    for i, (occurred_at, known_at) in enumerate(times):
        if occurred_at >= as_of:
            where, found = f"payments/{i}/occurred_at", "a time at or after as_of"
            hint = "Leave it out: only what was known before the application counts."
            raise _bad(where, found, "a time before as_of", "after-as-of", hint)
        if known_at is not None and known_at < occurred_at:
            where, found = f"payments/{i}/known_at", "a time before occurred_at"
            hint = "Leave known_at out when the payment was known at once."
            raise _bad(where, found, "occurred_at or later", "known-too-early", hint)


def _check_ids(payments: Values) -> None:
    first: dict[str, int] = {}
    for i, payment_id in enumerate(payments["payment_id"]):
        before = first.setdefault(payment_id, i)
        if before != i:
            where, found = f"payments/{i}/payment_id", f"the payment_id of payments/{before}"
            raise _bad(where, found, "each once", "duplicate-id", "Send each payment once.")


def _bad(where: str, found: str, expected: str, code: str, hint: str) -> BadInput:
    return BadInput(found=found, expected=expected, hint=hint, code=code, where=where)
