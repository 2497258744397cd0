"""Every feature agrees with the oracle, and says about itself what is true."""

from __future__ import annotations

import inspect
import math
import re
from types import ModuleType

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from features.catalogue import FEATURES, MODULES, NAMES, compute
from features.feature import Feature
from features.rows import DAY
from tests.features.cases import AS_OF, Case, ask, bits, case, pay
from tests.features.generated import cases, everything
from tests.features.hand_made.everything import FULL, HAND_MADE
from tests.features.oracle.every import expected
from tests.features.oracle.words import ORACLE
from tests.features.reads import READS

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)

every_feature = pytest.mark.parametrize("feature", FEATURES, ids=NAMES)
every_module = pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.split(".")[1])


def _same(feature: Feature, value: float, wanted: float) -> bool:
    """Return whether a value is the one wanted, and missing exactly where that is.

    Money and counts are whole until one last division, so they agree to the bit. Days late are
    the difference of two times in days, so a microsecond comes out as one within a hundredth.
    """
    if math.isnan(value) or math.isnan(wanted):
        return math.isnan(value) and math.isnan(wanted)
    relative = 0.0 if feature.unit in ("money", "count") else 1e-12
    absolute = 1e-12 if feature.unit == "days" else 0.0
    return math.isclose(value, wanted, rel_tol=relative, abs_tol=absolute)


def _differences(given_case: Case) -> list[tuple[str, int, float, float]]:
    """Return (feature, application, value, expected) wherever features and oracle differ."""
    vectors = compute(given_case.known())
    wanted = [expected(one, given_case.records) for one in given_case.applications]
    return [
        (feature.name, n, float(vector[place]), want[feature.name])
        for n, (vector, want) in enumerate(zip(vectors, wanted, strict=True))
        for place, feature in enumerate(FEATURES)
        if not _same(feature, float(vector[place]), want[feature.name])
    ]


def _out_of_range(given_case: Case) -> list[tuple[str, float]]:
    """Return the values that are infinite or outside the range their feature declares."""
    vectors = compute(given_case.known())
    return [
        (feature.name, value)
        for feature, values in zip(FEATURES, vectors.T.tolist(), strict=True)
        for value in values
        if not (math.isnan(value) or feature.low <= value <= feature.high) or math.isinf(value)
    ]


def _smallest(given_case: Case) -> Case:
    """Return the case without any row that the difference does not need.

    The rows follow from a seed, so Hypothesis cannot leave out one of them.
    """
    smallest = given_case
    for source, rows in given_case.records.items():
        for row in rows:
            fewer = [kept for kept in smallest.records[source] if kept is not row]
            if _differences(smallest.having({source: fewer})):
                smallest = smallest.having({source: fewer})
    return smallest


def test_the_oracle_knows_exactly_the_features_of_the_catalogue() -> None:
    assert set(ORACLE) == set(NAMES)


@pytest.mark.parametrize("name", HAND_MADE)
def test_every_feature_agrees_with_the_oracle_on_a_hand_made_case(name: str) -> None:
    assert _differences(HAND_MADE[name]) == []


@every_module
@given(data=st.data())
@settings(max_examples=60, deadline=None, phases=UNSHRUNK)
def test_the_features_agree_with_the_oracle_on_generated_cases_of_what_they_read(
    module: ModuleType, data: st.DataObject
) -> None:
    names = [feature.name for feature in FEATURES if feature.compute.__module__ == module.__name__]
    sources = sorted(set().union(*(READS[name] for name in names)))
    generated = data.draw(cases(sources, most=120))
    assert _differences(generated) == [], _smallest(generated)


@given(generated=everything)
@settings(max_examples=40, deadline=None, phases=UNSHRUNK)
def test_every_feature_agrees_with_the_oracle_on_generated_cases_of_every_source(
    generated: Case,
) -> None:
    assert _differences(generated) == [], _smallest(generated)


@given(generated=everything)
@settings(max_examples=100, deadline=None, phases=UNSHRUNK)
def test_no_generated_value_is_infinite_or_out_of_its_declared_range(generated: Case) -> None:
    assert _out_of_range(generated) == []


@pytest.mark.parametrize("name", HAND_MADE)
def test_no_hand_made_value_is_infinite_or_out_of_its_declared_range(name: str) -> None:
    assert _out_of_range(HAND_MADE[name]) == []


def test_paying_every_day_up_to_the_edge_of_the_window_is_a_share_of_at_most_one() -> None:
    daily = case(*(pay(day + 0.5) for day in range(90)), pay(90))
    assert daily.value("active_day_share") <= 1.0


@pytest.mark.parametrize(
    "name", ["steady", "no payments", "no income", "balances below zero", "rows of every source"]
)
def test_asking_for_nothing_gives_no_infinite_value(name: str) -> None:
    assert _differences(HAND_MADE[name].asked(ask(0))) == []


def test_of_rows_of_every_source_every_feature_has_a_value() -> None:
    values = compute(FULL.known())[0]
    assert [name for name, value in zip(NAMES, values, strict=True) if np.isnan(value)] == []


# Cases small enough to work out on paper, so that the oracle is tested too.


@pytest.mark.parametrize(
    ("name", "feature", "value"),
    [
        ("one sale", "history_months", 1 / 3),
        ("one sale", "active_day_share", 1 / 90),
        ("one sale", "longest_gap_days", 10.0),
        ("one sale", "median_monthly_income", 100_000.0),
        ("one sale", "income_cover", 0.1),
        ("one sale", "balance_cover", 5.0),
        ("one sale", "payer_concentration", 1.0),
        ("one sale exactly two years ago", "history_months", 730 / 30),
        ("one purchase", "spending_to_income", math.nan),
        ("one purchase", "monthly_net_cash_flow", -70_000.0),
        ("one purchase", "surplus_cover", 0.0),
        ("one purchase", "overdrawn_share", 1.0),
        ("a first month that is not whole", "weakest_month_income", 700.0),
        ("a first month that is not whole", "median_monthly_income", 750.0),
        ("two whole months", "median_monthly_income", 800.0),
        ("two whole months", "income_variation", math.nan),
        ("three whole months", "income_variation", math.sqrt(134) / 16),
        ("three whole months", "months_without_income", 1.0),
        ("payers who return", "returning_payer_share", 0.5),
        ("payers who return", "payer_concentration", 0.58),
        ("payers who return", "largest_income_share", 0.5),
        ("refunds given and taken", "spending_to_income", 200 / 1_400),
        ("refunds given and taken", "income_trend", 500 / 900),
        ("balances of one instant, named out of order", "latest_balance", 20.0),
        ("balances that sum to zero", "balance_variation", math.nan),
        ("balances that sum to zero", "mean_balance", 0.0),
        ("sales of zero on some days", "months_without_income", 2.0),
    ],
)
def test_a_feature_is_what_paper_and_pencil_say(name: str, feature: str, value: float) -> None:
    assert HAND_MADE[name].value(feature) == pytest.approx(value, rel=1e-12, nan_ok=True)


# Declarations.


@every_feature
def test_a_feature_says_what_it_is_and_what_missing_means(feature: Feature) -> None:
    assert feature.meaning.endswith(".")
    assert feature.missing.strip()
    assert re.fullmatch(r"R\d\d", feature.reason)
    assert feature.unit in ("money", "ratio", "share", "days", "months", "count")
    assert feature.direction in (-1, 0, 1)
    assert feature.low < feature.high
    assert feature.days_to_change is None or feature.days_to_change >= 0


def test_a_feature_that_is_never_missing_says_never_and_only_such_a_feature() -> None:
    values = compute(HAND_MADE["no payments"].known())[0]
    present = {name for name, value in zip(NAMES, values, strict=True) if not np.isnan(value)}
    assert present == {f.name for f in FEATURES if f.missing == "never"}


def test_a_feature_missing_without_payments_on_record_is_there_when_they_are_old() -> None:
    # The only payments lie before every window but the two years of history_months.
    values = dict(zip(NAMES, compute(HAND_MADE["long silent"].known())[0], strict=True))
    worded = {f.name for f in FEATURES if f.missing == "no payments on record"}
    assert worded
    assert not {name for name in worded if np.isnan(values[name])}


def test_names_are_unique_and_in_the_order_of_the_features() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert tuple(feature.name for feature in FEATURES) == NAMES


@every_module
def test_every_feature_declared_in_a_module_is_in_the_catalogue_once(module: ModuleType) -> None:
    source = inspect.getsource(module)
    declared = re.findall(r"^@feature\([^@]*?\)\ndef (\w+)\(", source, flags=re.MULTILINE)
    assert declared
    assert [name for name in NAMES if name in declared] == declared


def test_the_vectors_stand_in_the_order_of_the_catalogue() -> None:
    many = FULL.asked(*(ask(as_of=AS_OF - n * 17 * DAY) for n in range(25))).known()
    values = compute(many)
    assert values.shape == (25, len(FEATURES))
    assert values.dtype == np.float64
    for place, feature in enumerate(FEATURES):
        assert bits(values[:, place]) == bits(feature(many))
