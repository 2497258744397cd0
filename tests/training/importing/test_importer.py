"""Foreign files become a data set; what cannot is set aside and counted, or the import fails."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from features.errors import BadMapping, BadTable
from features.records import APPLICATIONS
from tests.training.cases import refused, utc
from training import datasets
from training.checks import FAULT
from training.importing import importer
from training.importing.mapping import load
from training.importing.report import Report

COLUMNS = {
    "application_id": '{ from = "id" }',
    "business_id": '{ from = "shop" }',
    "as_of": '{ from = "asked" }',
    "amount": '{ from = "sum" }',
    "tenor_months": '{ from = "months" }',
    "purpose": '{ from = "why", values = { modal = "working_capital", mesin = "investment" } }',
}

ROW = {
    "id": "1",
    "shop": "s",
    "asked": "2025-03-01",
    "sum": 5_000_000,
    "months": 12,
    "why": "modal",
}


def rows(*changes: dict[str, Any]) -> pl.DataFrame:
    """Return a foreign file with a good row for each of *changes*, so changed."""
    made = [{**ROW, "id": str(i), **changed} for i, changed in enumerate(changes)]
    return pl.DataFrame(made, infer_schema_length=None)


def run(
    folder: Path, foreign: pl.DataFrame, most: float = 0.0, about: str = "", **columns: str
) -> list[Report]:
    """Import *foreign* into ``folder/out``; ``about`` and *columns* change the mapping."""
    (folder / "source").mkdir()
    foreign.write_parquet(folder / "source" / "loans.parquet")
    declared = {"currency": "IDR", "time_zone": "Asia/Jakarta"}
    declared |= dict(pair.split("=") for pair in about.split())
    lines = [
        f"most_rejected = {most}",
        "[dataset]",
        *(f'{key} = "{value}"' for key, value in declared.items()),
        'name = "export"\nsource = "an export"\nlicence = "by agreement"\nbasis = "by agreement"',
        '[[table]]\ntable = "applications"\nfile = "loans.parquet"\n[table.columns]',
        *(f"{name} = {made}" for name, made in {**COLUMNS, **columns}.items() if made),
    ]
    (folder / "mapping.toml").write_text("\n".join(lines))
    return importer.run(
        load(str(folder / "mapping.toml")), folder / "source", folder / "out", None, print
    )


def kept(folder: Path) -> pl.DataFrame:
    return datasets.read(folder / "out")["applications"]


def set_aside(folder: Path) -> list[str]:
    return pl.read_parquet(folder / "out" / "rejected" / "applications")[FAULT].to_list()


def left_nothing(folder: Path) -> bool:
    """Return whether the failed import left the folder as it was, with nothing hidden."""
    return {file.name for file in folder.iterdir()} == {"source", "mapping.toml"}


def test_a_foreign_file_becomes_a_data_set_that_reads_back(tmp_path: Path) -> None:
    (report,) = run(tmp_path, rows({}, {"why": "mesin", "sum": 7}))
    assert (report.table, report.read, report.kept, report.rejected) == ("applications", 2, 2, {})
    made = kept(tmp_path)
    assert made.columns == [column.name for column in APPLICATIONS.columns]
    assert made["purpose"].to_list() == ["working_capital", "investment"]
    assert made["amount"].to_list() == [5_000_000, 7]
    assert made["partner_id"].to_list() == [None, None]
    assert not (tmp_path / "out" / "rejected").exists()


def test_dates_are_read_in_the_data_sets_time_zone_and_kept_in_utc(tmp_path: Path) -> None:
    run(tmp_path, rows({}))
    assert kept(tmp_path)["as_of"].to_list() == [utc(2025, 2, 28, 17)]


@pytest.mark.parametrize(
    ("value", "how"),
    [
        ("01/03/2025", '{ from = "asked", format = "%d/%m/%Y" }'),
        (250301, '{ from = "asked", format = "%y%m%d" }'),
        (dt.date(2025, 3, 1), COLUMNS["as_of"]),
        (utc(2025, 3, 1).replace(tzinfo=None), COLUMNS["as_of"]),
    ],
)
def test_dates_come_in_many_forms(tmp_path: Path, value: object, how: str) -> None:
    run(tmp_path, rows({"asked": value}), as_of=how)
    assert kept(tmp_path)["as_of"].to_list() == [utc(2025, 2, 28, 17)]


def test_an_hour_that_the_clock_change_skipped_is_set_aside(tmp_path: Path) -> None:
    hours = [{"asked": "2025-03-30 01:30:00"}, {"asked": "2025-03-30 02:30:00"}]
    run(tmp_path, rows(*hours), most=0.5, about="time_zone=Europe/Prague")
    assert kept(tmp_path)["as_of"].to_list() == [dt.datetime(2025, 3, 30, 0, 30, tzinfo=dt.UTC)]
    assert set_aside(tmp_path) == ["unread-value: as_of cannot be made of 2025-03-30 02:30:00"]


@pytest.mark.parametrize(
    ("value", "minor"),
    [(12.34, 1234), (12, 1200), (0.29, 29), (1.15, 115), ("12", 1200), (99_999_999.99, None)],
)
def test_major_units_become_exact_minor_ones(
    tmp_path: Path, value: object, minor: int | None
) -> None:
    run(tmp_path, rows({"sum": value}), about="currency=USD", amount='{ from="sum", major=true }')
    assert kept(tmp_path)["amount"].to_list() == [minor or 9_999_999_999]


def test_rupiah_have_no_smaller_unit(tmp_path: Path) -> None:
    run(tmp_path, rows({"sum": 12.0}), amount='{ from = "sum", major = true }')
    assert kept(tmp_path)["amount"].to_list() == [12]


@pytest.mark.parametrize(
    ("good", "wrong", "fault"),
    [
        (12.34, 12.345, "unread-value: amount cannot be made of 12.345"),
        (12.34, float("nan"), "unread-value: amount cannot be made of NaN"),
        (12.34, float("inf"), "unread-value: amount cannot be made of inf"),
        (12.34, 1e15, "unread-value: amount cannot be made of 1000000000000000.0"),
        ("12", "1.2x", "unread-value: amount cannot be made of 1.2x"),
        ("12", "12.34", "unread-value: amount cannot be made of 12.34"),
        (12, -3, "bad-amount: amount"),
        (12, None, "missing-value: amount"),
    ],
)
def test_an_amount_that_is_no_whole_number_of_cents_is_set_aside(
    tmp_path: Path, good: object, wrong: object, fault: str
) -> None:
    usd, major = "currency=USD", '{ from = "sum", major = true }'
    foreign = rows({"sum": good}, {"sum": wrong})
    (report,) = run(tmp_path, foreign, most=0.5, about=usd, amount=major)
    assert (report.read, report.kept) == (2, 1)
    assert set_aside(tmp_path)[0].startswith(fault)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"months": 12.5}, "unread-value: tenor_months cannot be made of 12.5"),
        ({"months": -12.0}, "bad-amount: tenor_months"),
        ({"why": "pesta"}, "unread-value: purpose cannot be made of pesta"),
        ({"asked": "soon"}, "unread-value: as_of cannot be made of soon"),
        ({"asked": "2999-01-01"}, "future-date: as_of"),
        ({"asked": None}, "missing-value: as_of"),
        ({"shop": " "}, "missing-value: business_id"),
    ],
)
def test_a_row_that_cannot_be_used_is_set_aside_with_its_fault(
    tmp_path: Path, changed: dict[str, Any], fault: str
) -> None:
    good = {"months": 12.0} if "months" in changed else {}
    (report,) = run(tmp_path, rows(good, changed, good, good), most=0.25)
    code = fault.partition(":")[0]
    assert (report.read, report.kept, report.rejected) == (4, 3, {code: 1})
    assert set_aside(tmp_path)[0].startswith(fault)
    assert kept(tmp_path)["application_id"].to_list() == ["0", "2", "3"]


def test_kept_and_set_aside_together_are_all_that_was_read(tmp_path: Path) -> None:
    changes: list[dict[str, Any]] = [{} for _ in range(20)]
    changes[3], changes[7], changes[11] = {"sum": -1}, {"why": "x"}, {"id": "0", "sum": 1}
    (report,) = run(tmp_path, rows(*changes), most=0.2)
    aside = set_aside(tmp_path)
    assert report.read == 20 == report.kept + sum(report.rejected.values())
    assert report.kept == kept(tmp_path).height
    assert len(aside) == sum(report.rejected.values()) == 4
    assert report.rejected == {"bad-amount": 1, "unread-value": 1, "duplicate-id": 2}


def test_one_more_than_the_share_allowed_fails_with_counts_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    changes: list[dict[str, Any]] = [
        {"sum": -1},
        {"sum": -2},
        {"why": "x"},
        {},
        {},
        {},
        {},
        {},
        {},
        {},
    ]
    counted = r"3 of 10 rows of applications cannot be used \(2 bad-amount, 1 unread-value\)"
    with pytest.raises(BadTable, match=counted) as caught:
        run(tmp_path, rows(*changes), most=0.29)
    refused(caught, "too-many-rejected")
    assert left_nothing(tmp_path)


def test_just_the_share_allowed_passes(tmp_path: Path) -> None:
    (report,) = run(tmp_path, rows({"sum": -1}, {}, {}, {}), most=0.25)
    assert report.kept == 3


def test_by_other_what_is_not_named_becomes_something(tmp_path: Path) -> None:
    how = '{ from = "why", values = { modal = "working_capital" }, other = "other" }'
    run(tmp_path, rows({}, {"why": "pesta"}, {"why": None}), purpose=how)
    assert kept(tmp_path)["purpose"].to_list() == ["working_capital", "other", "other"]


def test_words_for_none_are_no_value(tmp_path: Path) -> None:
    how = '{ from = "why", missing = ["-", "n/a"] }'
    run(tmp_path, rows({"why": "-"}, {"why": "n/a"}, {"why": "investment"}), purpose=how)
    assert kept(tmp_path)["purpose"].to_list() == [None, None, "investment"]


def test_a_constant_stands_in_every_row(tmp_path: Path) -> None:
    run(tmp_path, rows({}, {}), partner_id='{ constant = "bank" }')
    assert kept(tmp_path)["partner_id"].to_list() == ["bank", "bank"]


def test_a_constant_that_is_no_allowed_value_fails_the_import(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="2 unknown-value") as caught:
        run(tmp_path, rows({}, {}), purpose='{ constant = "wedding" }')
    refused(caught, "too-many-rejected")
    assert left_nothing(tmp_path)


@pytest.mark.parametrize(
    "changed",
    [{"amount": '{ constant = "much" }'}, {"as_of": '{ constant = "2025-01-01" }'}],
)
def test_a_constant_of_another_type_is_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(BadMapping) as caught:
        run(tmp_path, rows({}, {}), **changed)
    refused(caught, "bad-mapping")
    assert left_nothing(tmp_path)


@pytest.mark.parametrize("name", ["id", "sum", "months", "asked"])
def test_a_foreign_column_of_lists_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadMapping) as caught:
        run(tmp_path, rows({name: [1, 2]}))
    refused(caught, "bad-mapping")
    assert left_nothing(tmp_path)


def test_a_foreign_file_lacking_a_mapped_column_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadMapping, match="no column months, why") as caught:
        run(tmp_path, rows({}).drop("months", "why"))
    refused(caught, "missing-column")
    assert caught.value.where == "loans.parquet"
    assert left_nothing(tmp_path)


def test_a_mapping_that_leaves_out_a_needed_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="no column amount") as caught:
        run(tmp_path, rows({}), amount="")
    refused(caught, "missing-column")
    assert left_nothing(tmp_path)


def test_a_foreign_file_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable) as caught:
        run(tmp_path, rows({}).clear())
    refused(caught, "empty-table")
    assert left_nothing(tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"PAR1", b"id,shop\n1,s\n"])
def test_a_foreign_file_that_cannot_be_read_is_refused(
    tmp_path: Path, content: bytes | None
) -> None:
    run(tmp_path, rows({}))
    file = tmp_path / "source" / "loans.parquet"
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    mapping = load(str(tmp_path / "mapping.toml"))
    with pytest.raises(BadTable) as caught:
        importer.run(mapping, tmp_path / "source", tmp_path / "second", None, print)
    refused(caught, "unreadable-file")
    assert {f.name for f in tmp_path.iterdir()} == {"source", "mapping.toml", "out"}
