"""What is gathered of a period is what happened in it, each thing once, with nobody in it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine

from audit.decision import Decision
from audit.gathered import Gathered, cases
from audit.result import Result
from features.catalogue import NAMES
from models.reasons import CODES
from serving.applications import cases as asking
from serving.applications import repayments, review
from serving.applications.repayments import Report
from serving.applications.review import Answer
from serving.business.records import Whose
from serving.editions import gathering
from serving.editions.gathering import gather
from serving.rights.erasing import Lock, erase
from serving.store import database
from serving.tables import ShadowScore
from tests.audit.cases import NOW
from tests.serving.applications.test_ended import OLD
from tests.serving.cases import HOW, keep

DATABASES = ("sqlite",)

DAY = timedelta(days=1)
SINCE, UNTIL = NOW - 30 * DAY, NOW


def put(engine: Engine, made: Decision, name: str, at: datetime, **changed: Any) -> Decision:
    """Keep a decision of a name, made at a time, on a business of its own unless one is said."""
    partner, business = changed.pop("partner_id", "granary"), changed.pop("business_id", name)
    application = replace(made.application, application_id=name, business_id=business)
    of = {"decision_id": name, "partner_id": partner, "decided_at": at}
    decision = replace(made, **of, application=application, **changed)
    keep(engine, decision)
    return decision


def for_a_person(engine: Engine, made: Decision, name: str, at: datetime) -> str:
    """Keep a decision that goes to a person, with its review; return the id of that."""
    asked = put(engine, made, name, at, result=Result("human_review", ("thin_file",)))
    with database.session(engine) as session, session.begin():
        return asking.review(session, asked)


def report(engine: Engine, name: str, one: Report, at: datetime) -> None:
    """Let a loan be reported on at a time, as it then stood."""
    repayments.report(engine, "granary", [(name, replace(one, as_of=at - DAY))], at)


def test_a_decision_counts_in_the_period_in_which_it_was_made(
    unlocked: Engine, made: Decision
) -> None:
    for name, at in (
        ("before", SINCE - timedelta(seconds=1)),
        ("first", SINCE),
        ("last", UNTIL - timedelta(seconds=1)),
        ("after", UNTIL),
    ):
        put(unlocked, made, name, at)
    found = gather(unlocked, SINCE, UNTIL)
    stamps = [int(at.timestamp()) * 10**6 for at in (SINCE, UNTIL - timedelta(seconds=1))]
    assert found.decided_at.tolist() == stamps
    assert found.decided.tolist() == [True, True]
    assert not (found.ended | found.answered).any()


def test_it_says_what_the_decision_said(unlocked: Engine, made: Decision) -> None:
    put(unlocked, made, "one", SINCE)
    put(unlocked, made, "two", SINCE + DAY, business_id="one", partner_id="mill")
    put(unlocked, made, "three", SINCE + 2 * DAY, business_id="one", probability_of_default=None)
    found = gather(unlocked, SINCE, UNTIL)
    assert found.business.tolist() == [0, 1, 0]
    assert found.partner.tolist() == ["granary", "mill", "granary"]
    assert found.probability[0] == made.probability_of_default
    assert np.isnan(found.probability[2])
    assert (found.score == made.points.score).all()
    assert set(found.result.tolist()) == {made.result.kind}
    assert (found.kecamatan[0], found.sector[0]) == ("3325080", "C")
    assert (found.model[0], found.scorer[0]) == (made.versions.model, "champion")
    vector = [np.nan if made.features[name] is None else made.features[name] for name in NAMES]
    np.testing.assert_array_equal(found.features[0], np.array(vector, dtype=np.float64))
    assert found.points[0].tolist() == [made.points.exact[code] for code in CODES]
    told = {code for code, was in zip(found.codes, found.told[0].tolist(), strict=True) if was}
    assert told == set(made.reasons)
    assert found.products == tuple(offer.product_id for offer in made.offers)
    assert found.lenders == tuple(offer.lender_id for offer in made.offers)
    assert found.offered.all()
    assert found.price[0] == min(offer.apr for offer in made.offers)


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
def test_an_outcome_counts_in_the_period_in_which_it_was_told(
    unlocked: Engine, made: Decision
) -> None:
    """Of loans decided on before it; one told of again in it, or after it, counts then."""
    for name in ("old", "again", "later", "young"):
        put(unlocked, made, name, NOW - 510 * DAY)
    report(unlocked, "old", OLD, SINCE + DAY)
    report(unlocked, "again", OLD, SINCE - DAY)
    report(unlocked, "again", replace(OLD, worst_days_past_due=95), SINCE + DAY)
    report(unlocked, "later", OLD, UNTIL)
    report(unlocked, "young", replace(OLD, censored=True), SINCE + DAY)
    found = gather(unlocked, SINCE, UNTIL)
    assert (found.n, found.ended.tolist(), found.decided.tolist()) == (1, [True], [False])
    assert found.bad.tolist() == [0.0]
    assert found.ended_at.tolist() == [(SINCE + DAY).timestamp() * 10**6]
    assert gather(unlocked, UNTIL, UNTIL + DAY).bad.tolist() == [0.0]
    every = gather(unlocked, NOW - 600 * DAY, UNTIL)
    assert sorted(every.bad[every.ended].tolist()) == [0.0, 1.0]
    assert np.isnan(every.bad[~every.ended]).all()


def test_an_answer_counts_in_the_period_in_which_it_was_given(
    unlocked: Engine, made: Decision
) -> None:
    open_, early, late = (
        for_a_person(unlocked, made, name, SINCE - DAY) for name in ("open", "early", "late")
    )
    said = Answer("lend", "V02", "officer-7", None)
    review.answer(unlocked, "granary", early, said, SINCE + DAY, HOW)
    review.answer(unlocked, "granary", late, said, UNTIL, HOW)
    found = gather(unlocked, SINCE, UNTIL)
    assert (found.answered.tolist(), found.hours.tolist()) == ([True], [48.0])
    assert (found.said.tolist(), found.asked.tolist()) == (["lend"], [True])
    before = gather(unlocked, SINCE - DAY, SINCE)
    assert before.n == 3
    assert not before.answered.any()
    assert before.asked.all()
    assert np.isnan(before.hours).all()
    assert set(before.said.tolist()) == {""}
    assert open_ not in {early, late}


def test_a_person_who_answers_otherwise_shows(unlocked: Engine, made: Decision) -> None:
    for name, outcome in (("same", "lend"), ("other", "not_yet")):
        put(unlocked, made, name, SINCE, result=Result("eligible", ()))
        case = asking.ask_for_person(unlocked, name, "", SINCE + DAY)
        said = Answer("lend" if outcome == "lend" else "not_yet", "V02", "officer-7", None)
        review.answer(unlocked, "granary", case.case_id, said, SINCE + 2 * DAY, HOW)
    put(unlocked, made, "unasked", SINCE + DAY, result=Result("eligible", ()))
    found = gather(unlocked, SINCE, UNTIL)
    assert sorted(found.overridden[found.asked].tolist()) == [0.0, 1.0]
    assert np.isnan(found.overridden[~found.asked]).all()
    assert found.contested.tolist() == [True, True, False]
    assert found.hours.tolist() == [0.0, 0.0, 0.0]


def test_who_is_erased_is_left_out_and_counted(
    unlocked: Engine, made: Decision, tmp_path: Path
) -> None:
    for name in ("stays", "goes"):
        put(unlocked, made, name, SINCE)
    erase(unlocked, tmp_path / "listed", Whose("granary", "goes"), NOW, Lock())
    found = gather(unlocked, SINCE, UNTIL)
    assert (found.n, found.erased) == (1, 1)


def test_a_challengers_word_stands_beside(unlocked: Engine, made: Decision) -> None:
    for name in ("a", "b"):
        put(unlocked, made, name, SINCE)
    row = {"decision_id": "b", "version": "8", "model_digest": "f" * 64, "score": 600}
    with database.session(unlocked) as session, session.begin():
        session.add(ShadowScore(**row, probability=0.5, result="not_yet"))
    found = gather(unlocked, SINCE, UNTIL)
    assert found.shadow_model.tolist() == ["", "8"]
    assert found.shadow_probability[1] == 0.5


def test_a_period_without_anything_is_empty_and_as_wide_as_any(unlocked: Engine) -> None:
    found = gather(unlocked, SINCE, UNTIL)
    assert (found.n, found.erased) == (0, 0)
    assert found.features.shape == (0, len(NAMES))
    assert found.points.shape == found.told.shape == (0, len(CODES))
    assert cases(found).n == 0


def test_a_few_at_a_time_are_the_same_as_all_at_once(
    unlocked: Engine, made: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        offers = made.offers if number % 2 else ()
        put(unlocked, made, f"d{number}", SINCE + number * DAY, offers=offers)
    whole = gather(unlocked, SINCE, UNTIL)
    monkeypatch.setattr(gathering, "AT_ONCE", 2)
    steps: list[tuple[str, int, int]] = []
    few = gather(unlocked, SINCE, UNTIL, lambda *said: steps.append(said))
    assert steps == [("decisions", done, 5) for done in (2, 4, 5)]
    for one in fields(Gathered):
        if one.name != "protected":
            np.testing.assert_array_equal(getattr(few, one.name), getattr(whole, one.name))
    assert {name: of.size for name, of in few.protected.items()} == dict.fromkeys(
        ("gender", "age", "disability"), 5
    )


def test_cases_are_of_the_rows_that_are_taken(unlocked: Engine, made: Decision) -> None:
    put(unlocked, made, "old", NOW - 510 * DAY, result=Result("eligible", ()))
    report(unlocked, "old", OLD, SINCE + DAY)
    put(unlocked, made, "new", SINCE, result=Result("not_yet", ()))
    put(unlocked, made, "rules", SINCE + DAY, probability_of_default=None)
    found = gather(unlocked, SINCE, UNTIL)
    over = cases(found.part(found.ended))
    assert (over.n, over.bad.tolist(), over.approved.tolist()) == (1, [0.0], [1.0])
    new = cases(found.part(found.decided))
    assert (new.n, new.approved[0]) == (2, 0.0)
    assert np.isnan(new.score).tolist() == [False, True]
    facts = {"kecamatan", "sector", "size_class", "lender"}
    assert set(new.groups) == {"gender", "age", "disability", *facts}
    assert new.groups["lender"].tolist() == ["granary", "granary"]
