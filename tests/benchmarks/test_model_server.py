"""The race of `benchmarks.model_server`, at toy size."""

from __future__ import annotations

import json

import numpy as np

from benchmarks import model_server
from features.catalogue import NAMES
from features.rows import Floats
from tests.benchmarks.small import figures
from tests.contracts.blocks import line


def test_both_servers_answer_the_same_and_are_timed() -> None:
    small = ("--turns", "1", "--rows", "2", "--connections", "2")
    told = figures(line("lumbung bench model_server"), *small)
    for one in told["candidates"].values():
        assert 0 < one["p50_ms"]["median"] <= one["p99_ms"]["median"]
        assert one["many_per_second"]["median"] > 0
    assert set(told["times"]["mlflow"]) >= {"p50_ms", "many_per_second"}


def test_a_request_says_one_row_with_what_is_not_known_as_null() -> None:
    vectors: Floats = np.full((2, len(NAMES)), np.nan)
    vectors[1, 3] = 2.5
    head, body = model_server.bodies(vectors)[1].split(model_server.END)
    sent = json.loads(body)["dataframe_split"]
    assert f"content-length: {len(body)}".encode() in head.lower()
    assert sent["columns"] == list(NAMES)
    assert sent["data"] == [[2.5 if place == 3 else None for place in range(len(NAMES))]]
