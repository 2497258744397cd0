"""``lumbung evidence``: what whoever answers for a release can show, in one folder."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Final

import click

from features.errors import BadInput, Refused
from lumbung.cli import answer, say
from lumbung.evidencing import pack, results
from lumbung.evidencing.checks import Found, Shown, look
from lumbung.evidencing.claims import ANSWERS, catalogue
from lumbung.model import tracker
from serving.settings import Settings
from training.datasets import whole
from training.tracking import Taken

ROOT: Final = Path(__file__).parents[1]
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to make.")
@click.option("--version", "number", type=int, help="Of the model; the champion when not given.")
@click.option("--results", "file", type=FILE, help="A run of the tests: pytest --junit-xml FILE.")
@click.option("--owner", default="", help="Who answers for the system, and how to reach them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evidence(
    out: Path, number: int | None, file: Path | None, owner: str, *, as_json: bool
) -> None:
    """Write what a release and its model can show to whoever must answer for them.

    Which requirements of law and guidance are answered, by whom, and by what. It is made whole, and
    only where every claim holds.
    """
    _refuse_no_checkout()
    asked = catalogue()
    outcomes = None if file is None else results.read(file)
    release = pack.Release(
        version=version_of("lumbung"),
        commit=_commit(),
        made=datetime.now(UTC).replace(microsecond=0),
        owner=owner,
        tests=None if outcomes is None else len(outcomes),
    )
    with whole(out) as making:
        taken = tracker(Settings()).take(number, making / pack.MODEL)
        shown = _shown(taken, outcomes)
        found = {name: look(claim, shown) for name, claim in asked.claims.items()}
        _refuse_untrue(found)
        digest = pack.fill(making, ROOT, release, taken, asked, found)
    counted = asked.counted()
    text = ", ".join(f"{count} {ANSWERS[one]}" for one, count in counted.items())
    answer(
        f"{sum(counted.values())} requirements: {text}\n"
        f"{len(found)} claims hold for model version {taken.version}\n"
        f"SHA-256 of all of it: {digest}",
        {"out": str(out), "version": taken.version, "sha256": digest, "counted": counted},
        as_json=as_json,
    )
    say(f"Next: open {out / 'index.html'}")


def _shown(taken: Taken, outcomes: Mapping[str, bool] | None) -> Shown:
    codes = taken.tags.get("override_gates", "")
    return Shown(
        root=ROOT,
        gates=taken.gates,
        figures=pack.figures_of(taken),
        passed_over=frozenset(code for code in codes.split(",") if code),
        outcomes=outcomes,
    )


def _refuse_no_checkout() -> None:
    missing = [name for name in ("docs", "tests", "locks") if not (ROOT / name).is_dir()]
    if missing:
        raise BadInput(
            found=f"no {', '.join(missing)} beside the packages",
            expected="a checkout of the release, with its documents, tests and locks",
            hint="Clone the repository at the release's tag, and give it there.",
            code="no-checkout",
        )


def _refuse_untrue(found: Mapping[str, tuple[Found, ...]]) -> None:
    untrue = [
        f"{name}: {one.check}: {one.told}"
        for name, each in found.items()
        for one in each
        if not one.true
    ]
    if untrue:
        raise Refused(
            found=f"{len(untrue)} checks that do not hold, the first: {untrue[0]}",
            expected="each check of each claim in lumbung/evidencing/claims.toml to hold",
            hint="Mend what is claimed, or take the claim back.",
            code="untrue-claim",
        )


def _commit() -> str:
    """Return the commit of the checkout; empty where git does not tell, marked where it changed."""
    asked = ["git", "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"]
    try:
        told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603  words of our own
    except (OSError, subprocess.CalledProcessError):
        return ""
    return told.stdout.strip()
