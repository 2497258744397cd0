"""What a report of an audit holds, and the same as JSON: every number shown anywhere is in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from audit.fairness.estimate import Estimate
from audit.fairness.published import Place
from audit.fairness.study import Comparison, Study
from audit.origins.cutoffs import CutOffs
from audit.origins.origins import Origins
from audit.origins.proxies import Proxy

FORMAT: Final = 2
"""Of the JSON; a change that a reader must know of makes it another."""


@dataclass(frozen=True)
class Remaining:
    """A gap in denials, as it is and given other columns.

    Args:
        applications: that count.
        columns: how many others are held equal, each value of a text one of them.
        raw: share denied of the rest - of the group, -1 … 1; below 0 the group is denied more.
        linear: what remains by linear regression.
        logistic: what remains by logistic regression, on average over all applicants.
        log_odds: the logistic coefficient of the group; above 0 it is denied more.
        p: two-sided p-value of *log_odds*.
    """

    applications: int
    columns: int
    raw: float
    linear: Estimate
    logistic: Estimate
    log_odds: Estimate
    p: float


@dataclass(frozen=True)
class Report:
    """An audit of decisions.

    Args:
        title: what was audited, in the words of who asked.
        digest: SHA-256 of the file.
        left_out: rows without a decision.
        given: the columns held equal in `remaining`.
        study: who fares how.
        remaining: attribute and group → what of the gap remains; None where it cannot be told.
        origins: where gaps come from.
        proxies: how well the features tell each group; none where no features were given.
    """

    title: str
    digest: str
    left_out: int
    given: tuple[str, ...]
    study: Study
    remaining: Mapping[tuple[str, str], Remaining | None]
    origins: Origins = field(default_factory=Origins)
    proxies: tuple[Proxy, ...] = ()

    def json(self) -> dict[str, Any]:
        """Return all of it as JSON takes it: NaN is null, and infinity is "inf"."""
        of = self.study
        plain: dict[str, Any] = _plain(
            {
                "format": FORMAT,
                "title": self.title,
                "digest": self.digest,
                "applications": of.applications,
                "left_out": self.left_out,
                "confidence": of.plan.drawing.confidence,
                "error": of.plan.error,
                "hidden_groups": {"hidden": of.hidden[0], "of": of.hidden[1]},
                "groups": [{**_place(one.place), "counted": one.base, "n": one.n,
                            "approved": one.approved} for one in of.counted],
                "comparisons": [_compared(one) for one in of.compared],
                "widest": [{"attribute": one.attribute, "figure": one.width.name,
                            "groups": one.groups, "found": _estimate(one.found),
                            "by_chance": one.by_chance} for one in of.widest],
                "needed": [{**_place(one.place), "n": one.n,
                            "to_see": {f"{gap:g}": n for gap, n in one.of.items()}}
                           for one in of.needed],
                "given": list(self.given),
                "remaining": [{"attribute": attribute, "group": group,
                               "found": None if one is None else asdict(one)}
                              for (attribute, group), one in self.remaining.items()],
                "parts": [_compared(one) for one in self.origins.parts],
                "proxies": [asdict(one) for one in self.proxies],
                "named": [_compared(one) for one in self.origins.named],
                "cutoffs": _cutoffs(self.origins.cutoffs),
            }
        )  # fmt: skip
        return plain


def _place(place: Place) -> dict[str, str]:
    return dict.fromkeys(place[0], "") | dict(zip(place[0], place[1], strict=False))


def _compared(one: Comparison) -> dict[str, Any]:
    return {
        **_place(one.place),
        "against": one.against or None,
        "measure": one.measure.name,
        "equal": one.measure.equal,
        "counted": None if one.found.counted < 0 else one.found.counted,
        "group": _estimate(one.found.group),
        "others": _estimate(one.found.rest),
        "gap": _estimate(one.found.gap),
        "p": one.p,
        "p_of_all": one.corrected,
        "tolerated": one.tolerated,
        "visible": one.visible,
        "verdict": one.verdict,
    }


def _cutoffs(of: CutOffs | None) -> dict[str, Any] | None:
    if of is None:
        return None
    return {
        "figure": of.figure,
        "all": [{"cut": one.cut, "approved": _estimate(one.approved),
                 "expected_bad": _estimate(one.expected)} for one in of.lines],
        "groups": [{**_place(one.place), "cut": one.cut, "measure": one.measure.name,
                    "group": _estimate(one.found.group), "others": _estimate(one.found.rest),
                    "gap": _estimate(one.found.gap)} for one in of.groups],
        "bands": [{**_place(one.place), "from": one.least, "to": one.most,
                   "group": _estimate(one.found.group), "others": _estimate(one.found.rest),
                   "gap": _estimate(one.found.gap)} for one in of.bands],
    }  # fmt: skip


def _estimate(of: Estimate | None) -> dict[str, float] | None:
    return None if of is None else asdict(of)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(of) for name, of in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(of) for of in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value
