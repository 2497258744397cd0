"""How often somebody may ask: so much at once, so much for long, counted over all workers.

A caller is counted by its key; who shows none that opens anything, by address. Where the counting
fails nobody is refused for it: it guards against too much, and not against the wrong people.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.errors import StorageError
from limits.limits import RateLimitItem
from limits.strategies import SlidingWindowCounterRateLimiter
from sqlalchemy import Engine

from features.errors import LumbungError
from serving.access.counts import Counts, File, Table
from serving.settings import Settings

log = logging.getLogger(__name__)

BURST: Final = "burst"
SUSTAINED: Final = "sustained"


class TooMany(LumbungError):
    """Somebody asks more often than they may."""

    http_status = 429

    def __init__(self, policy: str, seconds: int) -> None:
        super().__init__(
            found="more requests than may come at once or for long",
            expected="fewer, as the header RateLimit-Policy says",
            hint="Send it again after Retry-After, and put requests in a queue of your own.",
            code="too-many-requests",
        )
        self.policy = policy
        self.retry_after = seconds


@dataclass(frozen=True)
class Standing:
    """Where a caller stands.

    Args:
        policy: which limit is nearest to its end.
        quota: requests of that limit's window.
        window: seconds.
        remaining: requests that may still come now.
        reset: seconds until one more may.
    """

    policy: str
    quota: int
    window: int
    remaining: int
    reset: int


class Rates:
    """The limits of a service.

    Args:
        counts: what is counted, over all workers; None while that is away.
        settings: how much is allowed.
        uncounted: is told of each request that could not be counted.
    """

    def __init__(
        self,
        counts: Counts | None,
        settings: Settings,
        uncounted: Callable[[], None] = lambda: None,
    ) -> None:
        self._limiter = None if counts is None else SlidingWindowCounterRateLimiter(counts)
        self._of_key: dict[str, RateLimitItem] = {
            BURST: RateLimitItemPerSecond(settings.rate_per_second),
            SUSTAINED: RateLimitItemPerMinute(settings.rate_per_minute),
        }
        self._of_address = RateLimitItemPerMinute(settings.rate_address_per_minute)
        self._uncounted = uncounted

    def by_key(self, prefix: str) -> Standing | None:
        """Count a request of a key; return where it stands, None where nothing is counted.

        Raises:
            TooMany: the key asks too often (``too-many-requests``).
        """
        return self._count(self._of_key, "key", prefix)

    def by_address(self, address: str) -> Standing | None:
        """Count a request of nobody known, by address; as `by_key`."""
        return self._count({SUSTAINED: self._of_address}, "address", address)

    def _count(self, limits: dict[str, RateLimitItem], *who: str) -> Standing | None:
        if self._limiter is None:
            self._uncounted()
            return None
        try:
            for policy, limit in limits.items():
                if not self._limiter.hit(limit, *who):
                    raise TooMany(policy, self._standing(policy, limit, who).reset)
            found = [self._standing(policy, limit, who) for policy, limit in limits.items()]
        except StorageError as error:
            self._uncounted()
            log.warning("requests are not counted: %s", type(error.storage_error).__name__)
            return None
        return min(found, key=lambda one: one.remaining / one.quota)

    def _standing(self, policy: str, limit: RateLimitItem, who: tuple[str, ...]) -> Standing:
        assert self._limiter is not None  # noqa: S101  who counts has asked
        stats = self._limiter.get_window_stats(limit, *who)
        reset = max(1, math.ceil(stats.reset_time - time.time()))
        return Standing(policy, limit.amount, limit.get_expiry(), stats.remaining, reset)

    def policies(self) -> str:
        """Return the limits of a key as the header ``RateLimit-Policy`` has them."""
        return ", ".join(
            f'"{policy}";q={limit.amount};w={limit.get_expiry()}'
            for policy, limit in self._of_key.items()
        )


def counts_of(engine: Engine, settings: Settings) -> Counts | None:
    """Return what all workers count in; None, and a warning, where it cannot be reached."""
    try:
        if engine.dialect.name == "postgresql":
            return Counts(Table(engine))
        return Counts(File(settings.home / "rates.db"))
    except Counts.FAILS as error:
        log.warning("requests are not counted: %s", type(error).__name__)
        return None
