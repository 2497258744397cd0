"""The Berka data by its mapping: every figure recomputed from the source, in plain Python."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from features.errors import BadTable
from tests.training.cases import refused
from training import berka as adapter
from training.datasets import DataSet


def source(real_data: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(real_data / "berka" / f"{name}.parquet")


def test_all_loans_and_all_payments_come_through(berka: DataSet) -> None:
    assert berka["applications"].height == 682
    assert berka["payments"].height == 54_694
    stated = berka["outcomes"]["stated"].to_list()
    assert (stated.count("good"), stated.count("bad")) == (606, 76)
    assert berka.about.currency == "CZK"
    assert not berka.about.simulated


def test_bad_loans_are_those_of_status_b_and_d(berka: DataSet, real_data: Path) -> None:
    status = dict(source(real_data, "loan").select("loan_id", "status").iter_rows())
    stated = berka["outcomes"].select("application_id", "stated").iter_rows()
    for loan, word in stated:
        assert word == ("bad" if status[int(loan)] in "BD" else "good")


def test_amounts_and_balances_are_the_sources_in_hellers(berka: DataSet, real_data: Path) -> None:
    foreign = source(real_data, "trans_preloan_682_loans")
    ours = {
        row["payment_id"]: (row["amount"], row["balance_after"])
        for row in berka["payments"].iter_rows(named=True)
    }
    assert len(ours) == foreign.height
    for row in foreign.iter_rows(named=True):
        hellers = tuple(Decimal(str(row[name])) * 100 for name in ("amount", "balance"))
        assert ours[str(row["trans_id"])] == hellers


def test_loans_keep_amount_tenor_and_day(berka: DataSet, real_data: Path) -> None:
    ours = {row["application_id"]: row for row in berka["applications"].iter_rows(named=True)}
    for row in source(real_data, "loan").iter_rows(named=True):
        mine = ours[str(row["loan_id"])]
        assert mine["amount"] == Decimal(str(row["amount"])) * 100
        assert mine["tenor_months"] == row["duration"]
        assert mine["business_id"] == str(row["account_id"])
        assert f"{mine['as_of']:%y%m%d %H%M}" == f"{row['date']} 0000"


def test_direction_and_kind_are_the_sources_words(berka: DataSet, real_data: Path) -> None:
    foreign = source(real_data, "trans_preloan_682_loans")
    words = {str(row["trans_id"]): row for row in foreign.iter_rows(named=True)}
    kinds = {"household": "household", "sanction interest if negative balance": "penalty"}
    for row in berka["payments"].iter_rows(named=True):
        theirs = words[row["payment_id"]]
        assert (row["direction"] == "in") == (theirs["type"] == "credit")
        if theirs["k_symbol"] in kinds:
            assert row["kind"] == kinds[theirs["k_symbol"]]


def test_gender_and_year_are_read_from_the_birth_number_of_every_owner(
    berka: DataSet, real_data: Path
) -> None:
    """Recomputed on the digits as text: YYMMDD, with 50 added to the month for women."""
    numbers = dict(source(real_data, "client").select("client_id", "birth_number").iter_rows())
    owners = {
        str(account): f"{numbers[client]:06d}"
        for client, account, role in source(real_data, "disp")
        .select("client_id", "account_id", "type")
        .iter_rows()
        if role == "OWNER"
    }
    ours = {row["business_id"]: row for row in berka["protected"].iter_rows(named=True)}
    assert set(ours) == set(owners)
    for business, digits in owners.items():
        assert ours[business]["birth_year"] == int("19" + digits[:2])
        assert ours[business]["gender"] == ("female" if digits[2] in "56" else "male")
    assert set(berka["applications"]["business_id"]) <= set(ours)


def test_made_up_owners_are_told_apart_and_users_left_out(tmp_path: Path) -> None:
    pl.DataFrame(
        {"client_id": [1, 2, 3], "account_id": [10, 20, 10], "type": ["OWNER", "OWNER", "USER"]}
    ).write_parquet(tmp_path / "disp.parquet")
    pl.DataFrame({"client_id": [1, 2, 3], "birth_number": [455104, 601231, 805505]}).write_parquet(
        tmp_path / "client.parquet"
    )
    assert sorted(adapter.protected(tmp_path).rows()) == [
        ("10", "female", 1945),
        ("20", "male", 1960),
    ]


def test_a_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable) as caught:
        adapter.protected(tmp_path)
    refused(caught, "unreadable-file")
