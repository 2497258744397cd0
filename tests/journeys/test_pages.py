"""The pages of who operates Lumbung, followed to the letter on copies of the demonstration."""

from __future__ import annotations

import json
import re
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import mlflow
import polars as pl
import pytest

from audit.days import wib
from audit.editions.period import due
from benchmarks import postgresql
from lumbung.demo_people import LENDER
from models.artefact import NAME
from tests.conftest import ROOT, lacking
from tests.contracts.blocks import of
from tests.journeys.demo import Demo
from tests.journeys.operator import Operator
from tests.training.cases import another_version
from training.tracking import RED_GATES

RUNBOOK = "docs/runbook.md"

NEW_MASTER = """openssl rand -base64 32 > new.key
cat var/master.key >> new.key; mv new.key var/master.key; chmod 600 var/master.key
lumbung master rewrap
head -1 var/master.key > new.key; mv new.key var/master.key; chmod 600 var/master.key
lumbung replay --all --sample 20"""
"""The new line first, wrapped anew, the old line out: what was sealed is read by the new one."""

PAGE_OF_IMPORT = "docs/import.md"

EXPORT = """Ekspor transaksi
1 Oktober 2026
id;merchant;tanggal;jam;nominal;jenis;kanal;pembayar;status
t1;warung-1;01/03/2026;07:15;Rp1.250.000;masuk;QR;Bu Siti;OK
t2;warung-1;02/03/2026;09:00;Rp15.000;keluar;TRF;Pak Budi;OK
t3;warung-1;03/03/2026;10:30;Rp9.000;masuk;QR;Bu Siti;FAILED
"""
"""A file as the page's mapping takes it: two lines above the names, and one payment that failed."""

OF_THEIR_OWN = {"Start", "Every month", "Back up", "Learn from what became of loans"}
"""Chapters of the runbook that a test of its own follows, the last in test_learning.py."""

FOLLOWED: dict[tuple[str, str], tuple[dict[str, str], list[str]]] = {
    (RUNBOOK, "Upgrade"): ({"/backups": "backups"}, ["whole: "]),
    (RUNBOOK, "Every day"): (
        {"/backups": "backups", "/published": "."},
        ["0 businesses would be erased", "whole: ", "100 of 100 decisions came out the same"],
    ),
    (RUNBOOK, "Restore"): (
        {"/backups/20261127T010000.000000Z": "backups/*"},
        ["Restored what was kept", "whole: ", "100 of 100", "0 businesses erased again"],
    ),
    (RUNBOOK, "Rotate keys"): (
        {
            "bapera": LENDER,
            "0123456789ab": "{key}",
            "lumbung master rewrap": NEW_MASTER,
        },
        ["in_force", "lbg_", "keys wrapped anew", "20 of 20 decisions came out the same"],
    ),
    (RUNBOOK, "Another champion"): (
        {"promote 8": "promote 2"},
        ["version 2 is champion", "version 1 is champion"],
    ),
    (RUNBOOK, "The kill switch"): ({}, []),
    (RUNBOOK, "A breach"): (
        {
            "0123456789ab": "{key}",
            "2026-11-24T00:00": "{before}",
            "2026-11-26T12:00": "{after}",
        },
        ["whole: "],
    ),
    (RUNBOOK, "A person wants to be erased"): (
        {"bapera usaha-0017": f"{LENDER} {{business}}"},
        ["erased"],
    ),
    ("docs/gates.md", "Overriding a red gate"): (
        {"promote 7": "promote 1", "2026-12-31": "{until}", "1.35": "{figure}"},
        ["version 1 is champion"],
    ),
    ("docs/simulator.md", ""): (
        {
            "--businesses 1000": "--businesses 60",
            "--seed 7 --out DIR": "--seed 7 --out one",
            "--set group=young --out DIR": "--set group=young --businesses 60 --out other",
        },
        ["simulated"],
    ),
}
"""Page and chapter → what it says → what is run here, and what is printed then."""


def test_every_chapter_of_the_runbook_is_followed_but_for_what_is_said_not_to_be() -> None:
    chapters = {one.chapter for one in of("sh", RUNBOOK)}
    assert chapters == {chapter for page, chapter in FOLLOWED if page == RUNBOOK} | OF_THEIR_OWN


def found(demo: Demo, operator: Operator) -> dict[str, str]:
    """Return what a page cannot know: ids, times, a figure of the model; all of this copy."""
    now = datetime.now(UTC)
    example = json.loads((ROOT / "docs/examples/application.json").read_text(encoding="utf-8"))
    keys = operator.run(f"lumbung keys list {LENDER}")
    (gates,) = (demo.folder / "var/demo/mlartifacts").rglob("gates.json")
    stated = re.search(
        r"observed to expected ([\d.]+)", json.loads(gates.read_text("utf-8"))["G03"]["found"]
    )
    assert stated
    return {
        "key": next(line.split()[0] for line in keys.splitlines() if " in_force " in line),
        "before": f"{now - timedelta(days=1):%Y-%m-%dT%H:%M}",
        "after": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}",
        "business": example["business_id"],
        "until": f"{now + timedelta(days=30):%Y-%m-%d}",
        "figure": stated[1],
    }


@pytest.mark.parametrize(("page", "chapter"), FOLLOWED, ids=str)
def test_a_chapter_does_what_it_says(
    demo: Demo, operator: Operator, page: str, chapter: str
) -> None:
    demo.ask()
    home = demo.copied(operator.folder)
    operator.monkeypatch.setenv("LUMBUNG_HOME", "var")
    changed, told = FOLLOWED[page, chapter]
    store = f"sqlite:///{home}/mlflow.db"
    match chapter:
        case "Another champion":
            another_version(store)
        case "Restore":
            operator.run("lumbung backup --out backups")
        case "Overriding a red gate":
            mlflow.MlflowClient(store, store).set_model_version_tag(NAME, "1", RED_GATES, "G03")
    facts = found(demo, operator)
    blocks = [one for one in of("sh", page) if one.chapter == chapter]
    printed = operator.follow(blocks, {said: run.format(**facts) for said, run in changed.items()})
    assert [one for one in told if one not in printed] == [], printed


def test_a_service_is_started_and_lets_a_partner_and_a_person_in(
    demo: Demo, operator: Operator
) -> None:
    """Its home is empty, as on the first day; the champion is the demonstration's."""
    (operator.folder / "etc").mkdir()
    (operator.folder / "etc/oidc").write_text("a secret", encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "HOME": "var",
        "MLFLOW_URI": demo.store(),
        "MASTER_KEY_FILE": "etc/master.key",
        "OIDC_ISSUER": "https://people.example",
        "OIDC_CLIENT_ID": "lumbung",
        "OIDC_SECRET_FILE": "etc/oidc",
    }
    for name, value in settings.items():
        operator.monkeypatch.setenv(f"LUMBUNG_{name}", value)
    operator.monkeypatch.setenv("PYTHONPATH", str(ROOT))
    ready = f"until_ready http://127.0.0.1:{port}"
    printed = operator.follow(
        [one for one in of("sh", RUNBOOK) if one.chapter == "Start"],
        {
            "/etc/lumbung": "etc",
            "lumbung serve --host 0.0.0.0": f"{ready}/health/ready {sys.executable} -m lumbung"
            f" serve --port {port}",
            "lumbung serve-model": f"{ready}/ping {sys.executable} -m lumbung serve-model",
            "--port 5000": f"--port {port}",
        },
    )
    for told in ("lbg_", "/account/", "ani lets nobody in", "ani is bound to nobody"):
        assert told in printed, printed


def test_each_month_the_report_is_made_and_drift_is_looked_for(
    demo: Demo, operator: Operator
) -> None:
    """The demonstration is of one day, so the watch says that it could compare nothing."""
    demo.copied(operator.folder)
    operator.monkeypatch.setenv("LUMBUNG_HOME", "var")
    edition, monitor = (one for one in of("sh", RUNBOOK) if one.chapter == "Every month")
    assert "nothing is due" in operator.follow([edition], {})
    printed = operator.follow([monitor], {"/var/lib/node_exporter/": ""})
    assert "nothing could be compared" in printed
    assert "lumbung_drift" in Path("lumbung.prom").read_text(encoding="utf-8")


def test_the_first_report_is_of_the_period_that_is_over(operator: Operator) -> None:
    operator.monkeypatch.setenv("LUMBUNG_HOME", "var")
    operator.monkeypatch.setenv("LUMBUNG_EDITIONS", "year")
    operator.run("lumbung partners add dinas --name Dinas")
    (period,) = due("year", wib(datetime.now(UTC)), [])
    assert period.name in operator.follow(of("sh", "docs/dashboard.md"), {})


def test_a_lenders_file_is_imported_by_the_pages_own_mapping(
    demo: Demo, operator: Operator
) -> None:
    """What is shared is a part of the demonstration's data, which has consents."""
    (mapping,), (first, key, shared) = of("toml", PAGE_OF_IMPORT), of("sh", PAGE_OF_IMPORT)
    Path("files").mkdir()
    Path("mapping.toml").write_text(mapping.text, encoding="utf-8")
    Path("files/export-1.csv").write_text(EXPORT, encoding="windows-1252")
    printed = operator.follow(
        [key, first, shared],
        {
            "NAME_OR_FILE SOURCE --out DIR": "mapping.toml files --out data",
            "--data DIR": f"--data {demo.folder}/var/demo/data",
            "LENDER": "simulated-partner-1",
            "COPY": "copy",
        },
    )
    assert "2 rows kept of 3; 1 passed over" in " ".join(printed.split())
    (payments,) = Path("data/payments").rglob("*.parquet")
    kept = pl.read_parquet(payments).sort("payment_id")
    assert kept["amount"].to_list() == [1_250_000, 15_000]
    assert kept["channel"].to_list() == ["qris", "bank"]
    assert kept["occurred_at"][0] == datetime(2026, 3, 1, 0, 15, tzinfo=UTC)  # 07:15 in Batang
    assert kept["business_id"][0] != "warung-1"
    assert (Path("copy") / "dataset.toml").is_file()


def test_a_backup_is_made_of_either_database(demo: Demo, operator: Operator) -> None:
    demo.copied(operator.folder)
    operator.monkeypatch.setenv("LUMBUNG_HOME", "var")
    plain, dumped = (one for one in of("sh", RUNBOOK) if one.chapter == "Back up")
    assert "The master key is not in it" in operator.follow([plain], {"/backups": "backups"})
    Path("var/destroyed-keys.txt").touch()
    folder = postgresql.programs() or lacking("PostgreSQL is not installed: apt or the dev extra")
    with postgresql.cluster(folder, durable=False) as cluster:
        url = cluster.create("lumbung").replace("postgresql:", "postgresql+psycopg:")
        operator.monkeypatch.setenv("LUMBUNG_DATABASE_URL", url)
        operator.run(f"lumbung partners add {LENDER} --name Bank")
        operator.follow([dumped], {"/backups": "backups", "/etc/lumbung": "var"})
        assert "business_keys" in operator.run("pg_restore --list backups/lumbung.dump")
        assert "0 businesses erased again" in operator.run("lumbung restore")
