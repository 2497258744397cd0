"""The risk model: a score that adds up, and beside it a probability that may bend."""

from __future__ import annotations

import math
from dataclasses import replace

import lightgbm
import numpy as np
import pytest
from hypothesis import given

from benchmarks.steps import by_shap
from features.catalogue import FEATURES
from features.rows import Floats
from models import scale
from models.calibration import Beta, Platt
from models.patterns import Patterns
from models.risk import RiskModel, probability_of
from models.trees import Trees
from tests.conftest import made_up_vectors
from tests.models.test_trees import ROWS

VECTORS = made_up_vectors(200, seed=9)


LINE, BENT = Platt(-0.3, 0.8), Beta(0.4, 0.9, 0.2)


@pytest.fixture(scope="module")
def bent(model: RiskModel) -> RiskModel:
    """Return a model whose probability goes its own way, and that knows two portfolios."""
    priors = {"granary": 0.7, "granary/seed": -0.2}
    return replace(model, scaling=LINE, calibration=BENT, priors=priors)


def test_contributions_add_up_to_the_log_odds_of_the_score(bent: RiskModel) -> None:
    total = bent.contributions(VECTORS).sum(axis=1)
    np.testing.assert_allclose(total, LINE.log_odds(bent.margin(VECTORS)), rtol=0, atol=1e-9)
    points = [501.8622 - 28.8539 * value for value in total.tolist()]
    np.testing.assert_allclose(bent.points(VECTORS), points, rtol=0, atol=0.01)


def test_where_the_calibration_is_the_line_score_and_probability_say_the_same(
    model: RiskModel,
) -> None:
    straight = replace(model, scaling=LINE, calibration=LINE, priors={})
    np.testing.assert_array_equal(
        straight.points(VECTORS), scale.points(straight.log_odds(VECTORS))
    )


def test_the_probability_is_that_of_the_calibration(bent: RiskModel) -> None:
    """Recomputed in plain Python from the trees' own margin, by the formula of the paper."""
    margins = np.asarray(
        lightgbm.Booster(model_str=bent.text).predict(VECTORS, raw_score=True)
    ).tolist()
    for margin, found in zip(margins, bent.probability(VECTORS).tolist(), strict=True):
        p = 1 / (1 + math.exp(-margin))
        log_odds = 0.4 + 0.9 * math.log(p) - 0.2 * math.log(1 - p)
        assert found == pytest.approx(1 / (1 + math.exp(-log_odds)), rel=1e-9)


@pytest.mark.parametrize(
    ("partner", "shift"),
    [
        (None, 0),
        ("", 0),
        ("barn", 0),
        ("barn/seed", 0),
        ("granary", 0.7),
        ("granary/husk", 0.7),
        ("granary/seed", -0.2),
    ],
)
def test_a_portfolio_shifts_the_log_odds_of_everyone_alike(
    bent: RiskModel, partner: str | None, shift: float
) -> None:
    found = bent.log_odds(VECTORS, partner) - bent.log_odds(VECTORS)
    np.testing.assert_allclose(found, shift, rtol=0, atol=1e-12)
    probability = probability_of(bent.log_odds(VECTORS) + shift)
    np.testing.assert_array_equal(bent.probability(VECTORS, partner), probability)


def test_a_score_knows_no_lender_and_no_bend(bent: RiskModel) -> None:
    plain = replace(bent, calibration=LINE, priors={})
    assert bent.points(VECTORS).tobytes() == plain.points(VECTORS).tobytes()
    assert bent.contributions(VECTORS).tobytes() == plain.contributions(VECTORS).tobytes()


def test_no_vectors_give_no_answers(bent: RiskModel) -> None:
    none = VECTORS[:0]
    assert bent.probability(none, "granary").shape == bent.points(none).shape == (0,)
    assert bent.contributions(none).shape == (0, len(FEATURES) + 1)


def test_contributions_agree_with_the_shap_package_to_a_billionth(model: RiskModel) -> None:
    theirs = model.scaling.slope * by_shap(model.text, VECTORS)
    ours = model.contributions(VECTORS)[:, :-1]
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


def test_probability_is_the_inverse_of_log_odds(model: RiskModel) -> None:
    probability = model.probability(VECTORS)
    np.testing.assert_allclose(np.log(probability / (1 - probability)), model.log_odds(VECTORS))
    assert probability_of(np.array([0.0]))[0] == pytest.approx(0.5)


def test_one_row_alone_gives_the_bits_it_gives_among_many(model: RiskModel) -> None:
    together = model.log_odds(VECTORS)
    alone = np.array([model.log_odds(row[None])[0] for row in VECTORS])
    assert together.tobytes() == alone.tobytes()
    apart = model.contributions(VECTORS)
    assert apart.tobytes() == b"".join(model.contributions(row[None]).tobytes() for row in VECTORS)


@given(rows=ROWS)
def test_tables_answer_whatever_there_is_as_the_trees_do(model: RiskModel, rows: Floats) -> None:
    tables, trees = model.trees, Trees(model.text)
    assert isinstance(tables, Patterns)
    assert tables.margin(rows).tobytes() == trees.margin(rows).tobytes()
    theirs = trees.contributions(rows)
    np.testing.assert_allclose(tables.contributions(rows), theirs, rtol=0, atol=1e-12)


def test_a_model_that_no_tables_can_serve_answers_by_its_trees(model: RiskModel) -> None:
    """Its text has a blank that LightGBM overlooks and ours does not."""
    other = replace(model, text=model.text.replace("per_iteration=1", "per_iteration=1 "))
    assert isinstance(other.trees, Trees)
    assert other.margin(VECTORS).tobytes() == model.margin(VECTORS).tobytes()
    assert other.contributions(VECTORS[:0]).shape == model.contributions(VECTORS[:0]).shape
    theirs = other.contributions(VECTORS)
    np.testing.assert_allclose(model.contributions(VECTORS), theirs, rtol=0, atol=1e-12)


def test_risk_never_moves_against_a_declared_direction(model: RiskModel) -> None:
    for i, feature in enumerate(FEATURES):
        moved = np.repeat(VECTORS[:20], 50, axis=0)
        moved[:, i] = np.tile(np.linspace(-4, 4, 50), 20)
        steps = np.diff(model.log_odds(moved).reshape(20, 50), axis=1)
        assert (steps * feature.direction >= 0).all(), feature.name


def test_equal_models_have_equal_digests_and_others_do_not(model: RiskModel) -> None:
    assert replace(model).digest == model.digest
    assert replace(model, text=model.text + "\n").digest != model.digest
    line = model.scaling
    others = (
        replace(model, scaling=replace(line, intercept=line.intercept + 1e-9)),
        replace(model, calibration=replace(line, intercept=line.intercept + 1e-9)),
        replace(model, calibration=Beta(line.intercept, line.slope, line.slope)),
        replace(model, priors={"granary": 1e-9}),
        replace(model, priors={"granary/seed": 1e-9}),
    )
    assert len({model.digest, *(other.digest for other in others)}) == 1 + len(others)
