"""All benchmarks of speed, one after another: ``lumbung bench all``.

The figures of each are kept as a file of its own, by default where `benchmarks.page` reads them.
Whoever was stopped calls it again: what the same command at the same commit kept is not measured
anew. With ``--toy`` all of it is small and quick, to see that everything runs; such figures say
nothing. One that fails stops none of the others.

It prints what came of each, and one JSON object as its last line.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.page import KEPT
from benchmarks.turns import ROOT, Figures, command, commit, parser, tell
from lumbung.cli import progress, say


@dataclass(frozen=True)
class Sizes:
    """With which arguments a benchmark is called.

    Args:
        usual: for figures that count.
        toy: to see that it runs.
    """

    usual: str
    toy: str


RUNS: Final[Mapping[str, Sizes]] = {
    "serving": Sizes(
        "",
        "--rounds 1 --seconds 0 --payments 20 40 --businesses 2 --world 200 40 --products 3 "
        "--workers 1 --connections 2",
    ),
    "scoring": Sizes(
        "",
        "--businesses 120 40 --months 8 --rows 50 --many 60 --turns 1 --disk 0",
    ),
    "model_server": Sizes("", "--turns 1 --rows 2 --connections 2"),
    "starting": Sizes("", "--turns 1 --requests 2"),
    "features": Sizes("", "request --turns 1 --calls 1"),
    "ranking": Sizes("", "--products 5 --applicants 20 --programme 50"),
    "bootstrap": Sizes("--theirs 20 --times 3", "--decisions 1500 --groups 4 --draws 9 --theirs 2"),
    "growth": Sizes("", "--turns 2 --learnt 300 --largest 100 --businesses 0"),
    "nation": Sizes("", "--nation 60 --records 20 --parts 2 --scales 6 3 1 --learnt 300"),
    "dice": Sizes("", "--businesses 250 60 --cases 1"),
}
"""Benchmark → its sizes, in the order in which they run."""


def run(name: str, sizes: Sizes, folder: Path, *, toy: bool) -> Figures:
    """Run a benchmark unless its figures are there; return what came of it, and in how long."""
    arguments = (sizes.toy if toy else sizes.usual).split()
    file = folder / f"{name}.json"
    if made_before(file, command(name, arguments)):
        return {"came": "kept before"}
    begun = time.monotonic()
    program = [sys.executable, "-m", f"benchmarks.{name}", "--keep", str(file), *arguments]
    with (folder / f"{name}.log").open("wb") as log:
        ended = subprocess.run(  # noqa: S603  programs of ours
            program, cwd=ROOT, stdout=log, stderr=log, check=False
        )
    if not ended.returncode:
        Path(log.name).unlink()
    came = f"failed with {ended.returncode}, see {name}.log" if ended.returncode else "measured"
    return {"came": came, "seconds": round(time.monotonic() - begun, 1)}


def made_before(file: Path, by: str) -> bool:
    """Return whether a file holds the figures of a command at the commit that runs."""
    if not file.is_file():
        return False
    kept = json.loads(file.read_text("utf-8"))
    return (kept["command"], kept["commit"]) == (by, commit())


def run_all(folder: Path, names: Sequence[str], *, toy: bool) -> Figures:
    """Run benchmarks one after another, and return what came of each."""
    found: Figures = {}
    with progress("bench all") as step:
        for number, name in enumerate(names):
            step(name, number, len(names))
            found[name] = run(name, RUNS[name], folder, toy=toy)
        step("done", len(names), len(names))
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Run, and print; ends with 1 where one failed."""
    asks = parser(__doc__)
    asks.add_argument("--toy", action="store_true", help="small and quick; its figures are none")
    asks.add_argument("--only", nargs="+", choices=list(RUNS), default=list(RUNS))
    asked = asks.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or (Path(scratch) if asked.toy else ROOT / KEPT)
        folder.mkdir(parents=True, exist_ok=True)
        found = run_all(folder, asked.only, toy=asked.toy)
        failed = [name for name, one in found.items() if one["came"].startswith("failed")]
        for name in failed:
            say((folder / f"{name}.log").read_text("utf-8")[-2000:])
    for name, one in found.items():
        print(f"{name:<14} {one.get('seconds', 0):>8.1f} s  {one['came']}")
    tell("all", {"benchmarks": found}, arguments)
    if failed:
        sys.exit(1)


if __name__ == "__main__":
    main()
