"""A decision follows from what it is given, and from nothing else."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import lightgbm
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.days import EPOCH, microseconds
from audit.decide import Stamp, decide, under
from audit.decision import RECORD, Decision
from audit.result import Policy
from audit.rules import Rules
from features.catalogue import NAMES
from features.signals import SIGNALS
from models import scale
from models.novelty import Novelty, Range
from models.risk import RiskModel
from models.rules import RulesOnly
from tests.audit.cases import (
    APPLICATION,
    AS_OF,
    NO_PAYMENTS,
    PRODUCTS,
    STAMP,
    alone,
    circles,
    history,
    records_of,
    rules,
)
from tests.features.oracle import payments as oracle
from tests.features.oracle import signals as signs
from tests.features.oracle.every import expected
from tests.features.oracle.words import Application, Records, join
from tests.matching.cases import product
from tests.training.cases import Row

ROWS = history()
PAYMENTS = records_of(ROWS)
MOMENT = timedelta(microseconds=1)

quick = settings(deadline=None, max_examples=30)


@pytest.fixture(scope="module")
def in_force(model: RiskModel) -> Rules:
    return rules(model)


@pytest.fixture(scope="module")
def usual(in_force: Rules) -> Decision:
    """Return the decision that the others are held against."""
    return decide(APPLICATION, PAYMENTS, in_force, STAMP)


def same(one: Decision, other: Decision) -> None:
    """Assert that two decisions are the same to the byte."""
    assert RECORD.dump_json(one) == RECORD.dump_json(other)


def of_rows(rows: list[Row], in_force: Rules) -> Decision:
    """Return the decision on other payments."""
    return decide(APPLICATION, records_of(rows), in_force, STAMP)


def as_oracle(rows: list[Row]) -> Records:
    """Return payments as the oracle reads them."""
    times = ("occurred_at", "known_at")
    return {"payments": [{**row, **{t: microseconds(row[t]) for t in times}} for row in rows]}


ASKED = Application(
    business_id=APPLICATION.business_id,
    as_of=microseconds(AS_OF),
    amount=APPLICATION.amount,
    tenor_months=APPLICATION.tenor_months,
)


def test_the_same_inputs_give_the_same_bytes(model: RiskModel, usual: Decision) -> None:
    read_anew = replace(model)
    same(decide(APPLICATION, records_of(history()), rules(read_anew), STAMP), usual)


def test_the_features_are_what_the_oracle_finds(usual: Decision) -> None:
    assert tuple(usual.features) == NAMES
    for name, wanted in expected(ASKED, as_oracle(ROWS)).items():
        found = usual.features[name]
        assert (math.nan if found is None else found) == pytest.approx(
            wanted, rel=1e-12, nan_ok=True
        )


def test_the_probability_is_the_calibrated_answer_of_the_trees(
    model: RiskModel, usual: Decision
) -> None:
    vector = np.array([[usual.features[name] for name in NAMES]], dtype=np.float64)
    margin = lightgbm.Booster(model_str=model.text).predict(vector, raw_score=True)
    log_odds = float(model.calibration.log_odds(np.ravel(margin))[0])
    assert usual.probability_of_default == pytest.approx(1 / (1 + math.exp(-log_odds)), rel=1e-12)


def test_the_probability_is_the_partners_and_the_score_is_the_persons(model: RiskModel) -> None:
    """The same application at two lenders, the loans of one of which go bad more often."""
    knows = rules(replace(model, priors={"granary": 0.7, "barn": -0.7}))
    granary = decide(APPLICATION, PAYMENTS, knows, STAMP)
    barn = decide(APPLICATION, PAYMENTS, knows, replace(STAMP, partner_id="barn"))
    unknown = decide(APPLICATION, PAYMENTS, knows, replace(STAMP, partner_id="silo"))
    known = [d.probability_of_default or math.nan for d in (barn, unknown, granary)]
    odds = [p / (1 - p) for p in known]
    assert odds[2] / odds[1] == pytest.approx(math.exp(0.7), rel=1e-9)
    assert odds[0] / odds[1] == pytest.approx(math.exp(-0.7), rel=1e-9)
    assert granary.points == barn.points == unknown.points
    assert granary.applicant.probability_of_default == granary.probability_of_default
    same(decide(APPLICATION, PAYMENTS, knows, STAMP), granary)


def test_base_and_reasons_add_up_to_the_score(model: RiskModel, usual: Decision) -> None:
    points = usual.points
    vector = np.array([[usual.features[name] for name in NAMES]], dtype=np.float64)
    margin = lightgbm.Booster(model_str=model.text).predict(vector, raw_score=True)
    log_odds = model.scaling.intercept + model.scaling.slope * float(np.ravel(margin)[0])
    assert points.base + sum(points.by_reason.values()) == points.score
    assert points.score == round(600 + 20 * math.log2(math.exp(-log_odds) / 30))
    assert all(points.by_reason[code] < 0 for code in usual.reasons)
    assert all(points.by_reason[code] > 0 for code in usual.strengths)


def test_the_matcher_knows_an_ordinary_month(usual: Decision) -> None:
    seen = join(ASKED, as_oracle(ROWS))
    income, spending = (
        np.median(oracle.monthly(kind(seen), seen, 6)) for kind in (oracle.earned, oracle.spent)
    )
    assert (usual.applicant.monthly_income, usual.applicant.monthly_spending) == (income, spending)
    assert usual.applicant.monthly_purchases == spending


def test_what_fits_is_offered_and_what_does_not_says_why(usual: Decision) -> None:
    assert [offer.product_id for offer in usual.offers] == ["seed"]
    assert [(unfit.product_id, unfit.reasons[0].code) for unfit in usual.unfit] == [
        ("husk", "R23"),
        ("straw", "R06"),
    ]
    assert usual.result.kind == "eligible"


@quick
@given(order=st.permutations(range(len(ROWS))))
def test_the_order_of_the_payments_changes_nothing(
    in_force: Rules, usual: Decision, order: list[int]
) -> None:
    shuffled = {"payments": {name: values[order] for name, values in PAYMENTS["payments"].items()}}
    same(decide(APPLICATION, shuffled, in_force, STAMP), usual)


@quick
@given(
    late=st.timedeltas(timedelta(0), timedelta(days=400)),
    amount=st.integers(0, 10**12),
    way=st.sampled_from(["in", "out"]),
)
def test_what_happens_at_or_after_the_application_changes_nothing(
    in_force: Rules, usual: Decision, late: timedelta, amount: int, way: str
) -> None:
    occurs = {**ROWS[0], "payment_id": "x1", "occurred_at": AS_OF + late, "known_at": AS_OF + late}
    known = {**ROWS[0], "payment_id": "x2", "known_at": AS_OF + late}
    later = [{**row, "amount": amount, "direction": way} for row in (occurs, known)]
    same(of_rows([*later, *ROWS], in_force), usual)


def test_what_happens_a_moment_before_the_application_counts(
    in_force: Rules, usual: Decision
) -> None:
    just = {**ROWS[0], "payment_id": "x1", "occurred_at": AS_OF - MOMENT}
    made = of_rows([{**just, "known_at": AS_OF - MOMENT, "amount": 10**9}, *ROWS], in_force)
    assert made.features != usual.features


def test_the_payments_of_another_business_change_nothing(in_force: Rules, usual: Decision) -> None:
    others = [{**row, "business_id": "b2", "payment_id": f"x{i}"} for i, row in enumerate(ROWS)]
    same(of_rows([*others, *ROWS], in_force), usual)


CIRCLED = records_of([*ROWS, *circles()])


def test_the_signals_are_what_the_oracle_finds(in_force: Rules) -> None:
    made = decide(APPLICATION, CIRCLED, in_force, STAMP)
    for name, wanted in signs.expected(ASKED, as_oracle([*ROWS, *circles()])).items():
        found = made.signals[name]
        unknown = in_force.model.identity.currency != "IDR" and name == "split_share"
        assert (math.nan if found is None else found) == pytest.approx(
            math.nan if unknown else wanted, rel=1e-12, nan_ok=True
        )


def test_money_sent_in_circles_goes_to_a_person_and_moves_no_point(model: RiskModel) -> None:
    """The same payments, with the lines of the policy and with none."""
    blind = rules(model, policy=replace(rules(model).policy, lines={}))
    looked, unseen = (decide(APPLICATION, CIRCLED, r, STAMP) for r in (rules(model), blind))
    assert (unseen.result.kind, unseen.raised) == ("eligible", ())
    assert (looked.result.kind, looked.result.causes) == (
        "human_review",
        ("transactions_to_check",),
    )
    assert {"circled_share", "passed_on_share"} <= set(looked.raised)
    assert looked.versions.policy != unseen.versions.policy
    same(replace(looked, result=unseen.result, raised=(), versions=unseen.versions), unseen)


def test_honest_payments_raise_no_hand(usual: Decision) -> None:
    assert usual.raised == ()
    assert tuple(usual.signals) == tuple(signal.name for signal in SIGNALS)
    assert not set(usual.signals) & set(usual.features)


def test_what_no_source_shows_is_missing_and_raises_no_hand(in_force: Rules) -> None:
    nothing = decide(APPLICATION, NO_PAYMENTS, in_force, STAMP)
    assert set(nothing.signals.values()) == {None}
    assert nothing.raised == ()
    assert "transactions_to_check" not in nothing.result.causes


def test_without_payments_a_person_decides(in_force: Rules) -> None:
    made = decide(APPLICATION, NO_PAYMENTS, in_force, STAMP)
    assert made.result.kind == "human_review"
    assert "thin_file" in made.result.causes
    assert made.features["history_months"] is None
    assert made.features["amount_asked"] == APPLICATION.amount
    assert (made.applicant.monthly_income, made.applicant.monthly_spending) == (None, None)


def test_examples_are_offered_only_by_rules_that_say_so(model: RiskModel) -> None:
    for examples in (True, False):
        in_force = rules(model, products=(product(example=True),), examples=examples)
        assert len(decide(APPLICATION, PAYMENTS, in_force, STAMP).offers) == examples


@given(st.datetimes(timezones=st.just(UTC)))
def test_microseconds_lose_nothing_of_a_time(when: datetime) -> None:
    assert EPOCH + timedelta(microseconds=microseconds(when)) == when


def test_kept_facts_lead_to_the_same_decision_under_the_same_rules(
    in_force: Rules, usual: Decision
) -> None:
    same(under(usual, in_force), usual)
    kept = RECORD.validate_json(RECORD.dump_json(usual))
    same(under(kept, in_force), usual)
    nothing = decide(APPLICATION, NO_PAYMENTS, in_force, STAMP)
    same(under(nothing, in_force), nothing)
    older = replace(usual, signals={}, raised=())
    same(under(older, in_force), older)


def test_kept_facts_lead_to_what_other_rules_would_have_decided(
    model: RiskModel, usual: Decision
) -> None:
    strict = Policy(most_probability=0.0, near=0.0)
    for other in (alone(), rules(model, products=()), rules(model, policy=strict)):
        asked_anew = decide(APPLICATION, PAYMENTS, other, STAMP)
        same(under(usual, other), replace(asked_anew, until=usual.until))
        assert under(usual, other) != usual


def test_the_rules_decide_without_a_probability_and_leave_the_answer_to_a_person(
    usual: Decision,
) -> None:
    made = decide(APPLICATION, PAYMENTS, alone(), STAMP)
    assert (made.result.kind, made.result.causes) == ("human_review", ("rules_only",))
    assert (made.probability_of_default, made.grade) == (None, None)
    assert made.applicant.probability_of_default is None
    assert made.points.base == scale.BASE
    assert made.points.base + sum(made.points.by_reason.values()) == made.points.score
    assert made.reasons + made.strengths != ()
    assert made.features == usual.features
    assert made.offers == usual.offers
    assert (made.versions.scorer, usual.versions.scorer) == ("rules", "champion")
    assert (made.versions.model, made.versions.model_digest) == ("rules", RulesOnly().digest)
    assert not made.versions.simulated
    same(RECORD.validate_json(RECORD.dump_json(made)), made)


def test_where_no_product_fits_the_rules_say_not_yet() -> None:
    made = decide(APPLICATION, PAYMENTS, alone(products=PRODUCTS[1:]), STAMP)
    assert (made.result.kind, made.result.causes) == ("not_yet", ("no_product_fits",))


@pytest.mark.parametrize(
    ("decided_at", "scorer"),
    [
        (datetime(2026, 11, 24, 16, 59, 59, tzinfo=UTC), "champion"),
        (datetime(2026, 11, 24, 17, 0, 0, tzinfo=UTC), "rules"),
    ],
)
def test_a_model_decides_until_midnight_in_batang_of_its_last_day(
    model: RiskModel, decided_at: datetime, scorer: str
) -> None:
    in_force = rules(model, until=date(2026, 11, 24))
    made = decide(APPLICATION, PAYMENTS, in_force, Stamp("d1", "granary", decided_at))
    assert made.versions.scorer == scorer
    assert (made.probability_of_default is None) == (scorer == "rules")


def test_once_a_models_time_is_over_the_rules_say_why_and_keep_all_else(model: RiskModel) -> None:
    before = rules(model, until=date(2026, 11, 24))
    assert before.on(date(2026, 11, 24)) is before
    after = before.on(date(2026, 11, 25))
    assert after.why == "the override of version 7 ended on 2026-11-24"
    assert after.model.identity.currency == model.identity.currency
    assert (after.products, after.policy, after.examples) == (
        before.products,
        before.policy,
        before.examples,
    )
    assert after.on(date(2030, 1, 1)) is after
    forever = rules(model)
    assert forever.on(date(2999, 1, 1)) is forever


def test_an_applicant_unlike_those_known_goes_to_a_person_who_sees_by_what(
    model: RiskModel, usual: Decision
) -> None:
    asked = usual.features["amount_asked"]
    assert asked is not None
    ranges = {
        "amount_asked": Range(asked / 100, asked / 10, asked / 10, always=True),
        "history_months": Range(0.0, 24.0, 24.0, always=False),
    }
    knowing = replace(model, novelty=Novelty(ranges, line=1.0, share=0.01, drawn_on=200))
    made = decide(APPLICATION, PAYMENTS, rules(knowing), STAMP)
    assert (made.result.kind, made.result.causes) == ("human_review", ("unlike_those_known",))
    assert made.unlike == ("amount_asked",)
    assert made.points == usual.points
    assert usual.unlike == ()
    same(under(made, rules(knowing)), made)
