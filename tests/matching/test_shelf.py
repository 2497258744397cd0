"""The shelf reads one file per lender, and names the field of whatever is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
import yaml

from features.errors import BadInput
from matching.price import price_of
from matching.product import (
    ApplicantKind,
    Collateral,
    LenderKind,
    Period,
    PriceKind,
    Repayment,
)
from matching.shelf import PRODUCTS, load_products, read
from tests.matching.cases import HUNDRED_THOUSAND, LENDER, TERMS, TODAY, product, rule


def _write(folder: Path, name: str, *products: Mapping[str, object]) -> None:
    text = yaml.safe_dump({"lender": dict(LENDER), "products": [dict(p) for p in products]})
    (folder / name).write_text(text, encoding="utf-8")


def _refusal(folder: Path) -> BadInput:
    with pytest.raises(BadInput) as caught:
        load_products(folder)
    assert caught.value.code == "bad-product"
    return caught.value


def test_products_come_from_every_file_in_order_of_product_id(tmp_path: Path) -> None:
    _write(tmp_path, "b.yaml", {**TERMS, "product_id": "apple"}, {**TERMS, "product_id": "pear"})
    _write(tmp_path, "a.yaml", {**TERMS, "product_id": "fig"})
    (tmp_path / "notes.txt").write_text("not a product", encoding="utf-8")
    assert [p.product_id for p in load_products(tmp_path)] == ["apple", "fig", "pear"]


def test_a_product_read_from_a_file_is_the_one_written(tmp_path: Path) -> None:
    changed = {"fees": [HUNDRED_THOUSAND], "eligibility": [rule()], "rate": "0.0372"}
    _write(tmp_path, "granary.yaml", {**TERMS, **changed})
    assert load_products(tmp_path) == (product(**changed),)


@pytest.mark.parametrize("field", sorted(TERMS))
def test_a_missing_field_is_named(tmp_path: Path, field: str) -> None:
    terms = {**TERMS, "product_id": "seed"}
    del terms[field]
    _write(tmp_path, "granary.yaml", terms)
    refusal = _refusal(tmp_path)
    name = "product 1" if field == "product_id" else "seed"
    assert refusal.where == f"granary.yaml:6: {name}: {field}"
    assert refusal.found == "nothing"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"commission": "0.02"}, "commission"),
        ({"rate": 0.06}, "rate"),
        ({"rate": "6"}, "rate"),
        ({"rate": "-0.01"}, "rate"),
        ({"rate": "six"}, "rate"),
        ({"amount_min": 0}, "amount_min"),
        ({"amount_min": 1_000_000.5}, "amount_min"),
        ({"amount_max": 999_999}, "amount_max"),
        ({"amount_max": "50000000"}, "amount_max"),
        ({"tenor_min": 0}, "tenor_min"),
        ({"tenor_max": 2}, "tenor_max"),
        ({"effective_to": date(2025, 12, 31)}, "effective_to"),
        ({"effective_to": "soon"}, "effective_to"),
        ({"verified_by": None}, "verified_at"),
        ({"verified_at": None}, "verified_at"),
        ({"price_kind": "cheap"}, "price_kind"),
        ({"price_kind": "flat"}, "repayment"),
        ({"repayment": "flat"}, "repayment"),
        ({"contract": "loan"}, "contract"),
        ({"collateral": "additional"}, "collateral"),
        ({"eligibility": [rule(reason_code="R22")]}, "collateral"),
        ({"eligibility": [rule(), rule(op="unlike")]}, "eligibility.1.op"),
        ({"eligibility": [rule(field="gender")]}, "eligibility.0.field"),
        ({"fees": [{**HUNDRED_THOUSAND, "value": "0.5"}]}, "fees.0.value"),
        ({"fees": [{**HUNDRED_THOUSAND, "kind": "percent"}]}, "fees.0.value"),
        ({"fees": [{**HUNDRED_THOUSAND, "value": 100.0}]}, "fees.0.value"),
        ({"fees": [{**HUNDRED_THOUSAND, "kind": "bonus"}]}, "fees.0.kind"),
        ({"max_pd": 8}, "max_pd"),
        ({"example": "yes"}, "example"),
        ({"source": ""}, "source"),
        ({"lender_id": "other"}, "lender_id"),
        ({"product_id": "Seed loan"}, "product_id"),
    ],
)
def test_a_wrong_field_is_named_with_what_was_found(
    tmp_path: Path, wrong: dict[str, object], field: str
) -> None:
    terms = {**TERMS, **wrong}
    _write(tmp_path, "granary.yaml", terms)
    refusal = _refusal(tmp_path)
    file, line, name, place = re.split(r": |:", str(refusal.where))
    assert (file, name, place) == ("granary.yaml", terms["product_id"], field)
    key = next(step for step in reversed(field.split(".")) if not step.isdigit())
    text = (tmp_path / "granary.yaml").read_text(encoding="utf-8").splitlines()
    assert f"{key}:" in text[int(line) - 1]
    assert refusal.expected
    assert not refusal.expected.startswith("Value error")


FAULTY = """\
lender: {id: granary, name: Granary, kind: friend}
products:
  - product_id: seed
    lender: {id: other, name: Other, kind: bank}
    name: Seed
    scheme: Seed
    contract: conventional
    amount_min: 5000000
    amount_max: 1000000
    price_kind: effective
    rate: 0.06
    fees:
      - {name: admin, kind: fixed, value: "0.5"}
      - {name: survey, kind: percent, value: "2"}
    tenor_min: 3
    tenor_max: 36
    repayment: flat
    eligibility:
      - field: months_running
        op: has_all
        value: 6.5
        reason_code: R06
        citation: Permenko 1/2023
    collateral: none
    effective_from: 2026-01-01
    source: the lender's letter
    verified_by: null
    verified_at: null
    example: true
    intrest: "0.06"
  - product_id: husk
    quota: many
loans: []
"""
"""Wrong in twelve places, and in what each product lacks."""


def test_all_that_is_wrong_with_a_file_is_told_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(FAULTY, encoding="utf-8")
    misprints = read(tmp_path).misprints
    told = [(m.line, m.product, m.fault.field, m.fault.found) for m in misprints]
    assert [one for one in told if one[3] != "nothing"] == [
        (1, None, "lender.kind", "'friend'"),
        (4, "seed", "lender", "{'id': 'other', 'name': 'Other', 'kind': 'bank'}"),
        (9, "seed", "amount_max", "1000000"),
        (11, "seed", "rate", "0.06"),
        (13, "seed", "fees.0.value", "'0.5'"),
        (14, "seed", "fees.1.value", "'2'"),
        (17, "seed", "repayment", "'flat'"),
        (20, "seed", "eligibility.0.op", "'has_all'"),
        (21, "seed", "eligibility.0.value", "6.5"),
        (30, "seed", "intrest", "'0.06'"),
        (32, "husk", "quota", "'many'"),
        (33, None, "loans", "[]"),
    ]
    lacking = {(line, product) for line, product, _, found in told if found == "nothing"}
    assert lacking == {(3, "seed"), (31, "husk")}


def test_a_fault_deep_in_a_list_of_texts_stands_on_its_own_line(tmp_path: Path) -> None:
    wrong = rule(field="kbli", op="starts_with", value=["47", 56])
    _write(tmp_path, "a.yaml", {**TERMS, "eligibility": [wrong]})
    (misprint,) = read(tmp_path).misprints
    assert misprint.fault.field == "eligibility.0.value.1"
    text = (tmp_path / "a.yaml").read_text(encoding="utf-8").splitlines()
    assert text[(misprint.line or 0) - 1].strip() == "- 56"


def test_one_refusal_names_every_fault_and_stands_at_the_first(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(FAULTY, encoding="utf-8")
    refusal = _refusal(tmp_path)
    first, *others = read(tmp_path).misprints
    assert refusal.where == first.where == "a.yaml:1: lender.kind"
    assert (refusal.found, refusal.expected) == (first.fault.found, first.fault.expected)
    assert [str(other) for other in others if str(other) not in refusal.hint] == []


def test_what_is_right_is_read_beside_what_is_wrong(tmp_path: Path) -> None:
    _write(tmp_path, "a.yaml", {**TERMS, "rate": "six"})
    _write(tmp_path, "b.yaml", {**TERMS, "product_id": "husk"})
    shelf = read(tmp_path)
    assert [p.product_id for p in shelf.products] == ["husk"]
    assert [m.file for m in shelf.misprints] == ["a.yaml"]


def test_a_file_alone_is_a_shelf(tmp_path: Path) -> None:
    _write(tmp_path, "a.yaml", TERMS)
    _write(tmp_path, "b.yaml", {**TERMS, "product_id": "husk"})
    assert [p.product_id for p in load_products(tmp_path / "b.yaml")] == ["husk"]


def test_a_product_id_that_stands_twice_is_refused_across_files(tmp_path: Path) -> None:
    _write(tmp_path, "a.yaml", TERMS)
    _write(tmp_path, "b.yaml", TERMS)
    refusal = _refusal(tmp_path)
    assert refusal.where == "b.yaml:17: seed: product_id"
    assert refusal.found == "'seed'"


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, "a.yaml", TERMS)
    path = tmp_path / "a.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  rate:", "  rate: '0.01'\n  rate:"), encoding="utf-8")
    refusal = _refusal(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    again = [number for number, line in enumerate(lines, 1) if line.startswith("  rate:")][1]
    assert refusal.where == f"a.yaml:{again}: the whole"
    assert "'rate' stands twice" in refusal.found


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "a.yaml:1: the whole"),
        ("- a list", "a.yaml:1: the whole"),
        ("lender: {id: x, name: X, kind: bank}", "a.yaml:1: products"),
        ("products: []", "a.yaml:1: lender"),
        ("lender: {id: x, name: X,\n  kind: friend}\nproducts: []", "a.yaml:2: lender.kind"),
        ("lender: {id: x, name: X, kind: bank}\nproducts: [seed]", "a.yaml:2: products.0"),
        ("lender:\n  id: [", "a.yaml:2: the whole"),
        ("lender: a\x07", "a.yaml: the whole"),
        ("lender: {id: x, name: X, kind: bank}\nproducts: []\nloans: []", "a.yaml:3: loans"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str, where: str) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    assert _refusal(tmp_path).where == where


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"lender:\n  id: \xff")
    assert _refusal(tmp_path).where == "a.yaml:2: the whole"


def test_a_folder_without_products_is_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path).where == f"{tmp_path}: the whole"
    assert _refusal(tmp_path / "nowhere").found == "no products"


# The products that come with the code.


def test_the_examples_cover_every_kind_of_lender_and_of_terms() -> None:
    products = load_products()
    assert len(products) >= 20
    assert {p.lender.kind for p in products} == set(get_args(LenderKind))
    assert {p.price_kind for p in products} == set(get_args(PriceKind))
    assert {p.period for p in products} == set(get_args(Period))
    assert {p.repayment for p in products} == set(get_args(Repayment))
    assert {p.applicant_kind for p in products} == set(get_args(ApplicantKind))
    assert {p.collateral for p in products} == set(get_args(Collateral))
    assert {"conventional", "murabahah", "mudharabah", "qardh"} <= {p.contract for p in products}
    assert {p.name for p in PRODUCTS.glob("*.yaml")} == {f"{p.lender.id}.yaml" for p in products}


def test_every_example_says_so_and_is_offered_only_in_the_demonstration() -> None:
    for terms in load_products():
        assert terms.example
        assert terms.note.startswith("example, verify:")
        assert terms.offerable(TODAY, examples=True) == (terms.state(TODAY) == "example")
        assert not terms.offerable(TODAY, examples=False)


def test_some_examples_are_expired_and_some_unverified() -> None:
    """Lenders and officials are shown that such are kept, and why they are not offered."""
    states = [terms.state(TODAY) for terms in load_products()]
    assert min(states.count("expired"), states.count("unverified")) >= 3


def test_what_an_example_excludes_is_there() -> None:
    products = {terms.product_id: terms for terms in load_products()}
    for terms in products.values():
        assert set(terms.exclusive_with) <= set(products)


def test_only_three_examples_ask_for_nothing_but_an_amount() -> None:
    """Or every simulated applicant would have it, and nobody would have a step to take."""
    offered = [terms for terms in load_products() if terms.offerable(TODAY, examples=True)]
    open_to_all = [
        p.product_id for p in offered if not p.eligibility and p.applicant_kind == "individual"
    ]
    assert open_to_all == ["bapera-mikro", "bkk-tanpa-agunan", "pendanaan-umk"]


@pytest.mark.parametrize(
    ("product_id", "amount_max", "kind", "rate", "tenor_max"),
    [
        ("kur-super-mikro", 10_000_000, "effective", "0.03", 36),
        ("kur-mikro", 100_000_000, "effective", "0.06", 36),
        ("kur-kecil", 500_000_000, "effective", "0.06", 48),
        ("mitra-jateng-25", 25_000_000, "effective", "0.07", 36),
        ("bkk-tanpa-agunan", 4_999_999, "flat", "0.07", 48),
        ("bkk-agunan", 25_000_000, "flat", "0.07", 48),
        ("bapera-mikro", 1_000_000, "flat", "0.10", 48),
        ("pegadaian-kreasi", 200_000_000, "flat", "0.12", 36),
        ("pendanaan-umk", 250_000_000, "flat", "0.03", 36),
        ("kur-khusus", 500_000_000, "effective", "0.06", 36),
        ("mitra-jateng-2022", 25_000_000, "effective", "0.03", 36),
        ("pnm-mekaar", 5_000_000, "margin", "0.25", 12),
        ("ksp-anggota", 25_000_000, "effective", "0.24", 24),
        ("p2p-pendek", 50_000_000, "per_day", "0.00275", 6),
        ("p2p-panjang", 50_000_000, "per_day", "0.001", 24),
        ("lpdb-koperasi", 3_000_000_000, "effective", "0.03", 120),
        ("bmt-qardh", 1_000_000, "flat", "0", 10),
    ],
)
def test_the_examples_state_the_terms_that_were_reported(
    product_id: str, amount_max: int, kind: str, rate: str, tenor_max: int
) -> None:
    terms = {p.product_id: p for p in load_products()}[product_id]
    assert (terms.amount_max, terms.price_kind) == (amount_max, kind)
    assert (terms.rate, terms.tenor_max) == (Decimal(rate), tenor_max)


def test_kur_mikro_at_ten_million_costs_what_its_rate_says() -> None:
    terms = {p.product_id: p for p in load_products()}["kur-mikro"]
    assert price_of(terms, 24).repaid(10_000_000).instalment == 443_206
