"""``lumbung serve-model``: which version it serves, and that it serves it."""

from __future__ import annotations

import shutil
from pathlib import Path

import mlflow
import pytest

from features.errors import BadInput
from lumbung.model_server import model_of
from models.artefact import CHALLENGER, NAME
from serving.settings import Settings
from tests.training import cases
from tests.training.cases import refused


@pytest.fixture
def settings(base: Path, tmp_path: Path) -> Settings:
    """Return the settings of a store with two versions of a model, the second a challenger."""
    uri = f"sqlite:///{shutil.copy(cases.trained_store(base)[0], tmp_path / 'mlflow.db')}"
    cases.another_version(uri)
    client = mlflow.MlflowClient(uri, uri)
    client.set_registered_model_alias(NAME, CHALLENGER, "2")
    return Settings(home=tmp_path, mlflow_uri=uri)


@pytest.mark.parametrize(("which", "version"), [("1", "1"), ("2", "2"), (CHALLENGER, "2")])
def test_a_version_is_named_by_its_number_or_by_an_alias(
    settings: Settings, which: str, version: str
) -> None:
    assert model_of(settings, which).version == version


@pytest.mark.parametrize("which", ["3", "champion", "rice"])
def test_what_the_registry_does_not_name_is_refused(settings: Settings, which: str) -> None:
    with pytest.raises(BadInput) as caught:
        model_of(settings, which)
    refused(caught, "no-version")
