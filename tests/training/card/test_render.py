"""The card says what it was given, all of it, and nothing a stranger wrote becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Final

import polars as pl
import pytest

from audit.fairness.audit import Finding
from audit.fairness.estimate import Estimate
from audit.fairness.measures import Gap
from features.records import OUTCOMES
from models.risk import RiskModel
from tests.training.cases import ABOUT, outcome, utc
from tests.training.recipes.cases import point
from training.card.card import COMPARED, Card, Override
from training.card.render import figure, money, percent, plain, rate, render
from training.checks import shaped
from training.gates.gate import Gate
from training.recipes.alternatives import Search
from training.recipes.recipe import STANDING
from training.table import TrainingTable
from training.target import RELIEF, STANDARD
from training.validation.cutoffs import LGD, cutoffs, grades
from training.validation.evaluate import Figure
from training.validation.rivals import Rival
from training.validation.sets import FIT, LATER_KNOWN, LATER_NEW, NEW, Measured
from training.validation.unknown import bands
from training.validation.vintage import vintages

GOOD: Final = Figure(0.81, 0.77, 0.85)


@pytest.fixture(scope="module")
def card(model: RiskModel, table: TrainingTable) -> Card:
    rows = [outcome(i, disbursed_at=utc(2021, 1 + i % 6, 2)) for i in range(12)]
    outcomes = shaped(pl.DataFrame(rows, infer_schema_length=None), OUTCOMES, "here")
    people = {
        "points": [571.0] * 30 + [531.0] * 10,
        "answer": ["financed"] * 30 + ["denied"] * 10,
        "went_bad": [0] * 30 + [None] * 10,
        "weight": [1.0] * 40,
    }
    return Card(
        name="lumbung-risk",
        digest=model.digest,
        identity=model.identity,
        about=ABOUT,
        target=STANDARD,
        fitted=(utc(2024, 1, 1), utc(2024, 12, 31)),
        tested=(utc(2025, 1, 1), utc(2025, 6, 30)),
        left_out={"indeterminate": 1234},
        figures={"auc": GOOD, "brier": Figure(0.05, 0.04, 0.06)},
        sets=[
            Measured(FIT, 400, 40, {"auc": GOOD}),
            Measured(NEW, 400, 40, {"auc": Figure(0.75, 0.7, 0.8)}),
            Measured(LATER_KNOWN, 0, 0, {}),
        ],
        gates=[
            Gate("G01", "No leak", "green", "a | b", "c"),
            Gate("G09", "Again", "red", "x", "y"),
        ],
        grades=grades(table, model.probability(table.vectors)),
        cutoffs=cutoffs(table, model.log_odds(table.vectors)),
        lgd=LGD,
        vintages=vintages(outcomes, STANDARD),
        unknown=bands(pl.DataFrame(people)),
        params={"random_seed": 7, "learning_rate": 0.05},
        environment={"python": "3.x"},
    )


def sections(markdown: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)$", markdown, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def lines(section: str) -> list[list[str]]:
    """Return the rows of a section's tables, cell by cell."""
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return [row for row in rows if not set("".join(row)) <= set("|-: ")]


class Parsed(HTMLParser):
    """A page taken apart: which tags it has, its text, and whether each is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  given by the parser
        """Note a tag."""
        self.tags.append(tag)
        if tag not in {"meta", "br", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the last one."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data


def test_every_chapter_is_there(card: Card) -> None:
    markdown, _ = render(card)
    assert [*sections(markdown)] == [
        "Limits",
        "Whom to ask",
        "Ringkasan",
        "Data",
        "What it is worth",
        "Compared",
        "Gates",
        "Fairness",
        "Grades",
        "Cut-offs",
        "Unknown region",
        "Vintages",
        "When to look again",
        "How it was made",
    ]
    for said in (card.digest, card.identity.fingerprint, card.identity.data_digest, *card.unfit):
        assert said in markdown


def test_a_model_of_simulated_data_says_so_before_anything_else(card: Card) -> None:
    markdown, page = render(card)
    first = markdown.split("\n\n")[1]
    assert first.startswith("> **This model learned from simulated data.**")
    assert "<blockquote>" in page
    real, page = render(replace(card, about=ABOUT.model_copy(update={"simulated": False})))
    assert "imulated" not in real
    assert "<blockquote>" not in page


def test_figures_stand_with_their_intervals_and_a_dash_where_there_are_none(card: Card) -> None:
    found = lines(sections(render(card)[0])["What it is worth"])
    assert ["auc", "0.810 [0.770, 0.850]"] in found
    assert [FIT, "400", "40", "0.810 [0.770, 0.850]", "-", "-", "-"] in found
    assert [LATER_KNOWN, "0", "0", "-", "-", "-", "-"] in found


def test_data_say_what_was_left_out_and_what_is_bad(card: Card) -> None:
    data = sections(render(card)[0])["Data"]
    assert ["indeterminate", "1,234"] in lines(data)
    assert "90 days past due or more" in data
    assert "No loan was left out." in sections(render(replace(card, left_out={}))[0])["Data"]


def test_the_label_delay_is_held_against_the_test(card: Card) -> None:
    """Fitted until the end of 2024, so outcomes are known at the end of 2025."""
    data = sections(render(card)[0])["Data"]
    assert "on 2025-12-31 at the earliest" in data
    assert "begins before that day" in data
    late = replace(card, tested=(utc(2026, 1, 1), utc(2026, 2, 1)))
    assert "begins after that day" in sections(render(late)[0])["Data"]


def test_a_red_gate_stands_out_and_a_bar_in_a_finding_breaks_no_table(card: Card) -> None:
    gates = sections(render(card)[0])["Gates"]
    assert "| G09 | Again | **red** | x | y |" in gates
    assert r"| G01 | No leak | green | a \| b | c |" in gates
    assert "No gate was passed over." in gates
    passed = Override("G09", "two people", "a fair reason", utc(2026, 3, 1))
    gates = sections(render(replace(card, overrides=(passed,)))[0])["Gates"]
    assert ["G09", "two people", "a fair reason", "2026-03-01"] in lines(gates)


def test_tables_hold_a_row_for_each_of_theirs(card: Card) -> None:
    said = sections(render(card)[0])
    shown = [row[0] for row in lines(said["Grades"])[1:]]
    assert shown == card.grades["grade"].to_list()
    everyone = card.cutoffs.filter(partner="")
    assert [row[0] for row in lines(said["Cut-offs"])[1:]] == everyone["cutoff"].cast(str).to_list()
    assert lines(said["Vintages"])[1][0] == "2021-01-01"
    assert lines(said["Vintages"])[1][-1] == RELIEF.name
    known, unknown = lines(said["Unknown region"])[2], lines(said["Unknown region"])[1]
    assert unknown == ["520 to 539", "10", "10", "0", "unknown"]
    assert known == ["560 to 579", "30", "0", "30", "0.0% [0.0, 11.4]"]
    assert "100.0% stand in unknown bands" in said["Unknown region"]
    assert ["`random_seed`", "7"] in lines(said["How it was made"])


def test_where_nobody_was_denied_the_card_says_whom_it_holds_for(card: Card) -> None:
    financed = pl.DataFrame(
        {"points": [571.0], "answer": ["financed"], "went_bad": [0], "weight": [1.0]}
    )
    said = sections(render(replace(card, unknown=bands(financed)))[0])["Unknown region"]
    assert "no applicant who was denied" in said


def test_what_was_tried_for_smaller_gaps_is_told_with_what_it_costs(card: Card) -> None:
    """The recipe that both orders worse and has larger gaps is counted and not listed."""
    tried = (
        point("standing", 0.0, 0.0, 0.0),
        point("fairer | cheaper", 0.004, 1.0),
        point("worse", 0.01, -0.5),
    )
    search = Search(tried, tried[1].recipe, "fairer has an AUC as high")
    said = sections(render(replace(card, alternatives=search))[0])["Fairness"]
    assert "came to this: fairer has an AUC as high." in said
    assert lines(said)[1:] == [
        [r"fairer \| cheaper (chosen)", "0.796", "0.004 [-0.016, 0.024]", "1.00",
         "1.00 [0.80, 1.20]"],
        ["standing", "0.800", "0.000 [-0.020, 0.020]", "2.00", "0.00 [0.00, 0.00]"],
    ]  # fmt: skip
    assert "all 3 are in" in said
    none = replace(card, alternatives=Search((), STANDING, "insufficient data"))
    assert "came to this: insufficient data." in sections(render(none)[0])["Fairness"]
    assert "No other recipe was tried" in sections(render(card)[0])["Fairness"]


def test_what_was_not_done_is_said(card: Card) -> None:
    said = sections(render(card)[0])
    assert "not compared with another model" in said["Compared"]
    assert "Groups were not compared" in said["Fairness"]
    rules = Rival("rules only", Figure(0.6, 0.5, 0.7), Figure(0.2, 0.1, 0.3))
    more = replace(card, rivals=[rules], fairness="Two groups, no flag.")
    said = sections(render(more)[0])
    assert ["rules only", "0.600 [0.500, 0.700]", "0.200 [0.100, 0.300]"] in lines(said["Compared"])
    assert "Two groups, no flag." in said["Fairness"]


def test_the_page_is_sound_and_runs_nothing(card: Card) -> None:
    markdown, page = render(card)
    parsed = Parsed(page)
    assert parsed.open == []
    assert not {"script", "iframe", "img", "link"} & {*parsed.tags}
    assert parsed.tags.count("h2") == len(sections(markdown))
    assert "](" not in parsed.text
    assert "|" not in parsed.text.replace("a | b", "")


def test_what_a_stranger_wrote_stays_text(card: Card) -> None:
    evil = "x <script>alert(1)</script> | [a](javascript:b) **c** `d`\n# e"
    about = ABOUT.model_copy(update={"name": evil, "source": evil, "licence": evil})
    _, page = render(replace(card, about=about, owner=evil, params={"p": evil, "q": 1}))
    parsed, before = Parsed(page), Parsed(render(card)[1])
    assert parsed.tags == before.tags
    assert parsed.text.count("x <script>alert(1)</script> | [a](javascript:b) **c** `d` # e") == 5


def test_the_same_card_is_the_same_page(card: Card) -> None:
    assert render(card) == render(replace(card))


def test_words_for_numbers() -> None:
    assert figure(None) == "-"
    assert percent(None) == "-"
    assert percent(0.1234) == "12.3%"
    assert rate(None, None, None) == "unknown"
    assert rate(0.05, 0.01, 0.2) == "5.0% [1.0, 20.0]"
    assert money(1_250_000, "IDR") == "1,250,000"
    assert money(1_250_000, "USD") == "12,500"
    assert plain("a_b\n c") == r"a\_b c"


def test_a_card_says_what_it_ran_in(card: Card) -> None:
    bare = {
        name: getattr(card, name) for name in Card.__dataclass_fields__ if name != "environment"
    }
    assert {"python", "lightgbm", "numpy"} <= Card(**bare).environment.keys()


def test_the_period_fitted_on_is_said_by_its_days(card: Card) -> None:
    later = replace(card, fitted=(card.fitted[0], card.fitted[1] + timedelta(hours=23)))
    assert "2024-01-01 to 2024-12-31" in render(later)[0]


def test_each_group_that_is_told_stands_beside_the_rest_and_the_others_are_counted(
    card: Card,
) -> None:
    """A group of which no gap is told stands in no line."""
    gap = Estimate(0.9, 0.8, 1.01)
    told, none = Gap(None, None, gap, 40), Gap(None, None, None, -1)
    findings = [
        Finding("gender", group, measure, told if (group, measure) in given else none)
        for given in [{("women", COMPARED[0]), ("women", COMPARED[2])}]
        for group in ("men", "women")
        for measure in COMPARED
    ]
    fairness = sections(render(replace(card, compared=findings))[0])["Fairness"]
    rows = [row for row in lines(fairness) if row[0].startswith("gender")]
    assert rows == [["gender women", "0.900 [0.800, 1.010]", "-", "0.900 [0.800, 1.010]"]]
    assert "\n\nOf 1 more groups there are too few to compare" in fairness
    assert "too few to compare" not in sections(render(card)[0])["Fairness"]


def test_limits_name_the_gates_to_look_at_and_how_few_bad_loans_there_are(card: Card) -> None:
    amber = Gate("G03", "Level", "amber", "x", "y")
    sets = [
        Measured(FIT, 400, 40, {}),
        Measured(LATER_KNOWN, 9, 2, {}),
        Measured(LATER_NEW, 9, 3, {}),
    ]
    limits = sections(render(replace(card, sets=sets, gates=[*card.gates, amber]))[0])["Limits"]
    assert "- Somebody has to look at G03, which are amber." in limits
    assert "- 5 bad loans stand behind them" in limits
    assert "amber" not in sections(render(card)[0])["Limits"]


def test_the_summary_in_indonesian_has_the_figures_of_the_card(card: Card) -> None:
    told = sections(render(card)[0])["Ringkasan"]
    assert "AUC-nya 0,810 (0,770 sampai 0,850)" in told
    assert "Gerbang merah: G09. Gerbang kuning: tidak ada." in told
    assert "belajar dari data simulasi" in told
    real = replace(card, about=ABOUT.model_copy(update={"simulated": False}))
    assert "simulasi" not in sections(render(real)[0])["Ringkasan"]
