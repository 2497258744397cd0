"""A suggested mapping says what the file shows, marks what it cannot know, and guesses nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from features.errors import BadTable
from features.records import TABLES
from tests.conftest import ROOT
from tests.training.cases import refused
from training import datasets
from training.importing import importer
from training.importing.mapping import Mapping
from training.importing.suggesting import suggest

QRIS = """trx_id,NMID,Tanggal Transaksi,Nominal,Jenis,Kanal,Kategori,Payer
1,M1,13/02/2025 10:00:00,50.000,BAYAR,QRIS,Penjualan,x
2,M1,14/02/2025 11:30:00,1.250.000,REFUND,QRIS,Pengembalian,y
"""


def suggested(folder: Path, text: str | bytes, name: str = "export.csv") -> dict[str, Any]:
    """Return the table of what is suggested for a file."""
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    (table,) = tomllib.loads(suggest(file))["table"]
    assert isinstance(table, dict)
    return table


def test_a_file_that_tells_all_gets_a_mapping_that_imports_it(tmp_path: Path) -> None:
    said = suggested(tmp_path, QRIS)
    assert said["table"] == "payments"
    assert said["columns"] == {
        "payment_id": {"from": "trx_id"},
        "business_id": {"from": "NMID"},
        "occurred_at": {"from": "Tanggal Transaksi", "format": "%d/%m/%Y %H:%M:%S"},
        "amount": {"from": "Nominal", "numbers": {"thousands": "."}},
        "direction": {"from": "Jenis", "values": {"BAYAR": "in", "REFUND": "out"}},
        "channel": {"from": "Kanal", "values": {"QRIS": "qris"}},
        "kind": {"from": "Kategori", "values": {"Penjualan": "sale", "Pengembalian": "refund"}},
        "counterparty": {"from": "Payer"},
    }
    text = suggest(tmp_path / "export.csv").replace('# basis = "?"', 'basis = "a test"')
    hashed = text.replace('from = "Payer"', 'from = "Payer", plain = true')
    mapping = Mapping.model_validate(tomllib.loads(hashed))
    out = tmp_path / "out"
    importer.run(mapping, tmp_path / "export.csv", out, None, lambda *_: None)
    assert datasets.read(out)["payments"]["amount"].to_list() == [50_000, 1_250_000]


def test_a_day_that_may_be_a_month_is_left_to_the_person(tmp_path: Path) -> None:
    text = "trx_id,merchant,tanggal,nominal\n1,m,01/02/2025,5\n"
    assert suggested(tmp_path, text)["columns"]["occurred_at"]["format"] == "?"
    assert "%d/%m/%Y or %m/%d/%Y" in suggest(tmp_path / "export.csv")


@pytest.mark.parametrize(
    ("values", "how"),
    [
        (["1", "20"], None),
        (["1.000", "25.500.000"], {"thousands": "."}),
        (["1,000", "25,500,000"], {"thousands": ","}),
        (["1.000,50", "2,25"], {"decimal": ",", "thousands": "."}),
        (["1,000.50", "2.25"], {"decimal": ".", "thousands": ","}),
        (["1.5", "2.25"], {"decimal": ".", "thousands": ","}),
        (["Rp1.000", "Rp 2.000"], {"thousands": ".", "without": ["Rp"]}),
    ],
)
def test_numbers_are_read_as_they_are_written(
    tmp_path: Path, values: list[str], how: dict[str, Any] | None
) -> None:
    rows = "".join(f'{i},m,2025-01-01,"{value}"\n' for i, value in enumerate(values))
    said = suggested(tmp_path, "trx_id,merchant,tanggal,nominal\n" + rows)
    assert said["columns"]["amount"].get("numbers") == how


def test_numbers_written_in_two_ways_are_marked(tmp_path: Path) -> None:
    rows = '1,m,2025-01-01,"1.000,5"\n2,m,2025-01-01,"1,000.5"\n'
    suggested(tmp_path, "trx_id,merchant,tanggal,nominal\n" + rows)
    assert "numbers written in more than one way" in suggest(tmp_path / "export.csv")


def test_a_value_nobody_can_know_and_a_needed_column_not_there_are_marked(tmp_path: Path) -> None:
    text = "trx_id,merchant,tanggal,nominal,jenis\n1,m,2025-01-01,5,XYZ\n"
    said = suggested(tmp_path, text)
    assert said["columns"]["direction"]["values"] == {"XYZ": "?"}
    assert "# channel = " in suggest(tmp_path / "export.csv")
    assert "channel" not in said["columns"]


def test_identifiers_of_people_are_to_be_hashed(tmp_path: Path) -> None:
    text = "trx_id,NIK,tanggal,nominal\n1,3325081502900001,2025-01-01,5\n"
    said = suggested(tmp_path, text)
    assert said["columns"]["business_id"] == {"from": "NIK", "hash": True}


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("trx_id;merchant;tanggal;nominal\n1;m;2025-01-01;5\n", {"delimiter": ";"}),
        ("trx_id\tmerchant\ttanggal\tnominal\n1\tm\t2025-01-01\t5\n", {"delimiter": "\t"}),
        (
            "trx_id,merchant,tanggal,nominal\n1,caf\xe9,2025-01-01,5\n".encode("windows-1252"),
            {"encoding": "windows-1252"},
        ),
        (
            "trx_id,merchant,tanggal,nominal\n1,m,2025-01-01,5\n".encode("utf-16"),
            {"encoding": "utf-16"},
        ),
    ],
)
def test_how_the_file_is_written_is_seen(
    tmp_path: Path, text: str | bytes, reading: dict[str, str]
) -> None:
    assert suggested(tmp_path, text)["read"] == reading


@pytest.mark.parametrize(
    ("header", "table"),
    [
        ("no pesanan,toko,waktu pesanan dibuat,subtotal,status pesanan,sku,pembeli", "orders"),
        ("no meter,tanggal,rupiah token,kwh,nomor token", "bills"),
        ("no faktur,toko,pemasok,tanggal,jatuh tempo,jumlah", "invoices"),
        ("no rekening,nik,bulan data,plafon,baki debet,kolektibilitas", "credit"),
        ("no bukti,usaha,tanggal,akun,jumlah,arus", "books"),
        ("no pengajuan,usaha,tanggal pengajuan,jumlah pinjaman,tenor,tujuan", "applications"),
    ],
)
def test_the_table_is_the_one_whose_columns_it_has(tmp_path: Path, header: str, table: str) -> None:
    row = ",".join("1" for _ in header.split(","))
    assert suggested(tmp_path, f"{header}\n{row}\n")["table"] == table


def test_a_file_like_none_of_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="the columns x, y") as caught:
        suggested(tmp_path, "x,y\n1,2\n")
    refused(caught, "no-suggestion")


def test_every_synonym_is_of_a_column_that_there_is() -> None:
    words = tomllib.loads((ROOT / "training/importing/synonyms.toml").read_text(encoding="utf-8"))
    for table, columns in words["columns"].items():
        known = {c.name for t in TABLES.values() for c in t.columns if table in ("any", t.name)}
        assert set(columns) <= known, table
    values = {v for t in TABLES.values() for c in t.columns for v in c.values}
    for column, alike in words["values"].items():
        assert set(alike) <= values, column
