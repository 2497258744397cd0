"""A source that is missing is neutral: features of it are missing, and no other moves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import FEATURES, NAMES, compute
from features.records import CONSENTS
from features.rows import Columns, Floats
from features.sources import SOURCES
from tests.features.cases import AS_OF, Case, bits, case
from tests.features.generated import BUSINESSES, everything
from tests.features.hand_made.everything import FULL

# Thousands of calls of few lines, which other tests cover too: counting them takes as long again.
pytestmark = pytest.mark.no_cover

READS = {feature.name: feature.sources for feature in FEATURES}
"""Name of a feature → the sources it reads."""

SCOPES = CONSENTS.column("scope").values

every_source = pytest.mark.parametrize("source", SOURCES)
quick = settings(max_examples=15, deadline=None)


def without(given_case: Case, source: str) -> Case:
    """Return a case in which a source was never there."""
    records = {name: rows for name, rows in given_case.records.items() if name != source}
    return Case(given_case.applications, records)


def consents(withdrawn: str | None, *, at: int = AS_OF) -> Columns:
    """Return consents of every business to everything, one of them withdrawn long ago."""
    given_to = [(business, scope) for business in (*BUSINESSES, "none") for scope in SCOPES]
    scopes = [scope for _, scope in given_to]
    return {
        "consent_id": np.arange(len(given_to)).astype(str),
        "business_id": np.array([business for business, _ in given_to]),
        "scope": np.array([SCOPES.index(scope) for scope in scopes], dtype=np.float64),
        "partner_id": np.full(len(given_to), ""),
        "granted_at": np.zeros(len(given_to), dtype=np.int64),
        "withdrawn_at": np.array([at if s == withdrawn else np.nan for s in scopes]),
    }


def columns_of(vectors: Floats, names: set[str]) -> bytes:
    """Return the bits of some features."""
    return bits(vectors[:, [place for place, name in enumerate(NAMES) if name in names]])


def test_each_feature_reads_a_source_or_what_is_asked() -> None:
    asked = {name for name, sources in READS.items() if not sources}
    assert asked == {"amount_asked", "instalment_asked"}
    assert set().union(*READS.values()) == set(SOURCES)


@every_source
def test_without_a_source_exactly_the_features_that_read_it_change(source: str) -> None:
    values, fewer = compute(FULL.known())[0], compute(without(FULL, source).known())[0]
    missing = {name for name, value in zip(NAMES, fewer, strict=True) if np.isnan(value)}
    assert missing == {name for name, sources in READS.items() if source in sources}
    others = ~np.isnan(fewer)
    assert bits(values[others]) == bits(fewer[others])


@every_source
@given(generated=everything)
@quick
def test_without_a_source_every_feature_that_reads_it_is_missing(
    source: str, generated: Case
) -> None:
    vectors = compute(without(generated, source).known())
    for place, name in enumerate(NAMES):
        assert source not in READS[name] or np.isnan(vectors[:, place]).all()


def test_without_any_source_only_what_is_asked_is_known() -> None:
    values = compute(case().having({"payments": []}).known())[0]
    present = {name for name, value in zip(NAMES, values, strict=True) if not np.isnan(value)}
    assert present == {"amount_asked", "instalment_asked"}


@every_source
@given(generated=everything)
@quick
def test_the_rows_of_a_source_move_only_the_features_that_read_it(
    source: str, generated: Case
) -> None:
    others = {name for name, sources in READS.items() if source not in sources}
    full, fewer = (compute(one.known()) for one in (generated, without(generated, source)))
    assert columns_of(full, others) == columns_of(fewer, others)


@every_source
@given(generated=everything)
@quick
def test_a_consent_withdrawn_is_as_though_the_source_had_never_been(
    source: str, generated: Case
) -> None:
    earliest = min((one["as_of"] for one in generated.applications), default=AS_OF)
    withdrawn = compute(generated.known(consents(source, at=earliest)))
    assert bits(withdrawn) == bits(compute(without(generated, source).known()))


@given(generated=everything, scope=st.sampled_from(SCOPES))
@quick
def test_a_consent_withdrawn_after_the_application_changes_nothing(
    generated: Case, scope: str
) -> None:
    later = compute(generated.known(consents(scope, at=AS_OF + 1)))
    assert bits(later) == bits(compute(generated.known()))


@given(generated=everything)
@quick
def test_without_the_consent_to_score_nothing_but_what_is_asked_is_known(generated: Case) -> None:
    vectors = compute(generated.known(consents("scoring", at=0)))
    nothing = compute(Case(generated.applications).known())
    assert bits(vectors) == bits(nothing)


OPTIONAL = [
    pytest.param(source, column.name, id=f"{source}.{column.name}")
    for source, table in SOURCES.items()
    for column in table.columns
    if column.missing is not None and column.name != "known_at"
]

MEANS_NO = {
    ("bills", "cut_off_at"),
    ("bills", "paid_at"),
    ("invoices", "paid_at"),
    ("support", "done_at"),
    ("orders", "status"),
    ("orders", "closed_at"),
}
"""Columns whose missing value says something: not paid, not cut off, not done, still open."""


@pytest.mark.parametrize(("source", "column"), OPTIONAL)
def test_a_column_nobody_stated_leaves_a_feature_missing_or_as_it_is(
    source: str, column: str
) -> None:
    """A value may differ only where a missing one has a meaning of its own."""
    rows = [{**row, column: None} for row in FULL.records[source]]
    before, after = compute(FULL.known())[0], compute(FULL.having({source: rows}).known())[0]
    moved = {
        feature.name
        for feature, one, other in zip(FEATURES, before, after, strict=True)
        if not np.isnan(other) and one != other
    }
    assert not moved or (source, column) in MEANS_NO
