"""An application that takes what is kept is decided as one that carries the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from audit.decision import Decision
from features.errors import Refused
from features.sources import BILLS
from models.risk import RiskModel
from serving.access.callers import NotFound
from serving.business import businesses, consents, records
from serving.business.consents import Given
from serving.business.records import Whose
from serving.reading.request import Application, Business
from serving.service import Service
from serving.store import database
from tests.audit.cases import APPLICATION, AS_OF, NOW, rules
from tests.serving.cases import as_json, asked, business, payment
from tests.training.cases import filled, refused

MINE = Whose("granary", APPLICATION.business_id)
BEFORE = AS_OF - timedelta(days=300)
DAY = timedelta(days=1)
AFTER = AS_OF + timedelta(days=1)

BILL = as_json([{**filled(BILLS), "occurred_at": AS_OF - timedelta(days=40)}])
FACTS = Business.model_validate(business(), strict=False)


@pytest.fixture
def service(unlocked: Engine, model: RiskModel) -> Service:
    """Return a service that keeps 200 days of payments and a bill, with consent to payments."""
    with database.writing(unlocked) as session:
        businesses.put(session, MINE, FACTS, BEFORE, NOW)
        records.append(session, MINE, asked(200, bills=BILL).records(), NOW)
    agree(unlocked, "scoring", "payments")
    return Service(unlocked, lambda: rules(model), now=lambda: NOW)


def agree(engine: Engine, *scopes: str) -> None:
    with database.writing(engine) as session:
        for scope in scopes:
            consents.grant(session, MINE, Given(scope, BEFORE, "form 7"), NOW)


def taking(**changed: Any) -> Application:
    """Return an application that carries nothing, but for what is *changed*."""
    whole = asked(0).model_dump(mode="json", exclude_unset=True, exclude={"payments", "business"})
    return Application.model_validate({**whole, "records_from": "kept", **changed})


def told(decision: Decision) -> Decision:
    """Return a decision without what names it, and how it came by its records."""
    application = replace(decision.application, digest="", consents=())
    return replace(decision, decision_id="", application=application, records_digest="")


def used(decision: Decision) -> dict[str, int]:
    return {one.source: one.rows for one in decision.data_used}


def test_what_is_kept_decides_as_what_is_sent(service: Service) -> None:
    kept = service.decide(taking(), "granary")
    sent = service.decide(asked(200, application_id="a2"), "granary")
    alike = replace(sent, application=replace(sent.application, application_id="a1"))
    assert told(kept) == told(alike)
    assert used(kept) == {"payments": 400}


def test_the_decision_says_under_which_consents_and_what_counted(
    service: Service, unlocked: Engine
) -> None:
    made = service.decide(taking(), "granary")
    with database.session(unlocked) as session:
        agreed = consents.in_force(session, MINE, AS_OF)
    assert made.application.consents == (agreed["scoring"], agreed["payments"])
    assert made.records_digest != ""
    sent = service.decide(asked(200, application_id="a2"), "granary")
    assert (sent.application.consents, sent.records_digest) == ((), "")


def test_a_source_is_read_under_a_consent_of_its_own_only(
    service: Service, unlocked: Engine
) -> None:
    agree(unlocked, "bills")
    assert used(service.decide(taking(), "granary")) == {"payments": 400, "bills": 1}


def test_what_is_sent_stands_in_the_place_of_what_is_kept(service: Service) -> None:
    facts = business(active_bank_loans=3)
    made = service.decide(asked(10, records_from="kept", business=facts), "granary")
    assert used(made) == {"payments": 20}
    assert made.application.business.active_bank_loans == 3


def test_the_same_request_gets_the_decision_there_is_though_more_is_kept_by_now(
    service: Service, unlocked: Engine
) -> None:
    made = service.decide(taking(), "granary")
    agree(unlocked, "bills")
    assert service.decide(taking(), "granary") == made


def test_what_became_known_later_changes_neither_what_counted_nor_its_digest(
    service: Service, unlocked: Engine
) -> None:
    made = service.decide(taking(), "granary")
    known = {"occurred_at": (AS_OF - DAY).isoformat(), "known_at": AS_OF.isoformat()}
    late = asked(payments=[payment(payment_id="late", **known)]).records()
    with database.writing(unlocked) as session:
        records.append(session, MINE, late, NOW)
    again = service.decide(taking(application_id="a2"), "granary")
    assert again.records_digest == made.records_digest


def test_another_record_is_another_digest(service: Service, unlocked: Engine) -> None:
    made = service.decide(taking(), "granary")
    known = {"occurred_at": (AS_OF - DAY).isoformat(), "known_at": None}
    more = asked(payments=[payment(payment_id="more", **known)]).records()
    with database.writing(unlocked) as session:
        records.append(session, MINE, more, NOW)
    again = service.decide(taking(application_id="a2"), "granary")
    assert again.records_digest != made.records_digest


@pytest.mark.parametrize("scope", ["scoring", "payments"])
def test_a_consent_withdrawn_since_is_none(service: Service, unlocked: Engine, scope: str) -> None:
    with database.writing(unlocked) as session:
        consents.end(session, MINE, scope, AFTER, NOW)
    if scope == "payments":
        assert used(service.decide(taking(), "granary")) == {}
        return
    with pytest.raises(Refused) as caught:
        service.decide(taking(), "granary")
    refused(caught, "consent-withdrawn")


def test_without_a_consent_at_the_time_nothing_is_decided(service: Service) -> None:
    early = (BEFORE - timedelta(seconds=1)).isoformat()
    with pytest.raises(Refused) as caught:
        service.decide(taking(as_of=early), "granary")
    refused(caught, "no-consent")


def test_of_a_business_of_another_partner_nothing_is_taken(service: Service) -> None:
    with pytest.raises(NotFound) as caught:
        service.decide(taking(), "mill")
    refused(caught, "no-business")
