"""The program ``lumbung``: its commands, and how each speaks and ends.

Progress and advice go to standard error, results to standard output. With
``--json`` a command's last line of standard output is one JSON object. Exit
status: 0 done, 2 bad input or usage, 3 refused by a gate, 1 a fault of ours.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from features.errors import LumbungError

COMMANDS = {
    "accounts": "lumbung.accounts:accounts",
    "allocate": "lumbung.allocate:allocate",
    "audit": "lumbung.audit:audit",
    "backup": "lumbung.backup:backup",
    "bench": "lumbung.bench:bench",
    "benchmark": "lumbung.benchmark:benchmark",
    "breach": "lumbung.breach:breach",
    "demo": "lumbung.demo:demo",
    "edition": "lumbung.edition:edition",
    "erase": "lumbung.erase:erase",
    "evidence": "lumbung.evidence:evidence",
    "export": "lumbung.data:export",
    "features": "lumbung.features:features",
    "import": "lumbung.data:import_",
    "keys": "lumbung.keys:keys",
    "ledger": "lumbung.ledger:ledger",
    "master": "lumbung.master:master",
    "monitor": "lumbung.monitor:monitor",
    "outcomes": "lumbung.outcomes:outcomes",
    "partners": "lumbung.keys:partners",
    "products": "lumbung.products:products",
    "promote": "lumbung.model:promote",
    "replay": "lumbung.replay:replay",
    "restore": "lumbung.backup:restore",
    "retention": "lumbung.erase:retention",
    "rollback": "lumbung.model:rollback",
    "score": "lumbung.score:score",
    "serve": "lumbung.service:serve",
    "serve-model": "lumbung.model_server:serve_model",
    "shadow": "lumbung.shadow:shadow",
    "simulate": "lumbung.data:simulate",
    "stop": "lumbung.demo_programs:stop",
    "switch": "lumbung.switch:switch",
    "train": "lumbung.model:train",
}
"""Command → where it is. Loaded when asked for: the service's image has no training packages."""


class Commands(click.Group):
    """The group of commands, each imported when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command called *cmd_name*, or None."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lumbung")
def program() -> None:
    """Score small businesses by the records they leave, and match them with lenders."""


def say(text: str) -> None:
    """Print progress or advice, to standard error."""
    click.echo(text, err=True)


@contextlib.contextmanager
def steps(names: Sequence[str], label: str) -> Iterator[Callable[[str], None]]:
    """Show a progress bar over *names* on standard error; call what is given at each."""
    bar = click.progressbar(names, label=label, file=sys.stderr, item_show_func=shown)
    with bar:
        yield lambda name: bar.update(1, name)


@contextlib.contextmanager
def progress(label: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show a progress bar on standard error, from the first call of what is given on.

    It is called with what is being done, how much is, and of how much, which may change.
    """
    with contextlib.ExitStack() as stack:
        bars: list[Any] = []

        def step(doing: str, done: int, of: int) -> None:
            if not bars:
                new = click.progressbar(
                    length=of, label=label, file=sys.stderr, item_show_func=shown
                )
                bars.append(stack.enter_context(new))
            bars[0].length = of
            bars[0].update(done - bars[0].pos, doing)

        yield step


def shown(name: str | None) -> str | None:
    """Return what a progress bar shows of the step it is at: its name."""
    return name


def answer(text: str, result: dict[str, Any], *, as_json: bool) -> None:
    """Print a command's result: as text for a person, or as one JSON object on the last line."""
    click.echo(json.dumps(result) if as_json else text)


def main() -> None:
    """Run the program and exit with its status."""
    # Read while MLflow is imported: its telemetry would send facts about this machine elsewhere.
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    # Read while NumPy is imported: its threads wait for each other, ten times as long as they work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        program(standalone_mode=False)
    except click.exceptions.Abort:
        say("Stopped.")
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except LumbungError as error:
        say(_mended(error))
        sys.exit(error.exit_status)


def _mended(error: LumbungError) -> str:
    place = f" in {error.where}" if error.where else ""
    return (
        f"{error.code}{place}\n"
        f"  found     {error.found}\n"
        f"  expected  {error.expected}\n"
        f"  hint      {error.hint}"
    )
