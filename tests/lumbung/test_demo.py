"""The demonstration refuses where it does not belong, before it makes anything."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from features.errors import BadInput
from lumbung.demo import demo
from lumbung.demo_programs import HOST


def refused(*arguments: str) -> BadInput:
    """Return what the command says of why it does not begin."""
    error = CliRunner().invoke(demo, arguments).exception
    assert isinstance(error, BadInput)
    return error


def test_a_port_that_is_taken_is_told_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert refused("--port", port).code == "port-taken"
    assert list(tmp_path.iterdir()) == []


def test_it_prints_no_password_in_production(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUMBUNG_ENVIRONMENT", "production")
    assert refused().code == "demo-only"
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_no_machine_has_is_a_mistake_of_usage() -> None:
    ended = CliRunner().invoke(demo, ["--port", "70000"])
    assert ended.exit_code == 2
    assert "65535" in ended.output
