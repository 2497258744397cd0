"""The page of an audit: who fares how, how surely, what remains, and what could not be seen.

It is made of an `audit.fairness.report.Report` alone, so that whatever it shows stands in the JSON
too. Each picture has its numbers beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from audit.fairness import measures
from audit.fairness.estimate import Estimate
from audit.fairness.report import Remaining, Report
from audit.fairness.study import GAPS, Comparison, Needed
from audit.fairness.widest import Widest
from serving.pages import gaps
from serving.pages.demand import Line
from serving.pages.gaps import NONE, bounded, chance, group, plain
from serving.pages.intervals import Intervals, Row, intervals
from serving.pages.origins import sections
from serving.pages.page import Language, rendered
from serving.pages.paper import Paper
from serving.pages.sections import WORSE, Section
from serving.telling import written
from serving.telling.words import wording

MAIN: Final = measures.PARITY
"""The measure that the headlines and the pictures are of."""

POINTS: Final = {
    measures.PARITY,
    measures.OPPORTUNITY,
    measures.FALSE_POSITIVE,
    measures.PAST_ANSWERS,
    measures.PRICE,
    measures.REVIEWS,
    measures.OVERRIDES,
}
"""Measures whose levels are shares, and whose gaps are written in points."""


@dataclass(frozen=True)
class Attribute:
    """An attribute, or several together: a picture of shares approved, and every comparison.

    Args:
        name: what it is, in words.
        picture: of the shares approved; None where none may be told.
        lines: a comparison each.
        hidden: what is said of groups that are not told of; empty where there are none.
    """

    name: str
    picture: Intervals | None
    lines: tuple[Line, ...]
    hidden: str


@dataclass(frozen=True)
class Shown:
    """An audit in the words of one language.

    Args:
        title, on: what was audited, and how many decisions it were.
        found: a sentence for each gap shown; none: what is said where there is none.
        alone, together, within: of each attribute, of two of them, and inside of each lender.
        origins: where gaps come from.
        given, remaining: the columns held equal, and what remains of each gap.
        widest, needed: tables.
        notes: how it was done.
    """

    title: str
    on: str
    found: tuple[str, ...]
    none: str
    alone: tuple[Attribute, ...]
    together: tuple[Attribute, ...]
    within: tuple[Attribute, ...]
    origins: tuple[Section, ...]
    given: str
    remaining: tuple[Line, ...]
    widest: tuple[Line, ...]
    needed: tuple[Line, ...]
    notes: tuple[str, ...]


def fairness_page(report: Report, language: Language) -> str:
    """Return the page as a file of its own: it loads nothing, and nothing leads elsewhere."""
    return rendered("fairness", language, "fairness", here="", s=shown(report, language))


def fairness_paper(report: Report, language: Language, made_at: datetime) -> bytes:
    """Return the same as PDF, A4, for a meeting.

    Args:
        report: what was found.
        language: of its words.
        made_at: the time that stands for the file's; all else alike, the bytes are.
    """
    words, said = wording(language)["fairness"], shown(report, language)
    made = Paper(said.title, language, made_at)
    made.text(f"{words['title']}. {said.on}")
    for one in said.found:
        made.item(one)
    made.text(words["caution"] if said.found else said.none, bold=True)
    for name, how, those in (
        (words["attributes"], words["attributes_how"], said.alone),
        (words["within"], words["within_how"], said.within),
        (words["together"], "", said.together),
    ):
        if those:
            made.heading(name)
            made.text(how)
            for of in those:
                _printed(made, of, words)
    for section in said.origins:
        made.heading(section.name)
        made.text(section.how)
        for block in section.blocks:
            made.picture(block.name, block.picture)
            made.table(block.heads, [(line.name, *line.cells) for line in block.lines])
    for name, how, heads, lines in _tables(said, words):
        if lines:
            made.heading(name)
            made.text(how)
            made.table(heads, [(line.name, *line.cells) for line in lines])
    made.heading(words["notes"])
    for note in said.notes:
        made.item(note)
    return made.whole()


def _printed(made: Paper, of: Attribute, words: Mapping[str, str]) -> None:
    if of.picture is None:
        made.text(of.name, bold=True)
    else:
        made.picture(of.name, of.picture)
    if of.hidden:
        made.text(of.hidden)
    names = ("group", "measure", "counted", "own", "others", "difference", "p", "verdict")
    rows = [(one.name, *one.cells) for one in of.lines]
    if rows:
        made.table([words[name] for name in names], rows, (4, 6, 2, 3, 3, 5, 3, 5), words=2)


def _tables(
    said: Shown, words: Mapping[str, str]
) -> Iterator[tuple[str, str, list[str], tuple[Line, ...]]]:
    """Yield the tables that stand by themselves: name, how to read it, heads, lines."""
    how = words["remaining_how"].format(given=said.given)
    heads = [words[name] for name in ("group", "raw", "linear", "logistic", "p_alone")]
    yield words["remaining"], how, heads, said.remaining
    heads = [words[name] for name in ("figure", "apart", "chance")]
    yield words["widest"], words["widest_how"], heads, said.widest
    sizes = [words["to_see"].format(gap=f"{100 * gap:g}") for gap in GAPS]
    yield (
        words["needed"],
        words["needed_how"],
        [words["group"], words["there"], *sizes],
        said.needed,
    )


def shown(report: Report, language: str) -> Shown:
    """Return an audit as it is shown in a language."""
    words, study = wording(language)["fairness"], report.study
    tables = list(dict.fromkeys(one.place[0] for one in study.compared))
    inner = set(study.plan.within)
    made = {table: _attribute(report, table, language) for table in tables}
    worse = tuple(_sentence(one, language) for one in _worse(report))
    return Shown(
        title=report.title,
        on=words["on"].format(n=written.number(study.applications, language)),
        found=worse,
        none="" if worse else words["none"],
        alone=tuple(of for t, of in made.items() if len(t) == 1),
        together=tuple(of for t, of in made.items() if len(t) > 1 and t[0] not in inner),
        within=tuple(of for t, of in made.items() if len(t) > 1 and t[0] in inner),
        origins=sections(report, language),
        given=", ".join(report.given),
        remaining=tuple(_remains(*of, found, language) for of, found in report.remaining.items()),
        widest=tuple(_widest(one, language) for one in study.widest if one.found is not None),
        needed=tuple(_needed(one, language) for one in study.needed),
        notes=tuple(_notes(report, language)),
    )


def _worse(report: Report) -> Iterator[Comparison]:
    """Yield the gaps in shares approved that are shown, of one attribute each, the widest first."""
    found = [
        one
        for one in report.study.compared
        if one.verdict in WORSE and one.measure == MAIN and len(one.place[0]) == 1
    ]
    yield from sorted(found, key=lambda one: one.found.gap.value if one.found.gap else 0.0)


def _sentence(one: Comparison, language: str) -> str:
    """Return what a gap in shares approved is, in a sentence."""
    own, others, gap = one.found.group, one.found.rest, one.found.gap
    if own is None or others is None or gap is None:
        raise AssertionError("a gap that is shown has its levels")
    return wording(language)["fairness"]["gap"].format(
        group=group(one.place),
        own=written.percent(own.value, language),
        others=written.percent(others.value, language),
        gap=gaps.points(-gap.value, language),
        low=gaps.points(-gap.high, language),
        high=gaps.points(-gap.low, language),
    )


def _attribute(report: Report, table: tuple[str, ...], language: str) -> Attribute:
    words = wording(language)["fairness"]
    own = [one for one in report.study.compared if one.place[0] == table]
    there = [one for one in own if one.found.group is not None]
    rows = [
        Row(
            ", ".join(one.place[1]),
            written.percent(one.found.group.value, language),
            one.found.group,
            "worse" if one.verdict in WORSE else "plain",
        )
        for one in there
        if one.measure == MAIN and one.found.group is not None
    ]
    name = ", ".join(table)
    hidden = len({one.place for one in own if one.verdict == "hidden"})
    every = [one for one in report.study.counted if one.place == (table, ())]
    share = next((one.approved for one in every if one.base == "decided"), None)
    picture = intervals(
        "of-" + "-".join(table), words["approved"], rows, (0.0, 1.0), ("0%", "100%"), share
    )
    return Attribute(
        name,
        picture if rows else None,
        tuple(_line(one, language) for one in there),
        words["hidden"].format(n=hidden) if hidden else "",
    )


def _line(one: Comparison, language: str) -> Line:
    """Return a comparison in numbers: measure, group, others, gap, p, and what to make of it."""
    words = wording(language)["fairness"]
    points = one.measure in POINTS
    cells = (
        words[f"measure_{one.measure.name}"],
        _number(one.found.counted, language),
        _level(one.found.group, language, share=points),
        _level(one.found.rest, language, share=points),
        bounded(one.found.gap, gaps.points if points else plain, language),
        chance(one.corrected, language),
        words[f"verdict_{one.verdict}"],
    )
    return Line(", ".join(one.place[1]), cells)


def _number(counted: int, language: str) -> str:
    return "" if counted < 0 else written.number(counted, language)


def _level(of: Estimate | None, language: str, *, share: bool) -> str:
    if of is None:
        return NONE
    return written.percent(of.value, language) if share else plain(of.value, language)


def _remains(attribute: str, group: str, found: Remaining | None, language: str) -> Line:
    if found is None:
        return Line(f"{attribute}: {group}", (wording(language)["fairness"]["cannot"], "", "", ""))
    return Line(
        f"{attribute}: {group}",
        (
            gaps.points(found.raw, language),
            bounded(found.linear, gaps.points, language),
            bounded(found.logistic, gaps.points, language),
            chance(found.p, language),
        ),
    )


def _widest(one: Widest, language: str) -> Line:
    if one.found is None or one.by_chance is None:
        raise AssertionError("what is shown is there")
    return Line(
        f"{one.attribute}: {wording(language)['fairness'][f'width_{one.width.name}']}",
        (bounded(one.found, plain, language), plain(one.by_chance, language)),
    )


def _needed(one: Needed, language: str) -> Line:
    sizes = (written.number(n, language) for n in one.of.values())
    cells = (written.number(one.n, language), *sizes)
    return Line(group(one.place), (*cells, *[NONE] * (4 - len(cells))))


def _limits(report: Report, language: str) -> list[str]:
    """Return the gaps up to which nothing is said, each with its measure."""
    words = wording(language)["fairness"]
    those = {one.measure: one.tolerated for one in report.study.compared if one.tolerated}
    return [
        f"{words[f'measure_{of.name}']} {(gaps.points if of in POINTS else plain)(gap, language)}"
        for of, gap in those.items()
    ]


def _notes(report: Report, language: str) -> Iterator[str]:
    words, plan = wording(language)["fairness"], report.study.plan
    yield words["note_rest"]
    confidence = written.percent(plan.drawing.confidence, language)
    yield words["note_interval"].format(confidence=confidence)
    yield words["note_many"].format(
        n=sum(one.p is not None for one in report.study.compared),
        error=written.percent(plan.error, language),
    )
    if limits := _limits(report, language):
        yield words["note_tolerated"].format(those="; ".join(limits))
    for family in ("parts", "named"):
        many = sum(one.p is not None for one in getattr(report.origins, family))
        if many:
            yield words[f"note_{family}"].format(n=many)
    yield words["note_hidden"]
    if report.left_out:
        yield words["note_left_out"].format(n=written.number(report.left_out, language))
    yield words["note_file"].format(digest=report.digest)
