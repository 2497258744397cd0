"""``lumbung evidence``, as whoever answers for a release calls it."""

from __future__ import annotations

import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lumbung import evidence
from lumbung.evidencing.claims import Catalogue, catalogue
from tests.conftest import ROOT
from tests.lumbung.conftest import Lumbung


class Links(HTMLParser):
    """Where a page leads to, and the names in it that may be led to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.to: set[str] = set()
        self.names: set[str] = set()
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.add(tag)
        self.to |= {said for name, said in attrs if name == "href" and said}
        self.names |= {said for name, said in attrs if name == "id" and said}


def results(folder: Path, *failed: str) -> Path:
    """Return a file of a run in which every test that a claim names passed, but for these."""
    checks = [check for claim in catalogue().claims.values() for check in claim.checks]
    named = sorted({check[5:] for check in checks if check.startswith("test ")})
    cases = []
    for one in named:
        file, _, name = one.partition("::")
        place = file.removesuffix(".py").replace("/", ".")
        fault = "<failure/>" if one in failed else ""
        cases.append(f'<testcase classname="{place}" name="{name}">{fault}</testcase>')
    written = folder / "results.xml"
    written.write_text(f"<testsuites>{''.join(cases)}</testsuites>", encoding="utf-8")
    return written


def test_a_pack_is_whole_and_says_what_the_run_found(
    lumbung: Lumbung, trained_store: Path, tmp_path: Path
) -> None:
    """Digests are computed anew here, links are followed, figures are held against MLflow's."""
    assert trained_store.is_file()
    out = tmp_path / "pack"
    ended = lumbung("evidence", "--version", 1, "--out", out, "--owner", "Siti <b>", "--json")
    assert ended.status == 0, ended.stderr
    sums = (out / "SHA256SUMS").read_text("utf-8")
    listed = {name: digest for digest, name in map(str.split, sums.splitlines())}
    files = [file for file in out.rglob("*") if file.is_file() and file.name != "SHA256SUMS"]
    digests = {str(f.relative_to(out)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}
    assert listed == digests
    answer = ended.json()
    assert answer["sha256"] == hashlib.sha256(sums.encode()).hexdigest()
    assert answer["counted"] == catalogue().counted()

    told = json.loads((out / "evidence.json").read_text("utf-8"))
    gates = json.loads((out / "model/gates.json").read_text("utf-8"))
    assert told["model"]["gates"] == list(gates.values())
    assert told["release"]["owner"] == "Siti <b>"
    found = {one["check"]: one for claim in told["claims"].values() for one in claim["checks"]}
    assert all(one["true"] for one in found.values())
    assert found["gate G09"]["told"] == f"{gates['G09']['colour']}: {gates['G09']['found']}"
    auc = re.search(r"\| auc \| (.+?) \|", (out / "model/card/card.md").read_text("utf-8"))
    assert auc is not None
    assert found["figure auc"]["told"] == auc[1]

    page = (out / "index.html").read_text("utf-8")
    links = Links(page)
    lost = [
        to
        for to in links.to
        if not (to[1:] in links.names if to.startswith("#") else (out / to).is_file())
    ]
    assert lost == []
    assert "script" not in links.tags
    assert "Siti &lt;b&gt;" in page
    assert "learned from simulated data" in page
    assert (out / "release/tests/contracts/test_evidence.py").read_bytes() == (
        ROOT / "tests/contracts/test_evidence.py"
    ).read_bytes()


def test_without_a_champion_or_such_a_version_nothing_is_made(
    lumbung: Lumbung, trained_store: Path, tmp_path: Path
) -> None:
    assert trained_store.is_file()
    for more in ((), ("--version", 9)):
        ended = lumbung("evidence", "--out", tmp_path / "pack", *more)
        assert ended.status == 2
        assert ended.stderr.startswith("no-version\n")
    assert not [file for file in tmp_path.iterdir() if "pack" in file.name]


def test_what_there_is_already_is_not_written_over(lumbung: Lumbung, tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    ended = lumbung("evidence", "--out", tmp_path / "pack")
    assert ended.stderr.startswith("already-there\n")


def test_one_claim_that_does_not_hold_and_there_is_no_pack(
    lumbung: Lumbung, trained_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert trained_store.is_file()
    claims = {"bold": {"says": "It is so.", "checks": ["gate G01", "no-input income"]}}
    asked = {"id": "1", "asks": "Something", "known": "text", "claims": ["bold"]}
    law = {"title": "A law", "note": "Of this test.", "requirements": [asked]}
    made = Catalogue.model_validate({"claims": claims, "frameworks": {"law": law}})
    monkeypatch.setattr(evidence, "catalogue", lambda: made)
    ended = lumbung("evidence", "--version", 1, "--out", tmp_path / "pack")
    assert ended.status == 3
    assert ended.stderr.startswith("untrue-claim\n")
    assert "bold: no-input income" in ended.stderr
    assert not [file for file in tmp_path.iterdir() if "pack" in file.name]


def test_a_test_that_failed_in_the_run_given_stops_the_pack(
    lumbung: Lumbung, trained_store: Path, tmp_path: Path
) -> None:
    assert trained_store.is_file()
    failed = "tests/contracts/test_evidence.py::test_a_claim_holds"
    of = ("evidence", "--version", 1, "--out", tmp_path / "pack", "--results")
    ended = lumbung(*of, results(tmp_path, failed))
    assert ended.status == 3
    assert f"evidence: test {failed}: did not pass" in ended.stderr
    assert lumbung(*of, results(tmp_path)).status == 0
    told = json.loads((tmp_path / "pack/evidence.json").read_text("utf-8"))
    assert {"check": f"test {failed}", "true": True, "told": "passed"} in (
        told["claims"]["evidence"]["checks"]
    )


def test_without_a_checkout_there_is_nothing_to_show(
    lumbung: Lumbung, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "ROOT", tmp_path)
    ended = lumbung("evidence", "--out", tmp_path / "pack")
    assert ended.status == 2
    assert ended.stderr.startswith("no-checkout\n")
