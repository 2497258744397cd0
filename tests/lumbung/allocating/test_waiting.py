"""Which applications wait, and what is told of each."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from features.catalogue import NAMES
from features.errors import BadTable, Refused
from features.signals import SIGNALS
from lumbung.allocating.waiting import SCHEMA, Chosen, asked_for, waiting
from tests.lumbung.allocating.cases import EVERYONE, known
from tests.training.cases import Row, application, outcome, payment, refused, utc, write
from tests.training.engines.cases import simulated
from training.datasets import read
from training.engines.kernel import feature_rows
from training.permission import permitted

FIRST, LAST = date(2025, 6, 2), date(2025, 6, 3)


def consent(business: str, scope: str, **changed: str | datetime | None) -> Row:
    return {
        "consent_id": f"{business}-{scope}-{changed.get('partner_id')}",
        "business_id": business,
        "scope": scope,
        "partner_id": None,
        "granted_at": utc(2025, 1, 1),
        "withdrawn_at": None,
        **changed,
    }


def ids(data: Path, chosen: Chosen) -> list[str]:
    return sorted(asked_for(data, chosen)["application_id"])


@pytest.fixture
def answered(tmp_path: Path) -> Path:
    """Return a data set of applications that were answered, or not, a day apart."""
    answers = (None, "financed", "denied", "withdrawn", None)
    rows = [
        application(n, answer=answer, as_of=utc(2025, 6, n, 17))
        for n, answer in enumerate(answers, start=1)
    ]
    return write(tmp_path / "d", applications=rows, outcomes=[outcome(5)], payments=[payment()])


def test_what_has_neither_an_answer_nor_an_outcome_waits(answered: Path) -> None:
    assert ids(answered, Chosen()) == ["a1"]


def test_days_in_batang_choose_whatever_was_answered_but_for_the_withdrawn(answered: Path) -> None:
    # Asked at midnight in Batang: the day after that of UTC.
    assert ids(answered, Chosen(FIRST, LAST)) == ["a1", "a2"]
    assert ids(answered, Chosen(asked_from=LAST)) == ["a2", "a3", "a5"]
    assert ids(answered, Chosen(asked_to=FIRST)) == ["a1"]


def test_that_nothing_waits_is_told(answered: Path) -> None:
    with pytest.raises(Refused) as caught:
        asked_for(answered, Chosen(asked_from=date(2026, 1, 1)))
    refused(caught, "nothing-to-allocate")


def test_a_data_set_without_applications_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadTable) as caught:
        asked_for(write(tmp_path / "d", payments=[payment()]), Chosen())
    refused(caught, "missing-table")


def test_the_features_are_those_of_what_may_be_used_today(base: Path) -> None:
    data = read(simulated(base))
    table, rows = feature_rows(permitted(data, "scoring").tables), pl.read_parquet(known(base))
    kept = table.join(rows, on="application_id", how="semi", maintain_order="left")
    assert dict(rows.schema) == SCHEMA
    assert rows.select("application_id", *NAMES).equals(kept.select("application_id", *NAMES))
    assert 0 < rows.height < data["applications"].height
    assert not set(NAMES) & {one.name for one in SIGNALS}


def test_what_is_known_is_kept_and_used_again_until_something_changes(
    base: Path, tmp_path: Path
) -> None:
    made = waiting(simulated(base), tmp_path, EVERYONE, workers=1)
    assert made.read_bytes() == known(base).read_bytes()
    written = made.stat().st_mtime_ns
    assert waiting(simulated(base), tmp_path, EVERYONE, workers=1) == made
    assert made.stat().st_mtime_ns == written
    other = waiting(simulated(base), tmp_path, Chosen(asked_from=date(2025, 3, 1)), workers=1)
    assert other != made
    assert pl.read_parquet(other)["as_of"].min() >= utc(2025, 3, 1) - timedelta(hours=7)  # type: ignore[operator]


def test_only_who_agrees_to_be_scored_and_shown_has_a_row(tmp_path: Path) -> None:
    given = [
        *(consent(f"b{n}", "scoring") for n in (1, 2, 4)),
        consent("b1", "sharing"),
        consent("b1", "programme_groups"),
        consent("b3", "sharing"),
        consent("b4", "sharing", partner_id="bpr"),
        consent("b4", "programme_groups", withdrawn_at=utc(2025, 6, 2)),
    ]
    rows = [application(n) for n in range(1, 5)]
    data = write(tmp_path / "d", applications=rows, payments=[payment()], consents=given)
    found = pl.read_parquet(waiting(data, tmp_path / "pool", Chosen(), workers=1))
    told = found.select("business_id", "shared_with", "groups_agreed").rows()
    assert told == [("b1", None, True), ("b4", ["bpr"], False)]


def test_without_anyone_there_is_an_empty_table(tmp_path: Path) -> None:
    data = write(
        tmp_path / "d",
        applications=[application()],
        payments=[payment()],
        consents=[consent("b1", "sharing")],
    )
    found = pl.read_parquet(waiting(data, tmp_path / "pool", Chosen(), workers=1))
    assert found.is_empty()
    assert dict(found.schema) == SCHEMA
