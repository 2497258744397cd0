"""Features of training and mentoring, once more from what their docstrings say."""

from __future__ import annotations

from fractions import Fraction

from tests.features.oracle.words import NAN, Seen, having, quotient, recomputes, stating


@recomputes
def training_hours(seen: Seen) -> float:
    told = stating(seen.last(365).support, "attended")
    came = having(told, attended=True)
    stated = stating(came, "hours")
    if not told or (came and not stated):
        return NAN
    return float(min(sum(Fraction(event["hours"]) for event in stated), Fraction(40)))


@recomputes
def attendance_share(seen: Seen) -> float:
    told = stating(seen.last(365).support, "attended")
    return quotient(len(having(told, attended=True)), len(told))


@recomputes
def certificates(seen: Seen) -> float:
    told = stating(seen.support, "certificate")
    return len(having(told, certificate=True)) if told else NAN


@recomputes
def mentor_visits(seen: Seen) -> float:
    meetings = having(seen.last(180).support, form=("mentoring", "visit"))
    told = stating(meetings, "attended")
    return len(having(told, attended=True)) if told else NAN


@recomputes
def actions_done_share(seen: Seen) -> float:
    agreed = stating(seen.last(365).support, "action")
    return quotient(len(stating(agreed, "done_at")), len(agreed))
