"""Files that no program wrote are read to an end; `lumbung bench faults` reads 100,000."""

from __future__ import annotations

from tests.benchmarks.small import figures
from tests.contracts.blocks import line


def test_whatever_a_file_holds_it_is_read_to_an_end() -> None:
    found = figures(line("lumbung bench faults uploads"), "--uploads", "150")
    seen = found["parts"]["uploads"]
    assert (seen["faults"], seen["crashes_and_hangs"]) == (0, 0)
    assert sum(seen["outcomes"].values()) == 150
    assert {"bad-gzip", "bad-parquet", "rows taken"} <= set(seen["outcomes"])
