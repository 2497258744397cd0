"""docs/operations.md has every operation once, in its group, with the scope that opens it."""

from __future__ import annotations

import re

from lumbung import operation_page
from lumbung.documents import description


def test_every_operation_stands_once() -> None:
    told = re.findall(r"^\| `([A-Z]+) (\S+)` \|", operation_page.page(description()), re.MULTILINE)
    there = {
        (method.upper(), path) for path, item in description()["paths"].items() for method in item
    }
    assert len(told) == len(there)
    assert set(told) == there


def test_a_row_says_group_scope_and_answers() -> None:
    one = {
        "tags": ["loans"],
        "summary": "Lend",
        "security": [{"key": ["b"]}, {"other": ["a"]}],
        "responses": {"201": {}, "200": {}},
    }
    two = {"tags": ["health"], "summary": "Live?", "responses": {"200": {}}}
    made = {"info": {"version": "7"}, "paths": {"/l": {"post": one}, "/h": {"get": two}}}
    page = operation_page.page(made)
    assert page.index("## Health") < page.index("## Loans")
    assert "| `POST /l` | Lend | `a`, `b` | 200, 201 |\n" in page
    assert "| `GET /h` | Live? | none | 200 |\n" in page
    assert "version 7" in page
