"""How long a start takes and what stands in memory then, beside what people would start instead.

Each turn starts every candidate anew, from its command until it says that it is ready, lets it
answer some hundreds of requests, and looks what its processes hold. Ours has a database that is
migrated already and fetches its champion anew from an MLflow store on SQLite; `mlflow models serve`
serves the same champion, and `benchmarks.peers.naive` the same trees. Files are in the system's
memory for all. What each needs installed is counted from the distributions' own lists.
"""

from __future__ import annotations

import functools
import importlib.metadata
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx2
import numpy as np
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from benchmarks import champions
from benchmarks.journal import application
from benchmarks.kills import Place
from benchmarks.listening import PORT, Listening, listening
from benchmarks.model_server import Started, ask, bodies, connected, mlflows, ours, registered
from benchmarks.prepared import for_peers
from benchmarks.turns import OURS, ROOT, Figures, in_turns, parser, spread, tell, times
from benchmarks.watched import MIB
from features.catalogue import NAMES

NEEDS: Final[Mapping[str, Sequence[str]]] = {
    "mlflow": ("mlflow", "lightgbm", "pandas", "pydantic"),
    "naive": ("fastapi", "lightgbm", "pandas", "scikit-learn", "shap", "sqlalchemy", "uvicorn"),
}
"""What a peer needs installed to serve the same champion."""

ALL: Final = (OURS, "lumbung_two", "lumbung_model", "mlflow", "naive")

Ask = Callable[[Listening, int, str], None]


@dataclass(frozen=True)
class Candidate:
    """What is started.

    Args:
        command: how, and with which environment.
        ready: the path that answers with 200 once it is.
        ask: asks it as often as is said; the third is what makes the requests of a turn its own.
    """

    command: Started
    ready: str
    ask: Ask


def candidates(folder: Path) -> dict[str, Candidate]:
    """Return what is started, with all that it needs in a folder."""
    uri = registered(folder)
    place = Place(folder, f"sqlite:///{folder}/lumbung.db")
    decide = functools.partial(decisions, place.prepare())
    said = {"LUMBUNG_HOME": str(folder), "LUMBUNG_MLFLOW_URI": uri}
    serve = [sys.executable, "-m", "lumbung", "serve", "--port", PORT]
    return {
        OURS: Candidate((serve, said), "/health/ready", decide),
        "lumbung_two": Candidate(([*serve, "--workers", "2"], said), "/health/ready", decide),
        "lumbung_model": Candidate(ours(folder, uri), "/ping", invocations),
        "mlflow": Candidate(mlflows(uri), "/ping", invocations),
        "naive": Candidate(naive(folder, uri), "/openapi.json", scores),
    }


def naive(folder: Path, uri: str) -> Started:
    """Lay out what the naive app reads, and return how it is started."""
    for_peers(folder / "peer", champions.registered(uri, 1)["1"], [])
    command = [sys.executable, "-m", "uvicorn", "benchmarks.peers.naive:app", "--port", PORT]
    return [*command, "--no-access-log"], {"PEER_FOLDER": str(folder / "peer")}


def scores(server: Listening, times: int, turn: str) -> None:
    """Ask the naive app for so many scores, by the payments of the same application."""
    asks = ("business_id", "as_of", "amount", "tenor_months", "payments")
    whole = {"business_id": "made up", **application()}
    _post(server, "/score", {name: whole[name] for name in asks}, times, turn)


def decisions(key: str, server: Listening, times: int, turn: str) -> None:
    """Ask for so many decisions."""
    _post(server, "/v1/applications", application(), times, turn, key)


def _post(
    server: Listening, path: str, whole: Figures, times: int, turn: str, key: str = "none"
) -> None:
    url, headers = f"http://127.0.0.1:{server.port}", {"Authorization": f"Bearer {key}"}
    with httpx2.Client(base_url=url, headers=headers, timeout=60) as client:
        for number in range(times):
            asked = {**whole, "application_id": f"{turn}-{number}"}
            client.post(path, json=asked).raise_for_status()


def invocations(server: Listening, times: int, turn: str) -> None:
    """Ask for the score of one row so many times."""
    del turn
    (request,) = bodies(np.zeros((1, len(NAMES))))
    with connected(server.port) as connection:
        for _ in range(times):
            ask(connection, request)


def start(name: str, one: Candidate, folder: Path, requests: int) -> dict[str, float]:
    """Start a candidate anew; return seconds until it was ready, and MiB after so many requests."""
    shutil.rmtree(folder / "champions", ignore_errors=True)
    command, said = one.command
    with listening(command, one.ready, said, folder / f"{name}.log") as server:
        cpu = server.cpu_seconds()
        one.ask(server, requests, f"{name}-{server.port}")
        return {"seconds": server.seconds, "cpu_seconds": cpu, **server.memory()}


def installed(needed: Iterable[str]) -> dict[str, float]:
    """Return MiB of the installed distributions that some requirements come to, and how many."""
    found = closure(needed)
    return {"mib": sum(map(_bytes, found)) / MIB, "distributions": len(found)}


def closure(needed: Iterable[str]) -> set[str]:
    """Return the names of the installed distributions that requirements come to, all the way."""
    found: set[tuple[str, str]] = set()
    waiting = [(Requirement(one), "") for one in needed]
    while waiting:
        one, extra = waiting.pop()
        if one.marker is not None and not one.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(one.name)
        for wanted in {"", *one.extras}:
            if (name, wanted) not in found:
                found.add((name, wanted))
                requires = importlib.metadata.requires(name) or []
                waiting += [(Requirement(other), wanted) for other in requires]
    return {name for name, _ in found}


def _bytes(name: str) -> int:
    files = importlib.metadata.files(name) or []
    paths = [Path(str(file.locate())) for file in files if file.suffix != ".pyc"]
    return sum(path.stat().st_size for path in paths if path.is_file())


def service() -> list[str]:
    """Return what our service needs, as its project says."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return list(project["dependencies"])


def race(turns: int, requests: int, only: Sequence[str]) -> Figures:
    """Return what every candidate took, and how many times ours the others do."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        started = {
            name: functools.partial(start, name, one, folder, requests)
            for name, one in candidates(folder).items()
            if name in {OURS, *only}
        }
        found = in_turns(started, turns)
    keys = list(found[OURS][0])
    each = {key: {name: [one[key] for one in its] for name, its in found.items()} for key in keys}
    return {
        "requests": requests,
        "candidates": {name: {key: spread(each[key][name]) for key in keys} for name in found},
        "times": _turned({key: times(each[key]) for key in keys}),
        "installed": {
            name: installed(needed) for name, needed in {OURS: service(), **NEEDS}.items()
        },
    }


def _turned(of: Mapping[str, Mapping[str, dict[str, float]]]) -> dict[str, Figures]:
    """Return by name and figure what is by figure and name."""
    names = next(iter(of.values()))
    return {name: {key: its[name] for key, its in of.items()} for name in names}


def main(arguments: Sequence[str] | None = None) -> None:
    """Start them all, and print."""
    asks = parser(__doc__)
    asks.add_argument("--turns", type=int, default=5)
    asks.add_argument("--requests", type=int, default=300, help="answered before memory is read")
    asks.add_argument("--only", nargs="+", choices=ALL, default=ALL, help="and ours")
    asked = asks.parse_args(arguments)
    found = race(asked.turns, asked.requests, asked.only)
    print(f"{'':<15}{'seconds':>9}{'cpu s':>8}{'RSS MiB':>9}{'USS MiB':>9}{'all PSS':>9}")
    for name, one in found["candidates"].items():
        seconds = "".join(f"{one[key]['median']:>8.2f}" for key in ("seconds", "cpu_seconds"))
        keys = ("rss_mib", "uss_mib", "all_pss_mib")
        print(f"{name:<16}{seconds}" + "".join(f"{one[key]['median']:>9.0f}" for key in keys))
    for name, one in found["installed"].items():
        print(f"{name} needs {one['distributions']} distributions of {one['mib']:.0f} MiB")
    tell("starting", found, arguments, asked.keep)


if __name__ == "__main__":
    main()
