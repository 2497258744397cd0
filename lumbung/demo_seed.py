"""What the demonstration stands on: a champion, partners with keys, a programme, a report.

What is there already is used again. What was broken off is made anew, so there is nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from audit.days import wib
from audit.editions.period import containing
from audit.result import Policy
from lumbung.cli import say
from lumbung.data import simulate_into
from lumbung.demo_people import LENDER, OFFICE, PEOPLE, keep_secret
from lumbung.demo_programme import fill
from lumbung.edition import make_all
from lumbung.model import tracker, train_on
from matching.shelf import load_products
from serving.access.keys import issue_key
from serving.rules.rulebook import Rulebook
from serving.service import Service
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlocked
from training.asked import Asked
from training.simulating import Plan

PLAN: Final = Plan(businesses=1500, months=12, seed=1)
"""What is simulated for the demonstration, and for the pictures in docs/features.md."""


def champion(settings: Settings, done: Path) -> None:
    """Make a champion of this release on simulated data, and say so in a file."""
    data = settings.home / "data"
    if not data.exists():
        simulate_into(data, PLAN)
    trained = train_on(data, Asked(Policy().most_probability), settings)
    tracker(settings).promote(trained.kept.version)
    done.write_text(f"{trained.kept.version}\n", encoding="utf-8")


def partners(settings: Settings, kept: Mapping[str, Path]) -> None:
    """Make every lender a partner, and an official; let them work, and keep keys to try at the end.

    Args:
        settings: of the service.
        kept: name → where that key is kept: ``api`` and ``colleague`` of a lender, ``official``.
    """
    for part in settings.home.glob("lumbung.db*"):
        part.unlink()  # no keys were kept: it was broken off
    engine = unlocked(settings)
    try:
        database.migrate(engine)
        keys = _keys(engine)
        fill(Service(engine, Rulebook(settings).rules), settings.home / "data")
        _report(settings, engine)
    finally:
        engine.dispose()
    for name, file in kept.items():
        keep_secret(file, keys[name] + "\n")


def _keys(engine: Engine) -> dict[str, str]:
    products, (one, other) = load_products(), PEOPLE
    lenders = {product.lender.id: product.lender.name for product in products}
    keys = {who: issue_key(engine, who, name, person=one) for who, name in lenders.items()}
    say(f"partners: {len(lenders)} lenders with {len(products)} example products")
    return {
        "api": keys[LENDER],
        "colleague": issue_key(engine, LENDER, lenders[LENDER], person=other),
        "official": issue_key(engine, OFFICE, "Dinas", person=one, kind="official"),
    }


def _report(settings: Settings, engine: Engine) -> None:
    """Make a report of the quarter that runs, as if it were over: here all is made up."""
    now = datetime.now(UTC)
    running = containing("quarter", wib(now))
    make_all(engine, settings, [running], now)
    say(f"report of a period: {running.name}, as if it were over")
