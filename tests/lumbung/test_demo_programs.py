"""What was started for the demonstration ends with all that it started itself, and nothing else."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from features.errors import BadInput, LumbungError
from lumbung.demo_programs import HOST, await_ready, beside, end, refuse_taken, start

PARENT = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "open(sys.argv[1], 'w').write(f'{child.pid}\\n')\n"
    "print('here', flush=True)\n"
    "time.sleep(600)\n"
)


def test_a_program_ends_with_its_children_and_is_named(tmp_path: Path) -> None:
    told = tmp_path / "child"
    os.mkfifo(told)
    command = [sys.executable, "-c", PARENT, str(told)]
    process = start(tmp_path, "parent", command, {})
    child = psutil.Process(int(told.read_text(encoding="utf-8")))
    assert end(tmp_path) == ["parent"]
    assert process.poll() is not None
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert not (tmp_path / "parent.pid").exists()
    assert end(tmp_path) == []


def test_a_stranger_with_the_number_of_one_that_ended_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (tmp_path / "service.pid").write_text(f"{stranger.pid} 1.0\n", encoding="utf-8")
        assert end(tmp_path) == []
        assert stranger.poll() is None
        assert list(tmp_path.iterdir()) == []
        stranger.communicate(b"\n")


def test_a_program_that_ends_at_once_is_told_of_with_its_log(tmp_path: Path) -> None:
    process = start(tmp_path, "service", [sys.executable, "-c", "print(1 / 0)"], {})
    with pytest.raises(LumbungError, match="service") as raised:
        await_ready(tmp_path, "service", f"http://{HOST}:1/")
    assert (raised.value.code, process.wait()) == ("not-ready", 1)
    assert "ZeroDivisionError" in (tmp_path / "service.log").read_text(encoding="utf-8")


def test_a_port_that_is_taken_is_named_with_one_that_is_free() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadInput) as raised:
            refuse_taken(port)
        assert (raised.value.code, str(port) in raised.value.found) == ("port-taken", True)
        assert beside(port - 1) != port
        assert f"PORT={beside(port)}" in raised.value.hint
    refuse_taken(port)
    assert 0 < beside(2**16 - 1) < 2**16
