"""A withdrawn consent stops the next application at that partner, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from audit.decision import Decision
from features.errors import Refused
from serving.access import NotFound
from serving.consents import KEPT, check, standing, withdraw, withdrawn_at
from tests.audit.cases import APPLICATION, NOW
from tests.serving.cases import DECISIONS, keep
from tests.training.cases import refused

MINE = DECISIONS[0]
BUSINESS = APPLICATION.business_id
LATER = NOW + timedelta(days=9)
MOMENT = timedelta(microseconds=1)


def test_before_any_withdrawal_nothing_need_be_said_of_consent(decided: Engine) -> None:
    assert withdrawn_at(decided, "granary", BUSINESS) is None
    check(decided, "granary", BUSINESS, None)


@pytest.mark.parametrize("consented_at", [None, NOW - MOMENT, NOW])
def test_after_a_withdrawal_an_earlier_consent_is_none(
    decided: Engine, consented_at: datetime | None
) -> None:
    withdraw(decided, MINE, NOW)
    with pytest.raises(Refused) as caught:
        check(decided, "granary", BUSINESS, consented_at)
    refused(caught, "consent-withdrawn")
    assert caught.value.where == "consented_at"


def test_a_later_consent_holds_until_it_is_withdrawn_too(decided: Engine) -> None:
    withdraw(decided, MINE, NOW)
    check(decided, "granary", BUSINESS, NOW + MOMENT)
    withdraw(decided, MINE, LATER)
    assert withdrawn_at(decided, "granary", BUSINESS) == LATER
    with pytest.raises(Refused):
        check(decided, "granary", BUSINESS, NOW + MOMENT)
    check(decided, "granary", BUSINESS, LATER + MOMENT)


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


def _anew(made: Decision, partner_id: str, at: datetime) -> Decision:
    """Return a decision on another application of the same business."""
    name = f"{partner_id}-{at.isoformat()}"
    application = replace(made.application, application_id=name)
    return replace(
        made, decision_id=name, partner_id=partner_id, decided_at=at, application=application
    )


def test_a_withdrawal_is_of_one_business_at_one_partner(decided: Engine) -> None:
    withdraw(decided, MINE, NOW)
    check(decided, "mill", BUSINESS, None)
    check(decided, "granary", "b2", None)


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
        assert len(sentences) == 4
        assert all(len(sentence.split()) <= 15 for sentence in sentences)
