"""Who takes part: owners who agreed, whose decision speaks for a loan, and who did not withdraw."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from audit.decision import RECORD, Decision
from audit.result import Result
from features.errors import LumbungError, Refused
from serving.access.callers import Caller, NotFound
from serving.applications import cases, decisions, review
from serving.applications.cases import Outcome
from serving.business import consents
from serving.lending import entries
from serving.lending.entries import Agreed, standing
from serving.tables import DecisionRow
from tests.audit.cases import NOW
from tests.serving.cases import ANI, HOW, MILLER, keep
from tests.serving.programme_cases import PROGRAMME, entered, favoured
from tests.training.cases import refused

LATER = NOW + timedelta(hours=1)
LOOK = Result("human_review", ("near_the_line",))
NOT_YET = Result("not_yet", ("no_product_fits",))


def names(engine: Engine) -> list[str]:
    """Return the decisions that take part."""
    return [entry.decision_id for entry, _ in standing(engine, "batang")]


def answered(engine: Engine, decision: Decision, outcome: Outcome, at: datetime = NOW) -> None:
    """Open a case of a decision and answer it."""
    case = cases.ask_for_person(engine, decision.decision_id, "", at)
    said = review.Answer(outcome, "V04", "o7", None)
    review.answer(engine, decision.partner_id, case.case_id, said, at, HOW)


def test_an_eligible_decision_takes_part_with_the_groups_its_owner_named(
    decided: Engine, made: Decision
) -> None:
    decision = favoured(made, "a")
    entry = entered(decided, decision, ("women", "women"))
    assert (entry.programme_id, entry.decision_id, entry.groups) == ("batang", "a", ("women",))
    assert standing(decided, "batang") == [(entry, decision)]
    assert standing(decided, "other") == []


def test_the_decision_knows_nothing_of_the_groups(decided: Engine, made: Decision) -> None:
    entered(decided, favoured(made, "a"), ("women",))
    kept = decisions.find(decided, DecisionRow.decision_id == "a")
    assert kept is not None
    assert b"women" not in RECORD.dump_json(kept)


@pytest.mark.parametrize("result", [LOOK, NOT_YET])
def test_what_does_not_speak_for_a_loan_waits_until_an_officer_says_so(
    decided: Engine, made: Decision, result: Result
) -> None:
    decision = favoured(made, "a", result=result)
    with pytest.raises(LumbungError) as caught:
        entered(decided, decision)
    refused(caught, "not-in-favour")
    answered(decided, decision, "corrected")
    with pytest.raises(LumbungError):
        entries.enter(decided, PROGRAMME, Agreed("a", NOW, ()), ANI, NOW)
    answered(decided, decision, "lend", LATER)
    entries.enter(decided, PROGRAMME, Agreed("a", NOW, ()), ANI, NOW)
    assert names(decided) == ["a"]


def test_the_last_word_of_an_officer_counts(decided: Engine, made: Decision) -> None:
    decision = favoured(made, "a")
    entered(decided, decision)
    answered(decided, decision, "not_yet")
    assert names(decided) == []
    answered(decided, decision, "lend", LATER)
    assert names(decided) == ["a"]


def test_who_withdrew_takes_no_part_any_more(decided: Engine, made: Decision) -> None:
    entered(decided, favoured(made, "a"))
    entered(decided, favoured(made, "b"))
    consents.withdraw(decided, "a", NOW)
    assert names(decided) == ["b"]
    with pytest.raises(LumbungError) as caught:
        entries.enter(decided, PROGRAMME, Agreed("a", NOW, ()), ANI, NOW)
    refused(caught, "consent-withdrawn")


def test_a_decision_after_the_withdrawal_takes_part(decided: Engine, made: Decision) -> None:
    decision = favoured(made, "a")
    keep(decided, decision)
    consents.withdraw(decided, "a", decision.decided_at - timedelta(hours=1))
    entries.enter(decided, PROGRAMME, Agreed("a", NOW, ()), ANI, NOW)
    assert names(decided) == ["a"]


def test_of_a_business_the_latest_counts_with_each_lender_by_itself(
    decided: Engine, made: Decision
) -> None:
    for name, partner_id, by in (
        ("a", "granary", ANI),
        ("b", "granary", ANI),
        ("c", "mill", MILLER),
    ):
        decision = favoured(made, name, partner_id)
        of_one = replace(decision.application, business_id="same")
        keep(decided, replace(decision, application=of_one))
        at = NOW + timedelta(minutes=ord(name))
        entries.enter(decided, PROGRAMME, Agreed(name, NOW, ()), by, at)
    assert names(decided) == ["b", "c"]
    entries.enter(decided, PROGRAMME, Agreed("a", NOW, ("women",)), ANI, LATER + timedelta(days=1))
    assert sorted(names(decided)) == ["a", "c"]


def test_an_owner_may_leave_and_come_back(decided: Engine, made: Decision) -> None:
    entered(decided, favoured(made, "a"))
    entered(decided, favoured(made, "b"))
    entries.leave(decided, "batang", "a", ANI, NOW)
    assert names(decided) == ["b"]
    for by, name in ((ANI, "a"), (MILLER, "b"), (ANI, "nowhere")):
        with pytest.raises(NotFound) as caught:
            entries.leave(decided, "batang", name, by, NOW)
        refused(caught, "no-entry")
    entries.enter(decided, PROGRAMME, Agreed("a", NOW, ()), ANI, LATER)
    assert sorted(names(decided)) == ["a", "b"]


def test_who_left_is_not_brought_back_by_what_they_agreed_to_before(
    decided: Engine, made: Decision
) -> None:
    entered(decided, favoured(made, "a"))
    entries.leave(decided, "batang", "a", ANI, NOW)
    before = Agreed("a", NOW - timedelta(hours=1), ())
    with pytest.raises(Refused) as caught:
        entries.enter(decided, PROGRAMME, before, ANI, LATER)
    refused(caught, "left-since")
    assert names(decided) == []


def test_who_leaves_brings_no_earlier_entry_back(decided: Engine, made: Decision) -> None:
    for name, at in (("a", NOW), ("b", LATER)):
        decision = favoured(made, name)
        keep(decided, replace(decision, application=replace(decision.application, business_id="x")))
        entries.enter(decided, PROGRAMME, Agreed(name, NOW, ()), ANI, at)
    entries.leave(decided, "batang", "b", ANI, LATER)
    assert names(decided) == []


@pytest.mark.parametrize(
    ("change", "by", "code"),
    [
        ({"decision_id": "nowhere"}, ANI, "no-decision"),
        ({}, MILLER, "no-decision"),
        ({"agreed_at": LATER}, ANI, "future-date"),
        ({"groups": ("women", "giants")}, ANI, "no-group"),
    ],
    ids=["no such decision", "another's decision", "agreed in the future", "no such group"],
)
def test_what_cannot_be_entered_is_refused(
    decided: Engine, made: Decision, change: dict[str, Any], by: Caller, code: str
) -> None:
    keep(decided, favoured(made, "a"))
    agreed = replace(Agreed("a", NOW, ("women",)), **change)
    with pytest.raises(LumbungError) as caught:
        entries.enter(decided, PROGRAMME, agreed, by, NOW)
    refused(caught, code)
    assert "giants" not in str(caught.value)
    assert names(decided) == []


def test_who_was_scored_by_no_model_cannot_be_entered(decided: Engine, made: Decision) -> None:
    unknown = favoured(made, "a", probability_of_default=None)
    with pytest.raises(LumbungError) as caught:
        entered(decided, unknown)
    refused(caught, "risk-unknown")
