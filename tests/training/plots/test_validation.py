"""The picture says what the figures say, and is drawn even of little."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from features.catalogue import FEATURES
from models import scale
from models.risk import RiskModel
from tests.conftest import made_up_table
from training.plots import validation
from training.table import TrainingTable
from training.validation.evaluate import MEASURES, Figure


def figures(model: RiskModel, table: TrainingTable) -> dict[str, Figure]:
    probability = model.probability(table.vectors)
    return {
        name: Figure(measure(probability, table.bad, table.weights), 0.25, 0.75)
        for name, measure in MEASURES.items()
    }


def test_the_picture_has_four_parts_that_give_the_figures(
    model: RiskModel, table: TrainingTable
) -> None:
    found = figures(model, table)
    picture = validation.draw(model, table, found)
    roc, calibration, scores, reasons = picture.axes
    assert roc.get_title() == f"AUC {found['auc'].value:.3f} [0.250, 0.750]"
    assert f"{found['calibration_slope'].value:.2f} [0.25, 0.75]" in calibration.get_title()
    assert scores.get_xlabel() == "points"
    moved = np.abs(model.contributions(table.vectors)[:, :-1]).mean(axis=0)
    loud = {f.reason for f, points in zip(FEATURES, moved, strict=True) if points > 0}
    shown = [label.get_text() for label in reasons.get_yticklabels()]
    assert len(shown) == min(validation.MOST, len(loud))
    assert set(shown) <= loud
    assert all(axes.get_xlabel() for axes in picture.axes)


def test_the_area_under_the_curve_drawn_is_the_auc(model: RiskModel, table: TrainingTable) -> None:
    found = figures(model, table)
    curve = validation.draw(model, table, found).axes[0].get_lines()[1]
    x, y = np.asarray(curve.get_xdata()), np.asarray(curve.get_ydata())
    area = float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2))
    assert area == pytest.approx(found["auc"].value)


def test_the_line_of_the_base_score_is_drawn(model: RiskModel, table: TrainingTable) -> None:
    scores = validation.draw(model, table, figures(model, table)).axes[2]
    lines = [np.asarray(line.get_xdata()).tolist() for line in scores.get_lines()]
    assert [scale.BASE, scale.BASE] in lines


def test_simulated_data_are_called_simulated(model: RiskModel, table: TrainingTable) -> None:
    found = figures(model, table)
    real = replace(model, identity=replace(model.identity, simulated=False, data_set="a lender's"))
    assert "simulated data" in validation.draw(model, table, found).get_suptitle()
    title = validation.draw(real, table, found).get_suptitle()
    assert "simulated" not in title
    assert "a lender's" in title


@pytest.mark.parametrize("loans", [2, 7, 11])
def test_a_few_loans_make_a_picture_too(model: RiskModel, loans: int) -> None:
    few = replace(made_up_table(loans), bad=np.arange(loans) % 2)
    picture = validation.draw(model, few, figures(model, few))
    file = io.BytesIO()
    picture.savefig(file, dpi=30)
    assert file.getvalue().startswith(b"\x89PNG")


def test_loans_that_all_score_the_same_make_a_picture(model: RiskModel) -> None:
    like = replace(made_up_table(12), vectors=np.zeros((12, len(FEATURES))), bad=np.arange(12) % 2)
    scores = validation.draw(model, like, figures(model, like)).axes[2]
    heights = [bar.get_height() for bar in scores.patches if isinstance(bar, Rectangle)]
    assert sum(height > 0 for height in heights) == 2  # one bar of the good, one of the bad
