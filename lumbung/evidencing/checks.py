"""Whether a claim holds: each kind of check, against the checkout and the run of a model.

A check never takes a sentence's word for it. It looks for a test that there is, a gate and what it
found, a figure in the run, a column, a route, a setting, a row of the retention table. What it
finds is told, so that a reader sees on what the claim rests.
"""

from __future__ import annotations

import ast
import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click

from features.catalogue import FEATURES
from features.known import READABLE
from lumbung import cli
from lumbung.evidencing.claims import Claim
from serving.settings import Settings
from serving.tables import Base
from training.gates import __doc__ as gates_doc
from training.gates.gate import Gate
from training.validation.evaluate import MEASURES, Figure


class Untrue(Exception):
    """What a check looked for is not so; the message says what is."""


@dataclass(frozen=True)
class Shown:
    """What there is to hold claims against.

    Args:
        root: the checkout: the folder of ``docs``, ``tests`` and ``locks``.
        gates: code → what it found, of the model's run; empty where no model is looked at.
        figures: name → figure, likewise.
        passed_over: the codes of red gates that two people passed over.
        outcomes: test without its parameters → whether all of it passed, of a run of the tests;
            None where no such run is given.
    """

    root: Path
    gates: Mapping[str, Gate] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
    passed_over: frozenset[str] = frozenset()
    outcomes: Mapping[str, bool] | None = None


@dataclass(frozen=True)
class Found:
    """What a check came to: what was looked for, whether it is so, and what there is."""

    check: str
    true: bool
    told: str


def look(claim: Claim, shown: Shown) -> tuple[Found, ...]:
    """Return what each check of a claim finds."""
    return tuple(_look(check, shown) for check in claim.checks)


def place_of(check: str) -> str:
    """Return where a reader sees what a check is about: a path from the root of the checkout."""
    kind, _, name = check.partition(" ")
    return PLACES.get(kind) or re.split(r"::| # ", name)[0]


def _look(check: str, shown: Shown) -> Found:
    kind, _, name = check.partition(" ")
    try:
        return Found(check, true=True, told=KINDS.get(kind, _unknown)(name, shown))
    except Untrue as untrue:
        return Found(check, true=False, told=str(untrue))


def _unknown(_: str, __: Shown) -> str:
    """A kind of check that there is not."""
    raise Untrue(f"no kind of check; there are {', '.join(KINDS)}")


def _test(name: str, shown: Shown) -> str:
    """A test that there is, and that passed where a run of the tests is given."""
    file, _, function = name.partition("::")
    if function not in _functions(shown.root / file):
        raise Untrue("no such test")
    if shown.outcomes is None:
        return "is there"
    if name not in shown.outcomes:
        raise Untrue("was not run")
    if not shown.outcomes[name]:
        raise Untrue("did not pass")
    return "passed"


@functools.cache
def _functions(file: Path) -> frozenset[str]:
    if not file.is_file():
        return frozenset()
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return frozenset(one.name for one in body if isinstance(one, ast.FunctionDef))


def _gate(code: str, shown: Shown) -> str:
    """A gate that there is, and that did not stop the model, unless two people passed it over."""
    if code not in GATES:
        raise Untrue(f"no such gate; there are {', '.join(GATES)}")
    if not shown.gates:
        return GATES[code]
    if code not in shown.gates:
        raise Untrue("not among the gates of the run")
    gate = shown.gates[code]
    told = f"{gate.colour}: {gate.found}"
    if gate.colour != "red":
        return told
    if code not in shown.passed_over:
        raise Untrue(told)
    return f"{told}; passed over by two people"


def _file(name: str, shown: Shown) -> str:
    """A file, and a heading in it where one is named after `` # ``."""
    path, _, heading = name.partition(" # ")
    file = shown.root / path
    if not file.is_file():
        raise Untrue("no such file")
    if not heading:
        return "is there"
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    if heading not in headings:
        raise Untrue("no such heading")
    return "is there"


def _figure(name: str, shown: Shown) -> str:
    """A figure with its interval, on loans the model never saw."""
    if name not in MEASURES:
        raise Untrue(f"no such figure; there are {', '.join(MEASURES)}")
    if not shown.gates:
        return "is in every run"
    if name not in shown.figures:
        raise Untrue("not among the figures of the run")
    found = shown.figures[name]
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


def _no_input(word: str, _: Shown) -> str:
    """A word in no feature's name, nor in that of a column that features may read.

    It looks at names. What a column of another name gives away, the tests beside it look for.
    """
    read = [f"{source}.{name}" for source, names in READABLE.items() for name in names]
    names = [*(one.name for one in FEATURES), *read]
    named = [name for name in names if word in re.split(r"[._]", name)]
    if named:
        raise Untrue(f"{', '.join(named)}")
    return f"in no name of {len(FEATURES)} features and the {len(read)} columns they may read"


def _setting(name: str, _: Shown) -> str:
    """A setting of the service."""
    if name not in Settings.model_fields:
        raise Untrue("no such setting")
    return f"{Settings.model_fields[name].default}, when not set"


def _kept(name: str, shown: Shown) -> str:
    """A table of the database with a row in the retention table that says a word."""
    table, _, word = name.partition(" ")
    page = (shown.root / "docs/retention.md").read_text(encoding="utf-8")
    rows = [row for row in page.splitlines() if f"`{table}`" in row.partition(" | ")[0]]
    if table not in Base.metadata.tables or len(rows) != 1:
        raise Untrue("no such table, or no row of it")
    kept = rows[0].strip("| ").split(" | ")[-1]
    if word not in kept:
        raise Untrue(kept)
    return kept


def _command(name: str, _: Shown) -> str:
    """A command of the program."""
    command: click.Command | None = cli.program
    for word in name.split():
        if not isinstance(command, click.Group):
            raise Untrue("no such command")
        command = command.get_command(click.Context(command), word)
    if command is None:
        raise Untrue("no such command")
    return command.get_short_help_str(100)


def _route(name: str, shown: Shown) -> str:
    """A method and a path of the API's description."""
    method, _, path = name.partition(" ")
    operation = _paths(shown.root / "docs/openapi.json").get(path, {}).get(method.lower())
    if operation is None:
        raise Untrue("no such route")
    return str(operation["summary"])


@functools.cache
def _paths(file: Path) -> dict[str, Any]:
    described = json.loads(file.read_text(encoding="utf-8"))
    return dict(described["paths"])


def _package(name: str, shown: Shown) -> str:
    """A package that is pinned, with hashes, in the lock of everything."""
    lock = (shown.root / "locks/all.txt").read_text(encoding="utf-8")
    pinned = re.search(rf"^{re.escape(name)}==(\S+).*\\\n +--hash=", lock, re.MULTILINE)
    if pinned is None:
        raise Untrue("not pinned by a hash")
    return pinned[1]


GATES: Final[Mapping[str, str]] = dict(re.findall(r"^(G\d\d) +(.+)$", str(gates_doc), re.MULTILINE))
"""Code → what it asks for."""

KINDS: Final[Mapping[str, Callable[[str, Shown], str]]] = {
    "test": _test,
    "gate": _gate,
    "file": _file,
    "figure": _figure,
    "no-input": _no_input,
    "setting": _setting,
    "kept": _kept,
    "command": _command,
    "route": _route,
    "package": _package,
}
"""Kind → what looks: given what is looked for, it says what there is, or raises `Untrue`."""

PLACES: Final[Mapping[str, str]] = {
    "gate": "docs/gates.md",
    "figure": "docs/gates.md",
    "no-input": "docs/features.md",
    "setting": "docs/settings.md",
    "kept": "docs/retention.md",
    "command": "docs/cli.md",
    "route": "docs/openapi.json",
    "package": "locks/all.txt",
}
"""Kind → the page that lists all of it; a test and a file are their own."""
