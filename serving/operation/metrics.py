"""Figures about the running service, for Prometheus: docs/metrics.md lists them.

Labels take few values, and none is personal. Several workers write theirs into files of one
folder (``PROMETHEUS_MULTIPROC_DIR``), and whichever is asked answers for all. What the database
knows is read there when it is asked for.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from sqlalchemy import Engine, Select, bindparam, func, select

from features.errors import Unavailable
from serving.rules.followed import Outcome
from serving.store import database
from serving.tables import CaseRow, DeliveryRow, HeadRow, Instant, JobRow, SwitchRow

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder of all workers' figures; prometheus-client reads it."""

BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds at which the counts of answers end."""

KEPT: Final[dict[str, tuple[str, Select[Any]]]] = {
    "lumbung_ledger_entries": (
        "Entries of the ledger: the number of its head.",
        select(func.coalesce(func.max(HeadRow.number), 0)),
    ),
    "lumbung_cases_open": (
        "Cases that wait for a person.",
        select(func.count()).where(CaseRow.answered_at.is_(None)),
    ),
    "lumbung_cases_overdue": (
        "Cases that wait for a person though the time to answer them is over.",
        select(func.count()).where(
            CaseRow.answered_at.is_(None), CaseRow.due_at < bindparam("now", type_=Instant)
        ),
    ),
    "lumbung_jobs_waiting": (
        "Batches that nobody has begun.",
        select(func.count()).where(JobRow.state == "waiting"),
    ),
    "lumbung_jobs_running": (
        "Batches begun and not at their end.",
        select(func.count()).where(JobRow.state == "running"),
    ),
    "lumbung_webhooks_waiting": (
        "Events on their way to lenders.",
        select(func.count()).where(DeliveryRow.state == "waiting"),
    ),
    "lumbung_switched_to_rules": (
        "1 while the kill switch lets the rules decide, else 0.",
        select(func.count())
        .select_from(SwitchRow)
        .where(
            SwitchRow.number == select(func.max(SwitchRow.number)).scalar_subquery(),
            SwitchRow.scorer == "rules",
        ),
    ),
}
"""Figure → what it is, and how the database is asked for it, at a time ``now``."""


class Metrics:
    """What one process counts. The names are those that Prometheus sees."""

    def __init__(self) -> None:
        its = self.registry = CollectorRegistry()
        live: Any = {"registry": its, "multiprocess_mode": "livesum"}
        self.requests = Counter(
            "lumbung_requests_total",
            "Requests answered, by the route's template.",
            ("method", "route", "status"),
            registry=its,
        )
        said = "Time from the first byte of a request to the end of its answer."
        self.seconds = Histogram(
            "lumbung_request_seconds", said, ("route",), buckets=BOUNDS, registry=its
        )
        said = "Requests that run now."
        self.running = Gauge("lumbung_requests_running", said, **live)
        said = "Problems answered, by their code; database-away is a failure of the database."
        self.problems = Counter("lumbung_problems_total", said, ("code",), registry=its)
        self.decisions = Counter(
            "lumbung_decisions_total",
            "Decisions made and kept.",
            ("result", "scorer"),
            registry=its,
        )
        said = "Looks in the registry for another champion, by what came of them."
        self.looks = Counter("lumbung_champion_looks_total", said, ("outcome",), registry=its)
        said = "Workers in which a version decides."
        self.workers = Gauge("lumbung_champion_workers", said, ("version",), **live)
        said = "Decisions that wait for the challenger."
        self.waiting = Gauge("lumbung_shadow_waiting", said, **live)
        said = "Decisions that the challenger did not score, being behind or failing."
        self.unshadowed = Counter("lumbung_shadow_lost_total", said, registry=its)
        said = "Requests that no rate limit counted, since what counts them is away."
        self.uncounted = Counter("lumbung_requests_uncounted_total", said, registry=its)
        self._version: str | None = None

    def looked(self, outcome: Outcome) -> None:
        """Count a look for the champion."""
        self.looks.labels(outcome).inc()

    def decides(self, version: str) -> None:
        """Say which version decides in this worker from now on."""
        if self._version is not None:
            self.workers.labels(self._version).set(0)
        self.workers.labels(version).set(1)
        self._version = version

    def text(self, engine: Engine, now: datetime) -> bytes:
        """Return all figures as Prometheus reads them at a time, UTC, of all workers."""
        folder, workers, kept = os.environ.get(FOLDER), self.registry, CollectorRegistry()
        if folder:
            _bury(Path(folder))
            workers = CollectorRegistry()
            MultiProcessCollector(workers, folder)  # type: ignore[no-untyped-call]
        kept.register(InDatabase(engine, now))
        return generate_latest(workers) + generate_latest(kept)


class InDatabase(Collector):
    """The figures that the database knows at a time, UTC; none while it is away."""

    def __init__(self, engine: Engine, now: datetime) -> None:
        self._engine = engine
        self._now = {"now": now}

    def collect(self) -> Iterator[Metric]:
        """Ask the database for each."""
        try:
            with database.session(self._engine) as session:
                for name, (said, asked) in KEPT.items():
                    yield GaugeMetricFamily(
                        name, said, value=float(session.scalar(asked, self._now) or 0)
                    )
        except Unavailable:
            return

    def describe(self) -> Iterator[Metric]:
        """Name them without asking."""
        return (GaugeMetricFamily(name, said) for name, (said, _) in KEPT.items())


def _bury(folder: Path) -> None:
    """Take out the gauges of workers that died without a word."""
    for file in folder.glob("gauge_live*_*.db"):
        found = re.search(r"_(\d+)\.db$", file.name)
        if found and not Path(f"/proc/{found[1]}").exists():
            mark_process_dead(int(found[1]), str(folder))  # type: ignore[no-untyped-call]
