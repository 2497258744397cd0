"""Each bin of the calibration picture stands at its mean, with its interval."""

from __future__ import annotations

import io

import numpy as np
import pytest

from models.risk import RiskModel
from tests.conftest import table_of
from training.plots import calibration
from training.table import TrainingTable
from training.validation.evaluate import tenths
from training.validation.rates import bad_rate


def test_dots_are_bins(model: RiskModel, table: TrainingTable) -> None:
    probability = model.probability(table.vectors)
    (axes,) = calibration.draw(probability, table, "simulated data").axes
    bins = tenths(probability, table.weights)
    observed = [float(table.bad[b].mean()) for b in bins]
    dots = {line.get_label(): line for line in axes.get_lines()}["a tenth of the loans"]
    assert np.asarray(dots.get_ydata()).tolist() == [rate for rate in observed if rate > 0]
    means = [float(probability[b].mean()) for b in bins if table.bad[b].sum()]
    assert np.asarray(dots.get_xdata()) == pytest.approx(means)
    segments = axes.collections[0].get_segments()  # type: ignore[attr-defined]
    for segment, b in zip(segments, bins, strict=True):
        rate = bad_rate(table.bad[b], table.weights[b])
        assert rate is not None
        assert segment[1][1] == pytest.approx(rate.high)


def test_bins_without_bad_loans_are_marked_at_their_upper_bound() -> None:
    bad = np.zeros(40, dtype=int)
    bad[-1] = 1
    loans = table_of(np.zeros((40, 1)), bad)
    picture = calibration.draw(np.linspace(0.01, 0.3, 40), loans, "a lender's")
    none = {line.get_label(): line for line in picture.axes[0].get_lines()}
    upper = np.asarray(none["a tenth, none of it bad"].get_ydata())
    rate = bad_rate(bad[:4], loans.weights[:4])
    assert rate is not None
    assert upper == pytest.approx(np.full(9, rate.high))
    file = io.BytesIO()
    picture.savefig(file, dpi=30)
    assert file.getvalue().startswith(b"\x89PNG")
