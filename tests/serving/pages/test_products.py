"""The pages on which a lender's people keep its products: proposed by one, verified by another."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from serving.access.links import Issued
from serving.lending import budgets, products
from serving.pages.draft import draft_of
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlock
from serving.telling.words import LANGUAGES, wording
from tests.audit.cases import NOW
from tests.matching.cases import product
from tests.serving.cases import MASTER, service_of, started
from tests.serving.conftest import Known
from tests.serving.pages.conftest import Visitor
from tests.serving.pages.programme_cases import lenders_key, officials_key, stocked
from tests.serving.pages.test_applicant import said
from tests.serving.programme_cases import opened

DATABASES = ("sqlite",)

SEED = "/products/seed"
TODAY = NOW.date()


@pytest.fixture(scope="session")
def stock(base: Path, known: Known) -> Path:
    """Return the database in which granary's product is in force and a programme is open."""
    file = Path(shutil.copy(known.file, base / "stock.db"))
    engine = unlock(database.connect(f"sqlite:///{file}"), MASTER)
    officials_key(engine)
    stocked(engine)
    opened(engine)
    engine.dispose()
    return file


@pytest.fixture
def ani(stock: Path, settings: Settings, known: Known) -> Iterator[Visitor]:
    """Return a person of granary, signed in."""
    shutil.copy(stock, settings.home / "lumbung.db")
    with started(settings) as client:
        key = known.granary["Authorization"].removeprefix("Bearer ")
        ani = Visitor(client, Issued("/staff", key, NOW), secret="key")
        ani.enter()
        yield ani


@pytest.fixture
def engine(ani: Visitor) -> Engine:
    assert isinstance(ani.client.app, FastAPI)
    return service_of(ani.client.app).engine


def become(ani: Visitor, key: str) -> Visitor:
    """Return another person, signed in in the place of the first."""
    other = Visitor(ani.client, Issued("/staff", key, NOW), secret="key")
    other.enter()
    return other


def written(old: str = "", new: str = "") -> str:
    """Return the terms of the product as the form has them, with a piece put in another's place."""
    text = draft_of(product()).text
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_lenders_products_are_listed_with_state_and_price(ani: Visitor, lang: str) -> None:
    page = said(ani.read("/products", lang).text)
    assert "Seed" in page
    assert wording(lang)["states"]["offered"] in page
    assert "6%" in page
    assert "KUR" not in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_change_waits_until_a_colleague_has_seen_what_it_changes_and_verified_it(
    ani: Visitor, engine: Engine, lang: str
) -> None:
    words = wording(lang)["versions"]
    changed = written("rate: '0.06'", "rate: '0.05'")
    sent = ani.act("/products", lang, on="/products", name="seed", terms=changed)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/staff{SEED}?lang={lang}")
    page = said(ani.read(SEED, lang).text)
    assert words["waiting"] in page
    assert "rate '0.06' '0.05'" in page
    own = ani.act(f"{SEED}/verify", lang, on=SEED, number="2")
    assert own.status_code == 403
    assert words["same_person"] in said(own.text)
    budi = become(ani, lenders_key(engine))
    assert budi.act(f"{SEED}/verify", lang, on=SEED, number="2").status_code == 303
    assert words["waiting"] not in said(budi.read(SEED, lang).text)
    (now,) = products.shelf(engine, "granary", (), TODAY)
    assert str(now.product.rate) == "0.05"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_fault_is_told_with_its_line_and_what_was_written_is_kept(
    ani: Visitor, engine: Engine, lang: str
) -> None:
    wrong = written("amount_min: 1000000", "amount_min: -5").replace(
        "tenor_max: 36", "tenor_max: 0"
    )
    answer = ani.act("/products", lang, on="/products", name="seed", terms=wrong)
    page = said(answer.text)
    assert answer.status_code == 422
    assert wording(lang)["portal"]["faults"].format(count=2) in page
    for field in ("amount_min", "tenor_max"):
        line = next(n for n, one in enumerate(wrong.split("\n"), 1) if one.startswith(field))
        told = wording(lang)["portal"]["fault_line"].split("{field}")[0].format(line=line)
        assert f"{told}{field}" in page
    assert "amount_min: -5" in answer.text
    assert len(products.history(engine, "granary", "seed", (), TODAY)) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: [", 1),
        ("name: a\nname: b", 2),
        ("- only\n- a list", 1),
        ("name: a\neffective_from: 2026-02-30", 2),
        ("name: a\nfees: &fees [*fees]", 2),
    ],
)
def test_what_is_no_yaml_of_terms_is_told_by_its_line(ani: Visitor, text: str, line: int) -> None:
    answer = ani.act("/products", on="/products", name="new", terms=text)
    assert answer.status_code == 422
    assert wording("id")["portal"]["no_yaml"].split(":")[0].format(line=line) in said(answer.text)


def test_another_lenders_terms_and_name_are_not_taken(ani: Visitor) -> None:
    theirs = written("id: granary", "id: mill")
    answer = ani.act("/products", on="/products", name="seed", terms=theirs)
    assert answer.status_code == 403
    assert wording("id")["versions"]["other_lender"] in said(answer.text)
    taken = ani.act("/products", on="/products", name="mitra-jateng-25", terms=written())
    assert taken.status_code == 409
    assert wording("id")["versions"]["name_taken"] in said(taken.text)


def test_another_lender_sees_nothing_of_it(ani: Visitor, known: Known) -> None:
    mill = become(ani, known.mill["Authorization"].removeprefix("Bearer "))
    assert "Seed" not in said(mill.read("/products").text)
    assert mill.read(SEED).status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_budget_is_put_in_by_one_and_verified_by_another(
    ani: Visitor, engine: Engine, lang: str
) -> None:
    fields = {"programme_id": "batang", "at_most": "250000000"}
    assert ani.act(f"{SEED}/budgets", lang, on=SEED, **fields).status_code == 303
    assert budgets.in_force(engine, "batang") == []
    assert "at_most 0 250000000" in said(ani.read(SEED, lang).text)
    budi = become(ani, lenders_key(engine))
    done = {"programme_id": "batang", "number": "1"}
    assert budi.act(f"{SEED}/budgets/verify", lang, on=SEED, **done).status_code == 303
    (budget,) = budgets.in_force(engine, "batang")
    assert (budget.product_id, budget.at_most) == ("seed", 250_000_000)
    assert "Rp250" in said(budi.read(SEED, lang).text)


def test_a_budget_goes_into_a_programme_that_is_open_only(ani: Visitor) -> None:
    answer = ani.act(f"{SEED}/budgets", on=SEED, programme_id="none", at_most="1")
    assert answer.status_code == 404
    for wrong in ("-1", "1.5", "x"):
        fields = {"programme_id": "batang", "at_most": wrong}
        assert ani.act(f"{SEED}/budgets", on=SEED, **fields).status_code == 422


def test_a_form_without_its_own_mark_proposes_nothing(ani: Visitor, engine: Engine) -> None:
    fields = {"mark": "0" * 64, "name": "seed", "terms": written("'0.06'", "'0.01'")}
    assert ani.send("/products", fields).status_code == 409
    assert len(products.history(engine, "granary", "seed", (), TODAY)) == 1
