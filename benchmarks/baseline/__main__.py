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
    with clocked() as took:
        vectors = compute(read(Path(sys.argv[1])))
    print(json.dumps({"applications": len(vectors), **took}))


if __name__ == "__main__":
    main()
