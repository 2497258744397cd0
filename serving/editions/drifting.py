"""From the database to what drifted in a period: for `lumbung monitor`, and for editions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine

from audit.drift import seen
from audit.drift.alarms import USUAL, Limits
from audit.drift.monitored import Drift, monitor
from features.errors import Unavailable
from models.artefact import CHAMPION
from serving.editions.gathering import Step, gather
from serving.rules.fetched import Registered
from serving.rules.followed import Followed
from serving.settings import Settings

BACK: Final = timedelta(days=2 * 365)
"""Before the period: the year a loan is watched for, one until it is paid out and told of."""


def drift(
    engine: Engine,
    since: datetime,
    until: datetime,
    champion: Registered | None,
    *,
    limits: Limits = USUAL,
    vintages: bool = False,
    step: Step = lambda *_: None,
) -> Drift:
    """Return what drifted in a period; every loan counts in one period only, if they are disjoint.

    Args:
        engine: the database, unlocked (`serving.store.sealed.unlock`).
        since: when the period begins, UTC.
        until: when it is over, UTC.
        champion: what the period is held against; None where only rules decide.
        limits: of the alarms.
        vintages: whether cohorts of loans are looked at. They reach back before the period, so what
            is published must leave them out.
        step: is told how many decisions are read, and of how many.
    """
    gathered = gather(engine, since - BACK, until, step)
    version = "" if champion is None else champion.version
    return monitor(
        None if champion is None else champion.model.reference,
        seen.asked(gathered, version, since, until),
        seen.judged(gathered, since, until),
        season=seen.asked(gathered, version, *seen.same_season(since, until)),
        every=seen.loans(gathered, until) if vintages else None,
        limits=limits,
    )


def in_force(settings: Settings) -> Registered | None:
    """Return the champion, from disk while the registry is away; None where there is none.

    Raises:
        BadInput, FingerprintMismatch: what there is cannot be used (`serving.rules.fetched.read`).
    """
    try:
        return Followed(settings.registry, settings.home / "champions", CHAMPION).champion()
    except Unavailable:
        return None
