"""The race of services runs at toy size; candidates that do not say the same are not timed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.all import RUNS
from benchmarks.contest import AS_MUCH, refuse_to_differ
from benchmarks.prepared import businesses, stocked_shelf
from benchmarks.sections import serving, serving_drawn
from benchmarks.serving import lines, one_row
from benchmarks.worlds import world
from features.catalogue import NAMES
from matching.shelf import load_products
from models.risk import RiskModel
from tests.benchmarks.small import figures
from tests.contracts.blocks import line


def test_those_who_ask_have_as_many_payments_as_are_asked_for() -> None:
    few = businesses(world(16, 12, 5).tables, 20, 2)
    assert [len(one.records["payments"]) for one in few] == [20, 20]


def test_services_answer_the_same_and_are_raced() -> None:
    found = figures(line("lumbung bench serving"), *RUNS["serving"].toy.split())
    assert (found["payments"], found["businesses"]) == ([20, 40], [2, 2])
    assert set(found["times"]) == set(AS_MUCH)
    ours = [one for name, one in found["candidates"].items() if name.startswith("lumbung")]
    asked_first = 2 * len(ours)
    # each turn: two at once that warm up, one that is alone, two at once that count
    assert found["decisions_kept"] == asked_first + len(ours) * 2 + sum(
        one["requests"] for one in ours
    )
    for one in found["candidates"].values():
        assert 0 < one["p50_ms"] <= one["p99_ms"]
        assert one["many"]["per_second"]["median"] > 0
    for held in found["memory"].values():
        (resident,), (own,) = held["rss_mib"], held["uss_mib"]
        assert resident > own > 0
    for shares in found["answers"].values():
        assert set(shares) == {"reasons", "offers", "next_steps"}
        assert shares["reasons"] > 0
    for section in (serving(found), serving_drawn(found)):
        for said in ("Lumbung, 20 payments kept", "naive, 40 payments sent", "bare"):
            assert said in section
    assert len(lines(found)) == 2 + len(found["candidates"]) + len(AS_MUCH)


def test_one_row_is_raced_in_one_process(model: RiskModel) -> None:
    vectors = np.random.default_rng(2).normal(size=(2, len(NAMES)))
    found = one_row(model, vectors, 2)
    assert set(found["cpu_us"]) == {"lumbung", "predict_proba"}
    assert found["times"]["median"] > 0


def test_peers_whose_scores_are_others_are_refused() -> None:
    scores = {name: [600, 580] for name in (*AS_MUCH, *AS_MUCH.values())}
    refuse_to_differ(scores)
    with pytest.raises(AssertionError, match="bare and lumbung differ"):
        refuse_to_differ({**scores, "bare": [600, 581]})


def test_the_shelf_holds_other_products_which_may_be_had_at_any_time(tmp_path: Path) -> None:
    made = stocked_shelf(tmp_path / "products", 5)
    assert load_products(tmp_path / "products") == made
    assert len({one.rate for one in made}) == 5
    assert all(one.offerable(one.effective_from, examples=False) for one in made)
