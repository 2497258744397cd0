"""``lumbung breach``: who is to be told, by when, and in which words."""

from __future__ import annotations

import csv
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import insert

from serving.access.trail import Access
from serving.store import database
from serving.tables import AccessRow
from tests.audit.cases import NOW
from tests.lumbung.conftest import Lumbung

WINDOW = ("--from", "2026-11-24", "--to", "2026-11-25", "--known", "2026-11-26T01:30")


@pytest.fixture
def accessed(home: Path) -> None:
    """Put the access to one business of each of two partners into the trail."""
    engine = database.connect(f"sqlite:///{home / 'lumbung.db'}")
    database.migrate(engine)
    what = "PUT /v1/businesses/{business_id}"
    rows = [Access(NOW, name, f"k-{name}", what, "business/b1") for name in ("granary", "mill")]
    with database.session(engine) as session, session.begin():
        session.execute(insert(AccessRow), [asdict(row) for row in rows])
    engine.dispose()


@pytest.mark.usefixtures("accessed")
def test_it_lists_who_was_affected_for_its_owner_alone(lumbung: Lumbung, tmp_path: Path) -> None:
    out = tmp_path / "affected.csv"
    ended = lumbung("breach", *WINDOW, "--out", out, "--json")
    due = "2026-11-29T01:30:00+00:00"
    assert ended.json() == {"affected": 2, "partners": ["granary", "mill"], "due": due}
    assert out.stat().st_mode & 0o777 == 0o600
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["partner_id"], row["business_id"]) for row in rows] == [
        ("granary", "b1"),
        ("mill", "b1"),
    ]
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []


@pytest.mark.usefixtures("accessed")
def test_only_those_of_a_partner_or_a_key(lumbung: Lumbung, tmp_path: Path) -> None:
    out = tmp_path / "affected.csv"
    for only in (("--partner", "mill"), ("--key", "k-mill")):
        told = lumbung("breach", *WINDOW, *only, "--out", out, "--json").json()
        assert told["partners"] == ["mill"]


@pytest.mark.usefixtures("accessed")
def test_the_notice_says_when_and_until_when_it_is_due(lumbung: Lumbung, tmp_path: Path) -> None:
    ended = lumbung("breach", *WINDOW, "--out", tmp_path / "affected.csv")
    assert "Antara 24-11-2026 07:00 WIB dan 25-11-2026 07:00 WIB" in ended.stdout
    assert "Pasal 46" in ended.stdout
    assert ended.stdout.rstrip().endswith("29-11-2026 08:30 WIB.")
    assert "2 businesses of 2 partners" in ended.stderr
