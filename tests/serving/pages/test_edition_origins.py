"""Tables of where gaps come from put what is shown against a group first, and hold the report."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from audit.editions.sections import Audited
from audit.fairness.cases import Cases
from audit.fairness.draws import Drawing
from audit.fairness.estimate import Estimate
from audit.fairness.report import Report
from audit.fairness.study import Plan, study
from audit.origins.origins import origins as found_origins
from audit.origins.proxies import Proxy, Told
from serving.pages.edition_cells import cell, head
from serving.pages.edition_columns import Table
from serving.pages.edition_origins import origins
from serving.telling.words import LANGUAGES

N: Final = 600


@pytest.fixture(scope="module")
def report() -> Report:
    """Return an audit of 600, where one reason makes women's scores lower."""
    rng = np.random.default_rng(7)
    female = np.arange(N) % 2 == 0
    points = {"R01": rng.normal(5, 1, N), "R05": rng.normal(5, 1, N) - 3 * female}
    score = 500 + points["R01"] + points["R05"]
    probability = 1 / (1 + np.exp(score - score.mean()))
    cases = Cases.of(
        {"gender": np.where(female, "female", "male")},
        probability=probability,
        score=score,
        approved=(probability + rng.normal(0, 0.2, N) < 0.5).astype(float),
    )
    cases = replace(
        cases,
        denied=1 - cases.approved,
        points=points,
        named={"R05": (points["R05"] < 3).astype(float)},
    )
    found = study(cases, Plan(drawing=Drawing(20)))
    told = (
        Proxy("gender", "female", Estimate(0.8, 0.7, 0.9), 0.55, 0.01, 0.02,
              (Told("loans_repaid", Estimate(0.7, 0.6, 0.8)),)),
        Proxy("gender", "male"),
    )  # fmt: skip
    return Report("", "", 0, (), found, {}, found_origins(cases, found), told)


@pytest.fixture(scope="module")
def tables(report: Report) -> dict[str, Table]:
    """Return the tables of it, by name."""
    return {one.name: one for one in origins(Audited(report.json()))}


def test_the_reason_by_which_a_group_has_lower_scores_stands_first(
    tables: dict[str, Table], report: Report
) -> None:
    group, reason, _, _, gap, *_ = tables["parts"].rows[0]
    assert (group, reason) in (({"gender": "female"}, "R05"), ({"gender": "female"}, "total"))
    assert gap["value"] == pytest.approx(-3, abs=0.5)
    assert tables["parts"].rows[-1][4]["value"] > 0
    known = [one for one in report.origins.parts if one.found.gap is not None]
    assert len(tables["parts"].rows) == len(known)
    assert tables["named"].rows[0][:2] == ({"gender": "female"}, "R05")


def test_at_the_same_risk_stands_beside_the_gap_as_it_is(
    tables: dict[str, Table], report: Report
) -> None:
    row = next(one for one in tables["same_risk"].rows if one[0] == {"gender": "female"})
    gaps = {one.measure.name: one.found.gap for one in report.study.compared
            if one.place == (("gender",), ("female",))}  # fmt: skip
    raw, same = gaps["demographic_parity_difference"], gaps["past_answers"]
    assert raw is not None
    assert same is not None
    assert (row[1]["value"], row[2]["value"]) == (raw.value, same.value)
    assert raw.value < same.value


def test_cut_offs_widths_and_what_it_takes_are_those_of_the_report(
    tables: dict[str, Table], report: Report
) -> None:
    cutoffs = report.origins.cutoffs
    assert cutoffs is not None
    assert [row[0] for row in tables["cutoffs"].rows] == [one.cut for one in cutoffs.lines]
    assert len(tables["cutoffs"].rows) > 1
    assert {row[1] for row in tables["widest"].rows} >= {"width_demographic_parity_difference"}
    needed = {row[0]["gender"]: row[2:] for row in tables["needed"].rows}
    of = {one.place[1][0]: one.of for one in report.study.needed}
    assert needed == {group: tuple(sizes.get(gap) for gap in (0.05, 0.1, 0.15))
                      for group, sizes in of.items()}  # fmt: skip


def test_data_that_tell_a_group_are_named(tables: dict[str, Table]) -> None:
    women, men = tables["proxies"].rows
    assert (women[0], women[-1]) == ({"gender": "female"}, "proxy_told")
    assert men[1:] == (None, None, None, "verdict_insufficient")
    assert [row[:2] for row in tables["telling"].rows] == [({"gender": "female"}, "loans_repaid")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_head_and_every_cell_has_words(tables: dict[str, Table], language: str) -> None:
    for of in tables.values():
        heads = [head(one.name, language) for one in of.columns]
        assert len(set(heads)) == len(heads)
        for row in of.rows:
            cells = [cell(value, one.unit, "", language)
                     for value, one in zip(row, of.columns, strict=True)]  # fmt: skip
            assert all(cells), of.name
