"""Rules tell what they are made of, and a change of it shows."""

from __future__ import annotations

from dataclasses import replace

from audit.result import Policy
from models.risk import RiskModel
from tests.audit.cases import PRODUCTS, rules


def test_versions_change_with_what_decides_and_with_nothing_else(model: RiskModel) -> None:
    before = rules(model).versions
    other = rules(model, products=PRODUCTS[:2], policy=Policy(near=0.03))
    assert rules(model, examples=True).versions == before
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
