"""What the tests of training share: the small data set and the store, made once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.training import cases
from training import datasets
from training.importing import importer
from training.importing.mapping import load
from training.table import TrainingTable, training_table
from training.train import Trained


@pytest.fixture(scope="session")
def small(base: Path) -> Path:
    """Return the folder of the small data set."""
    return cases.small_data(base)


@pytest.fixture(scope="session")
def small_table(small: Path) -> TrainingTable:
    return training_table(datasets.read(small))


@pytest.fixture(scope="session")
def trained(base: Path) -> Trained:
    """Return what training on the small data set came to."""
    return cases.trained_store(base)[1]


@pytest.fixture
def store(base: Path, tmp_path: Path) -> Path:
    """Return a copy of the SQLite file of the store that `trained` was kept in."""
    return Path(shutil.copy(cases.trained_store(base)[0], tmp_path / "mlflow.db"))


@pytest.fixture(scope="session")
def berka(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> datasets.DataSet:
    """Return the Berka data, imported by its mapping."""
    out = tmp_path_factory.mktemp("berka") / "data"
    importer.run(load("berka"), real_data / "berka", out, None, print)
    return datasets.read(out)
