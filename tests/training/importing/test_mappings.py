"""Each mapping we ship makes of a small file, written by hand, exactly the rows that are due."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from features.errors import BadMapping
from tests.conftest import ROOT
from tests.training.cases import refused, utc
from tests.training.importing.exports import (
    KEY,
    SAMPLES,
    hashed,
    imported,
    set_aside,
    snapshot,
    stored,
    tolerant,
    wib,
    workbook,
)
from training import datasets
from training.importing.mapping import Mapping, load
from training.importing.report import Report

SHIPPED = ("qris", "marketplace", "pln", "si-apik", "slik", "sba")
MICROSECOND = timedelta(microseconds=1)


def export(name: str, folder: Path) -> Path:
    """Return the foreign file a mapping is for."""
    if name != "si-apik":
        return SAMPLES / f"{name}.csv"
    lines = (SAMPLES / "si-apik.tsv").read_text(encoding="utf-8").splitlines()
    file = folder / "si-apik.xlsx"
    file.write_bytes(workbook([cell or None for cell in line.split("\t")] for line in lines))
    return file


def made(name: str, folder: Path) -> tuple[list[Report], Path]:
    out = folder / "out"
    return imported(tolerant(name), export(name, folder), out), out


def test_qris_payments_come_in_gross_and_refunds_go_out(tmp_path: Path) -> None:
    (report,), out = made("qris", tmp_path)
    siti, jaya = hashed("ID1020012345671"), hashed("ID1020099999992")
    expected: list[dict[str, Any]] = [
        {
            "payment_id": "QR250301000001",
            "business_id": siti,
            "occurred_at": wib("2025-03-01", "07:15:22"),
            "known_at": wib("2025-03-01", "07:15:22"),
            "amount": 15_000,
            "direction": "in",
            "channel": "qris",
            "kind": "sale",
            "counterparty": hashed("9360091530001111"),
        },
        {
            "payment_id": "QR250301000002",
            "business_id": siti,
            "occurred_at": wib("2025-03-01", "07:20:05"),
            "known_at": wib("2025-03-01", "07:20:05"),
            "amount": 1_250_000,
            "direction": "in",
            "channel": "qris",
            "kind": "sale",
            "counterparty": hashed("9360000230002222"),
        },
        {
            "payment_id": "QR250302000001",
            "business_id": siti,
            "occurred_at": utc(2025, 3, 1, 17) + timedelta(minutes=30),
            "known_at": utc(2025, 3, 1, 17) + timedelta(minutes=30),
            "amount": 15_000,
            "direction": "out",
            "channel": "qris",
            "kind": "refund",
            "counterparty": hashed("9360091530001111"),
        },
        {
            "payment_id": "QR250302000002",
            "business_id": jaya,
            "occurred_at": wib("2025-03-02", "12:00:00"),
            "known_at": wib("2025-03-02", "12:00:00"),
            "amount": 500,
            "direction": "in",
            "channel": "qris",
            "kind": "sale",
        },
    ]
    assert stored(out, "payments") == expected
    # the one that failed is passed over, so the row numbers are those of the file
    assert set_aside(out, "payments") == [
        ("qris.csv row 6", "unread-value: amount cannot be made of lima ribu")
    ]
    assert (report.read, report.passed_over, report.kept) == (6, 1, 4)


def test_marketplace_orders_are_known_in_parts(tmp_path: Path) -> None:
    (report,), out = made("marketplace", tmp_path)
    shop = hashed("884411")

    def order(number: str, placed: str, gross: int, buyer: str, **more: Any) -> dict[str, Any]:
        day, clock = placed.split()
        at = wib(day, f"{clock}:00")
        same = {"order_id": number, "business_id": shop, "occurred_at": at, "known_at": at}
        return {**same, "gross": gross, "buyer": hashed(buyer), **more}

    assert stored(out, "orders") == [
        order(
            "250301AAAA",
            "2025-03-01 09:30",
            150_000,
            "pembeli_satu",
            fees=9_750,
            net=140_250,
            payout_at=wib("2025-03-06", "08:00:00"),
            closed_at=wib("2025-03-05", "16:00:00"),
            status="delivered",
            rating=5,
            item="BTK-LRG-01",
        ),
        order(
            "250301BBBB",
            "2025-03-01 23:59",
            75_000,
            "pembeli_dua",
            closed_at=wib("2025-03-02", "07:00:00"),
            status="cancelled",
            cancelled_by="seller",
            item="BTK-LRG-02",
        ),
        order(
            "250302CCCC",
            "2025-03-02 10:00",
            150_000,
            "pembeli_satu",
            closed_at=wib("2025-03-09", "10:00:00"),
            status="returned",
            rating=1,
            item="BTK-LRG-01",
        ),
        order("250303DDDD", "2025-03-03 11:00", 60_000, "pembeli_tiga"),
        order(
            "250304FFFF",
            "2025-03-04 11:05",
            80_000,
            "pembeli_tiga",
            closed_at=wib("2025-03-04", "12:05:00"),
            status="cancelled",
            cancelled_by="platform",
            item="BTK-LRG-03",
        ),
    ]
    assert set_aside(out, "orders") == [
        ("marketplace.csv row 7", "unread-value: status cannot be made of Hilang")
    ]
    assert (report.read, report.passed_over, report.kept) == (7, 1, 5)


def test_pln_tokens_get_an_id_that_gives_no_token_away(tmp_path: Path) -> None:
    (report,), out = made("pln", tmp_path)

    def token(meter: str, day: str, clock: str, number: str, **more: Any) -> dict[str, Any]:
        year, month, number_of_day = day.split("-")
        at = wib(day, clock)
        return {
            "bill_id": hashed(f"{meter} {number_of_day}/{month}/{year} {clock} {number}"),
            "business_id": hashed(meter),
            "occurred_at": at,
            "known_at": at,
            "kind": "electricity",
            "prepaid": True,
            "paid_at": at,
            **more,
        }

    assert sorted(stored(out, "bills"), key=lambda row: row["occurred_at"]) == [
        token(
            "14012345678",
            "2025-03-01",
            "08:15:00",
            "1234 5678 9012 3456 7890",
            amount=100_000,
            paid=100_000,
            quantity=66.4,
        ),
        token(
            "14012345678",
            "2025-03-15",
            "19:45:30",
            "2234 5678 9012 3456 7891",
            amount=50_000,
            paid=50_000,
            quantity=33.2,
        ),
        token(
            "14099999999",
            "2025-03-31",
            "06:00:00",
            "3234 5678 9012 3456 7892",
            amount=1_000_000,
            paid=1_000_000,
            quantity=692.19,
        ),
    ]
    assert set_aside(out, "bills") == [
        ("pln.csv row 6", "unread-value: occurred_at cannot be made of 32/03/2025 06:00:00")
    ]
    # the same token shown twice is one purchase, and one that failed is none
    assert (report.read, report.passed_over, report.repeated, report.kept) == (6, 1, 1, 3)


def test_si_apik_lines_stand_between_titles_and_a_sum(tmp_path: Path) -> None:
    (report,), out = made("si-apik", tmp_path)

    def line(day: int, number: str, **more: Any) -> dict[str, Any]:
        return {
            "line_id": hashed(f"UMKM-007 {day:02}/03/2025 {number}"),
            "business_id": hashed("UMKM-007"),
            "occurred_at": wib(f"2025-03-{day:02}"),
            **more,
        }

    assert stored(out, "books") == [
        line(
            1,
            "001",
            known_at=wib("2025-03-01", "20:15:00"),
            direction="in",
            category="sale",
            amount=12_500_000,
        ),
        line(
            2,
            "002",
            known_at=wib("2025-03-10", "07:00:00"),
            direction="out",
            category="purchase",
            amount=4_750_500,
            counterparty=hashed("Toko Kain Maju"),
        ),
        line(
            3,
            "003",
            known_at=wib("2025-03-03", "21:00:00"),
            direction="out",
            category="owner_draw",
            amount=500_000,
        ),
        line(
            31,
            "005",
            known_at=wib("2025-03-31", "21:00:00"),
            direction="out",
            category="utilities",
            amount=350_000,
        ),
    ]
    assert set_aside(out, "books") == [
        ("si-apik.xlsx row 4", "unread-value: category cannot be made of Arisan")
    ]
    assert (report.read, report.passed_over, report.kept) == (6, 1, 4)


def test_slik_months_are_known_when_they_were_reported(tmp_path: Path) -> None:
    (report,), out = made("slik", tmp_path)
    nik = "3325014502800003"

    def ends(day: str) -> Any:
        return wib(day) + timedelta(days=1) - MICROSECOND

    bank = {
        "business_id": hashed(nik),
        "kind": "month",
        "facility": hashed("001-22-333"),
        "lender_kind": "bank",
        "started_at": wib("2024-06-15"),
        "ends_at": ends("2027-06-15"),
        "limit": 50_000_000,
        "status": "running",
    }
    assert stored(out, "credit") == [
        {
            **bank,
            "report_id": hashed(f"{nik} BANK CONTOH 001-22-333 31/01/2025"),
            "occurred_at": ends("2025-01-31"),
            "known_at": ends("2025-02-12"),
            "outstanding": 41_250_000,
            "days_past_due": 0,
            "collectability": 1,
            "restructured": False,
        },
        {
            **bank,
            "report_id": hashed(f"{nik} BANK CONTOH 001-22-333 28/02/2025"),
            "occurred_at": ends("2025-02-28"),
            "known_at": ends("2025-03-12"),
            "outstanding": 40_100_000,
            "days_past_due": 14,
            "collectability": 2,
            "restructured": True,
        },
        {
            "report_id": hashed(f"{nik} PINJAM CEPAT PC-98 28/02/2025"),
            "business_id": hashed(nik),
            "occurred_at": ends("2025-02-28"),
            "known_at": ends("2025-03-10"),
            "kind": "month",
            "facility": hashed("PC-98"),
            "lender_kind": "p2p",
            "started_at": wib("2024-12-01"),
            "ends_at": ends("2025-03-01"),
            "limit": 2_000_000,
            "outstanding": 2_150_000,
            "days_past_due": 95,
            "collectability": 5,
            "status": "written_off",
            "restructured": False,
        },
        {
            # an inquiry has no loan: the part between the blanks is empty
            "report_id": hashed(f"{nik} KSP SEJAHTERA  05/03/2025"),
            "business_id": hashed(nik),
            "occurred_at": ends("2025-03-05"),
            "known_at": ends("2025-03-05"),
            "kind": "inquiry",
            "lender_kind": "cooperative",
        },
    ]
    assert set_aside(out, "credit") == [
        ("slik.csv row 5", "unread-value: collectability cannot be made of 6 - Hilang")
    ]
    assert (report.read, report.kept) == (5, 4)


def test_sba_loans_keep_what_was_known_when_they_were_asked_for(tmp_path: Path) -> None:
    reports, out = made("sba", tmp_path)
    days = {
        "1000014003": utc(1997, 2, 28),
        "1000024006": utc(1997, 2, 28),
        "1846335005": utc(2006, 5, 30),
    }
    banks = ["FIFTH THIRD BANK", "1ST SOURCE BANK", "U.S. BANK"]
    cents = [6_000_000, 4_000_050, 2_500_000]
    evenings = [day + timedelta(days=1) - MICROSECOND for day in days.values()]
    assert stored(out, "applications") == [
        {
            "application_id": loan,
            "business_id": loan,
            "partner_id": bank,
            "as_of": evening,
            "amount": amount,
            "answer": "financed",
        }
        for loan, bank, evening, amount in zip(days, banks, evenings, cents, strict=True)
    ]
    drawn = zip([*days][::2], evenings[::2], ["good", "bad"], [49.307267, 10.503867], strict=True)
    assert stored(out, "outcomes") == [
        {
            "application_id": loan,
            "disbursed_at": evening,
            "stated": word,
            "censored": False,
            "weight": weight,
        }
        for loan, evening, word, weight in drawn
    ]
    stated: list[dict[str, Any]] = [
        {"sector": "451120", "sector_scheme": "naics", "employees": 4},
        {"employees": 2},
        {"sector": "238990", "sector_scheme": "naics"},
    ]
    assert stored(out, "profile") == [
        {"profile_id": loan, "business_id": loan, "occurred_at": day, "known_at": day, **said}
        for (loan, day), said in zip(days.items(), stated, strict=True)
    ]
    counts = {report.table: (report.read, report.passed_over, report.kept) for report in reports}
    assert counts == {"applications": (4, 1, 3), "outcomes": (4, 2, 2), "profile": (4, 1, 3)}


@pytest.mark.parametrize(
    "leak",
    [
        "Term",
        "ChgOffDate",
        "ChgOffPrinGr",
        "BalanceGross",
        "DisbursementDate",
        "DisbursementGross",
    ],
)
def test_a_column_of_sba_that_gives_the_outcome_away_is_refused_with_the_reason(
    tmp_path: Path, leak: str
) -> None:
    ours = ROOT / "training" / "importing" / "mappings" / "sba.toml"
    text = ours.read_text(encoding="utf-8")
    asked = 'answer = { constant = "financed" }'
    assert asked in text
    mine = tmp_path / "mine.toml"
    mine.write_text(text.replace(asked, f'{asked}\ntenor_months = {{ from = "{leak}" }}'))
    reason = load("sba").refuse[leak]
    assert reason
    with pytest.raises(BadMapping, match=f"refused columns are used: {leak}: {reason}") as caught:
        load(str(mine))
    refused(caught, "bad-mapping")


def test_the_tariff_of_a_meter_is_refused_for_it_tells_who_is_poor(tmp_path: Path) -> None:
    ours = ROOT / "training" / "importing" / "mappings" / "pln.toml"
    mine = tmp_path / "mine.toml"
    text = ours.read_text(encoding="utf-8")
    mine.write_text(text.replace('{ from = "kWh" }', '{ from = "Tarif/Daya" }'))
    with pytest.raises(BadMapping, match="who is subsidised") as caught:
        load(str(mine))
    refused(caught, "bad-mapping")


def test_the_real_sba_loans_come_through_whole(real_data: Path, tmp_path: Path) -> None:
    file = real_data / "sba" / "sba_loans.parquet"
    out = tmp_path / "out"
    reports = imported(load("sba"), file, out, None)
    foreign = pl.read_parquet(file)
    ended = [row for row in foreign.iter_rows(named=True) if row["MIS_Status"] is not None]
    counts = {report.table: (report.read, report.passed_over, report.kept) for report in reports}
    every, drawn = (51_610, 119, 51_491), (51_610, 21_610, 30_000)
    assert counts == {"applications": every, "outcomes": drawn, "profile": every}
    data = datasets.read(out)
    stated = dict(data["outcomes"].select("application_id", "stated").iter_rows())
    amounts = dict(data["applications"].select("application_id", "amount").iter_rows())
    assert stated == {
        str(row["LoanNr_ChkDgt"]): "good" if row["MIS_Status"] == "P I F" else "bad"
        for row in ended
        if row["source"] == "random_balanced_30k"
    }
    population = dict(data["outcomes"].group_by("stated").agg(pl.col("weight").sum()).iter_rows())
    assert population == pytest.approx({"good": 739_609, "bad": 157_558}, rel=1e-6)
    assert amounts == {str(row["LoanNr_ChkDgt"]): row["GrAppv"] * 100 for row in ended}
    assert data["applications"]["tenor_months"].null_count() == 51_491
    assert data["profile"]["sector"].null_count() == sum(row["NAICS"] == 0 for row in ended)


@pytest.mark.parametrize("name", SHIPPED)
def test_importing_twice_changes_no_byte(tmp_path: Path, name: str) -> None:
    made(name, tmp_path)
    before = snapshot(tmp_path)
    again, _ = made(name, tmp_path)
    assert all(report.already for report in again)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("name", SHIPPED)
def test_a_mapping_says_of_itself_what_it_fits_and_that_it_is_to_be_copied(name: str) -> None:
    text = (ROOT / "training" / "importing" / "mappings" / f"{name}.toml").read_text(
        encoding="utf-8"
    )
    header = text[: text.index("\n\n")] if "\n\n" in text else text
    assert all(line.startswith("#") for line in header.splitlines())
    said = " ".join(header.replace("#", " ").split()).lower()
    assert "copy this file" in said
    assert "fits" in said


@pytest.mark.parametrize("name", SHIPPED)
def test_no_identifier_of_a_sample_stands_open_in_the_data_set(tmp_path: Path, name: str) -> None:
    identifiers = [
        "ID1020012345671",
        "9360091530001111",
        "pembeli_satu",
        "14012345678",
        "2234 5678 9012 3456 7891",
        "Toko Kain Maju",
        "3325014502800003",
        "001-22-333",
    ]
    _, out = made(name, tmp_path)
    for part in out.rglob("*.parquet"):
        said = pl.read_parquet(part).select(pl.all().cast(pl.String)).rows()
        assert not [text for row in said for text in row if text in identifiers]
    assert {file.suffix for file in out.rglob("*") if file.is_file()} == {".toml", ".parquet"}


def with_number(name: str) -> Mapping:
    """Return one of our mappings as a programme would copy it: it has one number of a business."""
    mapping = tolerant(name)
    (table,) = mapping.table
    number = table.columns["business_id"].model_copy(update={"source": ("Nomor Usaha",)})
    columns = {**table.columns, "business_id": number}
    basis = mapping.dataset.model_copy(update={"basis": "made up"})
    changed = table.model_copy(update={"columns": columns})
    return mapping.model_copy(update={"table": (changed,), "dataset": basis})


def test_one_data_set_holds_all_sources_under_one_pseudonym(tmp_path: Path) -> None:
    """Each export gets a column with the number of the business, written in other ways."""
    out, reports = tmp_path / "out", {}
    for name, number in {"qris": "0220 ", "marketplace": "0220", "pln": " 0220"}.items():
        delimiter = ";" if name == "pln" else ","
        head, *lines = export(name, tmp_path).read_text(encoding="utf-8").splitlines()
        file = tmp_path / f"{name}.csv"
        numbered = [f"{line}{delimiter}{number}" for line in lines]
        file.write_text("\n".join([f"{head}{delimiter}Nomor Usaha", *numbered, ""]))
        (reports[name],) = imported(with_number(name), file, out)
    data = datasets.read(out)
    assert {name: frame.height for name, frame in data.tables.items()} == {
        "payments": 4,
        "orders": 5,
        "bills": 3,
    }
    for frame in data.tables.values():
        assert set(frame["business_id"]) == {hashed("0220")}
    assert data.about.pseudonyms == KEY.fingerprint()
    assert data.about.source == (
        "settlement report of a QRIS acquirer; order export of a marketplace; "
        "token history of a prepaid meter"
    )
