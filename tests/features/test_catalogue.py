"""Every feature agrees with the oracle, and says about itself what is true."""

from __future__ import annotations

import dataclasses
import inspect
import math
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings

from features import asked, balances, cashflow, catalogue, known, rows
from features.catalogue import FEATURES, NAMES, compute
from features.feature import Feature
from features.rows import DAY, Floats, Rows
from tests.features.cases import AS_OF, HAND_MADE, Case, ask, bits, case, cases, pay
from tests.features.oracle import ORACLE, expected

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)

every_feature = pytest.mark.parametrize("feature", FEATURES, ids=NAMES)


def _differences(feature: Feature, given_case: Case) -> list[tuple[int, float, float]]:
    """Return (application, value, expected) wherever the feature and the oracle differ.

    Money and counts are whole until one last division, so they agree to the bit.
    """
    values = feature(given_case.known()).tolist()
    tolerance = 0.0 if feature.unit in ("money", "count") else 1e-12
    wanted = [expected(feature.name, a, given_case.payments) for a in given_case.applications]
    return [
        (n, value, want)
        for n, (value, want) in enumerate(zip(values, wanted, strict=True))
        if not (math.isnan(value) and math.isnan(want))
        and not math.isclose(value, want, rel_tol=tolerance, abs_tol=0.0)
    ]


def _out_of_range(feature: Feature, given_case: Case) -> list[float]:
    """Return the values that are infinite or outside the declared range."""
    values = feature(given_case.known())
    present = values[~np.isnan(values)]
    inside = np.isfinite(present) & (feature.low <= present) & (present <= feature.high)
    return [float(value) for value in present[~inside]]


def _smallest(feature: Feature, given_case: Case) -> Case:
    """Return the case without any payment that the difference does not need.

    This stands in for Hypothesis' own shrinking, which takes a minute on so many columns.
    """
    smallest = given_case
    for payment in given_case.payments:
        fewer = [p for p in smallest.payments if p is not payment]
        if _differences(feature, Case(smallest.applications, fewer)):
            smallest = Case(smallest.applications, fewer)
    return smallest


def test_the_oracle_knows_exactly_the_features_of_the_catalogue() -> None:
    assert set(ORACLE) == set(NAMES)


@every_feature
@pytest.mark.parametrize("name", HAND_MADE)
def test_a_feature_agrees_with_the_oracle_on_hand_made_cases(feature: Feature, name: str) -> None:
    assert _differences(feature, HAND_MADE[name]) == []


@every_feature
@given(given_case=cases())
@settings(max_examples=25, deadline=None, phases=UNSHRUNK)
def test_a_feature_agrees_with_the_oracle_on_generated_cases(
    feature: Feature, given_case: Case
) -> None:
    assert _differences(feature, given_case) == [], _smallest(feature, given_case)


@given(given_case=cases())
@settings(max_examples=60, deadline=None, phases=UNSHRUNK)
def test_no_generated_value_is_infinite_or_out_of_its_declared_range(given_case: Case) -> None:
    assert {f.name: bad for f in FEATURES if (bad := _out_of_range(f, given_case))} == {}


@pytest.mark.parametrize("name", HAND_MADE)
def test_no_hand_made_value_is_infinite_or_out_of_its_declared_range(name: str) -> None:
    assert {f.name: bad for f in FEATURES if (bad := _out_of_range(f, HAND_MADE[name]))} == {}


def test_paying_every_day_up_to_the_edge_of_the_window_is_a_share_of_at_most_one() -> None:
    daily = case(*(pay(day + 0.5) for day in range(90)), pay(90))
    assert daily.value("active_day_share") <= 1.0


@every_feature
def test_asking_for_nothing_gives_no_infinite_value(feature: Feature) -> None:
    for name in ("steady", "no payments", "no income", "balances below zero"):
        nothing_asked = Case([ask(0)], HAND_MADE[name].payments)
        assert _differences(feature, nothing_asked) == []


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


@pytest.mark.parametrize("module", [cashflow, balances, asked])
def test_every_feature_declared_in_a_module_is_in_the_catalogue_once(module: ModuleType) -> None:
    source = inspect.getsource(module)
    declared = re.findall(r"^@feature\(.*\)\ndef (\w+)\(", source, flags=re.MULTILINE)
    assert declared
    assert [name for name in NAMES if name in declared] == declared


def test_the_vectors_stand_in_the_order_of_the_catalogue() -> None:
    steady = HAND_MADE["one business, many applications"].known()
    values = compute(steady)
    assert values.shape == (25, len(FEATURES))
    assert values.dtype == np.float64
    for place, feature in enumerate(FEATURES):
        assert bits(values[:, place]) == bits(feature(steady))


# The fingerprint.

fresh_fingerprint = catalogue.fingerprint.__wrapped__


def test_the_fingerprint_has_sixteen_hexadecimal_digits() -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", catalogue.fingerprint())


def test_the_fingerprint_is_the_same_at_every_call() -> None:
    assert catalogue.fingerprint() == catalogue.fingerprint()
    assert fresh_fingerprint() == fresh_fingerprint() == catalogue.fingerprint()


@pytest.mark.parametrize(
    "change",
    [
        {"name": "another"},
        {"unit": "ratio"},
        {"low": -1.0},
        {"high": 99.0},
        {"direction": 0},
        {"reason": "R99"},
        {"missing": "something else"},
        {"days_to_change": 7},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_fingerprint_changes_with_a_declaration(
    change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fresh_fingerprint()
    changed = dataclasses.replace(FEATURES[0], **change)
    monkeypatch.setattr(catalogue, "FEATURES", (changed, *FEATURES[1:]))
    assert fresh_fingerprint() != before


def test_the_fingerprint_changes_with_the_order_and_the_number_of_features(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = {fresh_fingerprint()}
    for features in (FEATURES[::-1], FEATURES[1:], FEATURES[:-1]):
        monkeypatch.setattr(catalogue, "FEATURES", features)
        seen.add(fresh_fingerprint())
    assert len(seen) == 4


@every_feature
def test_the_fingerprint_changes_with_what_a_feature_computes(
    feature: Feature, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fresh_fingerprint()
    changed = dataclasses.replace(feature, compute=lambda known: feature(known) * 1.001)
    replaced = tuple(changed if f is feature else f for f in FEATURES)
    monkeypatch.setattr(catalogue, "FEATURES", replaced)
    assert fresh_fingerprint() != before


@pytest.mark.parametrize(
    "kernel",
    [
        "count",
        "sum",
        "mean",
        "std",
        "cv",
        "max",
        "min",
        "latest",
        "days_since_first",
        "longest_gap",
        "concentration",
        "months",
    ],
)
def test_the_fingerprint_changes_with_a_kernel(
    kernel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fresh_fingerprint()
    original: Callable[..., Floats] = getattr(Rows, kernel)
    monkeypatch.setattr(Rows, kernel, lambda *given, **named: original(*given, **named) * 1.001)
    assert fresh_fingerprint() != before


def _open_last(self: Rows, days: int) -> Rows:
    return self.keep(self.age < days * DAY)


def _closed_before(self: Rows, days: int) -> Rows:
    return self.keep(self.age >= days * DAY)


def _days_with_open_ends(self: Rows, amount: str = "amount") -> Rows:
    return self.by(-(self.age // DAY), amount)


@pytest.mark.parametrize(
    ("owner", "kernel", "other"),
    [
        (Rows, "last", _open_last),
        (Rows, "before", _closed_before),
        (Rows, "days", _days_with_open_ends),
        (known, "HISTORY_DAYS", 729),
        (rows, "MONTH", 31 * DAY),
    ],
    ids=["last", "before", "days", "HISTORY_DAYS", "MONTH"],
)
def test_the_fingerprint_changes_with_the_edge_of_a_window(
    owner: object, kernel: str, other: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fresh_fingerprint()
    monkeypatch.setattr(owner, kernel, other)
    assert fresh_fingerprint() != before


def test_the_instant_of_the_application_itself_does_not_matter() -> None:
    steady = HAND_MADE["steady"]
    later = Case(
        [ask(as_of=AS_OF + 12_345)],
        [
            {**p, "occurred_at": p["occurred_at"] + 12_345, "known_at": p["known_at"] + 12_345}
            for p in steady.payments
        ],
    )
    assert bits(compute(later.known())) == bits(compute(steady.known()))
