"""What is computed of several candidates at once is, to the bit, what is computed of each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.decision import Act
from audit.steps.candidate import REQUEST, Candidate
from audit.steps.revised import vectors
from features.catalogue import FEATURES, compute
from features.known import Known, known_at_application
from features.sources import SOURCES
from tests.features.cases import AS_OF, Case, application_columns, ask, bits, columns
from tests.features.generated import everything
from tests.matching.cases import APPLICANT, untimed

# Thousands of calls of few lines, which other tests cover too: counting them takes as long again.
pytestmark = pytest.mark.no_cover


def known_of(case: Case, amount: int, tenor: int) -> Known:
    """Return what is known of one request of business ``a`` with the records of a case."""
    records = {name: columns(SOURCES[name], rows) for name, rows in case.records.items()}
    asked = application_columns([ask(amount, tenor, "a", AS_OF)])
    return known_at_application(asked, records)


one_request = st.tuples(st.integers(1, 500_000_000), st.integers(1, 60))


@settings(untimed, max_examples=30)
@given(case=everything, asked=st.lists(one_request, min_size=1, max_size=4))
def test_many_requests_on_the_same_records_are_each_as_if_asked_alone(
    case: Case, asked: list[tuple[int, int]]
) -> None:
    known = known_of(case, 5_000_000, 12)
    as_it_is = compute(known)
    candidates = [
        Candidate(
            acts=(Act("smaller_amount", 0, amount=amount),),
            effort=1,
            codes=(),
            applicant=replace(APPLICANT, amount=amount, tenor_months=tenor),
            changed=frozenset({REQUEST}),
        )
        for amount, tenor in asked
    ]
    found = vectors(known, np.repeat(as_it_is, len(asked), axis=0), candidates)
    for row, (amount, tenor) in zip(found, asked, strict=True):
        assert bits(row) == bits(compute(known_of(case, amount, tenor))[0])
    assert bits(compute(known)) == bits(as_it_is)


def test_some_features_read_the_request_and_most_do_not() -> None:
    reading = [feature.name for feature in FEATURES if feature.asks]
    assert {"amount_asked", "thin_balance_share", "debt_service_share"} <= set(reading)
    assert len(reading) < len(FEATURES) / 4
