"""Plain pandas on a data set that memory holds: ``python -m benchmarks.plain DIR``."""

from __future__ import annotations

from benchmarks.plain.compute import compute
from benchmarks.timed import timed

if __name__ == "__main__":
    timed(compute)
