"""The officials' pages: programmes, allocations with their pictures, and never a person."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from audit.decision import Decision
from serving.access.keys import issue_key
from serving.access.links import Issued
from serving.lending import allocations, programmes
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlock
from serving.telling.words import LANGUAGES, wording
from tests.audit.cases import NOW
from tests.serving.cases import MASTER, service_of, started
from tests.serving.conftest import Known
from tests.serving.pages.cases import ELIGIBLE
from tests.serving.pages.conftest import Visitor
from tests.serving.pages.programme_cases import MANY, officials_key, open_programme
from tests.serving.pages.test_applicant import said
from tests.serving.programme_cases import TUTI, WAWAN, opened, terms

DATABASES = ("sqlite",)

AT = "/programmes/batang"


def of(decisions: tuple[Decision, ...], name: str) -> Decision:
    """Return the decision of a name."""
    return next(one for one in decisions if one.decision_id == name)


@pytest.fixture(scope="session")
def filled(base: Path, known: Known, kinds: tuple[Decision, ...]) -> Path:
    """Return the database in which a programme is open, made once."""
    file = Path(shutil.copy(known.file, base / "programme.db"))
    engine = unlock(database.connect(f"sqlite:///{file}"), MASTER)
    open_programme(engine, of(kinds, ELIGIBLE))
    engine.dispose()
    return file


@pytest.fixture
def official(client: TestClient, engine: Engine) -> Visitor:
    """Return an official, signed in."""
    official = Visitor(client, Issued("/officials", officials_key(engine), NOW), secret="key")
    assert official.enter().status_code == 303
    return official


@pytest.fixture
def full(filled: Path, settings: Settings) -> Iterator[Visitor]:
    """Return an official whose programme is open, with applications in it."""
    shutil.copy(filled, settings.home / "lumbung.db")
    with started(settings) as client:
        assert isinstance(client.app, FastAPI)
        key = officials_key(service_of(client.app).engine)
        official = Visitor(client, Issued("/officials", key, NOW), secret="key")
        official.enter()
        yield official


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Engine:
    """Return the database of the service that the test speaks to."""
    visitor = "full" if "full" in request.fixturenames else "client"
    found = request.getfixturevalue(visitor)
    app = (found.client if isinstance(found, Visitor) else found).app
    assert isinstance(app, FastAPI)
    return service_of(app).engine


def test_without_a_key_there_is_only_the_form_for_it(client: TestClient) -> None:
    assert wording("id")["officials"]["enter_how"] in client.get("/officials").text
    assert client.get(f"/officials{AT}").status_code == 401


def test_a_key_that_opens_nothing_is_told_so(client: TestClient) -> None:
    answer = Visitor(client, Issued("/officials", "lbg_x_y", NOW), secret="key").enter()
    assert answer.status_code == 401
    assert wording("id")["officials"]["bad_key"] in answer.text


def test_a_lender_comes_in_nowhere_here_and_an_official_sees_no_case(
    client: TestClient, engine: Engine, known: Known
) -> None:
    granary = known.granary["Authorization"].removeprefix("Bearer ")
    answer = Visitor(client, Issued("/officials", granary, NOW), secret="key").enter()
    assert answer.status_code == 403
    assert wording("id")["versions"]["other_kind"] in said(answer.text)
    assert "set-cookie" not in answer.headers
    theirs = Visitor(client, Issued("/staff", officials_key(engine), NOW), secret="key")
    theirs.enter()
    assert theirs.read().status_code == 403
    assert theirs.read("/products").status_code == 403


@pytest.mark.parametrize("lang", LANGUAGES)
def test_programmes_and_the_products_of_all_lenders_are_listed_with_their_state(
    full: Visitor, lang: str
) -> None:
    page, words = said(full.read(lang=lang).text), wording(lang)
    assert "Batang" in page
    assert words["versions"]["in_force"] in page
    assert words["states"]["offered"] in page
    assert words["states"]["example"] in page
    assert words["states"]["expired"] in page


def test_where_there_is_no_programme_the_page_says_so(official: Visitor) -> None:
    assert wording("id")["officials"]["none"] in said(official.read().text)
    assert official.read(AT).status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_official_allocates_and_sees_what_came_of_it(
    full: Visitor, engine: Engine, lang: str
) -> None:
    words = wording(lang)
    assert words["officials"]["allocations_none"] in said(full.read(AT, lang).text)
    answer = full.act(f"{AT}/allocations", lang, on=AT)
    assert answer.status_code == 303
    page = full.read(f"{AT}/allocations/1", lang).text
    assert page.count("<svg") >= 3
    (made,) = allocations.made(engine, "batang", TUTI)
    met = made.overview.total.met
    assert met is not None
    assert met.businesses == MANY - MANY // 6
    assert words["allocation"]["heat"] in said(page)
    told = words["officials"]["served"].format(businesses="20", rupiah="").split(",")[0]
    assert told in said(full.read(AT, lang).text)


def test_what_is_hidden_stands_nowhere_on_the_page_and_in_no_table(full: Visitor) -> None:
    full.act(f"{AT}/allocations", on=AT)
    tables = {
        name: list(csv.DictReader(io.StringIO(full.read(f"{AT}/allocations/1/{name}.csv").text)))
        for name in ("demand", "products", "limits", "floors", "methods")
    }
    bandar, batang, every = tables["demand"]
    assert (bandar["asked_businesses"], batang["asked_businesses"]) == ("", "")
    assert (bandar["met_rupiah"], batang["met_rupiah"]) == ("", "")
    assert (every["met_businesses"], every["asked_businesses"]) == ("20", "")
    assert {row["businesses"] for row in tables["products"] if row["kecamatan"] != "all"} == {""}
    assert len(tables["methods"]) == 3
    assert full.read(f"{AT}/allocations/1/outcomes.csv").status_code == 422


def test_nobody_is_named_on_any_page_of_an_official(full: Visitor) -> None:
    full.act(f"{AT}/allocations", on=AT)
    for under in ("", AT, f"{AT}/allocations/1", f"{AT}/allocations/1/products.csv"):
        page = full.read(under).text
        assert "b-p" not in page
        assert "p1" not in page.replace("p10", "")


def test_a_programme_in_which_nobody_takes_part_says_what_is_lacking(
    official: Visitor, engine: Engine
) -> None:
    opened(engine)
    answer = official.act(f"{AT}/allocations", on=AT)
    assert answer.status_code == 409
    assert wording("id")["officials"]["nothing"] in said(answer.text)


def test_limits_in_conflict_are_named(full: Visitor, engine: Engine) -> None:
    hard = [{"name": "Semua", "unit": "businesses", "at_least": 5_000}]
    number = programmes.propose(engine, "batang", terms(limits=hard), TUTI, NOW).version.number
    programmes.verify(engine, "batang", number, WAWAN, NOW)
    answer = full.act(f"{AT}/allocations", on=AT)
    assert answer.status_code == 409
    assert wording("id")["officials"]["infeasible"] in said(answer.text)
    assert "“Semua”" in answer.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_waits_is_shown_with_its_changes_and_a_colleague_verifies_it(
    full: Visitor, engine: Engine, lang: str
) -> None:
    changed = terms(limits=[], name="Batang Maju")
    programmes.propose(engine, "batang", changed, TUTI, NOW)
    page, words = said(full.read(AT, lang).text), wording(lang)["versions"]
    assert "Batang Maju" in page
    assert words["changes"] in page
    own = full.act(f"{AT}/verify", lang, on=AT, number="2")
    assert own.status_code == 403
    assert words["same_person"] in said(own.text)
    way = Issued("/officials", officials_key(engine, "wawan"), NOW)
    colleague = Visitor(full.client, way, secret="key")
    colleague.enter()
    assert colleague.act(f"{AT}/verify", lang, on=AT, number="2").status_code == 303
    assert "Batang Maju" in said(colleague.read(lang=lang).text)


def test_another_office_sees_no_programme_and_no_allocation(full: Visitor, engine: Engine) -> None:
    full.act(f"{AT}/allocations", on=AT)
    other = issue_key(engine, "bupati", "Bupati", person="tuti", kind="official")
    visitor = Visitor(full.client, Issued("/officials", other, NOW), secret="key")
    visitor.enter()
    for under in (AT, f"{AT}/allocations/1", f"{AT}/allocations/1/demand.csv"):
        assert visitor.read(under).status_code == 404


def test_a_form_without_its_own_mark_does_nothing(full: Visitor, engine: Engine) -> None:
    assert full.send(f"{AT}/allocations", {"mark": "0" * 64}).status_code == 409
    assert allocations.made(engine, "batang", TUTI) == []


def test_signing_out_ends_the_session(official: Visitor) -> None:
    assert official.act("/leave").status_code == 303
    assert wording("id")["officials"]["enter_how"] in said(official.read().text)
