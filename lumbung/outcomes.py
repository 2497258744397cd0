"""``lumbung outcomes``: what became of loans here, as a data set that training reads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from typing import Any, Final

import click
import polars as pl
from sqlalchemy import Engine

from audit.decision import Decision
from features.errors import Refused
from features.records import TABLES
from lumbung.cli import answer, progress, say
from serving.access import trail
from serving.access.trail import Access
from serving.applications.learnable import Learnable, learnable
from serving.applications.repayments import Report
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlocked
from training import checks
from training.about import About, write_about
from training.datasets import refuse_existing, whole

AT_ONCE: Final = 100
"""Businesses whose rows are held and written together."""

WHO: Final = "operator"
"""Who learns, in the trail that an owner reads."""

WHAT: Final = "lumbung outcomes"

Frames = dict[str, pl.DataFrame]


@click.command()
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The data set."
)
@click.option("--partner", help="Of one lender only.")
@click.option("--currency", default="IDR", show_default=True, help="Of all amounts here.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def outcomes(out: Path, partner: str | None, currency: str, *, as_json: bool) -> None:
    """Make a data set of the loans reported on, of owners who agreed that models learn from them.

    It holds what was asked, what became of it, and the records that are kept here, under the
    consents that stand now; records that a request carried are not kept. Businesses go by names
    that mean nothing elsewhere. Each use stands in the trail that its owner reads.
    """
    refuse_existing(out)
    settings, now = Settings(), datetime.now(UTC)
    about = About(
        name="lumbung-outcomes",
        currency=currency,
        time_zone="Asia/Jakarta",
        source=f"Decisions and repayments kept by Lumbung until {now:%Y-%m-%d}",
        licence="Personal data, for training by consent only; not to be passed on",
    )
    engine = unlocked(settings)
    try:
        counts = _write(engine, out, about, partner, now)
    finally:
        engine.dispose()
    lines = [f"{name:<14}{rows:>12,} rows" for name, rows in counts.items()]
    answer("\n".join(lines), {"out": str(out), "rows": counts}, as_json=as_json)
    say(f"Next: lumbung train --data {out}")


def _write(
    engine: Engine, out: Path, about: About, partner: str | None, now: datetime
) -> dict[str, int]:
    """Write the data set, whole or not at all, `AT_ONCE` businesses at a time."""
    counts, left = Counter[str](), 0
    with whole(out) as making, progress("outcomes") as step, database.snapshot(engine) as session:
        found = learnable(session, partner, now)
        for part in count():
            if not (some := list(islice(found, AT_ONCE))):
                break
            _note(engine, some, now)
            for name, frame in _frames(some).items():
                sound = _sound(frame, name)
                left += frame.height - sound.height
                if not sound.is_empty():
                    (making / name).mkdir(exist_ok=True)
                    sound.write_parquet(making / name / f"{part:06}.parquet")
                    counts[name] += sound.height
            step("businesses", part + 1, part + 2)
        if not counts["outcomes"]:
            raise _none()
        write_about(about, making)
    if left:
        say(f"{left:,} rows that training does not take are left out.")
    return {name: counts[name] for name in TABLES if name in counts}


def _sound(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the rows of a table that training takes: for one other it would refuse them all."""
    if checks.is_sound(frame, TABLES[name]):
        return frame
    marked = checks.faults(frame, TABLES[name])
    return marked.filter(pl.col(checks.FAULT).is_null()).drop(checks.FAULT)


def _note(engine: Engine, some: Iterable[Learnable], now: datetime) -> None:
    """Note of each business that models learn from it, before anybody can."""
    noted = [
        Access(now, one.whose.partner_id, WHO, WHAT, f"business/{one.whose.business_id}")
        for one in some
    ]
    trail.keep(engine, noted)


def _frames(some: Iterable[Learnable]) -> Frames:
    """Return the tables of some businesses, those that have rows."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    records: dict[str, list[pl.DataFrame]] = defaultdict(list)
    for one in some:
        for decision, report in one.loans:
            rows["applications"].append(_application(one.key_id, decision))
            rows["outcomes"].append(_outcome(decision, report))
        rows["consents"].extend(_consents(one))
        for source, kept in one.records.items():
            records[source].append(_records(one.key_id, source, pl.DataFrame(pl.from_arrow(kept))))
    made = {name: pl.DataFrame(said, checks.schema(TABLES[name])) for name, said in rows.items()}
    return made | {source: pl.concat(frames) for source, frames in records.items()}


def _records(business: str, source: str, kept: pl.DataFrame) -> pl.DataFrame:
    """Return records as a data set has them; two businesses may have named one alike."""
    kinds, key = checks.schema(TABLES[source]), TABLES[source].key
    own = pl.concat_str(pl.lit(f"{business}."), pl.col(key)).alias(key)
    named = kept.with_columns(own, business_id=pl.lit(business))
    return named.select(pl.col(name).cast(kind) for name, kind in kinds.items())


def _application(business: str, decision: Decision) -> dict[str, Any]:
    asked = decision.application
    return {
        "application_id": decision.decision_id,
        "business_id": business,
        "partner_id": decision.partner_id,
        "as_of": asked.as_of,
        "amount": asked.amount,
        "tenor_months": asked.tenor_months,
        "purpose": asked.purpose,
        "answer": "financed",
    }


def _outcome(decision: Decision, report: Report) -> dict[str, Any]:
    """Return a loan as training judges it: one that is not too young was watched long enough."""
    return {
        "application_id": decision.decision_id,
        "disbursed_at": report.disbursed_at,
        "worst_days_past_due": report.worst_days_past_due,
        "written_off": report.written_off,
        "censored": report.censored,
        "restructured": report.restructured,
        "defaulted_at": report.defaulted_at,
        "watched_until": report.as_of if report.censored else None,
    }


def _consents(one: Learnable) -> Iterator[dict[str, Any]]:
    for given in one.consents:
        yield {
            "consent_id": given.consent_id,
            "business_id": one.key_id,
            "scope": given.scope,
            "granted_at": given.granted_at,
            "withdrawn_at": given.withdrawn_at,
        }


def _none() -> Refused:
    return Refused(
        found="no loan that is reported on and whose owner agreed",
        expected="at least one",
        hint="Keep consents to model_improvement, and report repayments.",
        code="nothing-to-learn",
    )
