"""``lumbung allocate``: a programme's budgets over the applications of a data set."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import polars as pl

from audit.allocated import overview
from audit.days import wib
from audit.rules import Rules
from features.errors import BadInput, Refused
from lumbung.allocating import groups, outcomes, told
from lumbung.allocating.assumed import Assumed, assumed
from lumbung.allocating.budgets import refuse_strangers, taking_part
from lumbung.allocating.files import refuse_place, whole
from lumbung.allocating.gathered import Gathered, Terms, gather
from lumbung.allocating.waiting import Chosen, asked_for, waiting
from lumbung.cli import answer, progress, say
from matching.allocation import allocate as allocating
from matching.allocation.programme import Programme, load_programme
from models import artefact
from serving.pages.allocation import allocation_page
from serving.pages.page import Language
from serving.rules.rulebook import Rulebook
from serving.settings import Settings
from serving.telling.words import LANGUAGES
from training.about import read_about

ANY = click.Path(path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
WRITTEN = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])


@dataclass(frozen=True)
class Asked:
    """What the command was asked for.

    Args:
        data: the data set's folder.
        programme: the programme's file.
        out: the file of outcomes to make; report: the page to make beside it, None for none.
        chosen: which applications.
        on: the day of the allocation.
        gap: how near to the proven bound is near enough.
        pool: where what is known of the applications is kept; None: only while it is needed.
        assumed: of every applicant.
        language: of reasons and report.
        workers: how many processes.
    """

    data: Path
    programme: Path
    out: Path
    report: Path | None
    chosen: Chosen
    on: date
    gap: float
    pool: Path | None
    assumed: Assumed
    language: Language
    workers: int


@click.command()
@click.option("--data", required=True, type=FOLDER, help="A data set.")
@click.option("--programme", required=True, type=WRITTEN, help="The programme, a YAML file.")
@click.option("--out", required=True, type=FILE, help="The outcomes to write, .csv or .parquet.")
@click.option("--report", type=FILE, help="A page of the allocation to write, .html.")
@click.option("--products", type=FOLDER, help="A folder of product files; else as the service.")
@click.option("--examples", is_flag=True, help="Count example products, for a demonstration.")
@click.option("--model", type=FOLDER, help="A saved model; the champion when not said.")
@click.option("--on", type=DAY, help="The day of the allocation, in WIB; today when not said.")
@click.option("--asked-from", type=DAY, help="Applications from this day on, answered or not.")
@click.option("--asked-to", type=DAY, help="Applications up to this day, answered or not.")
@click.option(
    "--assume",
    "facts",
    multiple=True,
    metavar="NAME=VALUE",
    help="A fact of every applicant that the data set does not say. Repeatable.",
)
@click.option(
    "--gap",
    type=click.FloatRange(0, 1),
    default=allocating.GAP,
    show_default=True,
    help="How far from the proven bound is near enough.",
)
@click.option("--pool", type=FOLDER, help="Where to keep what is known of the applications.")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="Of the reasons and the report.",
)
@click.option("--workers", type=click.IntRange(1), help="Processes; one per core if not said.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def allocate(  # noqa: PLR0913  an option each
    *,
    products: Path | None,
    examples: bool,
    model: Path | None,
    on: datetime | None,
    asked_from: datetime | None,
    asked_to: datetime | None,
    facts: Sequence[str],
    workers: int | None,
    as_json: bool,
    **said: Any,
) -> None:
    """Allocate a programme's budgets over the applications of a data set that wait.

    The most good within the limits, proven; every application gets an outcome and its reason.
    """
    asked = Asked(
        chosen=Chosen(_day(asked_from), _day(asked_to)),
        on=_day(on) or wib(datetime.now(UTC)),
        assumed=assumed(facts),
        workers=workers or os.cpu_count() or 1,
        **said,
    )
    refuse_place(asked.out, outcomes.SUFFIXES)
    if asked.report:
        refuse_place(asked.report, (".html",))
    made = _made(asked, _rules(products, model, examples=examples))
    answer(told.text(made), told.result(made) | {"out": str(asked.out)}, as_json=as_json)
    say(f"Next: read {asked.out}, an outcome and its reason for each application.")


def _made(asked: Asked, decides: Rules) -> told.Told:
    """Allocate, write the files and return what there is to tell."""
    programme = load_programme(asked.programme)
    _refuse_other_day(programme, asked.on)
    refuse_strangers(programme, decides.products)
    decides = replace(decides, products=taking_part(programme, decides.products))
    about = read_about(asked.data)
    _refuse_other_currency(about.currency, decides)
    ids = asked_for(asked.data, asked.chosen)
    gathered = _gathered(asked, programme, decides, ids)
    allocation = allocating.allocate(programme, gathered.pool, asked.gap, said=say)
    made = told.Told(
        programme=programme,
        allocation=allocation,
        gathered=gathered,
        asked=ids.height,
        assumed=asked.assumed.said(),
        model=decides.model_version,
        simulated=about.simulated or decides.model.identity.simulated,
    )
    outcomes.write(allocation, gathered, asked.out, asked.language)
    if asked.report:
        _report(made, asked, asked.report)
    return made


def _report(made: told.Told, asked: Asked, out: Path) -> None:
    view = overview(
        made.allocation,
        made.programme,
        made.gathered.pool,
        asked.on,
        simulated=made.simulated,
    )
    with whole(out) as making:
        making.write_text(allocation_page(view, asked.language), encoding="utf-8")


def _gathered(asked: Asked, programme: Programme, decides: Rules, ids: pl.DataFrame) -> Gathered:
    with _kept(asked) as folder:
        with progress("records") as step:
            file = waiting(asked.data, folder, asked.chosen, asked.workers, step)
        agreed = pl.read_parquet(file, columns=["business_id", "groups_agreed"])
        members = groups.members(
            asked.data, programme.groups, agreed.filter("groups_agreed"), asked.on
        )
        with progress("applicants") as step:
            return gather(file, ids, Terms(decides, asked.on, asked.assumed, members), step)


@contextlib.contextmanager
def _kept(asked: Asked) -> Iterator[Path]:
    """Give the folder of what is known of the applications; one that nobody named is removed."""
    folder = asked.pool or asked.out.parent / f".{asked.out.name}-pool"
    try:
        yield folder
    except KeyboardInterrupt:
        say("\nThe same command goes on from here.")
        raise
    if asked.pool is None:
        shutil.rmtree(folder)


def _rules(products: Path | None, model: Path | None, *, examples: bool) -> Rules:
    """Return what decides: as in the service, but for what was named."""
    settings = Settings()
    if examples and settings.environment == "production":
        raise click.UsageError("--examples is for demonstrations, never for production.")
    changed: dict[str, Any] = {"offer_examples": examples or settings.offer_examples}
    if products:
        changed["products"] = products
    if model is None:
        return Rulebook(settings.model_copy(update=changed)).rules()
    saved = artefact.load(model)
    alone = Rulebook(settings.model_copy(update=changed)).alone
    return replace(alone, model_version=saved.digest[:16], model=saved, why=None)


def _refuse_other_day(programme: Programme, on: date) -> None:
    if not programme.effective_from <= on <= programme.effective_to:
        raise Refused(
            found=f"{on}, a day on which {programme.programme_id} does not allocate",
            expected=f"a day from {programme.effective_from} to {programme.effective_to}",
            hint="Give another day with --on, or another programme.",
            code="programme-closed",
        )


def _refuse_other_currency(currency: str, decides: Rules) -> None:
    if currency != decides.model.identity.currency:
        raise BadInput(
            found=f"a data set in {currency}",
            expected=decides.model.identity.currency,
            hint="Give a model of that currency with --model.",
            code="other-currency",
        )


def _day(when: datetime | None) -> date | None:
    return when and when.date()
