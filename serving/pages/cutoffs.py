"""What other cut-offs would do, in words, and what answers there are between them.

Groups are those that are shown to be approved less often; the others stand in the JSON.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from audit.fairness import measures
from audit.fairness.estimate import Estimate
from audit.fairness.published import Place
from audit.fairness.report import Report
from audit.origins.cutoffs import Band, CutOffs, Would
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
    for at, place in enumerate(_less(report)):
        own = [one for one in of.groups if one.place == place and one.found.gap is not None]
        if any(one.measure == measures.IMPACT for one in own):
            yield _group(f"cuts{at}", own, marks, language)


def answered(report: Report, of: CutOffs, language: str) -> Iterator[Block]:
    """Yield how groups were answered among those of one risk, band by band. Arguments as above."""
    words = wording(language)["fairness"]
    for at, place in enumerate(_less(report)):
        own = [one for one in of.bands if one.place == place and one.found.group is not None]
        rows = [
            Row(_between(one, of, language), _share(one.found.group, language), one.found.group)
            for one in own
            if one.found.group is not None
        ]
        heads = ("band", "own", "others", "difference")
        lines = [
            (
                *(bounded(x, written.percent, language) for x in (one.found.group, one.found.rest)),
                bounded(one.found.gap, gaps.points, language),
            )
            for one in own
        ]
        if rows:
            yield Block(
                f"{group(place)}. {words['approved']}",
                intervals(f"bands{at}", words["approved"], rows, (0.0, 1.0), ("0%", "100%")),
                tuple(words[head] for head in heads),
                tuple(Line(row.label, cells) for row, cells in zip(rows, lines, strict=True)),
            )


def _less(report: Report) -> list[Place]:
    """Return the groups that are shown to be approved less often."""
    return [
        one.place
        for one in report.study.compared
        if one.measure == measures.PARITY and one.verdict in WORSE
    ]


def _between(one: Band, of: CutOffs, language: str) -> str:
    """Return the ends of a band: ``10% … 20%``, ``… 10%``."""
    ends = ("" if end is None else _write(end, of, language) for end in (one.least, one.most))
    return " … ".join(ends).strip()


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
    return wording(language)["fairness"][f"cut_{of.figure}"].format(cut=_write(cut, of, language))


def _write(cut: float, of: CutOffs, language: str) -> str:
    write = written.percent if of.figure == "probability" else written.number
    return write(cut, language)


def _share(of: Estimate | None, language: str) -> str:
    return NONE if of is None else written.percent(of.value, language)
