"""A copy of a data set for a purpose holds what its consents cover, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from features.errors import BadInput
from features.records import PURPOSES, TABLES
from features.sources import SOURCES
from tests.training.cases import ABOUT, Row, filled, refused, utc
from training.about import write_about
from training.checks import shaped
from training.datasets import DataSet, read
from training.permission import export, permitted, shared

BUSINESSES = ("a", "b")


def consent(business: str, scope: str, **changed: Any) -> Row:
    named = f"{business}-{scope}-{changed.get('partner_id')}"
    return {
        "consent_id": named,
        "business_id": business,
        "scope": scope,
        "granted_at": utc(2025, 1, 1),
        "partner_id": None,
        "withdrawn_at": None,
        **changed,
    }


def everything(*consents: Row) -> DataSet:
    """Return a data set with a row of each table for two businesses, and these consents."""
    tables = {}
    for name, table in TABLES.items():
        if name == "consents":
            continue
        rows = [{**filled(table), table.key: f"{b}1"} for b in BUSINESSES]
        if "business_id" in table.names:
            rows = [{**row, "business_id": b} for row, b in zip(rows, BUSINESSES, strict=True)]
        tables[name] = shaped(pl.DataFrame(rows), table, name)
    if consents:
        declared = TABLES["consents"]
        frame = pl.DataFrame(list(consents), infer_schema_length=None)
        tables["consents"] = shaped(frame, declared, "consents")
    return DataSet(ABOUT, tables, "0" * 64)


def all_of(business: str, *but: str) -> list[Row]:
    return [consent(business, s) for s in (*SOURCES, *PURPOSES) if s not in but]


def owners(data: DataSet, name: str) -> list[str]:
    """Return whose rows a table holds: the first letter of the key names the business."""
    table = TABLES[name]
    column = "business_id" if "business_id" in table.names else table.key
    return sorted(value[0] for value in data[name][column].unique())


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("source", SOURCES)
def test_a_source_not_consented_to_is_left_out_for_each_purpose(source: str, purpose: str) -> None:
    data = permitted(everything(*all_of("a", source), *all_of("b")), purpose)
    assert owners(data, source) == ["b"]
    for other in SOURCES.keys() - {source}:
        assert owners(data, other) == ["a", "b"]


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_business_that_did_not_agree_to_the_purpose_is_left_out_whole(purpose: str) -> None:
    data = permitted(everything(*all_of("a", purpose), *all_of("b")), purpose)
    for name in data.tables:
        assert owners(data, name) == ["b"], name


@pytest.mark.parametrize("scope", [*SOURCES, "model_improvement"])
def test_what_is_withdrawn_since_is_left_out(scope: str) -> None:
    taken_back = consent("a", scope, withdrawn_at=utc(2025, 6, 1))
    given = everything(*all_of("a", scope), taken_back, *all_of("b"))
    name = scope if scope in SOURCES else "payments"
    assert owners(permitted(given, "model_improvement"), name) == ["b"]


@pytest.mark.parametrize("asked", ["fairness_audit", "programme_groups"])
def test_protected_attributes_are_there_under_a_consent_of_their_own(asked: str) -> None:
    given = everything(*all_of("a"), *all_of("b", asked))
    assert owners(permitted(given, asked), "protected") == ["a"]
    for purpose in set(PURPOSES) - {"fairness_audit", "programme_groups"}:
        assert "protected" not in permitted(given, purpose).tables


def test_sharing_is_with_the_lender_consented_to() -> None:
    with_bpr = consent("b", "sharing", partner_id="bpr")
    given = everything(*all_of("a"), *all_of("b", "sharing"), with_bpr)
    assert owners(permitted(given, "sharing", "bpr"), "payments") == ["a", "b"]
    assert owners(permitted(given, "sharing", "bank"), "payments") == ["a"]
    assert owners(permitted(given, "sharing"), "payments") == ["a"]


def test_with_whom_each_shares_is_told_by_lender_and_null_is_every_lender() -> None:
    given = everything(
        consent("a", "sharing", partner_id="bpr"),
        consent("a", "sharing", partner_id="bank"),
        consent("a", "sharing", partner_id="pawn", withdrawn_at=utc(2025, 6, 1)),
        consent("b", "sharing"),
        consent("b", "sharing", partner_id="bpr"),
        consent("c", "scoring"),
    )
    found = dict(shared(given["consents"]).iter_rows())
    assert found == {"a": ["bank", "bpr"], "b": None}


def test_records_on_another_basis_need_no_consents_but_keep_the_protected_apart() -> None:
    data = permitted(everything(), "model_improvement")
    assert owners(data, "payments") == ["a", "b"]
    assert "protected" not in data.tables


def written(data: DataSet, folder: Path) -> Path:
    folder.mkdir()
    for name, frame in data.tables.items():
        frame.write_parquet(folder / f"{name}.parquet")
    write_about(data.about, folder)
    return folder


@pytest.mark.parametrize("purpose", PURPOSES)
def test_an_export_holds_what_is_permitted_and_says_how_much_of_what(
    tmp_path: Path, purpose: str
) -> None:
    given = everything(*all_of("a", "bills"), *all_of("b", purpose))
    counts = export(written(given, tmp_path / "all"), tmp_path / "some", purpose)
    exported = read(tmp_path / "some").tables
    whole = permitted(given, purpose).tables
    expected = {name: frame for name, frame in whole.items() if frame.height}
    assert set(exported) == set(expected)
    for name, frame in exported.items():
        assert frame.equals(expected[name]), name
    assert counts["payments"] == (1, 2)
    assert counts["bills"] == (0, 2)
    apart = purpose in {"fairness_audit", "programme_groups"}
    assert counts["protected"] == (int(apart), 2)


def test_an_export_never_writes_over_a_folder(tmp_path: Path) -> None:
    folder = written(everything(*all_of("a")), tmp_path / "all")
    with pytest.raises(BadInput) as caught:
        export(folder, folder, "scoring")
    refused(caught, "already-there")


def test_a_data_set_of_outcomes_alone_gives_none_when_consents_are_asked_for() -> None:
    whole = everything(*all_of("a"))
    tables = {name: whole[name] for name in ("outcomes", "consents")}
    data = permitted(DataSet(ABOUT, tables, whole.digest), "scoring")
    assert data["outcomes"].is_empty()
