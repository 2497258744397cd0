"""Deferred acceptance by the library ``matching``, whose name is that of a folder of ours.

So it runs as a program that imports nothing of this house: ``python -P
benchmarks/hospitals.py SECONDS``, with PYTHONPATH at the library, JSON on standard input:
``residents`` and ``hospitals``, each name → those it takes, the best first, and ``capacities``.
It prints one JSON object: ``seconds``, and ``taken``, hospital → residents; null where the
time was not enough.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from typing import Any

from matching.games import HospitalResident


def _enough(*_: object) -> None:
    raise TimeoutError


def _taken(asked: dict[str, Any]) -> dict[str, list[str]]:
    game = HospitalResident.create_from_dictionaries(
        asked["residents"], asked["hospitals"], asked["capacities"]
    )
    taken = game.solve(optimal="resident")
    return {str(one): [resident.name for resident in many] for one, many in taken.items()}


def main() -> None:
    """Play the game and print who is taken."""
    sys.setrecursionlimit(10**6)  # players are copied by following who likes whom, call in call
    signal.signal(signal.SIGALRM, _enough)
    asked = json.load(sys.stdin)
    begun = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, float(sys.argv[1]))
    try:
        taken = _taken(asked)
    except TimeoutError:
        taken = None
    print(json.dumps({"seconds": time.perf_counter() - begun, "taken": taken}))


if __name__ == "__main__":
    main()
