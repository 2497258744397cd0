"""Both pandas baselines give the values of the catalogue, so they may be raced."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from benchmarks.frames import Frames, frames
from benchmarks.fused.compute import compute as fused
from benchmarks.plain.compute import compute as plain
from features.catalogue import NAMES, compute
from features.known import known_at_application
from features.records import APPLICATIONS
from features.rows import Columns
from features.sources import SOURCES
from tests.features.cases import Case, ago, application_columns, ask, case, pay
from tests.features.generated import cases, everything
from tests.features.hand_made.everything import HAND_MADE
from tests.features.oracle.words import Application
from training.columns import columns, in_order
from training.simulator import simulate

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A case follows from its seed, so Hypothesis could not make it smaller."""


Baseline = Callable[[Frames], pd.DataFrame]


@pytest.fixture(scope="module", params=[plain, fused], ids=["plain", "fused"])
def baseline(request: pytest.FixtureRequest) -> Baseline:
    found: Baseline = request.param
    return found


def check(baseline: Baseline, applications: Columns, records: dict[str, Columns]) -> None:
    """Assert that the two agree; a microsecond in days is rounded by either as it comes."""
    found = baseline(frames(applications, records))
    assert tuple(found.columns) == NAMES
    wanted = compute(known_at_application(applications, records))
    for place, name in enumerate(NAMES):
        np.testing.assert_allclose(
            found[name].to_numpy(), wanted[:, place], rtol=1e-9, atol=1e-12, err_msg=name
        )


def check_case(baseline: Baseline, made: Case) -> None:
    check(baseline, application_columns(made.applications), made.columns())


def beside_each_other(made: Sequence[Case]) -> Case:
    """Return all cases as one, the businesses of each with names of their own."""
    asks: list[Application] = [
        {**a, "business_id": f"{n} {a['business_id']}"}
        for n, one in enumerate(made)
        for a in one.applications
    ]
    records = {
        source: [
            {**row, "business_id": f"{n} {row['business_id']}"}
            for n, one in enumerate(made)
            for row in one.records.get(source, ())
        ]
        for source in SOURCES
    }
    return Case(asks, records)


def many(made: st.SearchStrategy[Case], size: int) -> st.SearchStrategy[list[Case]]:
    """Return a strategy of so many cases: pandas takes for ten hardly longer than for one."""
    return st.lists(made, min_size=size, max_size=size)


@settings(max_examples=12, deadline=None, phases=UNSHRUNK)
@given(everything)
def test_it_agrees_on_cases_with_rows_of_every_source(baseline: Baseline, made: Case) -> None:
    check_case(baseline, made)


@settings(max_examples=6, deadline=None, phases=UNSHRUNK)
@given(many(everything, 10))
def test_it_agrees_on_many_such_cases_at_once(baseline: Baseline, made: list[Case]) -> None:
    check_case(baseline, beside_each_other(made))


@settings(max_examples=3, deadline=None, phases=UNSHRUNK)
@given(many(cases(tuple(SOURCES), 150), 10))
def test_it_agrees_where_windows_are_full(baseline: Baseline, made: list[Case]) -> None:
    check_case(baseline, beside_each_other(made))


def test_it_agrees_where_nothing_is_asked_and_where_nothing_is_known(baseline: Baseline) -> None:
    for empty in (case(pay(3), asks=[]), case()):
        check_case(baseline, empty)


def test_it_agrees_where_a_business_asks_twice(baseline: Baseline) -> None:
    asks = [ask(as_of=ago(60)), ask(), ask(business_id="b")]
    check_case(baseline, case(*(pay(day) for day in range(200)), asks=asks))


def test_it_agrees_on_the_cases_made_by_hand(baseline: Baseline) -> None:
    check_case(baseline, beside_each_other(list(HAND_MADE.values())))


def test_it_agrees_on_simulated_businesses(baseline: Baseline) -> None:
    for tables in simulate(60, 14, 5):
        businesses = in_order(tables["applications"]["business_id"])
        records = {
            name: columns(tables[name], table, businesses) for name, table in SOURCES.items()
        }
        check(baseline, columns(tables["applications"], APPLICATIONS, businesses), records)
