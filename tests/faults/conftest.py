"""Servers to be killed, and a PostgreSQL that waits for the disk: made once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks import postgresql
from benchmarks.nursery import Nursery, nursery
from benchmarks.postgresql import Cluster
from tests.conftest import lacking


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return a PostgreSQL that waits for the disk."""
    programs = postgresql.programs() or lacking("PostgreSQL is not installed: apt or the dev extra")
    with postgresql.cluster(programs, durable=True) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Return where servers come from."""
    with nursery(tmp_path_factory.mktemp("nursery") / "log") as server:
        yield server
