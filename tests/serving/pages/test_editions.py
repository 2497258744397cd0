"""The pages of editions show what the edition holds, number by number, and never a person."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fpdf import FPDF
from sqlalchemy import Engine

from audit.decision import Decision
from audit.editions.period import Period
from serving.access.links import Issued
from serving.editions import keeping
from serving.ledger import checkpoints
from serving.pages import edition_paper, paper
from serving.pages.edition_tables import PARTS, tables
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlock
from serving.telling.words import LANGUAGES, wording
from tests.serving.cases import MASTER, service_of, started
from tests.serving.conftest import Known
from tests.serving.editions.edition_cases import AFTER, DRIFTED, edition, quarter
from tests.serving.pages.conftest import Visitor
from tests.serving.pages.programme_cases import keep_allocation, officials_key
from tests.serving.pages.test_walk import MOST_BYTES
from tests.serving.telling.test_words import gaps

DATABASES = ("sqlite",)

HOME = "/officials/editions"
LIST = re.compile(r"\d[\d.,]*\d|\d")


@pytest.fixture(scope="session")
def edited(base: Path, known: Known, made: Decision) -> Path:
    """Return the database with two editions, the later of a quarter with decisions; made once."""
    file = Path(shutil.copy(known.file, base / "editions.db"))
    engine = unlock(database.connect(f"sqlite:///{file}"), MASTER)
    officials_key(engine)
    quarter(engine, made)
    keep_allocation(engine)
    edition(engine, Period(date(2026, 4, 1), date(2026, 6, 30)))
    edition(engine, drifted=DRIFTED)
    checkpoints.take(engine, Settings(home=base), AFTER)
    engine.dispose()
    return file


@pytest.fixture
def official(edited: Path, settings: Settings) -> Iterator[Visitor]:
    """Return an official, signed in to a service with editions."""
    shutil.copy(edited, settings.home / "lumbung.db")
    with started(settings) as client:
        assert isinstance(client.app, FastAPI)
        key = officials_key(service_of(client.app).engine)
        official = Visitor(client, Issued("/officials", key, AFTER), secret="key")
        assert official.enter().status_code == 303
        yield official


@pytest.fixture
def engine(official: Visitor) -> Engine:
    """Return the database of the service that the test speaks to."""
    assert isinstance(official.client.app, FastAPI)
    return service_of(official.client.app).engine


def figures(text: str, language: str) -> set[str]:
    """Return the numbers of a text as they would be written in JSON."""
    found = LIST.findall(text)
    if language == "id":
        return {one.replace(".", "").replace(",", ".") for one in found}
    return {one.replace(",", "") for one in found}


def held(value: Any) -> set[str]:
    """Return every way in which a number of the JSON may be written, and those in its texts."""
    if isinstance(value, dict):
        return set().union(*map(held, value.values()), *map(held, value)) if value else set()
    if isinstance(value, list):
        return set().union(*map(held, value)) if value else set()
    if isinstance(value, str):
        found = LIST.findall(value)  # a text stands as it is in either language
        return {part for one in found for part in (one, one.replace(".", ""), *one.split("."))}
    if value is None or isinstance(value, bool):
        return set()
    texts = {f"{abs(x):.{d}f}" for x in (value, 100 * value) for d in (0, 1, 2, 3)}
    return texts | {text.rstrip("0").rstrip(".") for text in texts if "." in text}


def allowed(engine: Engine, language: str) -> set[str]:
    """Return the numbers of an edition, of its proof, of its days, and of the words around them."""
    kept = keeping.find(engine, "2026-Q3")
    assert kept.signed is not None
    assert kept.before is not None
    words = wording(language)
    around = [*words["editions"].values(), *words["fairness"].values(), *words["page"].values()]
    proof = [kept.digest, str(kept.entry), *kept.signed.model_dump(mode="json").values()]
    before = json.loads(keeping.find(engine, kept.before.name).text)
    days = {f"{day.day}" for day in (kept.edition.first, kept.edition.last, AFTER.date())}
    spoken = held([*around, *map(str, proof)]) | {"0", "100", "0.001", "3", "4"} | days
    return held(json.loads(kept.text)) | held(before) | spoken


def plain(page: str) -> str:
    """Return the words of a page, without what is drawn and where links lead."""
    body = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"<[^>]*>", " ", re.sub(r"<(style|script).*?</\1>", " ", body, flags=re.DOTALL))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_every_page_stands_in_the_edition(
    official: Visitor, engine: Engine, language: str
) -> None:
    there = allowed(engine, language)
    for part in ("", *(f"/{one}" for one in PARTS)):
        answer = official.client.get(f"{HOME}/2026-Q3{part}", params={"lang": language})
        assert answer.status_code == 200, part
        assert len(answer.content) <= MOST_BYTES, part
        assert f'lang="{language}"' in answer.text
        assert figures(plain(answer.text), language) - there == set(), part


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_the_paper_stands_in_the_edition(
    engine: Engine, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keeping.find(engine, "2026-Q3")
    told: Any = language
    assert edition_paper.paper(kept, told) == edition_paper.paper(kept, told)
    monkeypatch.setattr("fpdf.FPDF", _plain)
    file = edition_paper.paper(kept, told).decode(paper.ENCODING)
    said = " ".join(re.findall(r"\((.*?)\) Tj", file)).replace("\\", "")
    assert kept.signed is not None
    for value in (kept.digest, kept.signed.hash, kept.signed.signature, kept.signed.key):
        assert value[:20] in said.replace(" ", "")
    proof = said.index(wording(language)["editions"]["proof"])
    unknown = figures(said[:proof], language) - allowed(engine, language)
    wrapped = kept.edition.ledger.hash  # over two lines of its cell
    assert [one for one in unknown if one not in wrapped] == []


def _plain(**asked: str) -> FPDF:
    """Return a writer that leaves its text readable in the file."""
    made = FPDF(format=asked["format"])
    made.compress = False
    return made


def test_every_table_is_a_file_with_the_numbers_of_the_edition(
    official: Visitor, engine: Engine
) -> None:
    kept = keeping.find(engine, "2026-Q3")
    there = held(json.loads(kept.text))
    found = 0
    for part in PARTS:
        for one in tables(kept.edition, part):
            answer = official.client.get(f"{HOME}/2026-Q3/{part}/{one.name}.csv")
            heads, *rows = csv.reader(io.StringIO(answer.text))
            assert heads[0] == one.columns[0].name
            assert len(rows) == len(one.rows)
            for cell in (cell for row in rows for cell in row if re.fullmatch(r"-?[\d.]+", cell)):
                assert held(float(cell)) & there, (part, one.name, cell)
            found += 1
    assert found > 10
    answer = official.client.get(f"{HOME}/2026-Q3/funnel/nothing.csv")
    assert answer.status_code == 404


def test_the_file_is_what_the_ledger_vouches_for(official: Visitor, engine: Engine) -> None:
    kept = keeping.find(engine, "2026-Q3")
    answer = official.client.get(f"{HOME}/2026-Q3/edition.json")
    assert answer.text == kept.text
    assert kept.digest in official.client.get(f"{HOME}/2026-Q3").text
    answer = official.client.get(f"{HOME}/2026-Q3/edition.pdf", params={"lang": "en"})
    assert answer.content.startswith(b"%PDF")
    assert "2026-Q3" in answer.headers["content-disposition"]


def test_what_changed_is_told_only_of_what_both_tell(official: Visitor) -> None:
    """The quarter before was one without decisions."""
    words = wording("en")["editions"]
    page = official.client.get(f"{HOME}/2026-Q3", params={"lang": "en"}).text
    assert words["changes"] not in page
    empty = official.client.get(f"{HOME}/2026-Q2", params={"lang": "en"}).text
    assert words["why_nothing_decided"] in empty


def test_a_lender_and_who_is_not_inside_see_nothing(official: Visitor, known: Known) -> None:
    official.client.cookies.clear()
    assert official.client.get(HOME).status_code == 401
    granary = known.granary["Authorization"].removeprefix("Bearer ")
    staff = Visitor(official.client, Issued("/staff", granary, AFTER), secret="key")
    assert staff.enter().status_code == 303
    assert official.client.get(HOME).status_code == 403
    assert official.client.get(f"{HOME}/2026-Q3/edition.json").status_code == 403


def test_the_words_are_the_same_in_both_languages() -> None:
    own = {language: wording(language)["editions"] for language in LANGUAGES}
    assert set(own["id"]) == set(own["en"])
    for name in own["id"]:
        assert gaps(own["id"][name]) == gaps(own["en"][name])


def test_an_alarm_is_a_sentence_and_a_file_keeps_its_code(official: Visitor) -> None:
    page = official.client.get(f"{HOME}/2026-Q3/drift", params={"lang": "id"}).text
    said = wording("id")["editions"]["alarm_score-moved"]
    assert f"{said} (score-moved)" in page
    assert said in official.client.get(f"{HOME}/2026-Q3", params={"lang": "id"}).text
    file = official.client.get(f"{HOME}/2026-Q3/drift/alarms.csv").text
    assert file.splitlines()[1].startswith("score-moved,")


def test_a_page_shows_the_first_measure_and_a_table_by_itself_all_of_them(
    official: Visitor, engine: Engine
) -> None:
    of = tables(keeping.find(engine, "2026-Q3").edition, "fairness")[0]
    path = f"{HOME}/2026-Q3/fairness"
    page = official.client.get(path, params={"lang": "en"}).text
    whole = official.client.get(path, params={"lang": "en", "of": of.name}).text
    words = {**wording("en")["fairness"], **wording("en")["editions"]}
    first, last = words[str(of.rows[0][1])], words[str(of.rows[-1][1])]
    assert f"<td>{first}</td>" in page
    assert f"<td>{last}</td>" not in page
    assert f"<td>{last}</td>" in whole
    beyond = {"lang": "en", "of": of.name, "start": str(len(of.rows) - 1)}
    rest = official.client.get(path, params=beyond).text
    assert f"<td>{last}</td>" in rest
    assert f"<td>{first}</td>" not in rest
