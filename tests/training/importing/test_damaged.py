"""Damaged files end in a clear message or in rows set aside and counted, and never in between."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from features.errors import LumbungError
from tests.training.cases import refused
from tests.training.importing.damages import (
    BINARY,
    ENCODING,
    GOOD,
    NUMBERS,
    TIMES,
    Damage,
    lines,
    row,
)
from tests.training.importing.damages_of_text import PEOPLE, SHAPE
from tests.training.importing.exports import KEY, imported, mapping, set_aside, snapshot, stored

DAMAGES = {**ENCODING, **NUMBERS, **TIMES, **SHAPE, **PEOPLE, **BINARY}


def inside(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


@pytest.mark.parametrize("name", [name for name, damage in DAMAGES.items() if damage.refused])
def test_a_file_beyond_use_is_refused_in_words_and_leaves_nothing(
    tmp_path: Path, name: str
) -> None:
    damage = DAMAGES[name]
    file = written(tmp_path, damage)
    how = mapping(tmp_path, damage.read, **damage.columns)
    with pytest.raises(LumbungError) as caught:
        imported(how, file, tmp_path / "out")
    refused(caught, str(damage.refused))
    assert damage.said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "\0" not in str(caught.value)
    assert inside(tmp_path) == {file.name, "mapping.toml"}


@pytest.mark.parametrize("name", [name for name, damage in DAMAGES.items() if not damage.refused])
def test_what_can_be_read_is_kept_and_the_rest_is_set_aside_and_counted(
    tmp_path: Path, name: str
) -> None:
    damage = DAMAGES[name]
    file = written(tmp_path, damage)
    out = tmp_path / "out"
    (report,) = imported(mapping(tmp_path, damage.read, **damage.columns), file, out)
    rows = stored(out, report.table)
    key = "event_id" if report.table == "support" else "bill_id"
    assert tuple(row[key] for row in rows) == damage.kept
    assert report.rejected == damage.rejects
    assert (report.kept, report.repeated) == (len(damage.kept), damage.repeated)
    assert report.read == report.kept + report.repeated + sum(damage.rejects.values())
    for column, values in damage.values.items():
        assert [row[column] for row in rows] == values
    aside = set_aside(out, report.table)
    assert len(aside) == sum(damage.rejects.values())
    if damage.where is not None:
        assert aside[0][0] == damage.where
    assert inside(tmp_path) == {file.name, "mapping.toml", "out"}
    assert {Path(name).suffix for name in snapshot(out)} == {".toml", ".parquet"}


def written(folder: Path, damage: Damage) -> Path:
    file = folder / f"damaged{damage.kind}"
    file.write_bytes(damage.content)
    return file


def test_there_are_at_least_thirty_kinds_of_damage() -> None:
    assert len(DAMAGES) >= 30


@pytest.mark.parametrize("name", ["personal-identifier", "formula"])
def test_what_is_set_aside_for_naming_people_does_not_stand_in_its_fault(
    tmp_path: Path, name: str
) -> None:
    texts = [d for d in PEOPLE.values() if name in d.rejects]
    assert texts
    for i, damage in enumerate(texts):
        folder = tmp_path / str(i)
        folder.mkdir()
        imported(mapping(folder, **damage.columns), written(folder, damage), folder / "out")
        table = "support" if "event_id" in damage.columns else "bills"
        for _, fault in set_aside(folder / "out", table):
            assert fault.startswith(f"{name}: ")
            assert not any(sign in fault for sign in ("3325", "0812", "example", "cmd", "SUM"))


@pytest.mark.parametrize("name", ["a folder", "nothing", "a link to nothing"])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    place = tmp_path / "export.csv"
    if name == "a folder":
        place.mkdir()
    if name == "a link to nothing":
        place.symlink_to(tmp_path / "gone.csv")
    before = inside(tmp_path) | {"mapping.toml"}
    with pytest.raises(LumbungError, match="a folder" if name == "a folder" else "no such") as err:
        imported(mapping(tmp_path), place, tmp_path / "out")
    refused(err, "unreadable-file")
    assert inside(tmp_path) == before


def test_a_folder_named_like_a_file_of_the_mapping_is_refused(tmp_path: Path) -> None:
    how = mapping(tmp_path)
    (table,) = how.table
    (tmp_path / "export.csv").mkdir()
    named = how.model_copy(update={"table": (table.model_copy(update={"file": "*.csv"}),)})
    with pytest.raises(LumbungError, match=r"export\.csv") as caught:
        imported(named, tmp_path, tmp_path / "out")
    refused(caught, "unreadable-file")
    assert inside(tmp_path) == {"export.csv", "mapping.toml"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(GOOD)
    file.chmod(0)
    with pytest.raises(LumbungError, match="Permission denied") as caught:
        imported(mapping(tmp_path), file, tmp_path / "out")
    refused(caught, "unreadable-file")
    assert inside(tmp_path) == {"export.csv", "mapping.toml"}


def test_a_damaged_file_leaves_the_data_set_it_should_have_joined_as_it_was(
    tmp_path: Path,
) -> None:
    good, out = tmp_path / "good.csv", tmp_path / "out"
    good.write_bytes(lines(row(8), row(9)))
    imported(mapping(tmp_path), good, out)
    before = snapshot(out)
    for i, damage in enumerate(damage for damage in DAMAGES.values() if damage.refused):
        folder = tmp_path / str(i)
        folder.mkdir()
        with pytest.raises(LumbungError):
            imported(mapping(folder, damage.read, **damage.columns), written(folder, damage), out)
        assert snapshot(out) == before
    assert KEY.fingerprint() in (out / "dataset.toml").read_text(encoding="utf-8")
