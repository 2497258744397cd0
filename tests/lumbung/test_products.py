"""`lumbung products` lists products with their states, or all that is wrong with their files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
import yaml

from matching.shelf import load_products
from tests.lumbung.conftest import Lumbung
from tests.matching.cases import LENDER, TERMS


def written(path: Path, *products: Mapping[str, object]) -> Path:
    """Write a file of products; return it."""
    text = yaml.safe_dump({"lender": dict(LENDER), "products": [dict(p) for p in products]})
    path.write_text(text, encoding="utf-8")
    return path


def test_the_examples_are_listed_with_state_and_terms(lumbung: Lumbung) -> None:
    ended = lumbung("products", "--on", "2026-11-24", "--json")
    assert ended.status == 0
    told = {one["product_id"]: one for one in ended.json()["products"]}
    on = date(2026, 11, 24)
    assert {name: one["state"] for name, one in told.items()} == {
        product.product_id: product.state(on) for product in load_products()
    }
    assert told["kur-mikro"]["terms"].startswith("interest 6% a year of what is still owed")
    assert ended.json()["misprints"] == []


def test_the_table_has_a_row_for_each_product(lumbung: Lumbung, tmp_path: Path) -> None:
    late = {**TERMS, "product_id": "late", "effective_to": date(2026, 6, 30)}
    path = written(tmp_path / "a.yaml", TERMS, late)
    rows = lumbung("products", path, "--on", "2026-11-24").stdout.splitlines()
    assert [row.split("  ")[0] for row in rows] == ["Expired", "In force"]
    assert "granary" in rows[1]
    assert "Rp1,000,000 to Rp50,000,000" in rows[1]


@pytest.mark.parametrize(("on", "state"), [("2026-01-04", "unverified"), ("2027-01-01", "expired")])
def test_the_state_is_that_of_the_day(
    lumbung: Lumbung, tmp_path: Path, on: str, state: str
) -> None:
    path = written(tmp_path / "a.yaml", TERMS)
    (told,) = lumbung("products", path, "--on", on, "--json").json()["products"]
    assert told["state"] == state


def test_the_products_of_the_service_are_meant_if_none_are_said(
    lumbung: Lumbung, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / "a.yaml", {**TERMS, "product_id": "chaff"})
    monkeypatch.setenv("LUMBUNG_PRODUCTS", str(tmp_path))
    answer = lumbung("products", "--json").json()
    assert [one["product_id"] for one in answer["products"]] == ["chaff"]
    assert answer["source"] == str(tmp_path)


def test_all_that_is_wrong_is_listed_line_by_line(lumbung: Lumbung, tmp_path: Path) -> None:
    wrong = {**TERMS, "rate": "six", "tenor_max": 1, "repayment": "flat"}
    path = written(tmp_path / "a.yaml", wrong)
    ended = lumbung("products", path)
    assert ended.status == 2
    assert "bad-product" in ended.stderr
    text = path.read_text(encoding="utf-8").splitlines()
    fields = ["rate", "repayment", "tenor_max"]
    lines = [1 + next(i for i, line in enumerate(text) if f" {f}:" in line) for f in fields]
    assert [row.split(": found")[0] for row in ended.stdout.splitlines()] == [
        f"a.yaml:{line}: seed: {field}" for line, field in zip(lines, fields, strict=True)
    ]


def test_what_is_wrong_can_be_read_by_a_program(lumbung: Lumbung, tmp_path: Path) -> None:
    written(tmp_path / "a.yaml", {**TERMS, "rate": "six"})
    written(tmp_path / "b.yaml", {**TERMS, "product_id": "husk"})
    ended = lumbung("products", tmp_path, "--json")
    assert ended.status == 2
    (wrong,) = ended.json()["misprints"]
    assert (wrong["file"], wrong["field"], wrong["found"]) == ("a.yaml", "rate", "'six'")
    assert [one["product_id"] for one in ended.json()["products"]] == ["husk"]


def test_a_folder_that_is_not_there_is_a_wrong_use(lumbung: Lumbung, tmp_path: Path) -> None:
    assert lumbung("products", tmp_path / "nowhere").status == 2
