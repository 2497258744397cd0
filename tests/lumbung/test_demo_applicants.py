"""Who asks in the demonstration asks as any applicant would, and of whom nothing later is known."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from lumbung.demo_applicants import Asking, asking
from serving.applications import intake
from tests.audit.cases import NOW
from training.simulating import Plan, write

PLAN = Plan(businesses=40, months=4, seed=3)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small simulated data set."""
    folder = tmp_path_factory.mktemp("asking") / "data"
    write(PLAN, folder, workers=1)
    return folder


@pytest.fixture(scope="module")
def every(data: Path) -> list[Asking]:
    """Return all who ask."""
    return list(asking(data))


def test_each_business_asks_with_what_was_known_by_then(every: list[Asking]) -> None:
    assert len(every) == PLAN.businesses
    for one in every:
        intake.check(one.application, NOW, "IDR")
    later = [row for one in every for row in (one.application.bills or {}).get("paid_at", [])]
    assert None in later
    assert any(at is not None for at in later)


def test_what_they_agreed_to_and_tell_is_what_the_data_say(data: Path, every: list[Asking]) -> None:
    agreed = pl.read_parquet(data / "consents" / "*.parquet").filter(
        pl.col("withdrawn_at").is_null() & (pl.col("scope") == "programme_groups")
    )
    women = pl.read_parquet(data / "protected" / "*.parquet").filter(pl.col("gender") == "female")
    both = set(agreed["business_id"]) & set(women["business_id"])
    assert both
    assert {one.application.business_id for one in every if one.women} == both
