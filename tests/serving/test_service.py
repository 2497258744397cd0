"""The two acts of the service, deciding and reading again, and the rules they need."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from audit.decide import Stamp, decide
from audit.rules import Rules
from features.errors import BadInput, LumbungError, Refused, Unavailable
from models.risk import RiskModel
from serving.access.callers import NotFound
from serving.applications.cases import cases_of, due
from serving.business.consents import withdraw
from serving.lending import products
from serving.service import Service
from serving.store import database
from tests.audit.cases import APPLICATION, NOW, alone, history, records_of, rules
from tests.serving.cases import ANI, BUDI, asked, kept, terms
from tests.training.cases import refused


@pytest.fixture
def service(engine: Engine, model: RiskModel) -> Service:
    """Return a service with the rules of the audit's cases, at `NOW`."""
    return Service(engine, lambda: rules(model), now=lambda: NOW)


def test_a_request_is_decided_as_the_same_records_are_by_hand(
    service: Service, model: RiskModel
) -> None:
    """The payments come once as JSON, once the way the training data do."""
    made = service.decide(asked(200), "granary")
    application = replace(APPLICATION, digest=made.application.digest)
    stamp = Stamp(made.decision_id, "granary", NOW)
    assert made == decide(application, records_of(history(200)), rules(model), stamp)


def test_a_decision_is_read_back_as_it_was_made(service: Service) -> None:
    made = service.decide(asked(200), "granary")
    assert service.decision(made.decision_id, "granary") == made


def test_decisions_have_names_of_their_own(service: Service) -> None:
    made = [service.decide(asked(application_id=f"a{i}"), "granary") for i in range(3)]
    assert len({decision.decision_id for decision in made}) == 3
    assert {row[0] for row in kept(service.engine.url)} == {d.decision_id for d in made}


def test_the_same_request_gets_the_decision_there_is_under_whatever_rules(
    service: Service, model: RiskModel
) -> None:
    first = service.decide(asked(), "granary")
    service.rules = rules(model, model_version="8", products=())
    service.now = lambda: NOW.replace(year=2027)
    assert service.decide(asked(), "granary") == first


def test_partners_who_send_the_very_same_request_get_each_their_own(service: Service) -> None:
    first = {partner: service.decide(asked(), partner) for partner in ("granary", "mill")}
    assert first["granary"].decision_id != first["mill"].decision_id
    for partner, made in first.items():
        assert made.partner_id == partner
        assert service.decide(asked(), partner) == made
    assert len(kept(service.engine.url)) == 2


def test_another_request_under_the_same_name_is_refused_and_not_repeated(
    service: Service,
) -> None:
    service.decide(asked(application_id="081234567890"), "granary")
    with pytest.raises(Refused) as caught:
        service.decide(asked(application_id="081234567890", amount=1_000_000), "granary")
    refused(caught, "duplicate-application")
    assert "081234567890" not in str(caught.value)
    assert len(kept(service.engine.url)) == 1


def test_a_decision_of_another_cannot_be_told_from_none(service: Service) -> None:
    made = service.decide(asked(), "granary")
    said = []
    for decision_id, partner_id in [(made.decision_id, "mill"), ("d9", "mill"), ("", "granary")]:
        with pytest.raises(NotFound) as caught:
            service.decision(decision_id, partner_id)
        refused(caught, "no-decision")
        said.append(str(caught.value))
    assert len(set(said)) == 1


def test_a_request_that_is_refused_leaves_nothing_behind(service: Service) -> None:
    with pytest.raises(BadInput):
        service.decide(asked(currency="CZK"), "granary")
    assert kept(service.engine.url) == []


def test_a_decision_that_goes_to_a_person_opens_their_case_with_it(engine: Engine) -> None:
    service = Service(engine, alone, now=lambda: NOW)
    made = service.decide(asked(200), "granary")
    assert made.result.kind == "human_review"
    (case,) = cases_of(engine, made.decision_id)
    assert (case.kind, case.partner_id, case.recommended) == ("review", "granary", "human_review")
    assert (case.opened_at, case.due_at) == (NOW, due("review", NOW))
    assert service.decide(asked(200), "granary") == made
    assert cases_of(engine, made.decision_id) == [case]


def test_without_its_case_a_decision_is_not_kept_either(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE cases RENAME TO away"))
    service = Service(engine, alone, now=lambda: NOW)
    with pytest.raises(Unavailable) as caught:
        service.decide(asked(200), "granary")
    refused(caught, "database-away")
    assert kept(service.engine.url) == []


def test_a_decision_that_goes_to_no_person_opens_no_case(service: Service) -> None:
    made = service.decide(asked(200), "granary")
    assert made.result.kind != "human_review"
    assert cases_of(service.engine, made.decision_id) == []


def test_after_a_withdrawal_only_a_later_consent_is_decided_on(service: Service) -> None:
    first = service.decide(asked(), "granary")
    withdraw(service.engine, first.decision_id, NOW - timedelta(hours=1))
    for consented_at in (None, (NOW - timedelta(hours=2)).isoformat()):
        with pytest.raises(Refused) as caught:
            service.decide(asked(application_id="a2", consented_at=consented_at), "granary")
        refused(caught, "consent-withdrawn")
    assert len(kept(service.engine.url)) == 1
    anew = asked(application_id="a2", consented_at=NOW.isoformat())
    assert service.decide(anew, "granary").application.consented_at == NOW
    assert service.decide(asked(), "mill").partner_id == "mill"
    assert service.decision(first.decision_id, "granary") == first


def test_what_scored_is_known_while_it_decides_and_no_longer(
    service: Service, model: RiskModel
) -> None:
    made = service.decide(asked(), "granary")
    assert service.scorer_of(made) is model
    service.rules = alone()
    assert service.scorer_of(made) is None
    service.rules, service.load = None, failing([away(), away()], rules(model))
    assert service.scorer_of(made) is None


def away() -> Unavailable:
    """Return the error of a registry without a champion."""
    return Unavailable(found="chaff", expected="grain", hint="Wait.", code="no-champion")


@pytest.fixture
def busy() -> Iterator[None]:
    """Let threads take turns a thousand times as often as they do."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 1000)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("busy")
def test_the_rules_are_fetched_once_however_many_ask_at_once(
    engine: Engine, model: RiskModel
) -> None:
    fetched: list[int] = []
    together = threading.Barrier(8)

    def load() -> Rules:
        fetched.append(1)
        assert sum(range(1_000_000)) > 0  # long enough for the others to ask meanwhile
        return rules(model)

    service = Service(engine, load)

    def ask() -> Rules:
        together.wait()
        return service.in_force()

    with ThreadPoolExecutor(8) as pool:
        found = [future.result() for future in [pool.submit(ask) for _ in range(8)]]
    assert len(fetched) == 1
    assert all(one is found[0] for one in found)


def failing(errors: list[LumbungError], then: Rules) -> Callable[[], Rules]:
    """Return a loader that raises each error in turn, then gives the rules."""

    def load() -> Rules:
        if errors:
            raise errors.pop(0)
        return then

    return load


@pytest.mark.parametrize("kind", [BadInput, Refused, Unavailable])
def test_rules_that_cannot_be_used_are_away_by_their_own_code_until_they_can(
    engine: Engine, model: RiskModel, kind: type[LumbungError]
) -> None:
    wrong = kind(found="chaff", expected="grain", hint="Winnow it.", code="bad-model")
    service = Service(engine, failing([wrong, wrong], rules(model)))
    for _ in range(2):
        with pytest.raises(Unavailable) as caught:
            service.in_force()
        refused(caught, "bad-model")
        assert (caught.value.found, caught.value.hint) == ("chaff", "Winnow it.")
    assert service.in_force().model_version == "7"


def test_what_a_second_person_verified_a_moment_ago_decides_in_every_process(
    service: Service, model: RiskModel
) -> None:
    other = Service(service.engine, lambda: rules(model), now=lambda: NOW)
    before = other.in_force()
    assert before.products == other.shelf == other.filed()
    products.propose(service.engine, "bran", terms(), ANI, NOW, other.filed())
    assert other.in_force() is before
    verified = products.verify(service.engine, "bran", 1, BUDI, NOW).product
    assert verified in other.in_force().products
    assert other.shelf == other.in_force().products
    assert other.filed() == before.products
    assert other.in_force().versions.products != before.versions.products
    made = other.decide(asked(200), "granary")
    assert "bran" in [offer.product_id for offer in made.offers]


def test_terms_of_a_later_day_decide_from_that_day_on(service: Service) -> None:
    begins = NOW + timedelta(days=1)
    later = terms(effective_from=str(begins.date()))
    products.propose(service.engine, "bran", later, ANI, NOW, ())
    products.verify(service.engine, "bran", 1, BUDI, NOW)
    assert "bran" not in [one.product_id for one in service.in_force().products]
    service.now = lambda: begins
    assert "bran" in [one.product_id for one in service.in_force().products]


def test_a_fault_while_fetching_lets_the_next_one_try(engine: Engine, model: RiskModel) -> None:
    tries = iter([ZeroDivisionError()])

    def load() -> Rules:
        for error in tries:
            raise error
        return rules(model)

    service = Service(engine, load)
    with pytest.raises(ZeroDivisionError):
        service.in_force()
    assert service.in_force().model_version == "7"


def test_with_the_database_away_nothing_is_answered(service: Service) -> None:
    database.migrate(service.engine, "base")
    with pytest.raises(Unavailable) as caught:
        service.decide(asked(), "granary")
    refused(caught, "database-away")
