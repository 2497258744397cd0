"""What is claimed of Lumbung is so: the claims, and the documents that rest on them."""

from __future__ import annotations

import re

import pytest

from lumbung.evidencing.checks import Shown, look
from lumbung.evidencing.claims import catalogue
from tests.conftest import ROOT

CLAIMS = catalogue().claims
TIMES = "\N{MULTIPLICATION SIGN}"
ASSESSMENT = (ROOT / "docs/evidence/dpia.md").read_text(encoding="utf-8")
THREATS = (ROOT / "docs/security.md").read_text(encoding="utf-8")


def rows(page: str, heading: str) -> list[list[str]]:
    """Return the cells of each row of the first table under a heading, without its head."""
    part = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("|")]
    return table[2:]


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_holds(name: str) -> None:
    """Each of its checks finds what it looks for."""
    assert [one for one in look(CLAIMS[name], Shown(ROOT)) if not one.true] == []


def test_every_point_of_annex_iv_is_there() -> None:
    asked = {one.id[0] for one in catalogue().frameworks["annex-iv"].requirements}
    assert asked == set("123456789")


def test_a_requirement_stands_once_and_names_a_claim_once() -> None:
    for framework in catalogue().frameworks.values():
        ids = [one.id for one in framework.requirements]
        assert len(ids) == len(set(ids))
        assert all(len(one.claims) == len(set(one.claims)) for one in framework.requirements)


def test_every_measure_of_the_assessment_is_a_claim_that_there_is() -> None:
    """Each risk has likelihood, severity, at least one measure, and what is left."""
    risks = rows(ASSESSMENT, "Risks and measures")
    assert len(risks) > 10
    for risk, likelihood, severity, measures, then, left in risks:
        named = re.findall(r"`([\w-]+)`", measures)
        assert named, risk
        assert set(named) <= set(CLAIMS), risk
        assert {likelihood, severity} <= set("123"), risk
        after = [int(one) for one in then.split(TIMES)]
        assert after[0] <= int(likelihood), risk
        assert after[1] <= int(severity), risk
        assert left, risk


def test_the_worst_that_is_left_is_the_one_that_is_told() -> None:
    left = [then.split(TIMES) for *_, then, _ in rows(ASSESSMENT, "Risks and measures")]
    worst = max(int(likelihood) * int(severity) for likelihood, severity in left)
    assert f"The worst that is left is 2{TIMES}3 = {worst}:" in ASSESSMENT


def test_every_right_is_held_by_a_claim() -> None:
    rights = rows(ASSESSMENT, "Rights of people")
    named = {one for *_, claims in rights for one in re.findall(r"`([\w-]+)`", claims)}
    assert len(rights) > 5
    assert named <= set(CLAIMS)


def test_every_kind_of_threat_is_met_by_claims_that_there_are() -> None:
    threats = rows(THREATS, "Threats")
    assert {kind for kind, *_ in threats} == set("STRIDE")
    for _, threat, _, _, claims, *_ in threats:
        named = re.findall(r"`([\w-]+)`", claims)
        assert named, threat
        assert set(named) <= set(CLAIMS), threat
