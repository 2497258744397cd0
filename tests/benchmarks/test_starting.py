"""The race of `benchmarks.starting`, at toy size."""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path

import pytest

from benchmarks import starting
from benchmarks.starting import closure, installed, service


def test_all_start_and_answer(capsys: pytest.CaptureFixture[str]) -> None:
    starting.main(["--turns", "1", "--requests", "2", "--only", "lumbung", "lumbung_model"])
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(told["candidates"]) == {"lumbung", "lumbung_model"}
    assert set(told["installed"]) == {"lumbung", "mlflow", "naive"}
    for one in told["candidates"].values():
        assert one["uss_mib"]["median"] < one["rss_mib"]["median"]
        assert one["cpu_seconds"]["median"] > 0


def test_what_is_needed_is_followed_all_the_way() -> None:
    found = closure(["fastapi", "psycopg[binary]", "rice; sys_platform == 'never'"])
    assert {"fastapi", "starlette", "anyio", "pydantic-core", "psycopg", "psycopg-binary"} <= found
    assert "rice" not in found
    assert "pandas" not in closure(service())


def test_the_size_is_that_of_the_files_installed() -> None:
    (name,) = closure(["pyotp"])
    files = importlib.metadata.files(name) or []
    sizes = [Path(str(file.locate())).stat().st_size for file in files if file.suffix != ".pyc"]
    assert installed([name]) == {"mib": sum(sizes) / 2**20, "distributions": 1}
