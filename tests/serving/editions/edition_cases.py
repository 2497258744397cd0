"""A quarter with decisions in it, and the edition of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import Engine

from audit.decision import Decision
from audit.drift.alarms import USUAL
from audit.drift.comparison import Comparison, Finding
from audit.drift.monitored import Drift
from audit.editions.period import Period
from audit.editions.sections import Edition
from audit.fairness.draws import Drawing
from audit.fairness.estimate import Estimate
from audit.result import Kind, Result
from serving.applications.cases import review
from serving.editions import keeping
from serving.editions.making import make
from serving.store import database
from tests.serving.cases import keep

PERIOD: Final = Period(date(2026, 7, 1), date(2026, 9, 30))
DURING: Final = datetime(2026, 8, 15, 3, tzinfo=UTC)
AFTER: Final = datetime(2026, 10, 2, 3, tzinfo=UTC)

SIZES: Final[dict[Kind, int]] = {"eligible": 40, "not_yet": 25, "human_review": 15}
KECAMATAN: Final = ("3325110", "3325020")

REPORT: Final = (
    {"data_set": "simulated Batang", "simulated": "True"},
    {
        "gates.json": '{"G01": {"code": "G01", "title": "Quality", "colour": "green", '
        '"found": "0.71", "expected": "0.65"}}',
        "tables/alternatives.csv": "name,auc,loss,loss_error,gap,gained,gained_error,front,chosen\n"
        "standing,0.71,0.0,0.0,0.5,0.0,0.0,true,true\n"
        "64 bins,0.7,0.01,0.004,0.4,0.1,0.25,false,false\n",
    },
)


DRIFTED: Final = Drift(
    applicants=80,
    judged=0,
    reference=True,
    season=False,
    limits=USUAL,
    findings=(
        Finding(Comparison("score", "", Estimate(0.3, 0.27, 0.34), 0.0001), 0.0002,
                "score-moved", "act"),
        Finding(Comparison("missing", "bill_count", Estimate(0.01, -0.01, 0.03), 0.4), 1.0,
                "missing-moved", None),
        Finding(Comparison("missing", "nib", Estimate(0.02, 0.0, 0.05), 0.1, told=False), 1.0,
                "missing-moved", None),
    ),
    months=(),
    quarters=(),
    vintages=(),
)  # fmt: skip


def quarter(engine: Engine, made: Decision) -> None:
    """Keep `SIZES` decisions of the quarter, those that go to a person with their review."""
    at = 0
    for kind, size in SIZES.items():
        for _ in range(size):
            at += 1
            put(engine, made, f"planted-{at}", kind, KECAMATAN[at % 2])


def put(engine: Engine, made: Decision, name: str, kind: Kind, kecamatan: str) -> None:
    """Keep a decision of the quarter."""
    facts = replace(made.application.business, kecamatan=kecamatan)
    asked = replace(
        made.application, application_id=f"a-{name}", business_id=f"b-{name}", business=facts
    )
    one = replace(
        made,
        decision_id=name,
        partner_id="granary",
        decided_at=DURING,
        application=asked,
        result=Result(kind, () if kind == "eligible" else ("thin_file",)),
        offers=made.offers if kind == "eligible" else (),
    )
    keep(engine, one)
    if kind == "human_review":
        with database.session(engine) as session, session.begin():
            review(session, one)


def edition(
    engine: Engine,
    period: Period = PERIOD,
    at: datetime = AFTER,
    drifted: Drift | None = None,
) -> Edition:
    """Make an edition of the quarter, and keep it."""
    found = make(
        engine, period, at, lambda _: REPORT, drifted=lambda _: drifted, drawing=Drawing(20)
    )
    keeping.keep(engine, found)
    return found


def later(days: int) -> datetime:
    """Return a time so many days after the quarter."""
    return AFTER + timedelta(days=days)
