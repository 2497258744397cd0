"""A mapping file is understood, or refused with the line that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.errors import BadMapping
from tests.training.cases import refused
from training.importing.mapping import ColumnMapping, load

GOOD = """
[dataset]
name = "export"
currency = "IDR"
time_zone = "Asia/Jakarta"
source = "an export"
licence = "by agreement"

[[table]]
table = "payments"
file = "export.parquet"

[table.columns]
payment_id = { from = "id" }
amount = { from = "nominal", major = true }
kind = { constant = "other" }
"""


def mapping_file(folder: Path, text: str) -> str:
    file = folder / "mapping.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_mapping_says_where_each_column_comes_from(tmp_path: Path) -> None:
    mapping = load(mapping_file(tmp_path, GOOD))
    (table,) = mapping.table
    assert table.file == "export.parquet"
    assert table.columns["payment_id"] == ColumnMapping(source=("id",))
    assert table.columns["amount"].major
    assert table.columns["kind"].constant == "other"
    assert mapping.most_rejected == 0.01
    assert not mapping.dataset.simulated


def test_ours_are_found_by_name() -> None:
    mapping = load("berka")
    assert mapping.dataset.name == "berka"
    made = ["payments", "applications", "outcomes", "protected"]
    assert [table.table for table in mapping.table] == made


@pytest.mark.parametrize("name", ["berka2", "nowhere/mapping.toml", ""])
def test_an_unknown_mapping_is_refused_with_the_names_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadMapping, match="berka") as caught:
        load(name)
    refused(caught, "no-mapping")


def test_a_name_with_a_slash_never_means_one_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadMapping) as caught:
        load("../mappings/berka")
    refused(caught, "no-mapping")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("name =", "name = =", "Invalid value"),
        ('table = "payments"', 'table = "sales"', "unknown table sales"),
        ("kind = {", "colour = {", "payments has no column colour"),
        ('{ constant = "other" }', '{ constant = "other", from = "k" }', "exactly one of 'from'"),
        ('{ constant = "other" }', "{ major = true }", "exactly one of 'from'"),
        ('{ constant = "other" }', '{ constant = "other", fmt = "x" }', "fmt"),
        ('file = "export.parquet"', 'file = "x"\nadapter = "berka_protected"', "give an 'adapter'"),
        ('file = "export.parquet"', 'adapter = "os.system"', "berka_protected"),
        ("IDR", "BTC", "unknown currency BTC"),
        ("Asia/Jakarta", "Mars/Olympus", "unknown time zone Mars/Olympus"),
        ("[dataset]", "most_rejected = 1.5\n[dataset]", "most_rejected"),
        ("[dataset]", "most_rejected = -0.1\n[dataset]", "most_rejected"),
        ("[dataset]", "surprise = 1\n[dataset]", "surprise"),
        ("licence =", "license =", "licence"),
        ("amount = {", "amount = 3\n#", "amount"),
        ("major = true", "hash = true", "amount is neither id nor text: it has no 'hash'"),
        ("major = true", 'zone = "Mars/Olympus"', "unknown time zone Mars/Olympus"),
        ("major = true", 'numbers = { decimal = ".", thousands = "." }', "the same sign"),
        ("major = true", 'numbers = { decimal = ";" }', "decimal"),
        ('{ from = "id" }', '{ from = "id", hash = true, plain = true }', "at most one of 'hash'"),
        ("[table.columns]", 'read = { encoding = "morse" }\n[table.columns]', "encoding morse"),
        ("[table.columns]", 'read = { delimiter = "::" }\n[table.columns]', "delimiter"),
        ("[table.columns]", "read = { skip = -1 }\n[table.columns]", "skip"),
        ("[table.columns]", 'refuse = { id = "no id" }\n[table.columns]', "are used: id: no id"),
        ("[table.columns]", 'drop = { x = "1" }\nrefuse.x = "leak"\n[table.columns]', "x: leak"),
        ("[dataset]", '[refuse]\nnominal = "too late"\n[dataset]', "are used: nominal: too late"),
    ],
)
def test_a_mapping_that_breaks_its_rules_is_refused(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    assert before in GOOD
    with pytest.raises(BadMapping, match=said) as caught:
        load(mapping_file(tmp_path, GOOD.replace(before, after)))
    refused(caught, "bad-mapping")
    assert str(caught.value.where).endswith("mapping.toml")


def test_what_is_refused_and_not_used_is_no_fault(tmp_path: Path) -> None:
    text = GOOD.replace("[dataset]", '[refuse]\nterm = "too late"\n[dataset]')
    assert load(mapping_file(tmp_path, text)).refuse == {"term": "too late"}


@pytest.mark.parametrize("table", ["bills", "invoices"])
def test_a_day_due_without_a_day_paid_is_refused_since_all_would_look_unpaid(
    tmp_path: Path, table: str
) -> None:
    due = GOOD[: GOOD.index("[table.columns]")].replace("payments", table)
    due += '[table.columns]\namount = { from = "nominal" }\ndue_at = { from = "jatuh tempo" }\n'
    with pytest.raises(BadMapping, match="look unpaid") as caught:
        load(mapping_file(tmp_path, due))
    refused(caught, "bad-mapping")
    paid = due + 'paid_at = { from = "dibayar" }\n'
    assert load(mapping_file(tmp_path, paid)).table[0].table == table


def test_a_table_made_twice_is_refused(tmp_path: Path) -> None:
    again = GOOD[GOOD.index("[[table]]") :]
    with pytest.raises(BadMapping, match="payments is made more than once") as caught:
        load(mapping_file(tmp_path, GOOD + again))
    refused(caught, "bad-mapping")


def test_a_table_of_a_file_without_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadMapping, match="no columns") as caught:
        load(mapping_file(tmp_path, GOOD[: GOOD.index("[table.columns]")]))
    refused(caught, "bad-mapping")


def test_a_mapping_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadMapping, match="table") as caught:
        load(mapping_file(tmp_path, GOOD[: GOOD.index("[[table]]")]))
    refused(caught, "bad-mapping")


def test_a_mapping_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mapping.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadMapping) as caught:
        load(str(file))
    refused(caught, "bad-mapping")
