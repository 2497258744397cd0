"""Rules tell what they are made of, and a change of it shows."""

from __future__ import annotations

import json
from dataclasses import replace

from audit.result import Policy
from audit.rules import POLICY, PROGRAMMES, short
from audit.rules import PRODUCTS as PRODUCTS_READ
from matching.support import load_programmes
from models.risk import RiskModel
from tests.audit.cases import PRODUCTS, rules


def test_versions_change_with_what_decides_and_with_nothing_else(model: RiskModel) -> None:
    before = rules(model).versions
    other = rules(model, products=PRODUCTS[:2], policy=Policy(near=0.03))
    assert rules(model, examples=True).versions == replace(before, examples=True)
    assert other.versions.products != before.products
    assert other.versions.policy != before.policy
    assert (other.versions.model_digest, other.versions.catalogue) == (
        model.digest,
        model.identity.fingerprint,
    )
    assert rules(model, model_version="8").versions == replace(before, model="8")


def test_what_rules_are_made_of_is_worked_out_once(model: RiskModel) -> None:
    in_force = rules(model)
    assert in_force.versions is in_force.versions


def test_its_parts_are_read_back_as_they_were_by_the_digests_that_name_them(
    model: RiskModel,
) -> None:
    in_force = rules(model, programmes=load_programmes())
    written = {part: json.dumps(said) for part, said in in_force.parts.items()}
    assert PRODUCTS_READ.validate_json(written["products"]) == in_force.products
    assert PROGRAMMES.validate_json(written["programmes"]) == in_force.programmes
    assert POLICY.validate_json(written["policy"]) == in_force.policy
    digests = {part: short(json.loads(text)) for part, text in written.items()}
    named = in_force.versions
    assert named.policy == f"2026-11-{digests['policy']}"
    assert (named.products, named.programmes) == (digests["products"], digests["programmes"])
