"""Next steps beside DiCE, at toy size: what is counted, and of whom."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.dice import LINE, Answers, Behind, carried_out, close, in_time, told
from features.catalogue import NAMES
from features.rows import Floats
from models.risk import RiskModel
from tests.benchmarks.small import figures
from tests.conftest import made_up_vectors
from tests.contracts.blocks import line


def vector(**values: float) -> Floats:
    """Return a vector of ones, but for these."""
    return np.array([values.get(name, 1.0) for name in NAMES])


def test_a_request_has_one_tenor_and_what_follows_from_it() -> None:
    """Twelve million over 12.4 months are twelve months of a million; five millions cover five."""
    before = vector(
        amount_asked=24e6,
        instalment_asked=2e6,
        median_monthly_income=5e6,
        monthly_net_cash_flow=-1e6,
        debt_service_share=0.6,
    )
    after = vector(
        amount_asked=12e6,
        instalment_asked=12e6 / 12.4,
        income_cover=99.0,
        debt_service_share=0.6,
    )
    done = dict(zip(NAMES, carried_out(before, after).tolist(), strict=True))
    assert done["instalment_asked"] == 1e6
    assert done["income_cover"] == 5
    assert done["surplus_cover"] == 0
    assert done["debt_service_share"] == pytest.approx(0.6 - 1e6 / 5e6)


def test_the_same_is_what_differs_by_less_than_a_thousandth() -> None:
    old = np.array([1000.0, 1000.0, np.nan, np.nan, 0.0])
    new = np.array([1000.9, 1002.0, np.nan, 3.0, 0.0009])
    assert close(old, new).tolist() == [True, False, True, False, True]


def test_what_lies_within_the_possible_is_in_time() -> None:
    before, low, high = np.array([5.0, 5.0]), np.array([4.0, 5.0]), np.array([5.0, 5.0])
    assert in_time(before, np.array([4.5, 5.0]), low, high)
    assert not in_time(before, np.array([3.0, 5.0]), low, high)
    assert not in_time(before, np.array([4.5, 6.0]), low, high)


def test_behind_the_interface_stands_the_model_with_the_line_at_one_half(model: RiskModel) -> None:
    rows = made_up_vectors(50, 3)
    behind = Behind(model)
    behind.missing = np.isnan(rows[0])
    frame = pd.DataFrame(np.nan_to_num(rows[:1]), columns=list(NAMES))
    within = model.probability(rows[:1])[0] <= LINE
    assert behind.predict(frame)[0] == within
    assert behind.predict_proba(frame).sum() == pytest.approx(1)


def test_answers_are_counted() -> None:
    answers = Answers()
    answers.add(np.array([[1.0, 1, 1, 1], [1, 0, 1, 0]]), 5.0)
    answers.add(np.empty((0, 4)), 7.0)
    assert (answers.cases, answers.answered, answers.given, answers.whole) == (2, 1, 2, 1)
    assert (answers.said, answers.valid, answers.fixed_kept, answers.in_time) == (2, 1, 2, 1)
    assert "| x | 50% | 100% | 50% | 100% | 50% | 50% | 6.0 ms |" in told({"x": answers})


def test_both_are_asked_about_the_same_applicants() -> None:
    small = ("--businesses", "250", "60", "--cases", "1")
    found = figures(line("lumbung bench dice"), *small)
    assert set(found["answers"]) == {"lumbung", "DiCE, genetic", "DiCE, random"}
    ours, *theirs = found["answers"].values()
    assert [one["cases"] for one in (ours, *theirs)] == [1, 1, 1]
    assert ours["valid"] == ours["fixed_kept"] == ours["in_time"] == ours["given"]
    assert found["slower"]["lumbung"] == 1
