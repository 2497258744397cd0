"""The program: its commands, how it speaks, and with which status it ends."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from features.errors import BadInput, LumbungError, Refused, Unavailable
from lumbung import cli
from tests.conftest import ROOT
from tests.lumbung.conftest import Ended, Lumbung


def program(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the program as its own process, from another folder."""
    environment = {n: v for n, v in os.environ.items() if not n.startswith("LUMBUNG_")}
    environment |= {"PYTHONPATH": str(ROOT), "LUMBUNG_HOME": str(cwd / "home")}
    return subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-m", "lumbung", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_every_command_with_a_line(lumbung: Lumbung) -> None:
    ended = lumbung("--help")
    assert ended.status == 0
    listed = ended.stdout.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed if line.strip()] == sorted(cli.COMMANDS)
    assert all(len(line.split()) > 3 for line in listed if line.strip())


@pytest.mark.parametrize("name", sorted(cli.COMMANDS))
def test_every_command_is_where_it_is_said_to_be_and_explains_its_options(name: str) -> None:
    module, attribute = cli.COMMANDS[name].split(":")
    command = getattr(importlib.import_module(module), attribute)
    assert isinstance(command, click.Command)
    assert command.name == name
    assert command.help
    options = [param for param in command.params if isinstance(param, click.Option)]
    assert all(option.help for option in options)


def test_the_version_is_said(lumbung: Lumbung) -> None:
    ended = lumbung("--version")
    assert ended.status == 0
    assert "lumbung" in ended.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("sow",),
        ("train",),
        ("train", "--data", "x", "--seed", "many"),
        ("train", "--data", "x", "--test-from", "1 January"),
        ("promote", "first"),
        ("promote",),
        ("import", "x"),
        ("--loud",),
    ],
)
def test_wrong_usage_ends_with_two_and_says_so_on_standard_error(
    lumbung: Lumbung, arguments: tuple[str, ...]
) -> None:
    ended = lumbung(*arguments)
    assert ended.status == 2
    assert ended.stdout == ""
    assert "Usage" in ended.stderr


def failing(error: BaseException) -> Callable[[], None]:
    @click.command()
    def command() -> None:
        raise error

    return command


FACTS = {
    "found": "rain",
    "expected": "sun",
    "hint": "Wait a day.",
    "code": "bad-weather",
}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadInput(**FACTS), 2),
        (Refused(**FACTS), 3),
        (Unavailable(**FACTS), 1),
        (LumbungError(**FACTS), 1),
    ],
)
def test_an_error_of_ours_ends_with_its_status_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, lumbung: Lumbung, error: LumbungError, status: int
) -> None:
    monkeypatch.setattr(cli.Commands, "get_command", lambda *_: failing(error))
    ended = lumbung("train")
    assert ended.status == status
    assert ended.stdout == ""
    assert [line.split(maxsplit=1) for line in ended.stderr.splitlines()] == [
        ["bad-weather"],
        ["found", "rain"],
        ["expected", "sun"],
        ["hint", "Wait a day."],
    ]


def test_an_error_says_where_when_it_knows(
    monkeypatch: pytest.MonkeyPatch, lumbung: Lumbung
) -> None:
    error = BadInput(**FACTS, where="field 7")
    monkeypatch.setattr(cli.Commands, "get_command", lambda *_: failing(error))
    assert lumbung("train").stderr.startswith("bad-weather in field 7\n")


def test_a_command_interrupted_says_so(monkeypatch: pytest.MonkeyPatch, lumbung: Lumbung) -> None:
    monkeypatch.setattr(cli.Commands, "get_command", lambda *_: failing(KeyboardInterrupt()))
    ended = lumbung("train")
    assert ended.status == 130
    assert "Stopped." in ended.stderr


def test_a_fault_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch, lumbung: Lumbung) -> None:
    monkeypatch.setattr(cli.Commands, "get_command", lambda *_: failing(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        lumbung("train")


def test_an_answer_is_text_for_a_person_or_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    cli.answer("two rows", {"rows": 2}, as_json=False)
    cli.answer("two rows", {"rows": 2, "name": "padi"}, as_json=True)
    cli.say("Next: sow")
    text, advice = capsys.readouterr()
    assert text == 'two rows\n{"rows": 2, "name": "padi"}\n'
    assert advice == "Next: sow\n"


def test_steps_are_shown_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with cli.steps(("one", "two"), "count") as step:
        step("one")
        step("two")
    text, progress = capsys.readouterr()
    assert text == ""
    assert "count" in progress


def test_the_real_program_ends_with_nought_when_all_is_well(tmp_path: Path) -> None:
    done = program("--help", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_real_program_ends_with_two_for_bad_input(tmp_path: Path) -> None:
    done = program("import", "nothing", "--mapping", "berka", "--out", "out", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("unreadable-file in trans_preloan_682_loans.parquet\n  found ")
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_ended_reads_one_object_only() -> None:
    assert Ended(0, 'text\n{"a": 1}\n', "").json() == {"a": 1}
    with pytest.raises(AssertionError):
        Ended(0, '{"a": 1}\n{"b": 1}\n', "").json()
