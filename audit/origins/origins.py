"""Where the gaps of a study come from, as far as it may be told."""

from __future__ import annotations

from dataclasses import dataclass

from audit.fairness.cases import Cases
from audit.fairness.study import Comparison, Study
from audit.origins.parts import parts


@dataclass(frozen=True)
class Origins:
    """What is known of where gaps come from; empty where the cases do not tell.

    Args:
        parts: the gap in mean scores of each group by reason (`audit.origins.parts`).
    """

    parts: tuple[Comparison, ...] = ()


def origins(cases: Cases, found: Study) -> Origins:
    """Return where gaps come from.

    Args:
        cases: the applications.
        found: the study of them.
    """
    return Origins(parts=parts(cases, found.plan, found.told))
