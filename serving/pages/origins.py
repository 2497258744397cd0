"""Where the gaps of an audit come from, in words: a section each, of pictures with their numbers.

A gap in scores is taken apart for those groups only whose scores are shown to be lower, and by the
reasons that carry most of it; all parts of all groups stand in the JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from audit.fairness import measures
from audit.fairness.estimate import Estimate
from audit.fairness.published import Place
from audit.fairness.report import Report
from audit.fairness.study import Comparison
from audit.origins.parts import BASE, TOTAL
from serving.pages import gaps, proxies
from serving.pages.cutoffs import answered, blocks
from serving.pages.demand import Line
from serving.pages.gaps import Write, bounded, chance, group, plain
from serving.pages.intervals import Intervals, Row, intervals
from serving.pages.sections import WORSE, Block, Section
from serving.telling import written
from serving.telling.words import wording

MOST_PARTS: Final = 6
"""Reasons that a gap is shown by."""

MOST_GROUPS: Final = 6
"""Groups whose gap is shown by reason."""


def sections(report: Report, language: str) -> tuple[Section, ...]:
    """Return what is said of where gaps come from; nothing where the decisions do not tell."""
    words = wording(language)["fairness"]
    found = []
    if report.origins.parts:
        parts = tuple(_parts(report.origins.parts, language))
        how = words["parts_how"] if parts else words["parts_none"]
        found.append(Section("parts", words["parts"], how, parts))
    if report.origins.named:
        reasons = tuple(_named(report.origins.named, language))
        how = words["named_how"] if reasons else words["named_none"]
        found.append(Section("named", words["named"], how, reasons))
    same = tuple(_same_risk(report, language))
    if report.origins.cutoffs is not None:
        same += tuple(answered(report, report.origins.cutoffs, language))
    if same:
        found.append(Section("same", words["same_risk"], words["same_risk_how"], same))
    if report.origins.cutoffs is not None:
        cuts = tuple(blocks(report, report.origins.cutoffs, language))
        found.append(Section("cuts", words["cutoffs"], words["cutoffs_how"], cuts))
    if report.proxies:
        found.append(proxies.section(report.proxies, report.study.plan.error, language))
    return tuple(found)


def _parts(parts: Sequence[Comparison], language: str) -> Iterator[Block]:
    """Yield the gaps that are shown, the widest first, each by reason."""
    words = wording(language)["fairness"]
    heads = ("part", "own", "others", "difference", "p", "verdict")
    lower = [one for one in parts if one.measure.name == TOTAL and one.verdict in WORSE]
    for at, whole in enumerate(sorted(lower, key=_value)[:MOST_GROUPS]):
        own = [one for one in parts if one.place == whole.place and one.measure.name != TOTAL]
        most = sorted(sorted(own, key=lambda one: -abs(_value(one)))[:MOST_PARTS], key=_value)
        rows = [(_reason(one, language), one) for one in most]
        yield Block(
            f"{group(whole.place)}: {bounded(whole.found.gap, plain, language)}",
            _picture(f"parts{at}", words["parts"], rows, plain, language),
            tuple(words[name] for name in heads),
            tuple(_part(one, language) for one in (*most, whole)),
        )


def _part(one: Comparison, language: str) -> Line:
    levels = (one.found.group, one.found.rest)
    cells = (
        *(gaps.NONE if of is None else plain(of.value, language) for of in levels),
        bounded(one.found.gap, plain, language),
        *_judged(one, language),
    )
    return Line(_reason(one, language), cells)


def _named(named: Sequence[Comparison], language: str) -> Iterator[Block]:
    """Yield the reasons that are shown to be named to a group more often."""
    words = wording(language)["fairness"]
    heads = ("part", "own", "others", "difference", "p", "verdict")
    more = [one for one in named if one.verdict in WORSE]
    widest: dict[Place, float] = {}
    for one in more:
        widest[one.place] = min(_value(one), widest.get(one.place, 0.0))
    places = sorted(widest, key=lambda place: (len(place[0]), widest[place]))
    for at, place in enumerate(places[:MOST_GROUPS]):
        own = sorted((one for one in more if one.place == place), key=_value)[:MOST_PARTS]
        rows = [(_reason(one, language), one) for one in own]
        yield Block(
            group(place),
            _picture(f"named{at}", words["named"], rows, gaps.points, language),
            tuple(words[name] for name in heads),
            tuple(_share(one, language) for one in own),
        )


def _share(one: Comparison, language: str) -> Line:
    """Return how often a reason is named."""
    cells = (
        *(bounded(of, written.percent, language) for of in (one.found.group, one.found.rest)),
        bounded(one.found.gap, gaps.points, language),
        *_judged(one, language),
    )
    return Line(_reason(one, language), cells)


def _reason(one: Comparison, language: str) -> str:
    """Return the name of a reason; that of others than ours is its code."""
    words, code = wording(language), one.measure.name
    if code in (TOTAL, BASE):
        return words["fairness"][f"part_{code}"]
    return words["groups"].get(code, code)


def _same_risk(report: Report, language: str) -> Iterator[Block]:
    """Yield the gaps in shares approved among applicants of the same risk, by table.

    Of protected attributes by themselves, and inside of each lender: approval given score.
    """
    words, study = wording(language)["fairness"], report.study
    heads = ("group", "raw", "at_same_risk", "p", "verdict")
    raw = {one.place: one for one in study.compared if one.measure == measures.PARITY}
    same = [
        one
        for one in study.compared
        if one.measure == measures.PAST_ANSWERS and one.found.gap is not None
    ]
    for table in dict.fromkeys(one.place[0] for one in same):
        if (len(table) > 1) is not (table[0] in study.plan.within):
            continue
        own = [one for one in same if one.place[0] == table]
        name = "same-" + "-".join(table)
        rows = [(", ".join(one.place[1]), one) for one in own]
        yield Block(
            ", ".join(table),
            _picture(name, words["at_same_risk"], rows, gaps.points, language),
            tuple(words[head] for head in heads),
            tuple(_at_risk(one, raw.get(one.place), language) for one in own),
        )


def _at_risk(one: Comparison, raw: Comparison | None, language: str) -> Line:
    cells = (
        bounded(None if raw is None else raw.found.gap, gaps.points, language),
        bounded(one.found.gap, gaps.points, language),
        *_judged(one, language),
    )
    return Line(", ".join(one.place[1]), cells)


def _judged(one: Comparison, language: str) -> tuple[str, str]:
    verdict = wording(language)["fairness"][f"verdict_{one.verdict}"]
    return chance(one.corrected, language), verdict


def _picture(
    name: str, title: str, rows: Sequence[tuple[str, Comparison]], write: Write, language: str
) -> Intervals:
    """Return a picture of gaps about a line that is none."""
    there = [(label, one, _gap(one)) for label, one in rows]
    most = max(max(-of.low, of.high, 0.0) for _, _, of in there) or 1.0
    drawn = [
        Row(label, write(of.value, language), of, "worse" if one.verdict in WORSE else "plain")
        for label, one, of in there
    ]
    ends = (write(-most, language), write(most, language))
    return intervals(name, title, drawn, (-most, most), ends, 0.0)


def _gap(one: Comparison) -> Estimate:
    if one.found.gap is None:
        raise AssertionError("what is shown is there")
    return one.found.gap


def _value(one: Comparison) -> float:
    return _gap(one).value
