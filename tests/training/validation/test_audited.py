"""What is audited: later applications, financed or not, of those who consented."""

from __future__ import annotations

import functools

import numpy as np
import polars as pl
import pytest

from features.catalogue import NAMES
from models.risk import RiskModel
from training.datasets import DataSet
from training.engines.kernel import feature_rows
from training.permission import AUDIT, permitted
from training.simulated.scenario import USUAL
from training.simulating import Plan
from training.simulator import simulate
from training.table import training_table
from training.target import STANDARD
from training.validation.audited import applicants, audited


@functools.cache
def simulated() -> DataSet:
    (tables,) = simulate(200, 3, 5)
    del tables["truth"]
    return DataSet(Plan(200, 3, 5, USUAL).about(), tables, "0" * 64)


def halfway() -> int:
    asked = simulated()["applications"]["as_of"].sort()
    return int(asked.to_physical()[100])


def consenting() -> pl.DataFrame:
    """Return the later applications of those whose consent to the audit holds, by plain filters."""
    data = simulated()
    agreed = (
        data["consents"].filter(scope="fairness_audit").filter(pl.col("withdrawn_at").is_null())
    )
    later = data["applications"].filter(pl.col("as_of").to_physical() >= halfway())
    return later.filter(pl.col("business_id").is_in(agreed["business_id"].to_list()))


def test_they_are_the_later_ones_of_those_who_consent() -> None:
    found, asked = applicants(simulated(), halfway(), STANDARD), consenting()
    assert found is not None
    assert 30 < asked.height < 90
    assert found.bad.size == asked.height
    answers = asked["answer"].to_list()
    assert np.nansum(found.denied) == answers.count("denied") > 0
    assert np.sum(found.denied == 0) == answers.count("financed")
    outcomes = simulated()["outcomes"].filter(
        pl.col("application_id").is_in(asked["application_id"].to_list())
    )
    days = outcomes["worst_days_past_due"]
    assert np.nansum(found.bad) == (days >= 90).sum()
    assert np.sum(found.bad == 0) == (days < 30).sum()


def test_groups_and_vectors_are_of_the_same_application() -> None:
    found, asked = applicants(simulated(), halfway(), STANDARD), consenting()
    assert found is not None
    protected = simulated()["protected"]
    gender = asked.join(protected, on="business_id")["gender"].fill_null("")
    assert sorted(found.groups["gender"].tolist()) == sorted(gender.to_list())
    rows = feature_rows({**permitted(simulated(), AUDIT).tables, "applications": asked})
    told = rows.join(protected, on="business_id", how="left", maintain_order="left")
    women = (told["gender"] == "female").fill_null(value=False).to_numpy()
    ours = found.groups["gender"] == "female"
    theirs = told[NAMES[0]].fill_null(np.nan).to_numpy()[women]
    assert np.array_equal(np.sort(found.vectors[ours, 0]), np.sort(theirs), equal_nan=True)


def test_records_are_counted_that_were_known() -> None:
    found = applicants(simulated(), halfway(), STANDARD)
    assert found is not None
    assert found.records.min() >= 0
    assert 20 < np.median(found.records) < 1_000


def test_approved_is_a_risk_within_the_line(model: RiskModel) -> None:
    cases = audited(simulated(), model, halfway(), line=0.3, target=STANDARD)
    assert cases is not None
    assert np.array_equal(cases.approved, cases.probability <= 0.3)
    assert 0 < cases.approved.mean() < 1


@pytest.mark.parametrize("missing", ["protected", "later"])
def test_nothing_is_audited_where_there_is_nothing_to_audit(missing: str) -> None:
    data = simulated()
    since = halfway() if missing == "protected" else 2**62
    tables = {name: frame for name, frame in data.tables.items() if name != missing}
    assert applicants(DataSet(data.about, tables, data.digest), since, STANDARD) is None


def test_the_training_table_has_nothing_protected() -> None:
    assert not {"gender", "birth_year", "disability"} & set(training_table(simulated()).names)
