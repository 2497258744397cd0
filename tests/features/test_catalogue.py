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
    of_module = [f for f in FEATURES if f.compute.__module__ == module.__name__]
    sources = sorted({source for feature in of_module for source in feature.sources})
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
        ("orders: cancelled, nobody says by whom", "seller_cancel_share", math.nan),
        ("orders: cancelled, of some it is known by whom", "seller_cancel_share", 1 / 3),
        ("orders: all cancelled by the seller", "seller_cancel_share", 1.0),
        ("orders: ordered and cancelled by friends", "top_item_share", 1.0),
        ("orders: ordered and cancelled by friends", "returning_buyer_share", 0.0),
        ("orders: ordered and cancelled by friends", "order_trend", 1.0),
        ("orders: none paid out yet", "median_monthly_payout", math.nan),
        ("orders: paid out, each for nothing", "median_monthly_payout", 0.0),
        ("orders: closed just before, at and after", "return_share", 1.0),
        ("orders: closed just before, at and after", "order_rating", 46 / 11),
        ("bills: due around the application, unpaid", "power_late_share", 1.0),
        ("bills: unpaid and long due", "bill_days_late", 150.0),
        ("bills: all in time", "months_paid_on_time", (15 + 23 * 30.4375) / 30),
        ("bills: late once, long ago", "months_paid_on_time", 50 / 3),
        ("bills: no day to be paid", "power_late_share", math.nan),
        ("bills: billed by the calendar month", "power_variation", math.sqrt(2 / 3) / 101),
        ("bills: two meters billed on the same days", "power_variation", 0.0),
        ("bills: nothing used", "power_variation", math.nan),
        ("bills: telephone credit", "longest_top_up_gap", 51.0),
        ("bills: cut off twice", "services_cut_off", 2.0),
        ("bills: insured month by month, both ways", "social_insurance_months", 12.0),
        ("bills: a family insured, billed on one day", "social_insurance_months", 3.0),
        ("bills: insured, never paid", "social_insurance_months", 0.0),
        ("bills: taxes", "tax_on_time_share", 0.5),
        ("books: written seven days later, and a moment more", "booked_day_share", 3 / 90),
        ("books: filled just before applying", "booked_day_share", math.nan),
        ("books: sold on credit, some collected", "receivable_days", 72.0),
        ("books: more collected than sold on credit", "receivable_days", 0.0),
        ("books: all on credit", "receivable_days", 180.0),
        ("books: drawn from what is left", "owner_draw_share", 1.4),
        ("books: nothing left to draw", "owner_draw_share", math.nan),
        ("books: much lost", "book_margin", -1.0),
        ("books: agree with the payments", "book_match_share", 1.0),
        ("books: more is earned in cash than the payments show", "book_match_share", 1.0),
        ("invoices: paid early, the rest past due", "supplier_overdue_share", 1.0),
        ("invoices: all paid", "supplier_overdue_share", 0.0),
        ("invoices: all paid", "supplier_on_time_share", 1.0),
        ("invoices: all paid", "supplier_days_late", 0.0),
        ("invoices: no day agreed", "supplier_overdue_share", math.nan),
        ("invoices: an old supplier who sends no more", "supplier_tenure_months", 50 / 30),
        ("invoices: an old supplier who still sends", "supplier_tenure_months", 70 / 3),
        ("invoices: contested, and not known", "disputed_share", 0.5),
        ("credit: only inquiries", "inquiries", 3.0),
        ("credit: only inquiries", "running_loans", 0.0),
        ("credit: only inquiries", "loans_repaid", math.nan),
        ("credit: several loans, reported in the same month", "running_online_loans", 2.0),
        ("credit: repaid, then a new loan", "running_loans", 1.0),
        ("credit: repaid, then a new loan", "loans_repaid", 1.0),
        ("credit: written off", "running_loans", 0.0),
        ("credit: written off", "doubtful_months", 1.0),
        ("credit: reports that stop at the edge", "running_loans", 2.0),
        ("credit: no status stated", "running_loans", 2.0),
        ("credit: no status stated", "debt_to_income", math.nan),
        ("credit: one instalment not stated", "debt_service_share", math.nan),
        ("credit: two reports of one loan at one instant", "days_past_due_now", 9.0),
        ("credit: late long ago", "months_since_arrears", 20.0),
        ("credit: never late", "months_since_arrears", 23.0),
        ("credit: every class", "doubtful_months", 3.0),
        ("credit: eased, then not stated", "loans_restructured", 1.0),
        ("credit: published after the application", "running_loans", 1.0),
        ("credit: loans and no income", "debt_to_income", math.nan),
        ("credit: a month without its loan", "running_loans", math.nan),
        ("support: nobody kept the list", "training_hours", math.nan),
        ("support: nobody kept the list", "mentor_visits", math.nan),
        ("support: never came", "training_hours", 0.0),
        ("support: came, and no hours are stated", "training_hours", math.nan),
        ("support: came for more than forty hours", "training_hours", 40.0),
        ("support: only classes", "mentor_visits", math.nan),
        ("support: only classes", "certificates", 1.0),
        ("support: agreed, and seen done around the application", "actions_done_share", 1 / 3),
        ("profile: several statements", "business_age_months", 30.0),
        ("profile: several statements", "employees", 4.0),
        ("profile: several statements", "business_number", 1.0),
        ("profile: yet to begin", "business_age_months", 0.0),
        ("season: three times as much, and a third", "income_on_hijri_year", 1.5),
        ("season: beyond the calendar", "income_on_hijri_year", math.nan),
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
