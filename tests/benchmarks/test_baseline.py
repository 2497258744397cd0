"""The pandas baseline gives the values of the catalogue, so the two may be raced."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from benchmarks.baseline.compute import compute as baseline
from benchmarks.baseline.frames import frames
from features.catalogue import NAMES, compute
from features.known import known_at_application
from features.records import APPLICATIONS
from features.rows import Columns
from features.sources import SOURCES
from tests.features.cases import Case, application_columns
from tests.features.generated import cases, everything
from tests.features.hand_made.everything import FULL, HAND_MADE
from training.datasets import columns
from training.simulator import simulate


def check(applications: Columns, records: dict[str, Columns]) -> None:
    """Assert that the two agree; a microsecond in days is rounded by either as it comes."""
    found = baseline(frames(applications, records))
    assert tuple(found.columns) == NAMES
    wanted = compute(known_at_application(applications, records))
    for place, name in enumerate(NAMES):
        np.testing.assert_allclose(
            found[name].to_numpy(), wanted[:, place], rtol=1e-9, atol=1e-12, err_msg=name
        )


def check_case(case: Case) -> None:
    check(application_columns(case.applications), case.columns())


@settings(max_examples=150, deadline=None)
@given(everything)
def test_it_agrees_on_cases_with_rows_of_every_source(case: Case) -> None:
    check_case(case)


@settings(max_examples=50, deadline=None)
@given(cases(("payments",)))
def test_it_agrees_on_cases_with_payments_alone(case: Case) -> None:
    check_case(case)


@settings(max_examples=50, deadline=None)
@given(cases(tuple(SOURCES), 150))
def test_it_agrees_on_full_windows(case: Case) -> None:
    check_case(case)


def test_it_agrees_on_the_cases_made_by_hand() -> None:
    for case in (FULL, *HAND_MADE.values()):
        check_case(case)


def test_it_agrees_on_simulated_businesses() -> None:
    for tables in simulate(60, 14, 5):
        records = {name: columns(tables[name], table) for name, table in SOURCES.items()}
        check(columns(tables["applications"], APPLICATIONS), records)
