"""The SHAP summary shows the model's own contributions, in points, most moving on top."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np

from features.catalogue import NAMES
from models import scale
from models.risk import RiskModel
from training.plots import contributions
from training.table import TrainingTable


def test_each_dot_is_a_loan_at_the_points_its_feature_adds(
    model: RiskModel, table: TrainingTable
) -> None:
    (axes,) = contributions.draw(model, table.vectors).axes
    points = -scale.FACTOR * model.contributions(table.vectors)[:, :-1]
    most = np.argsort(np.abs(points).mean(axis=0))[-contributions.MOST :]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == [NAMES[i].replace("_", " ") for i in most]
    for place, feature in enumerate(most):
        dots = axes.collections[2 * place : 2 * place + 2]
        missing, there = (np.asarray(part.get_offsets()) for part in dots)
        drawn = np.concatenate([missing, there])
        assert sorted(drawn[:, 0]) == sorted(points[:, feature])
        assert len(missing) == np.isnan(table.vectors[:, feature]).sum()
        assert (np.abs(drawn[:, 1] - place) <= 0.5).all()


def test_a_high_value_is_red_and_a_low_one_blue(model: RiskModel, table: TrainingTable) -> None:
    (axes,) = contributions.draw(model, table.vectors).axes
    points = -scale.FACTOR * model.contributions(table.vectors)[:, :-1]
    top = int(np.argmax(np.abs(points).mean(axis=0)))
    values = table.vectors[:, top]
    colours = np.asarray(axes.collections[-1].get_facecolor())
    there = values[~np.isnan(values)]
    red, blue = colours[np.argmax(there)], colours[np.argmin(there)]
    assert red[0] > red[2]
    assert blue[2] > blue[0]


def test_of_many_loans_some_are_drawn(model: RiskModel, table: TrainingTable) -> None:
    many = np.tile(table.vectors, (6, 1))
    picture = contributions.draw(model, many)
    shown = sum(len(np.asarray(dots.get_offsets())) for dots in picture.axes[0].collections[:2])
    assert shown == 800
    assert "800 loans" in picture.get_suptitle()


def test_one_loan_makes_a_picture_that_names_its_data(
    model: RiskModel, table: TrainingTable
) -> None:
    real = replace(model, identity=replace(model.identity, simulated=False, data_set="a lender's"))
    assert "simulated" in contributions.draw(model, table.vectors[:1]).get_suptitle()
    picture = contributions.draw(real, table.vectors[:1])
    assert "a lender's" in picture.get_suptitle()
    file = io.BytesIO()
    picture.savefig(file, dpi=30)
    assert file.getvalue().startswith(b"\x89PNG")
