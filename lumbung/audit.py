"""``lumbung audit``: who fares how in any table of decisions, and how surely."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from audit.fairness.draws import Drawing
from audit.fairness.measures import MEASURES, TOLERATED, Measure
from audit.fairness.report import Report
from audit.fairness.study import Comparison, Plan
from features.errors import BadInput
from lumbung.allocating.files import refuse_place, whole
from lumbung.auditing.decisions import Roles, read
from lumbung.auditing.own import Taken, own
from lumbung.auditing.reported import report
from lumbung.cli import answer, say
from serving.pages.fairness import fairness_page, fairness_paper
from serving.pages.page import Language
from serving.telling.words import LANGUAGES

FILE = click.Path(dir_okay=False, path_type=Path)
ERROR = click.FloatRange(0, 0.5, min_open=True)
DAY = click.DateTime(["%Y-%m-%d"])
DRAWS = click.IntRange(100, 100_000)
SUFFIXES = (".html", ".json", ".pdf")
ABOUT = (
    "What of our own: decided, ended (loans), answered (by lenders), or the id of a lender whose "
    "offers are shown."
)


@click.command()
@click.option("--decisions", type=FILE, help="The decisions, .csv or .parquet; else our own.")
@click.option("--since", type=DAY, help="The first day of our own, WIB.")
@click.option("--until", type=DAY, help="The day after their last, WIB.")
@click.option("--about", default="decided", show_default=True, help=ABOUT)
@click.option("--report", "out", required=True, type=FILE, help="The report: .html, .pdf or .json.")
@click.option("--decision", default="decision", show_default=True, help="The column of answers.")
@click.option("--approved", help="Its value for an approval; else it is looked for.")
@click.option("--denied", help="Its value for a denial, in place of --approved.")
@click.option("--group", "groups", multiple=True, help="A column of groups; may be repeated.")
@click.option("--across", multiple=True, help="Two columns of groups, A,B, to look at together.")
@click.option("--within", multiple=True, help="A column, such as the lender, to look inside of.")
@click.option("--time", help="A column of dates, to look at each quarter.")
@click.option("--outcome", help="A column of how loans went; missing where there was none.")
@click.option("--bad", help="Its value for a bad loan.")
@click.option("--figure", "figures", multiple=True, help="FIGURE=COLUMN, such as score=points.")
@click.option("--given", multiple=True, help="A column to hold equal; * for all others.")
@click.option("--business", help="The column of whose application it is: business_id.")
@click.option("--reference", "references", multiple=True, help="COLUMN=GROUP to compare with.")
@click.option("--tolerate", multiple=True, help="MEASURE=GAP up to which nothing is said.")
@click.option("--error", default=0.05, type=ERROR, help="How often a gap shown may be chance.")
@click.option("--title", help="What is audited; else the file's name.")
@click.option("--language", default="id", type=click.Choice(LANGUAGES), help="Of the page.")
@click.option("--draws", default=1_000, type=DRAWS, help="Samples for intervals: 1000.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def audit(
    decisions: Path | None,
    out: Path,
    title: str | None,
    draws: int,
    language: Language,
    *,
    as_json: bool,
    **said: Any,
) -> None:
    """Audit decisions: who fares how, how surely, and what remains given the rest.

    A table of anybody's, or, on the machine of the service, its own of a period.
    """
    refuse_place(out, SUFFIXES)
    across, references = said.pop("across"), said.pop("references")
    tolerated, error = _tolerated(said.pop("tolerate")), said.pop("error")
    period = said.pop("since"), said.pop("until"), said.pop("about")
    taken = _own(*period) if decisions is None else _of_file(decisions, said)
    table = taken.decisions
    say(f"{table.cases.n} decisions; looking at them …")
    plan = Plan(
        tables=[_pair(one, ",") for one in across],
        measures=taken.measures,
        within=table.within,
        references=dict(_pair(one, "=") for one in references),
        tolerated=tolerated,
        error=error,
        drawing=Drawing(draws),
    )
    found = report(table, plan, title or taken.name, taken.digest)
    made = _made(found, out.suffix, language)
    with whole(out) as making:
        making.write_bytes(made)
    answer(told(found, out), {"report": str(out), **found.json()}, as_json=as_json)


def _of_file(file: Path, said: dict[str, Any]) -> Taken:
    """Return the decisions of a file; raises as `lumbung.auditing.decisions.read`."""
    figures = dict(_pair(one, "=") for one in said.pop("figures"))
    table = read(file, Roles(figures=figures, **said))
    return Taken(table, MEASURES, hashlib.sha256(file.read_bytes()).hexdigest(), file.stem)


def _own(since: datetime | None, until: datetime | None, about: str) -> Taken:
    """Return our own decisions of a period; raises as `lumbung.auditing.own.own`."""
    if since is None or until is None:
        raise click.UsageError("Give --decisions, or --since and --until for our own.")
    return own(since.date(), until.date(), about)


def told(found: Report, out: Path) -> str:
    """Return what the command says at its end."""
    lines = [_line(one) for one in found.study.compared if one.verdict in ("worse", "beyond")]
    hidden, of = found.study.hidden
    return "\n".join(
        [
            f"{len(lines)} gaps shown in {found.study.applications} decisions"
            + (":" if lines else f", of {_able(found)} compared."),
            *lines[:12],
            *([f"  … and {len(lines) - 12} more"] if len(lines) > 12 else []),  # noqa: PLR2004
            f"Not told of {hidden} of {of} groups, where it could give somebody away.",
            f"Report: {out}",
        ]
    )


def _able(found: Report) -> int:
    return sum(one.found.gap is not None for one in found.study.compared)


def _line(one: Comparison) -> str:
    gap = one.found.gap
    if gap is None:
        raise AssertionError("a gap that is shown is there")
    group = ", ".join(f"{n} {g}" for n, g in zip(*one.place, strict=True))
    bounds = f"{gap.value:.3f} [{gap.low:.3f}, {gap.high:.3f}]"
    return f"  {group}: {one.measure.name} {bounds}, p {one.p:.1g}"


def _made(found: Report, suffix: str, language: Language) -> bytes:
    if suffix == ".pdf":
        return fairness_paper(found, language, datetime.now(UTC))
    if suffix == ".html":
        return fairness_page(found, language).encode()
    return json.dumps(found.json(), indent=1).encode()


def _tolerated(said: Sequence[str]) -> Mapping[Measure, float]:
    """Return the gaps up to which nothing is said, the usual ones where nobody said others."""
    named = {one.name: one for one in MEASURES}
    made = {}
    for name, text in (_pair(one, "=") for one in said):
        measure, gap = named.get(name), _number(text)
        if measure is None or not -math.inf < gap <= measure.equal:
            raise BadInput(
                found=f"{name}={text}",
                expected=f"one of {', '.join(named)}, and a number not above what means no gap",
                hint="Lower is worse for the group: 0.8 for a ratio, -0.05 for a difference.",
                code="bad-gap",
            )
        made[measure] = gap
    return {**TOLERATED, **made}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _pair(said: str, mark: str) -> tuple[str, str]:
    one, there, other = said.partition(mark)
    if not (one and there and other):
        raise BadInput(
            found=said,
            expected=f"two names with {mark} between them",
            hint="See lumbung audit --help.",
            code="bad-pair",
        )
    return one, other
