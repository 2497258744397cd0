"""What no consent covers is not used: for each source, each purpose, at each instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.consents import holds
from features.known import known_at_application
from features.records import CONSENTS, PURPOSES
from features.rows import DAY, Columns
from features.sources import SOURCES
from features.table import Table

SCOPES = CONSENTS.column("scope").values
AS_OF = 20_000 * DAY
NEVER = np.nan


@dataclass(frozen=True)
class Given:
    """A consent: to what, from when until when, and with which lender."""

    business: str
    scope: str
    granted: int
    withdrawn: float = NEVER
    partner: str = ""


def table(given_: Sequence[Given]) -> Columns:
    """Return consents as a table in memory."""
    return {
        "consent_id": np.array([str(i) for i in range(len(given_))], dtype=str),
        "business_id": np.array([g.business for g in given_], dtype=str),
        "scope": np.array([SCOPES.index(g.scope) for g in given_], dtype=np.float64),
        "partner_id": np.array([g.partner for g in given_], dtype=str),
        "granted_at": np.array([g.granted for g in given_], dtype=np.int64),
        "withdrawn_at": np.array([g.withdrawn for g in given_], dtype=np.float64),
    }


def held(given_: Sequence[Given], scope: str, at: int, partner: str | None = None) -> bool:
    """Return whether business a's consent holds."""
    found = holds(table(given_), scope, np.array(["a"]), np.array([at]), partner)
    return bool(found[0])


@pytest.mark.parametrize(("at", "times"), [(9, 0), (10, 1), (19, 1), (20, 0), (21, 0)])
def test_a_consent_holds_from_the_instant_granted_to_the_instant_withdrawn(
    at: int, times: int
) -> None:
    assert held([Given("a", "bills", 10, 20)], "bills", at) == bool(times)


def test_a_consent_never_withdrawn_holds_on() -> None:
    assert held([Given("a", "bills", 10)], "bills", 2**60)


def test_a_consent_granted_anew_holds_again() -> None:
    twice = [Given("a", "bills", 10, 20), Given("a", "bills", 30)]
    assert [held(twice, "bills", at) for at in (15, 25, 35)] == [True, False, True]


def test_sharing_is_with_the_lender_named_or_with_all_when_none_is() -> None:
    one = [Given("a", "sharing", 1, partner="bpr")]
    every = [Given("a", "sharing", 1)]
    assert [held(one, "sharing", 5, who) for who in ("bpr", "bank", None)] == [True, False, False]
    assert [held(every, "sharing", 5, who) for who in ("bpr", "bank", None)] == [True] * 3


@given(
    st.lists(
        st.builds(
            Given,
            business=st.sampled_from("abc"),
            scope=st.sampled_from(["bills", "scoring"]),
            granted=st.integers(0, 9),
            withdrawn=st.integers(0, 9) | st.just(NEVER),
        ),
        max_size=8,
    ),
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-1, 10)), max_size=6),
)
def test_it_agrees_with_looking_at_each_consent_in_turn(
    consents: list[Given], asked: list[tuple[str, int]]
) -> None:
    who = np.array([business for business, _ in asked], dtype=str)
    when = np.array([at for _, at in asked], dtype=np.int64)
    found = holds(table(consents), "bills", who, when)
    expected = [
        any(
            c.business == business
            and c.scope == "bills"
            and c.granted <= at
            and not c.withdrawn <= at
            for c in consents
        )
        for business, at in asked
    ]
    assert found.tolist() == expected


def one_row(declared: Table) -> Columns:
    """Return a row of business a, ten days before the application, with plain values."""
    values: dict[str, np.ndarray] = {}
    for column in declared.columns:
        if column.kind in ("id", "text"):
            values[column.name] = np.array(["a" if column.name == "business_id" else "x"])
        elif column.kind == "time":
            values[column.name] = np.array([AS_OF - 10 * DAY])
        else:
            values[column.name] = np.array([1.0])
    return values


def rows_seen(source: str, consents: Columns | None, as_of: int = AS_OF) -> float:
    asked = {
        "business_id": np.array(["a"]),
        "as_of": np.array([as_of]),
        "amount": np.array([1.0]),
        "tenor_months": np.array([1.0]),
    }
    known = known_at_application(asked, {source: one_row(SOURCES[source])}, consents)
    return float(known.sources[source].count()[0])


@pytest.mark.parametrize("source", SOURCES)
class TestASource:
    def test_is_seen_under_consents_to_it_and_to_scoring(self, source: str) -> None:
        both = [Given("a", source, 0), Given("a", "scoring", 0)]
        assert rows_seen(source, table(both)) == 1

    def test_is_seen_without_consents_only_on_another_basis(self, source: str) -> None:
        assert rows_seen(source, None) == 1
        assert rows_seen(source, table([])) == 0

    @pytest.mark.parametrize("lacking", ["source", "scoring"])
    def test_is_not_seen_when_one_of_the_two_is_lacking(self, source: str, lacking: str) -> None:
        scope = "scoring" if lacking == "source" else source
        every_other = [s for s in SCOPES if s not in (source, "scoring")]
        given_ = [Given("a", s, 0) for s in (scope, *every_other)]
        assert rows_seen(source, table(given_)) == 0

    @pytest.mark.parametrize("lacking", ["source", "scoring"])
    def test_is_not_seen_from_the_instant_one_of_the_two_is_withdrawn(
        self, source: str, lacking: str
    ) -> None:
        def seen(withdrawn: int) -> float:
            ends = {lacking if lacking == "scoring" else source: withdrawn}
            scopes = (source, "scoring")
            return rows_seen(source, table([Given("a", s, 0, ends.get(s, NEVER)) for s in scopes]))

        assert (seen(AS_OF), seen(AS_OF + 1)) == (0, 1)

    def test_is_not_seen_under_another_business_s_consent(self, source: str) -> None:
        assert rows_seen(source, table([Given("b", s, 0) for s in SCOPES])) == 0

    def test_withdrawn_is_as_though_the_source_had_never_been(self, source: str) -> None:
        withdrawn = table([Given("a", source, 0, AS_OF - 1), Given("a", "scoring", 0)])
        never = table([Given("a", "scoring", 0)])
        assert rows_seen(source, withdrawn) == rows_seen(source, never) == 0


def test_every_purpose_is_a_scope() -> None:
    assert set(PURPOSES) < set(SCOPES)
