"""Calibrations are the likeliest of their kind, and the one chosen is the one that holds later."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.rows import Floats, Ints
from models.calibration import Beta, Calibration, Platt
from tests.conftest import table_of
from training.fitting import calibrating
from training.fitting.calibrating import (
    FEWEST,
    KINDS,
    LATEST,
    STRETCHES,
    choose,
    later_losses,
    paired,
    platt,
)
from training.table import TrainingTable


def drawn(calibration: Calibration, n: int, seed: int) -> tuple[Floats, Ints]:
    """Return margins, and outcomes drawn by what a calibration makes of them."""
    random = np.random.default_rng(seed)
    margins = random.normal(-1, 2, size=n)
    chance = 1 / (1 + np.exp(-calibration.log_odds(margins)))
    return margins, (random.random(n) < chance).astype(int)


def table_with(bad: Ints) -> TrainingTable:
    return table_of(np.zeros((bad.size, 1)), bad)


def likelihood(calibration: Calibration, margins: Floats, bad: Ints, weights: Floats) -> float:
    """Return the weighted log-likelihood of a calibration, in plain Python."""
    total = 0.0
    log_odds = calibration.log_odds(margins).tolist()
    for z, y, w in zip(log_odds, bad.tolist(), weights.tolist(), strict=True):
        total += w * (y * z - math.log1p(math.exp(z)))
    return total


def newton(margins: Floats, bad: Ints) -> tuple[float, float]:
    """Return the line of the greatest likelihood by Newton's method, written out."""
    a = b = 0.0
    for _ in range(50):
        p = [1 / (1 + math.exp(-(a + b * m))) for m in margins.tolist()]
        w = [q * (1 - q) for q in p]
        off = [float(y) - q for y, q in zip(bad.tolist(), p, strict=True)]
        g0, g1 = sum(off), sum(o * m for o, m in zip(off, margins.tolist(), strict=True))
        h00 = sum(w)
        h01 = sum(v * m for v, m in zip(w, margins.tolist(), strict=True))
        h11 = sum(v * m * m for v, m in zip(w, margins.tolist(), strict=True))
        determinant = h00 * h11 - h01 * h01
        a += (h11 * g0 - h01 * g1) / determinant
        b += (h00 * g1 - h01 * g0) / determinant
    return a, b


@pytest.mark.parametrize("seed", range(4))
def test_platt_is_the_line_of_the_greatest_likelihood(seed: int) -> None:
    margins, bad = drawn(Platt(-1.5, 0.6), 300, seed)
    found = calibrating.platt(margins, bad, np.ones(300))
    intercept, slope = newton(margins, bad)
    assert found.intercept == pytest.approx(intercept, abs=1e-5)
    assert found.slope == pytest.approx(slope, abs=1e-5)


@pytest.mark.parametrize("truth", [Beta(0.5, 1.2, 0.3), Beta(-1, 0.1, 2), Beta(-1, 0, 1)])
def test_no_step_from_the_beta_calibration_found_is_likelier(truth: Beta) -> None:
    margins, bad = drawn(truth, 400, 5)
    weights = np.random.default_rng(6).uniform(0.1, 3, 400)
    found = calibrating.beta(margins, bad, weights)
    best = likelihood(found, margins, bad, weights)
    for name in ("intercept", "low", "high"):
        for step in (-0.02, 0.02):
            value = getattr(found, name) + step
            if name == "intercept" or value >= 0:
                there = replace(found, **{name: value})
                assert likelihood(there, margins, bad, weights) < best, name


def test_beta_finds_the_bend_it_was_drawn_with() -> None:
    truth = Beta(0.5, 1.2, 0.3)
    found = calibrating.beta(*drawn(truth, 60_000, 3), np.ones(60_000))
    assert found.low == pytest.approx(truth.low, abs=0.08)
    assert found.high == pytest.approx(truth.high, abs=0.08)
    assert found.intercept == pytest.approx(truth.intercept, abs=0.12)


@pytest.mark.parametrize("kind", ["platt", "beta"])
def test_a_loan_of_weight_three_counts_as_three_loans(kind: str) -> None:
    margins, bad = drawn(Platt(-0.5, 0.7), 200, 8)
    weights = np.random.default_rng(9).integers(1, 4, 200)
    weighed = KINDS[kind](margins, bad, weights.astype(float))
    thrice = np.repeat(np.arange(200), weights)
    counted = KINDS[kind](margins[thrice], bad[thrice], np.ones(thrice.size))
    grid = np.linspace(-6, 4, 50)
    np.testing.assert_allclose(weighed.log_odds(grid), counted.log_odds(grid), rtol=0, atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_ratios_of_weights_count(kind: str) -> None:
    margins, bad = drawn(Platt(-0.5, 0.7), 200, 8)
    weights = np.random.default_rng(9).uniform(0.1, 3, 200)
    one, other = (KINDS[kind](margins, bad, factor * weights) for factor in (1, 1000))
    grid = np.linspace(-6, 4, 50)
    np.testing.assert_allclose(one.log_odds(grid), other.log_odds(grid), rtol=0, atol=1e-9)


def pooled(margins: Floats, bad: Ints) -> list[tuple[float, float]]:
    """Return (margin, log-odds) of each block by pooling neighbours, in plain Python."""
    pairs = sorted(zip(margins.tolist(), bad.tolist(), strict=True))
    base = sum(y for _, y in pairs) / len(pairs)
    stack: list[list[float]] = []  # loans, bad, sum of margins
    for margin, y in pairs:
        stack.append([1.0, float(y), margin])
        while len(stack) > 1 and stack[-2][1] / stack[-2][0] >= stack[-1][1] / stack[-1][0]:
            top = stack.pop()
            stack[-1] = [a + b for a, b in zip(stack[-1], top, strict=True)]
    rates = [((y + base) / (n + 1), n + 1) for n, y, _ in stack]
    groups: list[list[float]] = []  # weight, weighted rate, how many blocks
    for rate, weight in rates:
        groups.append([weight, weight * rate, 1])
        while len(groups) > 1 and groups[-2][1] / groups[-2][0] > groups[-1][1] / groups[-1][0]:
            top = groups.pop()
            groups[-1] = [a + b for a, b in zip(groups[-1], top, strict=True)]
    smoothed = [rate / weight for weight, rate, count in groups for _ in range(int(count))]
    return [
        (margin / n, math.log(p / (1 - p)))
        for (n, _, margin), p in zip(stack, smoothed, strict=True)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_isotonic_is_neighbours_pooled_and_one_more_loan_in_each_block(seed: int) -> None:
    margins, bad = drawn(Platt(-0.5, 0.7), 150, seed)
    found = calibrating.isotonic(margins, bad, np.ones(150))
    np.testing.assert_allclose(found.knots, pooled(margins, bad), rtol=0, atol=1e-9)


def test_isotonic_comes_near_any_rising_truth() -> None:
    random = np.random.default_rng(4)
    margins = random.uniform(-3, 3, 40_000)
    truth = 0.05 + 0.3 * (margins > -1) + 0.4 * (margins > 1.5)
    bad = (random.random(40_000) < truth).astype(int)
    found = calibrating.isotonic(margins, bad, np.ones(40_000))
    inside = np.array([-2.5, -1.5, -0.5, 1.0, 2.0, 2.5])
    chance = 1 / (1 + np.exp(-found.log_odds(inside)))
    np.testing.assert_allclose(chance, [0.05, 0.05, 0.35, 0.35, 0.75, 0.75], atol=0.05)


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.floats(-8, 8), st.booleans(), st.floats(0.1, 10)), min_size=2, max_size=40
    ).filter(lambda rows: len({bad for _, bad, _ in rows}) == 2)
)
def test_whatever_the_loans_probabilities_are_inside_and_keep_the_order(
    rows: list[tuple[float, bool, float]],
) -> None:
    margins, bad, weights = (np.array(column) for column in zip(*rows, strict=True))
    for kind, fit in KINDS.items():
        found = fit(margins, bad.astype(int), weights).log_odds(np.linspace(-9, 9, 181))
        assert np.isfinite(found).all(), kind
        assert (np.diff(found) >= -1e-9).all(), kind


@pytest.mark.parametrize("kind", KINDS)
def test_margins_that_order_nothing_give_everyone_the_base_rate(kind: str) -> None:
    margins = np.tile(np.arange(10.0), 8)
    bad = (margins < 5).astype(int)
    bad[:20] = 0
    found = KINDS[kind](margins, bad, np.ones(80)).log_odds(np.linspace(-2, 12, 20))
    np.testing.assert_allclose(found, math.log(30 / 50), rtol=0, atol=1e-9)


# the choice


@pytest.mark.parametrize(
    ("truth", "kinds"),
    [(Platt(-0.5, 0.8), {"platt"}), (Beta(0.5, 1.6, 0.05), {"beta", "isotonic"})],
)
def test_a_bend_is_followed_where_there_is_one(truth: Calibration, kinds: set[str]) -> None:
    margins, bad = drawn(truth, 6000, 1)
    chosen = choose(table_with(bad), margins)
    assert chosen.calibration.kind in kinds
    assert chosen.reason.lower().startswith(chosen.calibration.kind)
    assert set(chosen.losses) == {*KINDS, LATEST}
    refitted = KINDS[chosen.calibration.kind](margins, bad, np.ones(6000))
    assert chosen.calibration == refitted
    if chosen.calibration.kind != "platt":
        assert chosen.losses[chosen.calibration.kind] == min(chosen.losses.values())
        assert chosen.losses[chosen.calibration.kind] < chosen.losses["platt"]


@pytest.fixture
def hundreds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every hundred loans be a stretch of time."""

    def stretches(table: TrainingTable, n: int) -> Ints:
        assert n == STRETCHES
        return table.as_of // 100

    monkeypatch.setattr(calibrating, "stretches", stretches)


@pytest.mark.usefixtures("hundreds")
def test_the_losses_are_those_of_fits_on_earlier_loans() -> None:
    """Recomputed stretch by stretch, with the loans in no order of time."""
    margins, bad = drawn(Platt(-0.5, 0.8), 500, 2)
    random = np.random.default_rng(3)
    as_of, weights = random.permutation(500), random.uniform(0.5, 2, 500)
    table = replace(table_with(bad), as_of=as_of, weights=weights)
    total = of = 0.0
    for now in range(1, 5):
        seen, later = as_of < 100 * now, (as_of >= 100 * now) & (as_of < 100 * now + 100)
        line = calibrating.platt(margins[seen], bad[seen], weights[seen])
        total -= likelihood(line, margins[later], bad[later], weights[later])
        of += weights[later].sum()
    assert choose(table, margins).losses["platt"] == pytest.approx(total / of, rel=1e-9)
    assert later_losses(table, margins)[1].tolist() == (as_of >= 100).tolist()


@pytest.mark.usefixtures("hundreds")
def test_no_outcome_of_a_block_is_known_to_the_calibration_held_against_it() -> None:
    margins, bad = drawn(Platt(-0.5, 0.8), 500, 2)
    other = bad.copy()
    other[300:] = 1 - other[300:]
    one, changed = (later_losses(table_with(b), margins)[0] for b in (bad, other))
    same = bad[100:] == other[100:]
    assert same.sum() == 200
    for kind in KINDS:
        np.testing.assert_array_equal(one[kind][same], changed[kind][same])
        # The block of the first change is judged by fits that know nothing of it.
        turned = np.exp(-one[kind][200:300]) + np.exp(-changed[kind][200:300])
        np.testing.assert_allclose(turned, 1, rtol=0, atol=1e-9)


@pytest.mark.usefixtures("hundreds")
@pytest.mark.parametrize("few", [0, FEWEST - 1, FEWEST])
def test_few_bad_loans_keep_the_line_and_say_so(few: int) -> None:
    bad = np.zeros(300, dtype=int)
    bad[:few] = 1
    bad[-few - 1 :] = 1
    margins = np.random.default_rng(0).normal(size=300)
    chosen = choose(table_with(bad), margins)
    if few == FEWEST:
        assert set(chosen.losses) == {*KINDS, LATEST}
        return
    assert chosen.calibration == calibrating.platt(margins, bad, np.ones(300))
    assert chosen.losses == {}
    assert f"fewer than {FEWEST}" in chosen.reason


def test_loans_of_one_instant_are_all_in_one_block() -> None:
    assert (
        choose(
            replace(table_with(np.arange(200) % 2), as_of=np.zeros(200, dtype=np.int64)),
            np.arange(200.0),
        ).losses
        == {}
    )


def test_the_paired_error_is_that_of_businesses_and_not_of_loans() -> None:
    random = np.random.default_rng(1)
    per_business = random.normal(0.1, 1, 400)
    mean, error = paired(per_business, np.ones(400), np.arange(400))
    assert mean == pytest.approx(per_business.mean())
    assert error == pytest.approx(per_business.std() / math.sqrt(400))
    thrice = np.repeat(per_business, 3), np.ones(1200), np.repeat(np.arange(400), 3)
    assert paired(*thrice) == pytest.approx((mean, error))


def test_where_the_rate_moves_with_the_years_the_latest_loans_set_the_line() -> None:
    """Log-odds fall by one a thousand loans, so that what comes next is most like the last."""
    random = np.random.default_rng(3)
    margins = random.normal(size=5000)
    thousand = np.arange(5000) // 1000
    bad = (random.random(5000) < 1 / (1 + np.exp(thousand - margins))).astype(int)
    chosen = choose(table_with(bad), margins)
    assert chosen.reason.startswith("Latest: loss on later loans lower by 0.")
    # The last fifth of the bad loans, and every good one since.
    since = sorted(np.flatnonzero(bad).tolist())[round(0.8 * bad.sum())]
    last = np.arange(5000) >= since
    assert abs(bad[last].sum() - bad.sum() / 5) <= 1
    expected = platt(margins[last], bad[last], np.ones(last.sum()))
    assert isinstance(chosen.calibration, Platt)
    assert chosen.calibration.intercept == pytest.approx(expected.intercept, abs=0.02)
    assert chosen.calibration.slope == pytest.approx(expected.slope, abs=0.02)
    assert chosen.scaling == chosen.calibration
    assert chosen.losses[LATEST] < min(chosen.losses[kind] for kind in KINDS)


def test_where_nothing_moves_the_line_of_all_loans_stays() -> None:
    margins, bad = drawn(Platt(-1.0, 1.0), 5000, 4)
    chosen = choose(table_with(bad), margins)
    assert chosen.calibration == chosen.scaling == platt(margins, bad, np.ones(5000))


@pytest.mark.usefixtures("hundreds")
def test_the_latest_loans_set_no_line_when_they_are_too_few() -> None:
    random = np.random.default_rng(5)
    margins = random.normal(size=500)
    bad = (random.random(500) < 1 / (1 + np.exp(-margins))).astype(int)
    assert LATEST in choose(table_with(bad), margins).losses
    bad[400:] = np.arange(100) < FEWEST - 1
    assert LATEST not in choose(table_with(bad), margins).losses


def test_the_score_keeps_a_line_where_the_calibration_bends() -> None:
    margins, bad = drawn(Beta(0.5, 1.6, 0.05), 6000, 1)
    chosen = choose(table_with(bad), margins)
    assert chosen.calibration.kind != "platt"
    assert chosen.scaling == platt(margins, bad, np.ones(6000))
