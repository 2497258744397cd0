"""Samples add up to what was drawn, and vary as samples do."""

from __future__ import annotations

import numpy as np
import pytest

from audit.fairness import draws
from audit.fairness.draws import Drawing, shuffled, sums

RANDOM = np.random.default_rng(3)
TERMS = np.stack([np.ones(400), RANDOM.normal(5, 2, 400)], axis=1)
LABELS = RANDOM.choice([-1, 0, 1, 2], 400, p=[0.1, 0.2, 0.3, 0.4])


def test_the_first_row_is_the_sample_there_is() -> None:
    found = sums(TERMS, LABELS, 3, Drawing(5))
    assert found.shape == (6, 3, 2)
    for group in range(3):
        assert found[0, group] == pytest.approx(TERMS[group == LABELS].sum(axis=0))


def test_samples_spread_as_the_textbook_says() -> None:
    """A bootstrapped mean varies by the standard error, and a size by that of a binomial."""
    drawn = sums(TERMS, LABELS, 3, Drawing(4_000))[1:]
    own = TERMS[LABELS == 2, 1]
    means = drawn[:, 2, 1] / drawn[:, 2, 0]
    assert means.std() == pytest.approx(own.std() / np.sqrt(own.size), rel=0.1)
    share = (LABELS == 2).mean()
    assert drawn[:, 2, 0].std() == pytest.approx(np.sqrt(400 * share * (1 - share)), rel=0.1)


def test_samples_are_the_same_however_many_are_held_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_once = sums(TERMS, LABELS, 3, Drawing(50))
    monkeypatch.setattr(draws, "AT_ONCE", 1)
    assert sums(TERMS, LABELS, 3, Drawing(50)) == pytest.approx(at_once)


def test_shuffling_keeps_the_sizes_and_the_total() -> None:
    mixed = shuffled(TERMS, LABELS, 3, Drawing(20))
    sizes = np.bincount(LABELS[LABELS >= 0], minlength=3)
    assert (mixed[:, :, 0] == sizes).all()
    total = TERMS[LABELS >= 0, 1].sum()
    assert mixed[:, :, 1].sum(axis=1) == pytest.approx(np.full(20, total))
    assert len({float(x) for x in mixed[:, 0, 1]}) == 20
