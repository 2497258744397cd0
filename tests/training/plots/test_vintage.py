"""The vintage picture shows what the tables hold."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from matplotlib.axes import Axes

from features.records import OUTCOMES
from tests.training.cases import outcome, utc
from training.checks import shaped
from training.plots import vintage
from training.target import Period, Target
from training.validation.vintage import curves, vintages

FLOOD = Period(name="a flood", first=date(2024, 4, 1), last=date(2024, 4, 30))


def loans(*, dated: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = []
    for i in range(40):
        paid_out = utc(2024, 1 + 3 * (i % 4), 1)
        bad = i % 5 == 0
        default = paid_out + timedelta(days=100 + i) if bad and dated else None
        late = {"worst_days_past_due": 100 if bad else 0, "defaulted_at": default}
        rows.append(outcome(i, disbursed_at=paid_out, **late))
    frame = shaped(pl.DataFrame(rows, infer_schema_length=None), OUTCOMES, "here")
    target = Target(periods=(FLOOD,))
    return vintages(frame, target), curves(frame, target)


def heights(axes: Axes, label: str) -> list[float]:
    bars = next(part for part in axes.containers if part.get_label() == label)
    return [float(bar.get_height()) for bar in bars]


def test_bars_are_shares_of_labels_and_lines_the_curves() -> None:
    table, lines = loans(dated=True)
    picture = vintage.draw(table, lines, "simulated data")
    assert "40 loans" in picture.get_suptitle()
    assert "simulated data" in picture.get_suptitle()
    bars, months = picture.axes
    assert heights(bars, "good") == pytest.approx((table["good"] / table["loans"]).to_list())
    assert heights(bars, "bad") == pytest.approx((table["bad"] / table["loans"]).to_list())
    assert "a flood" in bars.get_title()
    assert [text.get_text() for text in bars.texts] == ["*"]
    drawn = [np.asarray(line.get_ydata()).tolist() for line in months.get_lines()]
    parts = lines.partition_by("cohort", maintain_order=True)
    assert drawn == [part["defaulted"].to_list() for part in parts]


def test_without_days_of_default_there_is_one_part() -> None:
    picture = vintage.draw(*loans(dated=False), "a lender's")
    assert len(picture.axes) == 1
