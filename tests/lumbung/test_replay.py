"""``lumbung replay``: years later the same decision, whatever has come into force since."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from audit.decision import RECORD
from audit.result import Policy
from models import artefact
from models.risk import RiskModel
from serving.access.keys import issue_key
from serving.applications import decisions
from serving.service import Service
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import place, seal_beside, unlocked
from serving.tables import DecisionRow, RulePart
from tests.audit.cases import NOW, alone, rules
from tests.lumbung.conftest import Lumbung
from tests.matching.cases import product
from tests.serving.cases import asked


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    """Return the database in the home folder, with two partners."""
    engine = unlocked(Settings(environment="development", home=home))
    database.migrate(engine)
    for partner in ("granary", "mill"):
        issue_key(engine, partner, partner.title())
    yield engine
    engine.dispose()


@pytest.fixture
def kept(engine: Engine, home: Path, model: RiskModel) -> list[str]:
    """Return decisions that two models, another policy with other products, and the rules made.

    The models are where the service keeps those that it fetched; none of them decides now.
    """
    other = replace(model, priors={"granary": 0.3})
    for name, one in {"7-a": model, "8-b": other}.items():
        artefact.save(one, home / "champions" / name)
    examples = {"products": (product(example=True),), "examples": True}
    strict = rules(model, policy=Policy(most_probability=0.0, near=0.0), **examples)
    in_turn = [rules(model), rules(other, model_version="8"), strict, alone()]
    found = []
    for number, in_force in enumerate(in_turn):
        service = Service(engine, functools.partial(replace, in_force), lambda: NOW)
        request = asked(20, application_id=f"a{number}")
        found.append(service.decide(request, "granary").decision_id)
    service.decide(request, "mill")
    return found


def tampered(engine: Engine, decision_id: str, **changed: Any) -> None:
    """Write a decision's record anew, but for what is *changed*, as who holds the keys could."""
    with Session(engine) as session, session.begin():
        row = session.get_one(DecisionRow, decision_id)
        its = place("decisions", "sealed", decision_id)
        made = RECORD.dump_json(replace(decisions.read(session, row), **changed))
        row.sealed = seal_beside(session, row.partner_id, its, made, row.sealed)


def test_each_is_the_same_after_model_policy_and_products_changed(
    lumbung: Lumbung, kept: list[str]
) -> None:
    for decision_id in kept:
        ended = lumbung("replay", decision_id)
        assert (ended.status, ended.stdout) == (0, f"{decision_id}  same, to the bit\n")
    ended = lumbung("replay", "--all", "--json")
    assert ended.status == 0
    assert ended.json() == {
        "replayed": 5,
        "same": 5,
        "different": {},
        "impossible": {},
        "not_made_again": ["application", "features", "signals", "data_used", "until"],
    }


def test_a_tampered_record_is_told_by_what_is_not_the_same(
    lumbung: Lumbung, kept: list[str], engine: Engine
) -> None:
    tampered(engine, kept[0], grade="Z", probability_of_default=0.9)
    ended = lumbung("replay", kept[0])
    assert ended.status == 3
    assert ended.stdout == f"{kept[0]}  differs in probability_of_default, grade\n"
    every = lumbung("replay", "--all", "--partner", "granary", "--json")
    assert every.status == 3
    told = every.json()
    assert (told["replayed"], told["same"]) == (4, 3)
    assert told["different"] == {kept[0]: ["probability_of_default", "grade"]}


def test_a_sample_is_drawn_of_all(lumbung: Lumbung, kept: list[str]) -> None:
    ended = lumbung("replay", "--all", "--sample", 3)
    assert ended.stdout == "3 of 3 decisions came out the same, to the bit\n"
    assert lumbung("replay", "--all", "--sample", 99, "--json").json()["replayed"] == len(kept) + 1


@pytest.mark.parametrize("part", ["policy", "products", "programmes"])
def test_without_a_part_it_is_impossible_and_says_which(
    lumbung: Lumbung, kept: list[str], engine: Engine, part: str
) -> None:
    with Session(engine) as session, session.begin():
        session.execute(delete(RulePart).where(RulePart.part == part))
    ended = lumbung("replay", kept[0], "--json")
    assert ended.status == 3
    assert ended.json()["impossible"][kept[0]].startswith(f"{part}: no {part} with the digest")


def test_without_the_model_it_is_impossible_and_the_rules_need_none(
    lumbung: Lumbung, kept: list[str], home: Path
) -> None:
    for folder in (home / "champions").iterdir():
        manifest = folder / artefact.MANIFEST
        said = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps({**said, "priors": {}}), encoding="utf-8")
    ended = lumbung("replay", kept[1])
    assert ended.status == 3
    assert "replay-impossible: model: no model with the digest" in ended.stdout
    assert lumbung("replay", kept[3]).status == 0


def test_a_decision_that_there_is_not_and_another_partners_are_none(
    lumbung: Lumbung, kept: list[str]
) -> None:
    for asked_for in (["d9"], [kept[0], "--partner", "mill"]):
        ended = lumbung("replay", *asked_for)
        assert ended.status == 1
        assert ended.stderr.splitlines()[-4] == "no-decision"


@pytest.mark.parametrize("wrong", [[], ["d1", "--all"], ["d1", "--sample", 1]])
def test_it_says_what_it_takes(lumbung: Lumbung, wrong: list[object]) -> None:
    ended = lumbung("replay", *wrong)
    assert ended.status == 2
    assert "Give a DECISION_ID, or --all" in ended.stderr
