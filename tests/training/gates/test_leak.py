"""G01: a column that gives the outcome away is named, and an honest one is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from features.catalogue import NAMES
from features.errors import Refused
from tests.conftest import made_up_table, table_of
from tests.training.cases import refused
from tests.training.gates.cases import FITTED, THIRD, of_one_column, with_feature
from training.datasets import DataSet
from training.gates import leak
from training.splits import out_of_time
from training.table import TrainingTable, training_table

AFTER = ("ChgOffDate", "ChgOffPrinGr", "BalanceGross", "DisbursementDate", "DisbursementGross")
"""The columns of SBA that are filled in after the outcome, but for `Term`."""


def test_it_is_green_when_no_feature_knows_too_much() -> None:
    gate = leak.gate(FITTED)
    assert (gate.code, gate.colour) == ("G01", "green")
    assert "alone reaches AUC" in gate.found


@pytest.mark.parametrize("sign", [1, -1])
def test_it_is_red_when_a_feature_is_the_outcome_in_disguise(sign: int) -> None:
    noise = np.random.default_rng(0).normal(size=FITTED.bad.size) * 0.1
    gate = leak.gate(with_feature(FITTED, sign * FITTED.bad + noise))
    assert gate.colour == "red"
    assert gate.found == f"{THIRD} alone reaches AUC 1.000"


def test_it_is_red_when_a_feature_tells_the_outcome_from_the_middle_of_its_range() -> None:
    """Bad loans lie within ±1, good ones outside: in order of size, AUC is near a half."""
    random = np.random.default_rng(0)
    far = random.uniform(1.2, 3, FITTED.bad.size) * random.choice([-1, 1], FITTED.bad.size)
    near = random.uniform(-1, 1, FITTED.bad.size)
    gate = leak.gate(with_feature(FITTED, np.where(FITTED.bad == 1, near, far)))
    assert gate.colour == "red"
    assert gate.found.startswith(f"{THIRD} alone reaches AUC 0.9")


@pytest.mark.parametrize(("highest_good", "colour"), [(0.0, "red"), (2.0, "green")])
def test_it_is_red_at_its_bound_and_green_just_below(highest_good: float, colour: str) -> None:
    """Of 400 pairs of a good and a bad loan, 20 stand out of order, or 21: AUC 0.95 or less."""
    values = np.array([highest_good, *np.linspace(0, 0.9, 19), -1.0, 1.0, *np.linspace(3, 4, 18)])
    bad = np.repeat([0, 1], 20)
    table = replace(made_up_table(40), bad=bad, vectors=np.zeros((40, len(NAMES))))
    assert leak.gate(with_feature(table, values)).colour == colour


def test_it_looks_only_where_the_feature_is_there() -> None:
    values = np.where(np.arange(FITTED.bad.size) % 2, FITTED.bad * 1.0, np.nan)
    assert leak.gate(with_feature(FITTED, values)).colour == "red"


def test_that_a_feature_is_there_tells_as_much_as_its_value() -> None:
    only_bad = np.where(FITTED.bad == 1, np.random.default_rng(0).normal(size=FITTED.bad.size), 0)
    only_bad[FITTED.bad == 0] = np.nan
    (suspect,) = leak.suspects(with_feature(FITTED, only_bad))
    assert suspect.column == THIRD
    assert "missing in 0% of the bad loans and 100% of the good ones" in suspect.why


def test_a_handful_of_loans_that_all_agree_is_chance() -> None:
    """Six loans of 400 have a value, and it tells their outcomes apart."""
    values = np.full(FITTED.bad.size, np.nan)
    for label in (0, 1):
        values[np.flatnonzero(FITTED.bad == label)[:3]] = label + np.array([0.1, 0.2, 0.3])
    assert leak.gate(with_feature(FITTED, values)).colour == "green"


def test_many_columns_of_noise_raise_no_alarm() -> None:
    random = np.random.default_rng(1)
    vectors = np.rint(random.normal(size=(120, 100)) * 20)
    bad = (np.arange(120) % 10 == 0).astype(int)
    names = tuple(f"noise_{i}" for i in range(100))
    table = table_of(vectors, bad, names=names, directions=(0,) * 100)
    assert leak.suspects(table) == []


def test_a_column_is_suspect_for_its_name_alone() -> None:
    noise = np.random.default_rng(0).normal(size=200)
    bad = (np.arange(200) % 4 == 0).astype(int)
    assert leak.suspects(of_one_column(noise, bad)) == []
    (suspect,) = leak.suspects(of_one_column(noise, bad, "ChgOffPrinGr"))
    assert suspect == leak.Suspect("ChgOffPrinGr", "speaks by its name of a write-off")


def test_loans_count_by_their_weight() -> None:
    """In pairs of copies, a loan of weight two says what two loans say."""
    random = np.random.default_rng(3)
    bad = (random.random(300) < 0.3).astype(int)
    values = bad + random.normal(size=300) * 0.35
    weights = np.tile([1.0, 2.0], 150)
    weighed = replace(of_one_column(values, bad), weights=weights)
    repeated = np.repeat(np.arange(300), weights.astype(int))
    copied = of_one_column(values[repeated], bad[repeated])
    assert leak.gate(weighed).found[:20] == leak.gate(copied).found[:20]


def test_all_suspects_are_counted_and_the_first_ones_named() -> None:
    bad = (np.arange(200) % 4 == 0).astype(int)
    vectors = np.repeat(bad[:, None] * 1.0, 7, axis=1)
    names = tuple(f"copy_{i}" for i in range(7))
    table = table_of(vectors, bad, names=names, directions=(0,) * 7)
    assert [suspect.column for suspect in leak.suspects(table)] == list(names)
    found = leak.gate(table).found
    assert all(name in found for name in names[:5])
    assert found.endswith("; and 2 more")


def test_a_table_with_a_suspect_is_refused_by_name_and_an_honest_one_is_not() -> None:
    leak.refuse(FITTED)
    with pytest.raises(Refused, match=THIRD) as caught:
        leak.refuse(with_feature(FITTED, FITTED.bad * 1.0))
    refused(caught, "leak")
    assert caught.value.exit_status == 3


@pytest.fixture(scope="module")
def sba(real_data: Path) -> TrainingTable:
    """Return the balanced sample of SBA's loans, weighed as the population; no text columns."""
    loans = pl.read_parquet(real_data / "sba" / "sba_loans.parquet")
    loans = loans.filter(source="random_balanced_30k")
    bad = (loans["MIS_Status"] == "CHGOFF").to_numpy().astype(np.int64)
    columns = loans.select(pl.selectors.numeric() | pl.selectors.datetime())
    numbers = columns.select(pl.all().to_physical().cast(pl.Float64).fill_null(np.nan))
    population = np.where(bad == 1, 157_558 / bad.sum(), 739_609 / (1 - bad).sum())
    return table_of(
        numbers.to_numpy(),
        bad,
        names=tuple(numbers.columns),
        directions=(0,) * numbers.width,
        weights=population,
    )


def without(table: TrainingTable, *names: str) -> TrainingTable:
    kept = [place for place, name in enumerate(table.names) if name not in names]
    return replace(
        table,
        vectors=table.vectors[:, kept],
        names=tuple(table.names[place] for place in kept),
        directions=(0,) * len(kept),
    )


def test_the_honest_columns_of_sba_are_green(sba: TrainingTable) -> None:
    assert leak.gate(without(sba, "Term", *AFTER)).colour == "green"


def test_what_sba_wrote_after_the_outcome_is_named(sba: TrainingTable) -> None:
    found = {suspect.column for suspect in leak.suspects(sba)}
    assert found == {"Term", *AFTER}


def test_the_term_of_sba_is_named_whatever_it_is_called(sba: TrainingTable) -> None:
    named = replace(sba, names=tuple("plan" if n == "Term" else n for n in sba.names))
    with pytest.raises(Refused, match="plan is a multiple of 12 in 10% of the bad") as caught:
        leak.refuse(without(named, *AFTER))
    refused(caught, "leak")


def test_the_features_of_berka_are_green_until_what_came_after_a_loan_joins(
    berka: DataSet,
) -> None:
    """The column added counts instalments missed since: few for good loans, more for bad ones."""
    earlier = out_of_time(training_table(berka)).fit
    assert leak.gate(earlier).colour == "green"
    missed = np.random.default_rng(0).poisson(np.where(earlier.bad == 1, 6.0, 0.1))
    joined = replace(
        earlier,
        vectors=np.column_stack([earlier.vectors, missed]),
        names=(*earlier.names, "instalments"),
        directions=(*earlier.directions, 0),
    )
    (suspect,) = leak.suspects(joined)
    assert suspect.column == "instalments"
