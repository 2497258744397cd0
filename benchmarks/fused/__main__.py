"""Pandas, fused by hand, on what memory holds: ``python -m benchmarks.fused DIR``."""

from __future__ import annotations

from benchmarks.fused.compute import compute
from benchmarks.timed import timed

if __name__ == "__main__":
    timed(compute)
