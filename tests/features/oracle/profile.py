"""Features of the business itself, once more from what their docstrings say."""

from __future__ import annotations

from tests.features.oracle.words import NAN, Row, Seen, months_since, recomputes, stating


def latest(seen: Seen, column: str) -> Row | None:
    """Return the latest statement that has a column."""
    told = stating(seen.profile, column)
    return told[-1] if told else None


@recomputes
def business_age_months(seen: Seen) -> float:
    told = latest(seen, "started_at")
    return max(0.0, months_since(told["started_at"], seen)) if told else NAN


@recomputes
def employees(seen: Seen) -> float:
    told = latest(seen, "employees")
    return told["employees"] if told else NAN


@recomputes
def business_number(seen: Seen) -> float:
    told = latest(seen, "nib")
    return float(told["nib"]) if told else NAN
