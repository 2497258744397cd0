"""Scores of a data set: shaped as said, adding up, the same whatever is scored together."""

from __future__ import annotations

import functools
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models import scale
from models.reasons import CODES
from models.risk import RiskModel
from tests.training.engines.cases import rearranged, simulated, tables_of
from training.engines import layout
from training.engines.kernel import asked_vectors
from training.engines.local import make
from training.engines.writing import write
from training.scoring import REASONS, SCORES, score_rows, scores


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "RUN_ROWS", 2_000)
    monkeypatch.setattr(layout, "PIECE_ROWS", 3_000)


@functools.cache
def tables(base: Path) -> dict[str, pl.DataFrame]:
    return tables_of(simulated(base))


def test_a_row_holds_what_its_columns_say(model: RiskModel, base: Path) -> None:
    """Recomputed column by column from the vectors of the same applications."""
    shifted = replace(model, priors={"granary": 0.7})
    asking = tables(base)["applications"].with_row_index()
    asking = asking.with_columns(
        partner_id=pl.when(pl.col("index") % 2 == 0).then(pl.lit("granary"))
    )
    changed = {**tables(base), "applications": asking.drop("index")}
    made = score_rows(shifted, "7", changed)
    assert dict(made.schema) == SCORES
    asked, vectors = asked_vectors(changed)
    assert made["application_id"].to_list() == asked["application_id"].to_list()
    assert set(made["partner_id"].to_list()) == {"granary", None}
    shift = np.where(made["partner_id"].is_null().to_numpy(), 0, 0.7)
    odds = np.exp(shifted.calibration.log_odds(shifted.margin(vectors)) + shift)
    probability = made["probability_of_default"].to_numpy()
    np.testing.assert_allclose(probability, odds / (1 + odds), rtol=1e-12)
    assert made["grade"].to_list() == [scale.grade(one) for one in probability.tolist()]
    assert made["score"].to_list() == np.rint(shifted.points(vectors)).astype(int).tolist()
    assert (made.select("base", *CODES).sum_horizontal() == made["score"]).all()
    assert set(made["model_version"]) == {"7"}
    assert set(made["model_digest"]) == {shifted.digest}
    for row in made.rows(named=True):
        named = [row[name] for name in REASONS if row[name] is not None]
        assert all(row[code] < 0 for code in named)
        assert [row[code] for code in named] == sorted(row[code] for code in named)


@pytest.mark.usefixtures("small_parts")
def test_in_any_parts_and_after_a_stop_it_is_the_same_file(
    model: RiskModel, base: Path, tmp_path: Path
) -> None:
    whole, out = tmp_path / "whole.parquet", tmp_path / "out.parquet"
    write([score_rows(model, "7", tables(base))], whole, SCORES)
    data = rearranged(base, tmp_path / "data")

    def stop(_: str, done: int, of: int) -> None:
        if done > of // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(scores(model, "7"), data, out, 1, stop)
    assert not out.exists()
    assert make(scores(model, "7"), data, out, 1) == pl.read_parquet(out).height
    assert out.read_bytes() == whole.read_bytes()


def test_another_model_or_version_makes_parts_of_its_own(model: RiskModel, base: Path) -> None:
    other = replace(model, priors={"granary": 0.1})
    told = [
        scores(by, version).settings(simulated(base))
        for by, version in ((model, "1"), (model, "2"), (other, "1"), (model, "1"))
    ]
    assert told[0] == told[3]
    assert told[0] not in told[1:3]
    assert told[1] != told[2]


def test_what_scores_travels_ready_to_another_process(model: RiskModel) -> None:
    ready = replace(model)
    assert ready.trees is not None
    there = pickle.loads(pickle.dumps(scores(ready, "7").rows))  # noqa: S301  our own bytes
    assert "trees" in vars(there.args[0])
