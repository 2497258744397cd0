"""An answer says what was decided, all of it, in both languages."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date

import pytest

from audit.decide import decide
from audit.decision import RECORD, Decision
from audit.result import Cause, Result
from features.signals import SIGNALS
from models.reasons import Points
from models.risk import RiskModel
from serving.api.answers import NOTE, answer
from serving.telling import sentences
from serving.telling.words import LANGUAGES, wording
from tests.audit.cases import APPLICATION, STAMP, circles, history, records_of, rules
from tests.serving.told import STEP, helped


@pytest.fixture(scope="module")
def kept(model: RiskModel) -> Decision:
    """Return a decision with one offer and two products that do not fit."""
    return decide(APPLICATION, records_of(history()), rules(model), STAMP)


def test_an_answer_has_the_numbers_of_the_decision(kept: Decision) -> None:
    said = answer(kept)
    assert said.probability_of_default == kept.probability_of_default
    assert (said.grade, said.points.score, said.points.base) == (
        kept.grade,
        kept.points.score,
        kept.points.base,
    )
    assert {r.code: r.points for r in said.points.by_reason} == kept.points.by_reason
    assert said.features == kept.features
    assert said.versions.model_dump() == asdict(kept.versions)
    assert (said.result.kind, tuple(said.result.causes)) == (kept.result.kind, kept.result.causes)


def test_an_answer_says_who_asked_what_and_when(kept: Decision) -> None:
    said = answer(kept)
    asked = kept.application
    assert (said.decision_id, said.application_id) == (kept.decision_id, asked.application_id)
    assert (said.business_id, said.as_of) == (asked.business_id, asked.as_of)
    assert said.decided_at == kept.decided_at
    assert "partner_id" not in said.model_dump()


def test_reasons_come_worst_first_and_strengths_best_first(kept: Decision) -> None:
    exact = {"R01": -30.4, "R03": -30.6, "R05": 2.2, "R07": 40.9}
    whole = {code: round(points) for code, points in exact.items()}
    points = Points(sum(whole.values()), 0, whole, exact)
    changed = replace(kept, points=points, reasons=points.reasons(), strengths=points.strengths())
    said = answer(changed)
    assert [(r.code, r.points) for r in said.reasons] == [("R03", -31), ("R01", -30)]
    assert [(r.code, r.points) for r in said.strengths] == [("R07", 41), ("R05", 2)]


def test_what_a_code_gathers_is_named_without_judging(kept: Decision) -> None:
    for group in answer(kept).points.by_reason:
        worded = {language: wording(language)["groups"][group.code] for language in LANGUAGES}
        assert group.name.model_dump() == worded


def test_reasons_and_strengths_state_the_persons_own_numbers(kept: Decision) -> None:
    said = answer(kept)
    told = [*said.reasons, *said.strengths]
    known = [r for r in told if kept.features[kept.points.leading[r.code]] is not None]
    assert known
    for reason in known:
        leading = kept.points.leading[reason.code]
        value = kept.features[leading]
        assert value is not None
        for language, text in reason.text.model_dump().items():
            assert text.endswith(sentences.fact(leading, value, language))


def test_an_answer_says_what_to_do_who_helps_and_what_was_read() -> None:
    kept = helped()
    said = answer(kept)
    (reason,) = said.reasons
    assert reason.until == date(2027, 3, 1)
    assert reason.text.id.endswith("Mulai 1 Maret 2027 hal ini tidak dihitung lagi.")
    (step,) = said.next_steps
    assert step.model_dump(exclude={"acts", "helpers", "text"}) == {
        "days": 60,
        "codes": ["R19", "R23"],
        "changed": {"booked_day_share": 0.6, "amount_asked": 3_000_000.0},
        "kind": "eligible",
        "score": 611,
        "offers": ["grain", "husk"],
        "more": ["husk"],
    }
    assert [act.name for act in step.acts] == ["keep_books", "smaller_amount"]
    assert step.acts[1].text.en == "Ask for a smaller amount: Rp3,000,000."
    assert step.helpers.en == sentences.helpers(STEP, "en")
    assert step.text.id == sentences.promise(STEP, "id")
    (referral,) = said.support
    assert referral.name.en == "Debt counselling"
    assert (referral.codes, referral.recheck_on) == (["R11"], date(2027, 1, 23))
    (used,) = said.data_used
    assert used.model_dump(exclude={"name"}) == asdict(kept.data_used[0])
    assert used.name.en == "Payments"


def test_a_step_tells_nothing_of_signals() -> None:
    said = answer(helped()).model_dump_json()
    for name, value in STEP.signals.items():
        assert name not in said
        assert repr(value) not in said


def test_an_offer_is_told_whole_but_for_how_it_would_be_carried(kept: Decision) -> None:
    (offer,) = answer(kept).offers
    whole = asdict(kept.offers[0])
    assert offer.model_dump() == {
        name: value for name, value in whole.items() if name not in ("dscr", "instalment_share")
    }


def test_what_is_not_offered_says_why_with_a_sentence(kept: Decision) -> None:
    unfit = answer(kept).not_offered
    assert [u.product_id for u in unfit] == [u.product_id for u in kept.unfit] == ["husk", "straw"]
    (small,), (young,) = (u.reasons for u in unfit)
    assert (small.code, small.field, small.found, small.required, small.unknown) == (
        "R23",
        "amount",
        5_000_000,
        20_000_000,
        False,
    )
    assert (young.code, young.citation) == ("R06", "Permenko 1/2023")
    assert young.text.id == "Usaha berjalan 32 bulan; skema meminta 600 bulan."
    assert small.text.en == ("The amount of Rp5,000,000 is below Rp20,000,000, the least here.")


def test_an_answer_reminds_that_the_lender_decides(kept: Decision) -> None:
    assert answer(kept).note == NOTE
    assert "The lender decides" in NOTE.en
    assert "Pemberi pinjaman yang memutuskan" in NOTE.id


def test_a_decision_read_from_disk_is_answered_with_the_same_bytes(kept: Decision) -> None:
    read = RECORD.validate_json(RECORD.dump_json(kept))
    assert answer(read).model_dump_json() == answer(kept).model_dump_json()
    assert "NaN" not in json.dumps(answer(kept).model_dump(mode="json"))


def test_what_is_to_check_is_told_in_a_sentence_of_its_own(kept: Decision) -> None:
    said = answer(replace(kept, result=Result("human_review", ("transactions_to_check",))))
    assert said.result.causes == ["transactions_to_check"]
    (told,) = said.result.told
    assert told.model_dump() == {
        "code": "R09",
        "text": {language: wording(language)["reasons"]["R09"] for language in LANGUAGES},
    }
    assert "R09" not in {reason.code for reason in said.points.by_reason}


def test_without_anything_to_check_nothing_is_told_of_it(kept: Decision) -> None:
    causes: tuple[Cause, ...] = ("thin_file", "near_the_line", "unknown_facts")
    assert answer(replace(kept, result=Result("human_review", causes))).result.told == []


def test_an_answer_reveals_no_signal_no_value_and_no_line(model: RiskModel) -> None:
    """Whoever games would learn from it what to change."""
    payments = records_of([*history(), *circles()])
    looked = decide(APPLICATION, payments, rules(model), STAMP)
    assert looked.raised
    said = answer(looked).model_dump_json()
    assert not [signal.name for signal in SIGNALS if signal.name in said]
    # Apart from what the features say as well, and from the end points of a share.
    open_to_all = {*looked.features.values(), 0.0, 1.0}
    secret = {value for value in looked.signals.values() if value not in {None, *open_to_all}}
    assert secret
    assert not [value for value in secret if repr(value) in said]
    names = ("signals", "raised", "lines", "policy_lines")
    assert not [name for name in names if f'"{name}"' in said]


def test_answers_differ_in_nothing_else_by_which_signal_raised_its_hand(model: RiskModel) -> None:
    payments = records_of([*history(), *circles()])
    looked = decide(APPLICATION, payments, rules(model), STAMP)
    for signal in SIGNALS:
        other = replace(looked, raised=(signal.name,), signals={signal.name: signal.line})
        assert answer(other) == answer(looked)
