"""``lumbung benchmark``, as a person calls it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from lumbung.cli import COMMANDS
from tests.contracts.blocks import line
from tests.lumbung.conftest import Lumbung
from tests.training.benchmarking.cases import ROWS, frame, write
from training.benchmarking import compare, peers
from training.recipes import choose

TABLE = ("--target", "outcome", "--bad", "charged off", "--exclude", "village,weight", "--json")
FAST = ("--peers", "logistic,scorecard", "--draws", "20")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make few trees: what is tested here is not how good they are."""
    monkeypatch.setattr(choose, "DEPTHS", (1, 2))
    monkeypatch.setattr(choose, "ROUNDS", (10, 30))


def test_later_loans_are_tested_and_every_candidate_has_figures_and_a_difference(
    lumbung: Lumbung, tmp_path: Path
) -> None:
    file = write(tmp_path)
    ended = lumbung("benchmark", "--table", file, *TABLE, "--time", "year", *FAST)
    assert ended.status == 0, ended.stderr
    answer = ended.json()
    made = frame()
    later = made.filter(pl.col("year") >= 2017)
    assert answer["loans"] == ROWS
    assert answer["tested"] == later.height
    assert answer["tested_bad"] == (later["outcome"] == "charged off").sum()
    assert answer["inputs"] == ["income", "shop", "code", "member", "since"]
    assert answer["categories"] == {"shop": 3}
    assert answer["constant"] == ["always"]
    candidates = {"lumbung", "lumbung, uncalibrated", "logistic", "scorecard"}
    assert set(answer["figures"]) == candidates
    assert set(answer["ours_less_theirs"]) == candidates - {"lumbung"}
    for name, behind in answer["ours_less_theirs"].items():
        for measure in ("auc", "ks", "brier", "ece"):
            ours = answer["figures"]["lumbung"][measure]
            theirs = answer["figures"][name][measure]
            assert ours["low"] <= ours["value"] <= ours["high"] or measure == "ece"
            assert behind[measure]["value"] == pytest.approx(ours["value"] - theirs["value"])
    assert answer["figures"]["lumbung"]["auc"]["value"] > 0.65
    assert sum(answer["recipes"].values()) == 1
    assert ended.stderr.startswith("benchmark\n")


def test_without_a_time_folds_are_repeated_and_a_person_reads_a_table(
    lumbung: Lumbung, tmp_path: Path
) -> None:
    file = write(tmp_path)
    arguments = [word for word in TABLE if word != "--json"]
    ended = lumbung(
        "benchmark",
        "--table",
        file,
        *arguments,
        "--folds",
        2,
        "--repeats",
        2,
        *FAST,
    )
    assert ended.status == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert lines[0].startswith(f"{ROWS} loans,")
    assert sum(int(line.split()[-2]) for line in lines if line.startswith("lumbung chose")) == 4
    assert [line.split()[0] for line in lines if line.startswith("logistic")] == ["logistic"] * 2
    assert "lumbung less the other, paired" in lines


def test_a_column_that_gives_the_outcome_away_is_refused_by_name_before_anything_is_fitted(
    lumbung: Lumbung, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare, "ours", None)
    bad = (pl.col("outcome") == "charged off").cast(pl.Float64)
    made = frame().with_columns((bad + pl.col("code") / 10).alias("afterwards"))
    file = write(tmp_path, made)
    ended = lumbung("benchmark", "--table", file, *TABLE, *FAST)
    assert ended.status == 3
    assert ended.stdout == ""
    assert "leak in gate G01" in ended.stderr
    assert "afterwards" in ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--peers", "nobody"),
        ("--test-from", "2015"),
        ("--folds", "1"),
        ("--time", "year", "--repeats", "2"),
        ("--filter", "year"),
    ],
)
def test_options_that_do_not_fit_together_end_with_two(
    lumbung: Lumbung, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    ended = lumbung("benchmark", "--table", write(tmp_path), *TABLE, *arguments)
    assert ended.status == 2
    assert ended.stdout == ""
    assert "Usage:" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--time", "year", "--test-from", "soon"), "bad-time"),
        (("--time", "year", "--test-from", "2050-01-01"), "bad-split"),
        (("--exclude", "nowhere"), "missing-column"),
        (("--prior", "2"), "bad-weight"),
    ],
)
def test_what_cannot_be_compared_ends_with_two(
    lumbung: Lumbung, tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    ended = lumbung("benchmark", "--table", write(tmp_path), *TABLE, *FAST, *arguments)
    assert ended.status == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith(f"{code}")


def test_without_its_extra_a_peer_says_how_to_get_it(
    lumbung: Lumbung, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(peers.LIBRARIES, "ebm", "no_such_library")
    ended = lumbung("benchmark", "--table", write(tmp_path), *TABLE)
    assert ended.status == 2
    assert ended.stderr.startswith("no-peers\n")
    assert "make peers" in ended.stderr


def test_the_two_benchmarks_name_each_other(lumbung: Lumbung) -> None:
    assert {"bench", "benchmark"} <= set(COMMANDS)
    assert "lumbung bench`" in lumbung("benchmark", "--help").stdout
    assert "lumbung benchmark`" in lumbung("bench", "--help").stdout


def test_the_charge_off_of_the_sba_is_refused_and_without_the_leaks_loans_are_told_apart(
    lumbung: Lumbung, real_data: Path, tmp_path: Path
) -> None:
    """By the command of the page, of one in twenty of its loans."""
    loans = pl.read_parquet(real_data / "sba" / "sba_loans.parquet")
    sample = loans.filter(pl.col("source") == "random_balanced_30k").gather_every(20)
    where = {"sba/sba_loans.parquet": str(write(tmp_path, sample))}
    page = "lumbung benchmark --table sba/"
    ended = lumbung(*line(page, {**where, "ChgOffPrinGr,": ""})[1:], *FAST)
    assert ended.status == 3
    assert "ChgOffPrinGr" in ended.stderr
    ended = lumbung(*line(page, where)[1:], *FAST, "--json")
    assert ended.status == 0, ended.stderr
    answer = ended.json()
    assert answer["loans"] == 1500
    assert answer["figures"]["lumbung"]["auc"]["low"] > 0.5


def test_the_loans_of_south_germany_are_all_taken_with_all_their_columns(
    lumbung: Lumbung, real_data: Path
) -> None:
    page = "lumbung benchmark --table south_german/"
    where = {"south_german/": f"{real_data}/south_german/"}
    ended = lumbung(*line(page, where)[1:], "--folds", 2, "--repeats", 1, *FAST, "--json")
    assert ended.status == 0, ended.stderr
    answer = ended.json()
    assert (answer["loans"], answer["tested_bad"], len(answer["inputs"])) == (1000, 300, 20)
    assert answer["figures"]["lumbung"]["auc"]["low"] > 0.6
