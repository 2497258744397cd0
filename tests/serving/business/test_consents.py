"""A withdrawn consent stops the next application at that partner, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from audit.days import microseconds
from audit.decision import Decision
from features.consents import holds
from features.errors import BadInput, Refused
from features.records import CONSENTS
from serving.access.callers import NotFound
from serving.business import consents
from serving.business.consents import KEPT, Consent, Given, check, standing, withdraw, withdrawn_at
from serving.business.records import Whose
from serving.store import database
from serving.store.master import Master
from serving.store.sealed import unlock
from serving.tables import LedgerRow
from tests.audit.cases import APPLICATION, NOW
from tests.serving.cases import DECISIONS, keep
from tests.training.cases import refused

MINE = DECISIONS[0]
BUSINESS = APPLICATION.business_id
WHOSE = Whose("granary", BUSINESS)
LATER = NOW + timedelta(days=9)
DAY = timedelta(days=1)
SCOPES = CONSENTS.column("scope").values
MOMENT = timedelta(microseconds=1)


def test_before_any_withdrawal_nothing_need_be_said_of_consent(decided: Engine) -> None:
    assert withdrawn_at(decided, "granary", BUSINESS) is None
    _check(decided, "granary", BUSINESS, None)


@pytest.mark.parametrize("consented_at", [None, NOW - MOMENT, NOW])
def test_after_a_withdrawal_an_earlier_consent_is_none(
    decided: Engine, consented_at: datetime | None
) -> None:
    withdraw(decided, MINE, NOW)
    with pytest.raises(Refused) as caught:
        _check(decided, "granary", BUSINESS, consented_at)
    refused(caught, "consent-withdrawn")
    assert caught.value.where == "consented_at"


def test_a_later_consent_holds_until_it_is_withdrawn_too(decided: Engine) -> None:
    withdraw(decided, MINE, NOW)
    _check(decided, "granary", BUSINESS, NOW + MOMENT)
    withdraw(decided, MINE, LATER)
    assert withdrawn_at(decided, "granary", BUSINESS) == LATER
    with pytest.raises(Refused):
        _check(decided, "granary", BUSINESS, NOW + MOMENT)
    _check(decided, "granary", BUSINESS, LATER + MOMENT)


def test_a_withdrawal_stands_until_a_decision_follows_it(decided: Engine, made: Decision) -> None:
    assert standing(decided, "granary", BUSINESS) is None
    withdraw(decided, MINE, NOW)
    keep(decided, _anew(made, "mill", NOW + MOMENT))
    keep(decided, _anew(made, "granary", NOW))
    assert standing(decided, "granary", BUSINESS) == NOW
    keep(decided, _anew(made, "granary", NOW + MOMENT))
    assert standing(decided, "granary", BUSINESS) is None
    assert withdrawn_at(decided, "granary", BUSINESS) == NOW
    withdraw(decided, MINE, LATER)
    assert standing(decided, "granary", BUSINESS) == LATER


def _check(engine: Engine, partner_id: str, business_id: str, said: datetime | None) -> None:
    with database.session(engine) as session:
        check(session, Whose(partner_id, business_id), said)


def _anew(made: Decision, partner_id: str, at: datetime) -> Decision:
    """Return a decision on another application of the same business."""
    name = f"{partner_id}-{at.timestamp()}"
    application = replace(made.application, application_id=name)
    return replace(
        made, decision_id=name, partner_id=partner_id, decided_at=at, application=application
    )


def test_a_withdrawal_is_of_one_business_at_one_partner(decided: Engine) -> None:
    withdraw(decided, MINE, NOW)
    _check(decided, "mill", BUSINESS, None)
    _check(decided, "granary", "b2", None)


def test_to_withdraw_twice_at_once_is_to_withdraw(decided: Engine) -> None:
    for _ in range(2):
        withdraw(decided, MINE, NOW)
    assert withdrawn_at(decided, "granary", BUSINESS) == NOW


def test_nothing_is_withdrawn_by_a_decision_that_there_is_not(decided: Engine) -> None:
    with pytest.raises(NotFound) as caught:
        withdraw(decided, "d9", NOW)
    refused(caught, "no-decision")


def test_what_is_kept_is_told_in_short_sentences() -> None:
    for words in KEPT.model_dump().values():
        sentences = words.split(". ")
        assert len(sentences) == 5
        assert all(len(sentence.split()) <= 15 for sentence in sentences)


def grant(engine: Engine, scope: str = "scoring", at: datetime = NOW - DAY) -> Consent:
    """Keep a consent of the business at granary."""
    with database.writing(engine) as session:
        return consents.grant(session, WHOSE, Given(scope, at, "form 7"), LATER)


def end(engine: Engine, scope: str, at: datetime = NOW) -> None:
    with database.writing(engine) as session:
        consents.end(session, WHOSE, scope, at, LATER)


def in_force(engine: Engine, at: datetime = LATER, whose: Whose = WHOSE) -> set[str]:
    with database.session(engine) as session:
        return set(consents.in_force(session, whose, at))


def listed(engine: Engine) -> list[Consent]:
    with database.session(engine) as session:
        return consents.listed(session, WHOSE)


def entered(engine: Engine) -> list[tuple[str, str]]:
    """Return kind and subject of each entry of a consent, in order."""
    with database.session(engine) as session:
        of = LedgerRow.kind.in_(["consent", "consent-end", "withdrawal"])
        rows = session.scalars(select(LedgerRow).where(of).order_by(LedgerRow.number))
        return [(row.kind, row.subject) for row in rows]


def test_a_consent_is_kept_with_where_its_proof_is(unlocked: Engine) -> None:
    given = grant(unlocked)
    assert listed(unlocked) == [given]
    assert (given.scope, given.granted_at, given.withdrawn_at) == ("scoring", NOW - DAY, None)
    assert given.evidence == "form 7"


def test_each_consent_and_each_withdrawal_is_entered_in_the_ledger(unlocked: Engine) -> None:
    one, other = grant(unlocked), grant(unlocked, "payments")
    end(unlocked, "payments")
    made = [("consent", one.consent_id), ("consent", other.consent_id)]
    assert entered(unlocked) == [*made, ("consent-end", other.consent_id)]


def test_the_same_consent_again_is_the_one_there_is(unlocked: Engine) -> None:
    given = grant(unlocked)
    assert grant(unlocked) == given
    assert len(entered(unlocked)) == 1
    end(unlocked, "scoring")
    assert grant(unlocked).withdrawn_at == NOW


def test_a_consent_holds_from_when_it_was_granted(unlocked: Engine) -> None:
    grant(unlocked)
    grant(unlocked, "payments", NOW)
    assert in_force(unlocked, NOW - DAY - MOMENT) == set()
    assert in_force(unlocked, NOW - DAY) == {"scoring"}
    assert in_force(unlocked, NOW) == {"scoring", "payments"}
    assert in_force(unlocked, whose=Whose("mill", BUSINESS)) == set()


def test_without_a_consent_to_scoring_no_other_counts(unlocked: Engine) -> None:
    grant(unlocked, "payments")
    assert in_force(unlocked) == set()


def test_what_is_withdrawn_is_not_used_any_more_for_whatever_time(unlocked: Engine) -> None:
    grant(unlocked)
    grant(unlocked, "payments")
    grant(unlocked, "payments", NOW - 2 * DAY)
    end(unlocked, "payments")
    assert in_force(unlocked, NOW - MOMENT) == in_force(unlocked) == {"scoring"}
    grant(unlocked, "payments", NOW + MOMENT)
    assert in_force(unlocked) == {"scoring", "payments"}


def test_who_withdraws_scoring_withdraws_all_until_they_consent_anew(unlocked: Engine) -> None:
    grant(unlocked)
    grant(unlocked, "payments")
    _check(unlocked, "granary", BUSINESS, None)
    end(unlocked, "scoring")
    assert in_force(unlocked) == set()
    assert [one.withdrawn_at for one in listed(unlocked)] == [NOW, NOW]
    assert standing(unlocked, "granary", BUSINESS) == NOW
    with pytest.raises(Refused) as caught:
        _check(unlocked, "granary", BUSINESS, None)
    refused(caught, "consent-withdrawn")
    grant(unlocked, "scoring", NOW + MOMENT)
    _check(unlocked, "granary", BUSINESS, None)
    assert standing(unlocked, "granary", BUSINESS) is None
    assert in_force(unlocked) == {"scoring"}


def test_a_consent_told_of_after_its_withdrawal_brings_nothing_back(unlocked: Engine) -> None:
    grant(unlocked)
    grant(unlocked, "payments")
    end(unlocked, "payments", NOW - MOMENT)
    assert grant(unlocked, "payments", NOW - 2 * DAY).withdrawn_at == NOW - MOMENT
    end(unlocked, "scoring")
    late = [grant(unlocked, scope, NOW - 2 * DAY) for scope in ("scoring", "bills")]
    assert [one.withdrawn_at for one in late] == [NOW, NOW]
    assert entered(unlocked)[-1] == ("consent-end", late[-1].consent_id)
    assert in_force(unlocked) == set()
    with pytest.raises(Refused) as caught:
        _check(unlocked, "granary", BUSINESS, None)
    refused(caught, "consent-withdrawn")


def test_a_withdrawal_of_a_source_stops_no_application(unlocked: Engine) -> None:
    grant(unlocked)
    end(unlocked, "payments")
    _check(unlocked, "granary", BUSINESS, None)


def test_an_applicants_withdrawal_ends_the_consents_kept(decided: Engine) -> None:
    unlock(decided, Master([b"m" * 32]))
    grant(decided)
    grant(decided, "payments")
    withdraw(decided, MINE, NOW)
    assert in_force(decided) == set()


@pytest.mark.parametrize("field", ["granted_at", "withdrawn_at"])
def test_nothing_is_consented_to_or_withdrawn_in_the_future(unlocked: Engine, field: str) -> None:
    say = grant if field == "granted_at" else end
    with pytest.raises(BadInput) as caught:
        say(unlocked, "scoring", LATER + MOMENT)
    refused(caught, "future-date")
    assert caught.value.where == field


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    grants=st.lists(
        st.tuples(st.sampled_from(["scoring", "payments", "bills"]), st.integers(0, 5)), max_size=6
    ),
    at=st.integers(0, 6),
)
def test_what_is_in_force_is_what_training_would_use(
    unlocked: Engine, grants: list[tuple[str, int]], at: int
) -> None:
    with database.writing(unlocked) as session:
        for scope, day in grants:
            consents.grant(session, WHOSE, Given(scope, NOW + day * DAY, "form 7"), LATER)
        kept = consents.listed(session, WHOSE)
        found = consents.in_force(session, WHOSE, NOW + at * DAY)
        session.rollback()
    instant = np.array([microseconds(NOW + at * DAY)])
    table = {
        "scope": np.array([SCOPES.index(one.scope) for one in kept]),
        "partner_id": np.array([""] * len(kept)),
        "business_id": np.array(["b"] * len(kept)),
        "granted_at": np.array([microseconds(one.granted_at) for one in kept], dtype=np.int64),
        "withdrawn_at": np.array([np.nan] * len(kept)),
    }
    holding = {scope for scope in SCOPES if holds(table, scope, np.array(["b"]), instant)[0]}
    assert set(found) == (holding if "scoring" in holding else set())
