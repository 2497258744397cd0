"""Candidates side by side: in turns in one run, with ranges, and with the machine they ran on.

Every benchmark of speed is made of this. Candidates take turns, and each turn begins with another
of them, so that whatever else the machine does falls on all; what is told of a candidate is its
median with its smallest and largest turn, and how many times ours it takes, turn by turn. What is
told is printed as one JSON object on the last line, and kept for `benchmarks.page` where a file
is named.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import psutil

from benchmarks.watched import clocked

T = TypeVar("T")
Figures = dict[str, Any]

ROOT: Final = Path(__file__).resolve().parents[1]

OURS: Final = "lumbung"
"""The candidate that others are held against."""

LIBRARIES: Final = ("numpy", "lightgbm", "polars", "pandas", "shap", "fastapi", "mlflow")

LOAD: Final = os.getloadavg()
"""How many wanted a core before this program began: over the last 1, 5 and 15 minutes."""


@dataclass(frozen=True)
class Took:
    """What was done once took.

    Args:
        seconds: of the wall clock.
        cpu_seconds: of the processor, in all threads of this process.
    """

    seconds: float
    cpu_seconds: float


def timed(do: Callable[[], object]) -> Took:
    """Do it, and return what it took."""
    with clocked() as took:
        do()
    return Took(**took)


def in_turns(candidates: Mapping[str, Callable[[], T]], turns: int) -> dict[str, list[T]]:
    """Call every candidate once a turn, each turn beginning with the next; return what each gave.

    Args:
        candidates: name → what does one repetition.
        turns: how many.
    """
    names = list(candidates)
    found: dict[str, list[T]] = {name: [] for name in names}
    for turn in range(turns):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            found[name].append(candidates[name]())
    return found


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return the median of some values, and how far they reach."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def times(
    found: Mapping[str, Sequence[float]], ours: str = OURS, *, most: bool = False
) -> dict[str, dict[str, float]]:
    """Return how many times ours each other candidate takes, as the spread over the turns.

    Args:
        found: name → a figure of each turn.
        ours: who the others are held against.
        most: the figure is one of which more is better, as a throughput is: then it is told how
            many times theirs ours does.
    """
    return {
        name: spread(
            [
                own / other if most else other / own
                for own, other in zip(found[ours], values, strict=True)
            ]
        )
        for name, values in found.items()
        if name != ours
    }


def medians(values: Sequence[float], stretches: int = 10) -> list[float]:
    """Return the median of each of so many stretches, so that single turns do not make a range."""
    parts = np.array_split(np.asarray(values), min(stretches, len(values)))
    return [float(np.median(part)) for part in parts]


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """Return the median and the 99th of a hundred, in milliseconds."""
    p50, p99 = np.quantile(seconds, (0.5, 0.99)).tolist()
    return {"p50_ms": p50 * 1000, "p99_ms": p99 * 1000}


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser that knows where figures are to be kept."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--keep", type=Path, help="where to write the figures, too")
    return made


def tell(
    name: str, figures: Figures, arguments: Sequence[str] | None = None, keep: Path | None = None
) -> None:
    """Print figures and where they come from as one JSON object, and keep it.

    Args:
        name: of the benchmark.
        figures: what was found.
        arguments: it was called with; None for those of this program.
        keep: the file to write.
    """
    told = {
        "command": command(name, sys.argv[1:] if arguments is None else arguments),
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "machine": machine(),
        **figures,
    }
    if keep is not None:
        part = keep.with_name(f".{keep.name}.part")
        part.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        part.replace(keep)
    print(json.dumps(told))


def command(name: str, arguments: Sequence[str]) -> str:
    """Return what makes such figures again; where they were kept is no part of it."""
    asks = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    asks.add_argument("--keep")
    return " ".join(["lumbung bench", name, *asks.parse_known_args(list(arguments))[1]])


def commit() -> str:
    """Return the commit that runs, with ``-dirty`` where its files differ; empty outside of git.

    What was kept in docs/ of a benchmark before makes no difference to the next.
    """
    head = _git("rev-parse", "--short=12", "HEAD")
    differs = _git("diff", "--quiet", "HEAD", "--", ".", ":!docs").returncode
    return head.stdout.strip() + ("-dirty" if differs and not head.returncode else "")


def _git(*asked: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  a program of the checkout
        ["git", *asked],  # noqa: S607  wherever it is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def machine() -> Figures:
    """Return what this runs on, and how busy it was before."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": processor(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "load_before": [round(one, 2) for one in LOAD],
        "system": platform.system(),
        "versions": {"python": platform.python_version(), **_versions()},
    }


def processor() -> str:
    """Return the name of the processor; of its kind where the machine does not tell."""
    try:
        told = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2] for line in told.splitlines() if line.startswith("model name")]
    return names[0].strip() if names else platform.machine()


def _versions() -> dict[str, str]:
    held = {one.metadata["Name"]: one.version for one in metadata.distributions()}
    return {name: held[name] for name in LIBRARIES if name in held}
