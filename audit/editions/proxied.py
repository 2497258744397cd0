"""Which protected groups the features give away, as far as an edition may tell it.

The figures rest on how many there are of a group, of whom a feature is known: nothing is looked at
that would be about fewer than ten, and no figure is told to the last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from audit.cells import few
from audit.fairness.cases import NOT_TOLD, Groups
from audit.fairness.draws import Drawing
from audit.fairness.estimate import Estimate
from audit.fairness.study import Study
from audit.gathered import Gathered
from audit.origins.proxies import Proxy, Told, Traits, proxies
from features.rows import Flags

DIGITS: Final = 2
"""Of every figure."""


def proxied(of: Gathered, groups: Groups, found: Study, drawing: Drawing) -> tuple[Proxy, ...]:
    """Return how well the features tell each protected group that may be told of.

    Left out are groups of whom one to nine decisions are of a business that asked again, and
    features of which one to nine of a group, or of the others, are not known.

    Args:
        of: the decisions of a period.
        groups: of the same.
        found: the study of them.
        drawing: confidence and seed.
    """
    whole = Traits(of.names, of.features, of.business.astype(np.str_))
    latest = whole.latest()
    wanted = [
        (table[0], group[0])
        for table, group in (one.place for one in found.counted if one.base == "decided")
        if len(table) == 1 and group and table[0] in of.protected
    ]
    again = [((groups[name] == one) & ~latest).sum() for name, one in wanted]
    wanted = [one for one, more in zip(wanted, again, strict=True) if not few(more)]
    able = _known(of, groups, wanted, latest)
    if not wanted or not able.any():
        return ()
    names = tuple(name for name, one in zip(of.names, able, strict=True) if one)
    traits = Traits(names, of.features[:, able], whole.businesses)
    return tuple(map(_rounded, proxies(traits, groups, wanted, drawing=drawing)))


def _known(of: Gathered, groups: Groups, wanted: Sequence[tuple[str, str]], latest: Flags) -> Flags:
    """Return (F,) the features that are missing of no few in any group, nor in the others."""
    gone = np.isnan(of.features[latest]).astype(np.int64)
    able = np.ones(len(of.names), dtype=np.bool_)
    for name, group in wanted:
        mine = groups[name][latest] == group
        others = (groups[name][latest] != NOT_TOLD) & ~mine
        for side in (mine, others):
            able &= ~few(gone[side].sum(axis=0))
    return able


def _rounded(one: Proxy) -> Proxy:
    if one.auc is None or one.by_chance is None or one.p is None or one.corrected is None:
        return one
    return replace(
        one,
        auc=_round(one.auc),
        by_chance=round(one.by_chance, DIGITS),
        p=round(one.p, DIGITS),
        corrected=round(one.corrected, DIGITS),
        strongest=tuple(Told(of.feature, _round(of.auc)) for of in one.strongest),
    )


def _round(of: Estimate) -> Estimate:
    return Estimate(*(round(float(end), DIGITS) for end in (of.value, of.low, of.high)))
