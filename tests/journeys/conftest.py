"""One demonstration that runs, for all journeys."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, program
from tests.journeys.demo import Demo
from tests.journeys.operator import Operator


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Return a demonstration that runs, and end it afterwards."""
    program("curl", "the README asks with it")
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(ROOT / "docs" / "examples", folder / "docs" / "examples")
    (folder / "home").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Demo(folder, folder / "home", port)
    made.start()
    made.copied(_as_made(folder))
    yield made
    made.lumbung("stop")


@pytest.fixture(scope="session")
def as_made(demo: Demo) -> Path:
    """Return a copy of its home from before anybody asked it for anything."""
    return _as_made(demo.folder) / "var"


def _as_made(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}-as-made")


@pytest.fixture
def operator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Operator:
    """Return who follows the pages in a folder of a test's own."""
    return Operator(tmp_path, monkeypatch, capfd)
