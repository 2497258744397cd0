"""An import into a data set that is there: what is new joins it, and nothing else changes."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from features.errors import BadInput, LumbungError
from tests.conftest import ROOT
from tests.training.cases import refused
from tests.training.importing.damages import lines, row
from tests.training.importing.exports import (
    KEY,
    SECRET,
    imported,
    mapping,
    set_aside,
    snapshot,
    stored,
)
from training import datasets, tables
from training.importing import foreign, importer
from training.importing.pseudonyms import Pseudonyms


def export(folder: Path, name: str, *rows: str) -> Path:
    file = folder / name
    file.write_bytes(lines(*rows))
    return file


def ids(out: Path) -> list[str]:
    return sorted(bill["bill_id"] for bill in stored(out, "bills"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a data set of two bills."""
    file = export(tmp_path, "first.csv", row(1), row(2, when="2025-03-02"))
    imported(mapping(tmp_path), file, tmp_path / "out")
    return tmp_path / "out"


def test_a_second_file_joins_and_leaves_what_is_there_as_it_was(out: Path) -> None:
    folder = out.parent
    before = snapshot(out)
    (report,) = imported(mapping(folder), export(folder, "second.csv", row(3), row(4)), out)
    assert (report.read, report.kept, report.repeated) == (2, 2, 0)
    assert ids(out) == ["1", "2", "3", "4"]
    after = snapshot(out)
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 1
    assert len(tables.parts(out, "bills")) == 2


def test_the_same_file_again_changes_no_byte_and_says_so(out: Path) -> None:
    before = snapshot(out)
    (report,) = imported(mapping(out.parent), out.parent / "first.csv", out)
    assert report.already
    assert report.kept == report.read == 0
    assert snapshot(out) == before


def test_rows_of_overlapping_exports_are_counted_and_not_doubled(out: Path) -> None:
    file = export(out.parent, "second.csv", row(2, when="2025-03-02"), row(3))
    (report,) = imported(mapping(out.parent), file, out)
    assert (report.read, report.kept, report.repeated) == (2, 1, 1)
    assert report.rejected == {}
    assert ids(out) == ["1", "2", "3"]


def test_an_export_with_nothing_new_adds_no_row(out: Path) -> None:
    file = export(out.parent, "second.csv", row(1))
    (report,) = imported(mapping(out.parent), file, out)
    assert (report.kept, report.repeated) == (0, 1)
    assert ids(out) == ["1", "2"]
    (again,) = imported(mapping(out.parent), file, out)
    assert again.already


def test_a_row_that_contradicts_one_that_is_there_is_set_aside(out: Path) -> None:
    file = export(out.parent, "second.csv", row(1, sum=7), row(3))
    (report,) = imported(mapping(out.parent), file, out)
    assert (report.kept, report.rejected) == (1, {"duplicate-id": 1})
    assert set_aside(out, "bills") == [("twice", "duplicate-id: bill_id stands more than once")]
    assert [bill["amount"] for bill in stored(out, "bills") if bill["bill_id"] == "1"] == [1250000]


def test_several_files_at_once_are_one_part(tmp_path: Path) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    export(folder, "b.csv", row(3), row(1))
    export(folder, "a.csv", row(1), row(2))
    how = mapping(tmp_path)
    (table,) = how.table
    named = how.model_copy(update={"table": (table.model_copy(update={"file": "*.csv"}),)})
    (report,) = imported(named, folder, tmp_path / "out")
    assert (report.read, report.kept, report.repeated) == (4, 3, 1)
    assert [bill["bill_id"] for bill in stored(tmp_path / "out", "bills")] == ["1", "2", "3"]


def test_batches_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(i % 90, sum=-1 if i % 7 == 0 else i % 90) for i in range(100)]
    file = export(tmp_path, "export.csv", *rows)
    (whole,) = imported(mapping(tmp_path), file, tmp_path / "whole")
    monkeypatch.setattr(foreign, "BATCH", 9)
    (parts,) = imported(mapping(tmp_path), file, tmp_path / "parts")
    assert parts.as_json() == whole.as_json()
    assert stored(tmp_path / "parts", "bills") == stored(tmp_path / "whole", "bills")
    assert sorted(set_aside(tmp_path / "parts", "bills")) == sorted(
        set_aside(tmp_path / "whole", "bills")
    )


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ("IDR", "USD", KEY),
        ("Asia/Jakarta", "Asia/Makassar", KEY),
        ("IDR", "IDR", Pseudonyms("another secret, also of 32 bytes and more")),
    ],
)
def test_what_does_not_belong_to_the_data_set_is_refused_and_changes_nothing(
    out: Path, before: str, after: str, key: Pseudonyms
) -> None:
    how = mapping(out.parent)
    about = how.dataset.model_dump()
    changed = {name: after if value == before else value for name, value in about.items()}
    other = how.model_copy(update={"dataset": how.dataset.model_copy(update=changed)})
    there = snapshot(out.parent)
    with pytest.raises(BadInput) as caught:
        imported(other, out.parent / "first.csv", out, key)
    refused(caught, "other-dataset")
    assert snapshot(out.parent) == there


def test_a_dry_run_reports_the_same_and_writes_nothing(tmp_path: Path) -> None:
    file = export(tmp_path, "export.csv", row(1), row(2, sum=-1), row(3, when="2025-03-05"))
    how = mapping(tmp_path)
    before = snapshot(tmp_path)
    (dry,) = imported(how, file, None)
    assert snapshot(tmp_path) == before
    (wet,) = imported(how, file, tmp_path / "out")
    assert dry.as_json() == wet.as_json()
    assert (dry.kept, dry.rejected, dry.longest_gap_days) == (2, {"bad-amount": 1}, 3)
    assert dry.sample is not None
    assert dry.sample["bill_id"].to_list() == ["1", "3"]


class Interrupted(Exception):
    """What a test breaks an import with."""


@pytest.mark.parametrize("error", [Interrupted, KeyboardInterrupt, MemoryError])
def test_an_import_that_breaks_off_leaves_the_data_set_as_it_was(
    out: Path, error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "BATCH", 5)
    file = export(out.parent, "second.csv", *[row(i) for i in range(10, 60)])
    how = mapping(out.parent)
    before = snapshot(out.parent)
    read: list[int] = []

    def step(_: str, rows: int, of: int) -> None:
        read.append(rows)
        assert of >= rows
        if rows >= 20:
            raise error

    with pytest.raises(error):
        importer.run(how, file, out, KEY, step)
    assert max(read) < 50
    assert snapshot(out.parent) == before
    (report,) = imported(how, file, out)
    assert report.kept == 50


KILLED = """
import os, signal, sys
from pathlib import Path
from training.importing import foreign, importer
from training.importing.mapping import load
from training.importing.pseudonyms import Pseudonyms

foreign.BATCH = 5

def step(table, rows, of):
    if rows >= 20:
        os.kill(os.getpid(), signal.SIGKILL)

mapping, file, out, secret = sys.argv[1:]
importer.run(load(mapping), Path(file), Path(out), Pseudonyms(secret), step)
"""


def test_an_import_that_is_killed_leaves_the_data_set_as_it_was(out: Path) -> None:
    folder = out.parent
    file = export(folder, "second.csv", *[row(i) for i in range(10, 60)])
    how = mapping(folder)
    before = snapshot(out)
    given = [str(path) for path in (folder / "mapping.toml", file, out)]
    called = [sys.executable, "-c", KILLED, *given, SECRET]
    ended = subprocess.run(called, cwd=ROOT, capture_output=True, check=False)  # noqa: S603  our own words
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert snapshot(out) == before
    (report,) = imported(how, file, out)
    assert report.kept == 50
    assert len(ids(out)) == 52


def test_an_import_that_ends_between_two_parts_is_ended_for_good_by_doing_it_again(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = out.parent
    file = export(folder, "second.csv", row(3), row(4, sum=-1))
    how = mapping(folder)
    moved: list[Path] = []
    rename = Path.rename

    def once(self: Path, target: Path) -> Path:
        moved.append(self)
        if len(moved) == 3:
            raise Interrupted
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", once)
        with pytest.raises(Interrupted):
            imported(how, file, out)
    # what it says of itself and what is set aside had moved, the rows had not
    assert ids(out) == ["1", "2"]
    (report,) = imported(how, file, out)
    assert (report.kept, report.rejected) == (1, {"bad-amount": 1})
    assert ids(out) == ["1", "2", "3"]
    assert len(set_aside(out, "bills")) == 1
    whole = folder / "whole"
    imported(how, folder / "first.csv", whole)
    imported(how, file, whole)
    assert snapshot(out) == snapshot(whole)


def test_one_bad_table_keeps_the_others_of_its_mapping_out(tmp_path: Path) -> None:
    file = export(tmp_path, "export.csv", row(1), row(2, when="nonsense"))
    how = mapping(tmp_path)
    (table,) = how.table
    other = table.model_copy(update={"table": "payments", "columns": {}})
    strict = how.model_copy(update={"table": (table, other), "most_rejected": 0.5})
    with pytest.raises(LumbungError):
        imported(strict, file, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_rows_read_back_checked(out: Path) -> None:
    about = out / "dataset.toml"
    about.write_text(f'{about.read_text()}basis = "made up"\n')
    frame = datasets.read(out)["bills"]
    assert isinstance(frame, pl.DataFrame)
    assert frame["bill_id"].to_list() == ["1", "2"]
