"""A small data set of made-up records, a store with a model trained on it, and bits of both."""

from __future__ import annotations

import functools
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import polars as pl
import pytest
from mlflow.entities.model_registry import ModelVersion

from features.errors import LumbungError
from features.table import Table
from models.artefact import NAME
from training import datasets
from training.about import About, write_about
from training.asked import Asked
from training.progress import UNHEARD
from training.tracking import Tracker
from training.train import Trained, train

LOANS = 170
LINE = 0.12
"""The probability of default by which groups are compared."""

FIRST_TESTED = date(2025, 3, 27)
"""Half of the made-up loans are earlier, half are later."""

ABOUT = About(
    name="made-up",
    currency="IDR",
    time_zone="Asia/Jakarta",
    source="made up for the tests",
    licence="Apache-2.0",
    simulated=True,
    basis="made up",
)

Row = dict[str, Any]


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    """Return an instant."""
    return datetime(year, month, day, hour, tzinfo=UTC)


def payment(number: int = 1, **changed: Any) -> Row:
    """Return a payment that is right in every way but those *changed*."""
    return {
        "payment_id": f"p{number}",
        "business_id": "b1",
        "occurred_at": utc(2025, 1, 1) + timedelta(hours=number),
        "known_at": utc(2025, 1, 1) + timedelta(hours=number),
        "amount": 1000,
        "direction": "in",
        "channel": "qris",
        "kind": "sale",
        "counterparty": "c1",
        "balance_after": 5000,
        **changed,
    }


def application(number: int = 1, **changed: Any) -> Row:
    """Return an application that is right in every way but those *changed*."""
    return {
        "application_id": f"a{number}",
        "business_id": f"b{number}",
        "partner_id": "lender",
        "as_of": utc(2025, 6, 1),
        "amount": 5_000_000,
        "tenor_months": 12,
        "purpose": "working_capital",
        **changed,
    }


def outcome(number: int = 1, **changed: Any) -> Row:
    """Return the outcome of a loan that went well, but for what is *changed*."""
    return {
        "application_id": f"a{number}",
        "disbursed_at": utc(2025, 6, 2),
        "worst_days_past_due": 0,
        "written_off": False,
        "stated": None,
        "censored": False,
        **changed,
    }


def filled(table: Table) -> Row:
    """Return a row with a plain value in every column that must be filled, and no other."""
    plain = {
        "id": "1",
        "text": "a text",
        "money": 1000,
        "count": 1,
        "quantity": 1.0,
        "flag": True,
        "time": utc(2025, 1, 1),
    }
    return {
        column.name: column.values[0] if column.values else plain[column.kind]
        for column in table.columns
        if column.missing is None
    }


def write(folder: Path, **tables: list[Row]) -> Path:
    """Write a data set that `ABOUT` describes; a table is given by name as its rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        pl.DataFrame(rows, infer_schema_length=None).write_parquet(folder / f"{name}.parquet")
    write_about(ABOUT, folder)
    return folder


def made_up_loans(loans: int = LOANS) -> dict[str, list[Row]]:
    """Return tables of as many businesses, each with 60 payments and one loan, one per day.

    The weaker a business, the more it spends of its income and the more often its loan goes bad;
    chance decides the rest.
    """
    random = np.random.default_rng(11)
    start = utc(2025, 1, 1)
    tables: dict[str, list[Row]] = {"payments": [], "applications": [], "outcomes": []}
    for i in range(loans):
        strength = float(random.normal())
        as_of = start + timedelta(days=i)
        tables["payments"] += _sixty_payments(f"b{i}", as_of, strength, random)
        tables["applications"].append(application(i, as_of=as_of))
        bad = random.random() < 1 / (1 + np.exp(2 * strength))
        days = 120 if bad else int(random.integers(0, 30))
        tables["outcomes"].append(outcome(i, disbursed_at=as_of, worst_days_past_due=days))
    return tables


def _sixty_payments(
    business: str, as_of: datetime, strength: float, random: np.random.Generator
) -> list[Row]:
    balance, rows = 2_000_000, []
    for j in range(60):
        income = j % 2 == 0
        mean = 400_000 if income else 400_000 - 60_000 * strength
        amount = max(int(random.normal(mean, 90_000)), 1)
        balance += amount if income else -amount
        when = as_of - timedelta(days=200 - 3 * j, hours=int(random.integers(1, 20)))
        rows.append(
            payment(
                payment_id=f"{business}-{j}",
                business_id=business,
                occurred_at=when,
                known_at=when,
                amount=amount,
                direction="in" if income else "out",
                kind="sale" if income else "supplier",
                counterparty=f"c{int(random.integers(0, 6))}",
                balance_after=balance,
            )
        )
    return rows


@functools.cache
def small_data(base: Path) -> Path:
    """Write the made-up loans once per test run, below *base*; return the data set's folder."""
    return write(base / "small-data", **made_up_loans())


@functools.cache
def blank_store(base: Path) -> Path:
    """Make MLflow's tables once per test run; return the SQLite file, which holds no run."""
    file = base / "blank-mlflow.db"
    Tracker(f"sqlite:///{file}", base / "none")
    mlflow.MlflowClient(f"sqlite:///{file}", f"sqlite:///{file}").search_registered_models()
    return file


@functools.cache
def trained_store(base: Path) -> tuple[Path, Trained]:
    """Train on the made-up loans once per test run; return the SQLite file and what came of it."""
    home = base / "trained"
    home.mkdir()
    file = home / "mlflow.db"
    shutil.copy(blank_store(base), file)
    tracker = Tracker(f"sqlite:///{file}", home / "mlartifacts")
    data = datasets.read(small_data(base))
    return file, train(data, tracker, Asked(LINE, FIRST_TESTED), UNHEARD)


def another_version(uri: str, run_id: str | None = None) -> ModelVersion:
    """Register the first version's model once more, of its run or another; return the first."""
    mlflow.set_tracking_uri(uri)  # MLflow looks there for what a version is made of
    client = mlflow.MlflowClient(uri, uri)
    first = client.get_model_version(NAME, "1")
    client.create_model_version(NAME, str(first.source), run_id or first.run_id, tags=first.tags)
    return first


def kept_model(client: mlflow.MlflowClient, trained: Trained) -> Path:
    """Return the folder of the run's model, in MLflow's layout."""
    experiment = client.get_run(trained.kept.run_id).info.experiment_id
    (logged,) = client.search_logged_models([experiment])
    return Path(logged.artifact_location.removeprefix("file://"))


def refused(caught: pytest.ExceptionInfo[LumbungError], code: str) -> None:
    """Assert that an error has this code and says what was found, expected and advised."""
    error = caught.value
    assert error.code == code
    assert error.found.strip()
    assert error.expected.strip()
    assert error.hint.endswith(".")
    assert str(error).endswith(f"[{code}]")
