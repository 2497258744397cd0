"""The picture of cut-offs shows all partners together."""

from __future__ import annotations

import numpy as np

from models.risk import RiskModel
from training.plots import cutoffs
from training.table import TrainingTable
from training.validation.cutoffs import EVERYONE
from training.validation.cutoffs import cutoffs as table_of


def test_lines_are_approval_and_bad_rate(model: RiskModel, table: TrainingTable) -> None:
    rows = table_of(table, model.log_odds(table.vectors))
    picture = cutoffs.draw(rows, "simulated data")
    assert "400 loans" in picture.get_suptitle()
    assert picture.get_suptitle().endswith("simulated data")
    everyone = rows.filter(partner=EVERYONE)
    for axes, column in zip(picture.axes, ("approval_rate", "bad_rate"), strict=True):
        (line,) = axes.get_lines()
        assert np.asarray(line.get_xdata()).tolist() == everyone["cutoff"].to_list()
        assert np.asarray(line.get_ydata()).tolist() == everyone[column].to_list()
        assert axes.get_ylabel()
