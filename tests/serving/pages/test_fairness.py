"""The page of an audit says what its report says, and nothing else; small, whole and readable."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from fpdf import FPDF

from audit.fairness.cases import Cases
from audit.fairness.draws import Drawing
from audit.fairness.estimate import Estimate
from audit.fairness.measures import MEASURES
from audit.fairness.report import Remaining, Report
from audit.fairness.study import GAPS, Plan, study
from audit.fairness.widest import WIDTHS
from audit.origins.origins import origins
from audit.origins.proxies import Proxy, Told
from serving.pages import paper
from serving.pages.fairness import fairness_page, fairness_paper, shown
from serving.pages.page import Language
from serving.telling.words import LANGUAGES, wording

KEPT = Remaining(
    900, 4, -0.2, Estimate(-0.11, -0.18, -0.04), Estimate(-0.12, -0.2, -0.05),
    Estimate(0.7, 0.2, 1.1), 0.004,
)  # fmt: skip

RENT = Told("<i>rent", Estimate(0.812, 0.78, 0.84))
TOLD = (
    Proxy("gender", "female", Estimate(0.71, 0.66, 0.75), 0.54, 1e-9, 2e-9, (RENT,)),
    Proxy("gender", "male", Estimate(0.52, 0.47, 0.57), 0.54, 0.2, 0.4),
    Proxy("place", "Limpung"),
)


def made(gap: float, n: int = 1_500) -> Report:
    """Return the report of made-up decisions, women approved *gap* less often."""
    random = np.random.default_rng(9)
    gender = random.choice(["female", "male"], n)
    place = random.choice(["<b>Batang", "Limpung", "Tulis"], n, p=[0.6, 0.395, 0.005])
    lender = random.choice(["x", "y"], n)
    cases = Cases.of(
        {"gender": gender, "place": place, "lender": lender},
        approved=(random.random(n) < 0.7 - gap * (gender == "female")).astype(float),
        bad=np.where(random.random(n) < 0.5, random.random(n) < 0.3, np.nan),
        price=random.uniform(0.1, 0.4, n),
    )
    found = study(cases, Plan(within=("lender",), drawing=Drawing(50)))
    remaining = {("gender", "female"): KEPT, ("gender", "male"): None} if gap else {}
    given, told = (("income",), TOLD) if gap else ((), ())
    return Report("Three <i>lenders", "0" * 64, 3, given, found, remaining, proxies=told)


def explained(gap: float, n: int = 1_500) -> Report:
    """Return the report of made-up scores, women's *gap* points lower, for one reason of two."""
    random = np.random.default_rng(11)
    gender, lender = random.choice(["female", "male"], n), random.choice(["x", "y"], n)
    points = {
        "R01": random.normal(0, 9, n),
        "R05": random.normal(0, 1, n) - gap * (gender == "female"),
    }
    score = np.rint(600 + points["R01"] + points["R05"])
    approved = (score + random.normal(0, 20, n) > 590).astype(float)
    cases = Cases.of(
        {"gender": gender, "lender": lender}, score=score, approved=approved, denied=1 - approved
    )
    named = {code: (of < -5).astype(float) for code, of in points.items()}
    cases = replace(cases, points=points, named=named)
    found = study(cases, Plan(within=("lender",), drawing=Drawing(50)))
    return Report("Scores", "0" * 64, 0, (), found, {}, origins(cases, found))


MADE = datetime(2026, 11, 27, tzinfo=UTC)
UNFAIR, FAIR = made(0.25), made(0.0)
EXPLAINED = explained(10.0)
REPORTS = pytest.mark.parametrize(
    "report", [UNFAIR, FAIR, EXPLAINED], ids=["unfair", "fair", "explained"]
)


@pytest.mark.parametrize("language", LANGUAGES)
@REPORTS
def test_a_page_is_small_and_what_was_asked_is_escaped(report: Report, language: str) -> None:
    page = fairness_page(report, "en" if language == "en" else "id")
    assert len(page.encode()) <= 50_000
    assert "<i>" not in page
    assert "<b>" not in page
    assert f'lang="{language}"' in page


def test_a_gap_that_is_shown_is_said_in_a_sentence_and_none_is_no_proof() -> None:
    said = shown(UNFAIR, "en")
    assert said.found[0].startswith("gender: female. ")
    own = next(
        one for one in UNFAIR.study.compared
        if one.place[1] == ("female",) and one.measure.name == "demographic_parity_difference"
    )  # fmt: skip
    assert own.found.group is not None
    assert f"{100 * own.found.group.value:.1f}" in said.found[0]
    assert not said.none
    fair = shown(FAIR, "en")
    assert fair.found == ()
    assert "does not prove" in fair.none


def numbers(text: str) -> set[str]:
    """Return the numbers of a text, as digits."""
    return {found.replace(",", "") for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


def rounded(value: object) -> set[str]:
    """Return every way a number of the report may be written."""
    if isinstance(value, dict):
        return set().union(*map(rounded, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(rounded, value)) if value else set()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return numbers(str(value)) if isinstance(value, str) else set()
    texts = {f"{abs(x):.{d}f}" for x in (value, 100 * value) for d in (0, 1, 2, 3)}
    return texts | {text.rstrip("0").rstrip(".") for text in texts if "." in text}


@REPORTS
def test_every_number_of_the_page_stands_in_the_json(report: Report) -> None:
    page = fairness_page(report, "en")
    body = page[page.index("<main") : page.index("</main>")]
    pictures = re.sub(r"<(svg|path|circle|text|title|desc|rect)\b[^>]*>", "<x>", body)
    plain = re.sub(r"<[^>]*>", " ", pictures)
    there = rounded(json.loads(json.dumps(report.json())))
    words = numbers(" ".join(wording("en")["fairness"].values()))
    scale = {"0", "100", "0.001", *(f"{100 * gap:g}" for gap in GAPS)}
    families = (report.study.compared, report.origins.parts, report.origins.named)
    made = {str(sum(one.p is not None for one in family)) for family in families}
    hidden = {one.place for one in report.study.compared if one.verdict == "hidden"}
    by_table = {str(n) for n in Counter(table for table, _ in hidden).values()}
    assert numbers(plain) - there - words - scale - made - by_table == set()


def test_of_a_hidden_group_the_page_says_nothing() -> None:
    page = fairness_page(UNFAIR, "en")
    assert "Tulis" not in page
    assert "nothing is told" in page


def test_every_measure_and_figure_and_verdict_has_words_in_every_language() -> None:
    for language in LANGUAGES:
        words = wording(language)["fairness"]
        assert {f"measure_{one.name}" for one in MEASURES} <= set(words)
        assert {f"width_{one.name}" for one in WIDTHS} <= set(words)
    assert set(wording("id")["fairness"]) == set(wording("en")["fairness"])


def test_a_gap_in_scores_is_told_by_reason_and_at_the_same_risk() -> None:
    parts, named, same, _ = shown(EXPLAINED, "en").origins
    (women,) = parts.blocks
    assert women.name.startswith("gender: female: -")
    assert [line.name for line in women.lines] == [
        "Length of the records", "Income", "Where scores begin, and rounding",
        "Whole gap, all reasons",
    ]  # fmt: skip
    assert women.lines[0].cells[-1] == "Shown: worse off"
    assert [of.name for of in named.blocks] == ["gender: female"]
    assert [line.name for line in named.blocks[0].lines] == ["Length of the records"]
    assert [of.name for of in same.blocks] == [
        "gender", "lender, gender", "gender: female. Share approved",
    ]  # fmt: skip
    assert same.blocks[-1].lines[0].name.endswith(" …")  # the most points first
    (lines,) = (of.lines for of in same.blocks if of.name == "gender")
    assert lines[0].cells[0].startswith("-")
    assert lines[0].cells[-1] == "Not shown"
    assert [of.at for of in shown(UNFAIR, "en").origins] == ["proxies"]
    for none in shown(explained(0.0), "en").origins[:2]:
        assert not none.blocks
        assert none.how.startswith("No ")


def test_other_cut_offs_are_told_of_all_and_of_groups_that_are_approved_less() -> None:
    cuts = shown(EXPLAINED, "en").origins[-1]
    assert [of.name for of in cuts.blocks] == [
        "All applicants. Share approved",
        "gender: female. Share approved, group ÷ others",
    ]
    every, women = cuts.blocks
    assert every.lines[0].name.startswith("From 6")
    assert every.lines[0].cells[1] == "-"
    assert "[" in women.lines[0].cells[2]
    assert {line.name for line in women.lines} <= {line.name for line in every.lines}


def test_a_report_without_groups_of_enough_people_says_so() -> None:
    few = made(0.0, 40)
    said = shown(few, "en")
    assert not said.found
    assert all(not of.lines or of.picture for of in said.alone)
    assert "-" in fairness_page(replace(few, title="few"), "en")


@REPORTS
@pytest.mark.parametrize("language", LANGUAGES)
def test_on_paper_stands_what_stands_on_the_page(
    report: Report, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = wording(language)["fairness"]
    told: Language = "en" if language == "en" else "id"
    first, again = (fairness_paper(report, told, MADE) for _ in range(2))
    assert first == again
    assert first.startswith(b"%PDF")
    monkeypatch.setattr("fpdf.FPDF", _plain)
    file = fairness_paper(report, told, MADE).decode(paper.ENCODING)
    written = " ".join(re.findall(r"\((.*?)\) Tj", file)).replace("\\", "")
    said = shown(report, language)
    for sentence in (*said.found, said.none, words["caution"] if said.found else ""):
        assert sentence.split(". ")[0] in written
    blocks = [of for section in said.origins for of in section.blocks]
    lines = [line for of in blocks for line in of.lines]
    for line in (*lines, *said.remaining, *said.widest, *said.needed):
        assert all(cell.split(" ")[0] in written for cell in line.cells)


def _plain(**asked: str) -> FPDF:
    """Return a writer that leaves its text readable in the file."""
    made = FPDF(format=asked["format"])
    made.compress = False
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_group_that_features_tell_is_shown_with_what_tells_it(language: Language) -> None:
    words, (part,) = wording(language)["fairness"], shown(UNFAIR, language).origins
    gender, place, female = part.blocks
    assert [dot.kind for dot in gender.picture.dots] == ["worse", "plain"]
    assert [line.cells[-1] for line in (*gender.lines, *place.lines)] == [
        words["proxy_told"], words["verdict_not_shown"], words["verdict_insufficient"],
    ]  # fmt: skip
    assert [(line.name, line.cells[0][-3:]) for line in female.lines] == [("<i>rent", "84]")]
    assert words["proxies"] in fairness_page(UNFAIR, language)
    assert words["proxies"] not in fairness_page(FAIR, language)
