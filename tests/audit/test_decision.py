"""A decision written and read again is the same decision, each float to the bit."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.decide import decide
from audit.decision import RECORD, Decision
from matching.applicant import DOCUMENTS, Fact
from matching.offer import Unfit
from matching.reason import Reason
from models.reasons import Points
from models.risk import RiskModel
from tests.audit.cases import APPLICATION, NO_PAYMENTS, STAMP, history, records_of, rules

numbers = st.floats(allow_nan=False, allow_infinity=False)
quick = settings(deadline=None, max_examples=100)


@pytest.fixture(scope="module")
def made(model: RiskModel) -> Decision:
    """Return a decision with an offer and two products that do not fit."""
    return decide(APPLICATION, records_of(history()), rules(model), STAMP)


def again(decision: Decision) -> Decision:
    """Return a decision written and read again."""
    return RECORD.validate_json(RECORD.dump_json(decision))


def test_a_decision_comes_back_whole(made: Decision) -> None:
    assert again(made) == made
    assert RECORD.dump_json(again(made)) == RECORD.dump_json(made)


def test_a_decision_on_nothing_comes_back_whole(model: RiskModel) -> None:
    nothing = decide(APPLICATION, NO_PAYMENTS, rules(model, products=()), STAMP)
    assert again(nothing) == nothing
    assert None in nothing.features.values()


@quick
@given(probability=st.floats(0, 1), features=st.lists(numbers | st.none(), max_size=5))
def test_floats_come_back_to_the_bit(
    made: Decision, probability: float, features: list[float | None]
) -> None:
    named = {f"f{i}": value for i, value in enumerate(features)}
    points = Points(1, 1, {"R01": 0}, {"R01": probability})
    read = again(replace(made, probability_of_default=probability, features=named, points=points))
    assert read.probability_of_default is not None
    assert read.probability_of_default.hex() == probability.hex()
    assert read.points.exact["R01"].hex() == probability.hex()
    for name, value in named.items():
        found = read.features[name]
        assert (found is None) == (value is None)
        assert value is None or (found is not None and found.hex() == value.hex())


facts: st.SearchStrategy[Fact | None] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    numbers,
    st.text(),
    st.lists(st.text()).map(tuple),
)


@quick
@given(facts, facts)
def test_a_fact_comes_back_as_what_it_was(
    made: Decision, found: Fact | None, required: Fact | None
) -> None:
    """1, 1.0, True and "1" are four facts."""
    reason = Reason("R06", "months_running", "at_least", found, required, "a law")
    unfit = Unfit("husk", "granary", (reason,), beyond_cut_off=False)
    (read,) = again(replace(made, unfit=(unfit,))).unfit[0].reasons
    assert (read.found, type(read.found)) == (found, type(found))
    assert (read.required, type(read.required)) == (required, type(required))
    assert read.unknown == reason.unknown


@quick
@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001  in UTC
def test_a_time_comes_back_as_the_same_instant(made: Decision, when: datetime) -> None:
    read = again(replace(made, decided_at=when))
    assert (read.decided_at, read.decided_at.utcoffset()) == (when, timedelta(0))
    elsewhere = when.astimezone(timezone(timedelta(hours=7)))
    assert again(replace(made, decided_at=elsewhere)).decided_at == when


@quick
@given(st.permutations(sorted(DOCUMENTS)))
def test_the_same_documents_are_the_same_bytes(made: Decision, order: list[str]) -> None:
    business = replace(made.application.business, documents=frozenset(order))
    held = replace(made, application=replace(made.application, business=business))
    written = json.loads(RECORD.dump_json(held))
    assert written["application"]["business"]["documents"] == sorted(order)


def test_a_record_says_everything_a_decision_holds(made: Decision) -> None:
    written = json.loads(RECORD.dump_json(made))
    assert set(written) == set(vars(made))
    assert written["application"]["digest"] == made.application.digest
    assert "payments" not in written["application"]


def test_a_decision_older_than_signals_is_read_as_one_without(made: Decision) -> None:
    written = json.loads(RECORD.dump_json(made))
    older = {name: value for name, value in written.items() if name not in ("signals", "raised")}
    assert RECORD.validate_json(json.dumps(older)) == replace(made, signals={}, raised=())


def test_a_decision_older_than_the_rules_was_scored_by_a_champion(made: Decision) -> None:
    written = json.loads(RECORD.dump_json(made))
    del written["versions"]["scorer"], written["unlike"]
    assert RECORD.validate_json(json.dumps(written)) == made
    assert made.versions.scorer == "champion"


def test_a_decision_older_than_what_is_held_did_not_know_it(made: Decision) -> None:
    written = json.loads(RECORD.dump_json(made))
    del written["application"]["business"]["held_products"]
    del written["applicant"]["held_products"]
    assert RECORD.validate_json(json.dumps(written)) == made
    assert made.applicant.held_products is None
