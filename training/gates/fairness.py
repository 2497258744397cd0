"""G06: no group is worse off than stated, by the model or in the answers it learns from.

Each group is compared with the rest by the measures of `TOLERATED`. All of these
comparisons together find one of gaps that are not there, or within what is
tolerated, at most one time in twenty (Bonferroni); docs/fairness.md states what they
find of gaps that are.
"""

from __future__ import annotations

from typing import Final

from audit.fairness import measures
from audit.fairness.audit import Finding, audit
from audit.fairness.cases import Cases
from audit.fairness.estimate import quantile
from audit.fairness.measures import TOLERATED
from training.gates.gate import Colour, Gate

TITLE: Final = "No group is worse off than tolerated"

FAMILY_WISE: Final = 0.05
"""How often at most any gap is shown that is none, all comparisons together."""

BY_TRADE: Final = "kecamatan"
"""Where a business is goes with its trade, and trades by nature leave more records or fewer."""

EXPECTED: Final = ", ".join(f"{m.name} from {least:g} up" for m, least in TOLERATED.items())


def gate(cases: Cases | None) -> Gate:
    """G06: red where a gap is shown to be beyond what is tolerated, amber where it may be.

    Amber asks that there is a gap at all: among a hundred comparisons of groups that are treated
    alike some gap lies beyond by chance in every world simulated (docs/fairness.md).

    Args:
        cases: of `training.validation.audited.audited`; None where nothing can be audited.
    """
    if cases is None:
        found = "not assessed: no protected attributes under a consent to the audit"
        return Gate("G06", TITLE, "amber", found, EXPECTED)
    compared = comparisons(cases)
    able = [one for one in compared if one.found.gap is not None]
    beyond = [one for one in able if is_beyond(one)]
    shown = [one for one in beyond if is_shown(one)]
    may_be = [one for one in beyond if is_unequal(one) and not is_shown(one)]
    colour: Colour = "red" if shown else "amber" if may_be or not able else "green"
    found = (
        f"of {len(able)} gaps {len(shown)} shown beyond what is tolerated{_listed(shown)}, "
        f"{len(may_be)} shown that may be beyond{_listed(may_be)}, "
        f"{len(beyond) - len(shown) - len(may_be)} beyond that may be chance; "
        f"insufficient data for {len(compared) - len(able)}"
    )
    return Gate("G06", TITLE, colour, found, EXPECTED)


def comparisons(cases: Cases) -> list[Finding]:
    """Return the findings the gate looks at; every interval is as wide as all together ask for.

    Which comparisons can be made follows from how many there are of whom, not from the gaps.
    """
    able = sum(one.found.gap is not None for one in _looked_at(cases, 1.0))
    return _looked_at(cases, quantile(1 - FAMILY_WISE / max(able, 1)))


def is_beyond(one: Finding) -> bool:
    """Return whether a gap itself is beyond what is tolerated."""
    return one.found.gap is not None and one.found.gap.value < TOLERATED[one.measure]


def is_unequal(one: Finding) -> bool:
    """Return whether the whole interval of a gap is worse for the group than none."""
    return one.found.gap is not None and one.found.gap.high < one.measure.equal


def is_shown(one: Finding) -> bool:
    """Return whether the whole interval of a gap is beyond what is tolerated."""
    return one.found.gap is not None and one.found.gap.high < TOLERATED[one.measure]


def _looked_at(cases: Cases, z: float) -> list[Finding]:
    found = audit(cases, tuple(TOLERATED), z)
    return [f for f in found if not (f.attribute == BY_TRADE and f.measure is measures.RECORDS)]


def _listed(shown: list[Finding]) -> str:
    """Return each gap shown, with the bound it lies below."""
    texts = [
        f"{one.attribute} {one.group}: {one.measure.name} {gap.value:.2f} below {gap.high:.2f}"
        for one in shown
        if (gap := one.found.gap) is not None
    ]
    return f" ({'; '.join(texts)})" if texts else ""
