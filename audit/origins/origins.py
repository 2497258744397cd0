"""Where the gaps of a study come from, as far as it may be told."""

from __future__ import annotations

from dataclasses import dataclass

from audit.fairness.cases import Cases
from audit.fairness.study import Comparison, Study
from audit.origins.cutoffs import CutOffs, cutoffs
from audit.origins.named import named
from audit.origins.parts import parts


@dataclass(frozen=True)
class Origins:
    """What is known of where gaps come from; empty where the cases do not tell.

    Args:
        parts: the gap in mean scores of each group by reason (`audit.origins.parts`).
        named: how often each reason is named to whom (`audit.origins.named`).
        cutoffs: what other cut-offs would do; None without a figure to cut.
    """

    parts: tuple[Comparison, ...] = ()
    named: tuple[Comparison, ...] = ()
    cutoffs: CutOffs | None = None


def origins(cases: Cases, found: Study) -> Origins:
    """Return where gaps come from.

    Args:
        cases: the applications.
        found: the study of them.
    """
    plan, told = found.plan, found.told
    return Origins(
        parts=parts(cases, plan, told),
        named=named(cases, plan, told),
        cutoffs=cutoffs(cases, plan, told),
    )
