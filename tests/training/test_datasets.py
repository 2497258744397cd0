"""A data set is read whole and right, or refused with a reason; it is written whole or not."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from features.errors import BadInput, BadTable
from tests.training.cases import ABOUT, application, outcome, payment, refused, utc, write
from training import datasets
from training.about import write_about


def right(folder: Path) -> Path:
    return write(
        folder,
        payments=[payment(1), payment(2)],
        applications=[application(1)],
        outcomes=[outcome(1)],
    )


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    data = datasets.read(right(tmp_path / "d"))
    assert data.about == ABOUT
    assert set(data.tables) == {"payments", "applications", "outcomes"}
    assert data["payments"]["payment_id"].to_list() == ["p1", "p2"]


def test_texts_with_quotes_and_other_alphabets_survive_the_declaration(tmp_path: Path) -> None:
    about = ABOUT.model_copy(update={"name": 'ꦭꦸꦩ꧀ꦧꦸꦁ "x" \\ \n', "source": "é"})
    write_about(about, write(tmp_path / "d", payments=[payment()]))
    assert datasets.read(tmp_path / "d").about == about


def test_the_digest_is_of_the_files_and_of_nothing_else(tmp_path: Path) -> None:
    one, same = right(tmp_path / "one"), right(tmp_path / "same")
    other = right(tmp_path / "other")
    write(other, payments=[payment(1), payment(2, amount=1001)])
    described = right(tmp_path / "described")
    write_about(ABOUT.model_copy(update={"licence": "another"}), described)
    assert datasets.read(one).digest == datasets.read(same).digest
    digests = {datasets.read(folder).digest for folder in (one, other, described)}
    assert len(digests) == 3


def test_a_folder_without_a_declaration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no dataset\.toml") as caught:
        datasets.read(tmp_path)
    refused(caught, "bad-dataset")


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput) as caught:
        datasets.read(tmp_path / "file")
    refused(caught, "bad-dataset")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("name =", "name = =", "Invalid value"),
        ('currency = "IDR"', 'currency = "XXX"', "unknown currency XXX"),
        ('currency = "IDR"', "currency = 360", "currency"),
        ('time_zone = "Asia/Jakarta"', 'time_zone = "Asia/Batang"', "unknown time zone"),
        ('time_zone = "Asia/Jakarta"', 'time_zone = "/etc/passwd"', "unknown time zone"),
        ("licence =", "license =", "licence"),
        ("simulated = true", 'simulated = "perhaps"', "simulated"),
    ],
)
def test_a_wrong_declaration_is_refused(tmp_path: Path, before: str, after: str, said: str) -> None:
    file = right(tmp_path / "d") / "dataset.toml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(BadInput, match=said) as caught:
        datasets.read(file.parent)
    refused(caught, "bad-dataset")


def test_a_declaration_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (right(tmp_path / "d") / "dataset.toml").write_bytes(b"name = \xff\xfe")
    with pytest.raises(BadInput) as caught:
        datasets.read(tmp_path / "d")
    refused(caught, "bad-dataset")


@pytest.mark.parametrize("keep", [0, 1, 4, 11, 12, 50, 500, -8, -1])
def test_a_parquet_file_cut_short_is_refused(tmp_path: Path, keep: int) -> None:
    file = right(tmp_path / "d") / "payments.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:keep])
    with pytest.raises(BadTable) as caught:
        datasets.read(tmp_path / "d")
    refused(caught, "unreadable-file")
    assert caught.value.where == "payments.parquet"


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    (right(tmp_path / "d") / "payments.parquet").write_text("payment_id,amount\np1,3\n" * 9)
    with pytest.raises(BadTable) as caught:
        datasets.read(tmp_path / "d")
    refused(caught, "unreadable-file")


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    file = right(tmp_path / "d") / "payments.parquet"
    pl.read_parquet(file).clear().write_parquet(file)
    with pytest.raises(BadTable) as caught:
        datasets.read(tmp_path / "d")
    refused(caught, "empty-table")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"amount": -1}, "bad-amount"),
        ({"amount": 10.5}, "wrong-type"),
        ({"occurred_at": utc(2999, 1, 1), "known_at": utc(2999, 1, 1)}, "future-date"),
        ({"known_at": payment(2)["occurred_at"] - timedelta(days=1)}, "known-too-early"),
        ({"payment_id": "p1"}, "duplicate-id"),
        ({"channel": "pigeon"}, "unknown-value"),
        ({"business_id": ""}, "missing-value"),
        ({"nik": "x"}, "extra-column"),
    ],
)
def test_one_wrong_row_refuses_the_whole_data_set(
    tmp_path: Path, wrong: dict[str, object], code: str
) -> None:
    rows = [payment(1), payment(2, **wrong), payment(3)]
    with pytest.raises(BadTable) as caught:
        datasets.read(write(tmp_path / "d", payments=rows))
    refused(caught, code)
    assert caught.value.where == "payments.parquet"


def test_the_first_wrong_row_is_named_with_how_many_there_are(tmp_path: Path) -> None:
    rows = [payment(i, amount=-i if i in (4, 7) else i) for i in range(9)]
    with pytest.raises(BadTable, match="2 wrong rows, the first at row 4: amount is below 0"):
        datasets.read(write(tmp_path / "d", payments=rows))


def test_what_was_made_appears_whole(tmp_path: Path) -> None:
    out = tmp_path / "new" / "deep"
    with datasets.whole(out) as making:
        (making / "a").write_text("x")
        assert not out.exists()
    assert [file.name for file in out.iterdir()] == ["a"]
    assert [folder.name for folder in out.parent.iterdir()] == ["deep"]
    assert out.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_failed_half_way_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    def make() -> None:
        with datasets.whole(tmp_path / "out") as making:
            (making / "a").write_text("x")
            raise error

    with pytest.raises(error):
        make()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_already_there_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("x")
    with pytest.raises(BadInput) as caught, datasets.whole(out):
        pass
    refused(caught, "already-there")
    assert [file.name for file in tmp_path.rglob("*")] == ["out", "mine"]


def test_the_declaration_is_toml_that_anyone_can_read(tmp_path: Path) -> None:
    write_about(ABOUT, tmp_path)
    text = (tmp_path / "dataset.toml").read_text(encoding="utf-8")
    assert f"name = {json.dumps(ABOUT.name)}\n" in text
    assert "simulated = true\n" in text


def test_a_table_written_by_hand_may_be_csv_or_lines_of_json(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", payments=[payment()])
    (folder / "applications.csv").write_text(
        "application_id,business_id,as_of,amount,tenor_months\n"
        "a1,b1,2025-06-01T07:00:00+07:00,5000000,12\n"
        "a2,b2,2025-06-01T00:00:00Z,7000000,\n",
        encoding="utf-8",
    )
    (folder / "bills.ndjson").write_text(
        '{"bill_id": "1", "business_id": "b1", "occurred_at": "2025-05-01T00:00:00Z", '
        '"kind": "water", "prepaid": false, "amount": 42000, "quantity": 3.5}\n',
        encoding="utf-8",
    )
    data = datasets.read(folder)
    assert data["applications"]["as_of"].to_list() == [utc(2025, 6, 1), utc(2025, 6, 1)]
    assert data["applications"]["tenor_months"].to_list() == [12, None]
    assert data["bills"].select("amount", "quantity", "prepaid").rows() == [(42_000, 3.5, False)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "application_id,business_id,as_of,amount\na,b,2025-06-01T00:00:00Z,1.5\n",
            "unreadable-file",
        ),
        ("application_id,business_id,as_of,amount\na,b,soon,1\n", "unreadable-file"),
        ("application_id,business_id,as_of\na,b,2025-06-01T00:00:00Z\n", "missing-column"),
        ("application_id,colour\na,red\n", "missing-column"),
        (
            "application_id,business_id,as_of,amount,colour\na,b,2025-06-01T00:00:00Z,1,red\n",
            "extra-column",
        ),
        ("application_id,business_id,as_of,amount\na,b\n", "unreadable-file"),
    ],
)
def test_a_table_written_by_hand_is_held_to_the_same(tmp_path: Path, text: str, code: str) -> None:
    folder = write(tmp_path / "d", payments=[payment()])
    (folder / "applications.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BadTable) as caught:
        datasets.read(folder)
    refused(caught, code)


def test_parts_of_a_table_are_one_table_and_each_counts_in_the_digest(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", applications=[application()])
    for number in (1, 2):
        part = folder / "payments" / f"import-{number}"
        part.mkdir(parents=True)
        pl.DataFrame([payment(number)]).write_parquet(part / "00000.parquet")
    both = datasets.read(folder)
    assert both["payments"]["payment_id"].to_list() == ["p1", "p2"]
    shutil.rmtree(folder / "payments" / "import-2")
    assert datasets.read(folder).digest != both.digest


def test_records_that_nobody_was_asked_about_need_another_basis(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", payments=[payment()])
    write_about(ABOUT.model_copy(update={"basis": None}), folder)
    with pytest.raises(BadInput, match="neither a table of consents nor a basis") as caught:
        datasets.read(folder)
    refused(caught, "no-consents")
