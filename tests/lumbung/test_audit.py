"""``lumbung audit``, as an official calls it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.conftest import ROOT
from tests.contracts.blocks import line
from tests.lumbung.conftest import Lumbung


def told(page: str) -> str:
    """Return a page as one line."""
    return " ".join((ROOT / page).read_text(encoding="utf-8").split())


def power_of_ten(p: float) -> str:
    """Return a small number as a page has it, such as 2·10⁻²³."""
    digit, exponent = f"{p:.0e}".split("e")
    return f"{digit}·10{exponent.translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


@pytest.fixture
def decisions(tmp_path: Path) -> Path:
    """Return a lender's decisions on 800 made-up applications, women approved less often."""
    random = np.random.default_rng(4)
    gender = random.choice(["female", "male"], 800)
    income = random.normal(0, 1, 800) - 0.5 * (gender == "female")
    chance = 1 / (1 + np.exp(-(1 + income - 0.8 * (gender == "female"))))
    answer = np.where(random.random(800) < chance, "approved", "denied")
    file = tmp_path / "decisions.csv"
    pl.DataFrame({"decision": answer, "gender": gender, "income": income}).write_csv(file)
    return file


def test_an_official_audits_another_lenders_decisions(
    lumbung: Lumbung, decisions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report.json"
    ended = lumbung("audit", "--decisions", decisions, "--report", out, "--given", "*",
                    "--draws", "100")  # fmt: skip
    assert ended.status == 0, ended.stderr
    assert "gaps shown in 800 decisions" in ended.stdout
    found = json.loads(out.read_text(encoding="utf-8"))
    rows = pl.read_csv(decisions)
    women = rows.filter(pl.col("gender") == "female")
    share = (women["decision"] == "approved").mean()
    told = next(of for of in found["groups"] if of["gender"] == "female")
    assert (told["n"], told["approved"]) == (women.height, pytest.approx(share))
    kept = next(of for of in found["remaining"] if of["group"] == "female")["found"]
    assert kept["raw"] < kept["logistic"]["value"] < 0
    assert found["given"] == ["income"]


def test_the_same_as_a_page_and_as_one_object(
    lumbung: Lumbung, decisions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report.html"
    ended = lumbung("audit", "--decisions", decisions, "--report", out, "--draws", "100",
                    "--title", "Bank Contoh", "--language", "en", "--json")  # fmt: skip
    assert ended.status == 0, ended.stderr
    assert ended.json()["title"] == "Bank Contoh"
    assert "<h1>Bank Contoh</h1>" in out.read_text(encoding="utf-8")


def test_a_report_that_is_there_is_not_written_over(
    lumbung: Lumbung, decisions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report.json"
    out.write_text("mine", encoding="utf-8")
    ended = lumbung("audit", "--decisions", decisions, "--report", out)
    assert (ended.status, out.read_text(encoding="utf-8")) == (2, "mine")
    other = lumbung("audit", "--decisions", decisions, "--report", tmp_path / "report.doc")
    assert other.status == 2
    pair = lumbung("audit", "--decisions", decisions, "--report", tmp_path / "r.json",
                   "--across", "gender")  # fmt: skip
    assert pair.status == 2
    assert "bad-pair" in pair.stderr


def test_what_is_tolerated_is_for_the_auditor_to_say(
    lumbung: Lumbung, decisions: Path, tmp_path: Path
) -> None:
    asked = ("audit", "--decisions", decisions, "--draws", "100", "--json", "--report")
    out, never = tmp_path / "r.json", tmp_path / "never.json"
    strict = lumbung(*asked, out, "--tolerate", "demographic_parity_difference=-0.001")
    found = [one for one in strict.json()["comparisons"] if one["gap"]]
    limits = {one["measure"]: one["tolerated"] for one in found}
    assert limits["demographic_parity_difference"] == -0.001
    assert limits["adverse_impact_ratio"] == 0.8
    for wrong in ("nothing=-0.1", "demographic_parity_difference=0.1", "score_gap=much"):
        ended = lumbung(*asked, never, "--tolerate", wrong)
        assert (ended.status, "bad-gap" in ended.stdout + ended.stderr) == (2, True)
        assert not never.exists()


def test_the_denials_of_boston_are_as_the_pages_say(lumbung: Lumbung, real_data: Path) -> None:
    file = real_data / "hmda_boston/hmda_aer.parquet"
    asked = line("lumbung audit --decisions hmda_aer.parquet ", {"hmda_aer.parquet": str(file)})
    ended = lumbung(*asked[1:], "--draws", "100", "--json")
    assert ended.status == 0, ended.stderr
    found = ended.json()
    assert Path("boston.html").is_file()
    (parity,) = (
        one
        for one in found["comparisons"]
        if (one["afam"], one["measure"]) == ("yes", "demographic_parity_difference")
    )
    group, others = (parity[name]["value"] for name in ("group", "others"))
    (left,) = (one["found"] for one in found["remaining"] if one["group"] == "yes")
    p, points = power_of_ten(parity["p"]), f"{-100 * left['linear']['value']:.1f} points"
    assert (
        f"On {found['applications']:,} mortgage applications of Boston, 1990, the audit finds"
        f" {1 - group:.1%} of Black applicants denied and {1 - others:.1%} of the others (p {p}),"
        f" and {points} left when the other columns are equal" in told("README.md")
    )
    page = told("docs/fairness.md")
    assert f"finds {group:.1%} of Black applicants approved and {others:.1%} of the others" in page
    assert f"p {p}," in page
    assert f"By linear regression {points} are left when the other columns are equal" in page
