"""The pandas baseline on a data set that memory holds: ``python -m benchmarks.baseline DIR``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.baseline.compute import compute
from benchmarks.baseline.frames import read
from benchmarks.watched import clocked


def main() -> None:
    """Print what reading the records and computing the features took, as one JSON object."""
    data = Path(sys.argv[1])
    compute(read(data))  # what is loaded and warmed up once would serve one slice after another
    with clocked() as took:
        vectors = compute(read(data))
    print(json.dumps({"applications": len(vectors), **took}))


if __name__ == "__main__":
    main()
