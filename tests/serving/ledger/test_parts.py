"""What decided is kept once by its digest, and found again as it was or not at all."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select, update

from audit.result import Policy
from audit.rules import Part
from features.errors import Refused
from matching.support import load_programmes
from models.risk import RiskModel
from serving.ledger import parts
from serving.store import database
from serving.tables import RulePart
from tests.audit.cases import NOW, rules
from tests.training.cases import refused


def test_each_part_is_kept_once_and_found_by_what_a_decision_names(
    decided: Engine, model: RiskModel
) -> None:
    first = rules(model, programmes=load_programmes())
    second = replace(first, policy=Policy(near=0.03))
    for in_force in (first, first, second):
        parts.keep(decided, in_force, NOW)
    with database.session(decided) as session:
        count = select(RulePart.part, func.count()).group_by(RulePart.part)
        kept = sorted(tuple(row) for row in session.execute(count))
    assert kept == [("policy", 2), ("products", 1), ("programmes", 1)]
    for in_force in (first, second):
        for part, said in in_force.parts.items():
            assert json.loads(parts.found(decided, part, in_force.versions)) == said


@pytest.mark.parametrize("part", parts.PARTS)
def test_what_was_not_kept_is_not_found(decided: Engine, model: RiskModel, part: Part) -> None:
    with pytest.raises(Refused) as caught:
        parts.found(decided, part, rules(model).versions)
    refused(caught, "replay-impossible")
    assert caught.value.where == part


@pytest.mark.parametrize("content", [b"rice", zlib.compress(b"[]"), zlib.compress(b"rice")])
def test_what_was_changed_since_is_not_taken_for_what_it_was(
    decided: Engine, model: RiskModel, content: bytes
) -> None:
    in_force = rules(model)
    parts.keep(decided, in_force, NOW)
    with database.session(decided) as session, session.begin():
        session.execute(update(RulePart).values(content=content))
    with pytest.raises(Refused) as caught:
        parts.found(decided, "products", in_force.versions)
    refused(caught, "replay-impossible")
