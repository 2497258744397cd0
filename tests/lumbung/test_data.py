"""``lumbung import`` and ``lumbung simulate``, as a person calls them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import polars as pl
import pytest

from features.records import TABLES
from tests.lumbung.conftest import Lumbung
from tests.training.cases import ABOUT, payment, write
from training import datasets, simulating
from training.about import About, write_about

MAPPING = """
most_rejected = 0.5
[dataset]
name = "export"
currency = "IDR"
time_zone = "Asia/Jakarta"
source = "an export"
licence = "by agreement"
basis = "by agreement"
[[table]]
table = "applications"
file = "loans.parquet"
[table.columns]
application_id = { from = "id" }
business_id = { from = "id" }
as_of = { from = "asked" }
amount = { from = "sum" }
tenor_months = { constant = 12 }
"""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Return a folder with a foreign file of three loans, one of them wrong, and its mapping."""
    folder = tmp_path / "export"
    folder.mkdir()
    pl.DataFrame(
        {"id": ["a", "b", "c"], "asked": ["2025-01-01"] * 3, "sum": [1_000_000, -1, 2_000_000]}
    ).write_parquet(folder / "loans.parquet")
    (folder / "mapping.toml").write_text(MAPPING)
    return folder


def test_import_makes_a_data_set_and_says_what_was_set_aside(
    lumbung: Lumbung, export: Path, tmp_path: Path
) -> None:
    out = tmp_path / "data"
    ended = lumbung("import", export, "--mapping", export / "mapping.toml", "--out", out)
    assert ended.status == 0
    said = " ".join(ended.stdout.split())
    assert said == "applications 2 rows kept of 3; 1 set aside: 1 bad-amount"
    assert ended.stderr.endswith(f"Next: lumbung train --data {out}\n")
    assert datasets.read(out)["applications"]["application_id"].to_list() == ["a", "c"]
    assert pl.read_parquet(out / "rejected" / "applications").height == 1


def test_import_answers_with_one_object(lumbung: Lumbung, export: Path, tmp_path: Path) -> None:
    out = tmp_path / "data"
    mapping = export / "mapping.toml"
    ended = lumbung("import", export, "--mapping", mapping, "--out", out, "--json")
    table = {
        "table": "applications",
        "read": 3,
        "passed_over": 0,
        "repeated": 0,
        "kept": 2,
        "rejected": {"bad-amount": 1},
        "first": "2024-12-31",
        "last": "2024-12-31",
        "longest_gap_days": 0,
        "already": False,
    }
    assert ended.json() == {"out": str(out), "tables": [table]}


def test_import_above_the_share_allowed_ends_with_two_and_leaves_nothing(
    lumbung: Lumbung, export: Path, tmp_path: Path
) -> None:
    mapping = export / "mapping.toml"
    mapping.write_text(MAPPING.replace("0.5", "0.3"))
    before = set(tmp_path.rglob("*"))
    ended = lumbung("import", export, "--mapping", mapping, "--out", tmp_path / "data", "--json")
    assert ended.status == 2
    assert ended.stdout == ""
    assert "\ntoo-many-rejected in applications\n" in ended.stderr
    assert "1 bad-amount" in ended.stderr
    assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("mapping", "code"),
    [("unheard-of", "no-mapping"), ("berka", "unreadable-file"), ("broken.toml", "bad-mapping")],
)
def test_import_by_a_mapping_that_does_not_fit_ends_with_two(
    lumbung: Lumbung, export: Path, tmp_path: Path, mapping: str, code: str
) -> None:
    Path("broken.toml").write_text("[dataset")
    ended = lumbung("import", export, "--mapping", mapping, "--out", tmp_path / "data")
    assert ended.status == 2
    assert ended.stderr.startswith(code)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("about", "code"), [(None, "not-a-dataset"), (ABOUT, "other-dataset")])
def test_import_never_writes_into_a_folder_that_is_something_else(
    lumbung: Lumbung, export: Path, tmp_path: Path, about: About | None, code: str
) -> None:
    if about is not None:
        write_about(about, tmp_path)
    before = set(tmp_path.rglob("*"))
    mapping = export / "mapping.toml"
    ended = lumbung("import", export, "--mapping", mapping, "--out", tmp_path)
    assert ended.status == 2
    assert ended.stderr.startswith(f"{code} in {tmp_path.name}\n")
    assert set(tmp_path.rglob("*")) == before


def test_a_dry_run_shows_the_first_rows_and_keeps_nothing(
    lumbung: Lumbung, export: Path, tmp_path: Path
) -> None:
    before = set(tmp_path.rglob("*"))
    ended = lumbung("import", export, "--mapping", export / "mapping.toml", "--dry-run")
    assert ended.status == 0
    assert "applications" in ended.stdout
    assert "2 rows kept of 3; 1 set aside: 1 bad-amount" in ended.stdout
    assert "2024-12-31 to 2024-12-31, longest gap 0 days" in ended.stdout
    assert "1000000" in ended.stdout
    assert set(tmp_path.rglob("*")) == before


def test_the_same_import_again_says_so_and_changes_nothing(
    lumbung: Lumbung, export: Path, tmp_path: Path
) -> None:
    command = ("import", export, "--mapping", export / "mapping.toml", "--out", tmp_path / "data")
    lumbung(*command)
    before = {f: f.read_bytes() for f in (tmp_path / "data").rglob("*") if f.is_file()}
    ended = lumbung(*command)
    assert ended.status == 0
    assert "already imported; nothing changed" in ended.stdout
    assert {f: f.read_bytes() for f in (tmp_path / "data").rglob("*") if f.is_file()} == before


@pytest.mark.parametrize("options", [(), ("--dry-run", "--out", "x"), ("--mapping", "berka")])
def test_import_says_what_it_needs(
    lumbung: Lumbung, export: Path, options: tuple[str, ...]
) -> None:
    ended = lumbung("import", export, *options)
    assert ended.status == 2
    assert "Give --mapping, and either --out or --dry-run." in ended.stderr


def test_suggest_writes_a_mapping_that_can_be_read(lumbung: Lumbung, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("trx_id,merchant,tanggal,nominal\n1,m,2025-01-31,5\n")
    ended = lumbung("import", file, "--suggest")
    assert ended.status == 0
    assert tomllib.loads(ended.stdout)["table"][0]["table"] == "payments"


def test_identifiers_need_a_key_and_the_key_a_secret(lumbung: Lumbung, tmp_path: Path) -> None:
    hashing = MAPPING.replace(
        'business_id = { from = "id" }', 'business_id = { from = "id", hash = true }'
    )
    (tmp_path / "mapping.toml").write_text(hashing.replace("loans.parquet", "loans.csv"))
    (tmp_path / "loans.csv").write_text("id,asked,sum\na,2025-01-01,5\n")
    (tmp_path / "short").write_text("secret")
    (tmp_path / "key").write_text("a secret of thirty-two bytes or more")
    command = ("import", tmp_path / "loans.csv", "--mapping", tmp_path / "mapping.toml")
    out = tmp_path / "data"
    for options in ((), ("--key", tmp_path / "short"), ("--key", tmp_path / "none")):
        ended = lumbung(*command, "--out", out, *options)
        assert ended.status == 2
        assert ended.stderr.startswith("bad-hash-key")
    assert lumbung(*command, "--out", out, "--key", tmp_path / "key").status == 0
    made = datasets.read(out)
    assert made["applications"]["business_id"][0] != "a"
    assert made.about.pseudonyms is not None


def test_export_copies_what_a_purpose_permits(lumbung: Lumbung, tmp_path: Path) -> None:
    whole = write(tmp_path / "data", payments=[payment()], protected=[{"business_id": "b1"}])
    out = tmp_path / "copy"
    ended = lumbung("export", "--data", whole, "--purpose", "scoring", "--out", out, "--json")
    rows = {"payments": {"kept": 1, "of": 1}, "protected": {"kept": 0, "of": 1}}
    assert ended.json() == {"out": str(out), "purpose": "scoring", "rows": rows}
    assert set(datasets.read(out).tables) == {"payments"}


def test_simulate_makes_a_data_set_that_says_it_is_simulated(
    lumbung: Lumbung, tmp_path: Path
) -> None:
    out = tmp_path / "data"
    few = ("--businesses", 20, "--months", 3, "--seed", 4)
    ended = lumbung("simulate", *few, "--out", out, "--json")
    assert ended.status == 0
    answer = ended.json()
    data = datasets.read(out)
    assert answer["out"] == str(out)
    assert data.about.simulated
    assert answer["rows"]["applications"] == 20
    for name, frame in data.tables.items():
        assert answer["rows"][name] == frame.height
    assert set(answer["rows"]) == {*TABLES, "truth"}


def test_simulate_says_in_its_text_that_the_rows_are_simulated(
    lumbung: Lumbung, tmp_path: Path
) -> None:
    ended = lumbung("simulate", "--businesses", 5, "--months", 3, "--out", tmp_path / "data")
    assert ended.status == 0
    assert all(line.endswith("rows, simulated") for line in ended.stdout.splitlines())


def test_simulating_nothing_ends_with_two(lumbung: Lumbung, tmp_path: Path) -> None:
    ended = lumbung("simulate", "--businesses", 0, "--out", tmp_path / "data")
    assert ended.status == 2
    assert ended.stderr.startswith("bad-simulation")
    assert not (tmp_path / "data").exists()


def test_simulate_sets_what_is_asked_for_and_says_so(lumbung: Lumbung, tmp_path: Path) -> None:
    out = tmp_path / "data"
    few = ("--businesses", 20, "--months", 3, "--workers", 1)
    settings = ("--set", "unfair_thinness=0.5", "--set", "group=young")
    assert lumbung("simulate", *few, *settings, "--out", out).status == 0
    assert "set: group=young, unfair_thinness=0.5" in datasets.read(out).about.source


@pytest.mark.parametrize("setting", ["luck=1", "burst=2", "burst"])
def test_simulate_refuses_a_setting_it_does_not_know_and_lists_those_it_does(
    lumbung: Lumbung, tmp_path: Path, setting: str
) -> None:
    ended = lumbung("simulate", "--set", setting, "--out", tmp_path / "data")
    assert ended.status == 2
    assert ended.stderr.startswith("bad-simulation")
    assert "unfair_denial=0.0" in ended.stderr
    assert not (tmp_path / "data").exists()


def test_simulate_stopped_says_that_it_goes_on(
    lumbung: Lumbung, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(simulating, "write", stopped)
    ended = lumbung("simulate", "--out", tmp_path / "data")
    assert ended.status == 130
    assert "goes on from here" in ended.stderr
