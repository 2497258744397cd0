"""What other cut-offs would do, in words: to all, and to groups that are approved less often."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from audit.fairness import measures
from audit.fairness.estimate import Estimate
from audit.fairness.report import Report
from audit.origins.cutoffs import CutOffs, Would
from serving.pages import gaps
from serving.pages.demand import Line
from serving.pages.gaps import NONE, bounded, group, plain
from serving.pages.intervals import Row, intervals
from serving.pages.sections import WORSE, Block
from serving.telling import written
from serving.telling.words import wording

Marks = Mapping[float, str]
"""Cut-off → how it is written."""


def blocks(report: Report, of: CutOffs, language: str) -> Iterator[Block]:
    """Yield a block of all applicants, and one of each group that is shown to be approved less.

    Args:
        report: of the audit.
        of: its cut-offs.
        language: of the words.
    """
    cuts = {one.cut for one in of.lines} | {one.cut for one in of.groups}
    marks = {cut: _mark(cut, of, language) for cut in cuts}
    if of.lines:
        yield _everybody(of, marks, language)
    less = [
        one.place
        for one in report.study.compared
        if one.measure == measures.PARITY and one.verdict in WORSE
    ]
    for at, place in enumerate(less):
        own = [one for one in of.groups if one.place == place and one.found.gap is not None]
        if any(one.measure == measures.IMPACT for one in own):
            yield _group(f"cuts{at}", own, marks, language)


def _everybody(of: CutOffs, marks: Marks, language: str) -> Block:
    words = wording(language)["fairness"]
    rows = [
        Row(marks[one.cut], written.percent(one.approved.value, language), one.approved)
        for one in of.lines
    ]
    lines = [
        (one.cut, [bounded(x, written.percent, language) for x in (one.approved, one.expected)])
        for one in of.lines
    ]
    return Block(
        f"{words['everybody']}. {words['approved']}",
        intervals("cuts-all", words["approved"], rows, (0.0, 1.0), ("0%", "100%")),
        (words["cut"], words["approved"], words["expected_bad"]),
        tuple(Line(marks[cut], tuple(cells)) for cut, cells in lines),
    )


def _group(name: str, own: Sequence[Would], marks: Marks, language: str) -> Block:
    """Return how one group would fare at each cut-off."""
    words = wording(language)["fairness"]
    impact = [one for one in own if one.measure == measures.IMPACT]
    good = {one.cut: one.found.gap for one in own if one.measure == measures.OPPORTUNITY}
    title = words[f"measure_{measures.IMPACT.name}"]
    rows = [
        Row(marks[one.cut], plain(one.found.gap.value, language), one.found.gap)
        for one in impact
        if one.found.gap is not None
    ]
    most = max([1.0, *(row.of.high for row in rows if math.isfinite(row.of.high))])
    heads = (words["cut"], words["own"], words["others"], title)
    return Block(
        f"{group(impact[0].place)}. {title}",
        intervals(name, title, rows, (0.0, most), ("0", plain(most, language)), 1.0),
        (*heads, words[f"measure_{measures.OPPORTUNITY.name}"]),
        tuple(
            Line(
                marks[one.cut],
                (
                    _share(one.found.group, language),
                    _share(one.found.rest, language),
                    bounded(one.found.gap, plain, language),
                    bounded(good.get(one.cut), gaps.points, language),
                ),
            )
            for one in impact
        ),
    )


def _mark(cut: float, of: CutOffs, language: str) -> str:
    write = written.percent if of.figure == "probability" else written.number
    return wording(language)["fairness"][f"cut_{of.figure}"].format(cut=write(cut, language))


def _share(of: Estimate | None, language: str) -> str:
    return NONE if of is None else written.percent(of.value, language)
