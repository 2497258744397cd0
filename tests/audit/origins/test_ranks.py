"""A feature's figure is the share of pairs in which the group's value is the higher one."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import mannwhitneyu, rankdata

from audit.origins.ranks import rank_sums, ranks

VALUES = np.array([[1.0, np.nan], [3.0, 2.0], [3.0, 2.0], [0.0, np.nan], [5.0, 1.0], [2.0, 7.0]])
INSIDE = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]])


def test_ties_share_their_rank_and_what_is_missing_has_none() -> None:
    assert ranks(VALUES)[:, 0] == pytest.approx(rankdata(VALUES[:, 0]))
    assert list(ranks(VALUES)[:, 1]) == [0.0, 2.5, 2.5, 0.0, 1.0, 4.0]


def test_the_figure_is_that_of_mann_and_whitney() -> None:
    auc, apart = rank_sums(VALUES, INSIDE)
    for column in range(2):
        there = ~np.isnan(VALUES[:, column])
        of, member = VALUES[there, column], INSIDE[there, 0] == 1
        theirs = mannwhitneyu(of[member], of[~member]).statistic
        assert auc[column, 0] == pytest.approx(theirs / (member.sum() * (~member).sum()))
    assert auc[:, 1] == pytest.approx(1 - auc[:, 0])
    assert apart[:, 1] == pytest.approx(-apart[:, 0])


def test_nothing_is_told_where_all_are_of_the_group() -> None:
    auc, apart = rank_sums(VALUES, np.ones((6, 1)))
    assert (list(auc[:, 0]), list(apart[:, 0])) == ([0.5, 0.5], [0.0, 0.0])
