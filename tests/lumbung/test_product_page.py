"""The page of products says of each field what the code says, and of each example how it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lumbung.product_page import ON, meanings, page
from matching.applicant import DOCUMENTS
from matching.fee import Fee
from matching.product import Lender, Product
from matching.rule import OPS, Record, Relaxation, Rule
from matching.shelf import load_products
from tests.matching.cases import TODAY


@pytest.mark.parametrize("record", [Lender, Product, Fee, Rule, Relaxation])
def test_every_field_has_a_meaning_and_nothing_else_has(record: type[Record]) -> None:
    said = meanings(record)
    assert set(said) == set(record.model_fields)
    assert all(text.endswith(".") for text in said.values())


def test_a_meaning_over_several_lines_is_told_whole() -> None:
    said = meanings(Product)
    assert said["amount_min"] == said["amount_max"] == "rupiah, both allowed."
    assert said["instalments_max"].startswith("the most instalments")
    assert said["instalments_max"].endswith("as many as the tenor has periods.")


def test_the_page_tells_which_fields_have_to_be_there() -> None:
    rows = {line.split("`")[1]: line for line in page().splitlines() if line.startswith("| `")}
    assert rows["rate"].endswith("| yes |")
    assert rows["period"].endswith("| no; else `monthly` |")
    assert rows["quota"].endswith("| no |")
    assert {*OPS, *DOCUMENTS} <= set(rows)


def test_every_example_stands_there_with_its_state() -> None:
    rows = page().partition(f"on {ON:%-d %B %Y}")[2].splitlines()
    assert ON == TODAY
    for product in load_products():
        (row,) = (row for row in rows if row.startswith(f"| `{product.product_id}` |"))
        state = product.state(ON).replace("_", " ")
        assert f"{state}" in row.replace("not yet verified", "unverified")
        assert product.source in row


def test_the_file_on_the_page_can_be_used(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", page(), re.DOTALL)
    (tmp_path / "granary.yaml").write_text(text, encoding="utf-8")
    (product,) = load_products(tmp_path)
    assert product.state(TODAY) == "offered"
