"""Files that no program wrote are read to an end; `lumbung bench faults` reads 100,000."""

from __future__ import annotations

import pytest

from benchmarks import uploads


def test_whatever_a_file_holds_it_is_read_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "WHOLE", 2)
    seen = uploads.fuzzed(150)
    assert (seen["faults"], seen["crashes_and_hangs"]) == (0, 0)
    assert sum(seen["outcomes"].values()) == 150
    assert {"bad-gzip", "bad-parquet", "rows taken"} <= set(seen["outcomes"])
