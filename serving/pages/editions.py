"""The officials' pages of editions: at a glance, part by part, as files, and on paper.

All of them are made of the edition as it is kept; none looks at anything else.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import Depends, Path, Query, Response

from audit.days import wib
from audit.editions.sections import Edition
from serving.api.edition_routes import EditionName
from serving.api.routes import Running
from serving.api.routing import Router
from serving.editions import keeping
from serving.pages import (
    edition_columns,
    edition_paper,
    edition_shown,
    edition_tables,
    glance,
    tables,
)
from serving.pages.edition_tables import PARTS, PartName
from serving.pages.entered import TheOfficial, from_here, within
from serving.pages.officials import HOME as OFFICIALS
from serving.pages.officials import OfficialsRoute
from serving.pages.page import Lang, Language, page
from serving.telling import written
from serving.telling.words import wording

HOME = f"{OFFICIALS}/editions"

editions = Router(
    prefix=HOME,
    route_class=OfficialsRoute,
    include_in_schema=False,
    dependencies=[Depends(from_here), within("audit")],
)


LINES: Final = 100
"""Lines of one table that are shown at a time."""

TableName = Annotated[str, Path(pattern=r"^[a-z][A-Za-z0-9_-]{0,99}$")]


@editions.get("")
def home(inside: TheOfficial, service: Running, lang: Lang = "id") -> Response:
    """List the editions."""
    del inside
    found = [_row(one, lang) for one in keeping.editions(service.engine)]
    return page("editions", lang, "editions", here=HOME, home=OFFICIALS, editions=found)


@editions.get("/{edition}")
def one(edition: EditionName, inside: TheOfficial, service: Running, lang: Lang = "id") -> Response:
    """Show an edition at a glance, and what changed since the one before."""
    del inside
    kept = keeping.find(service.engine, edition)
    return page(
        "edition",
        lang,
        "editions",
        here=f"{HOME}/{edition}",
        home=HOME,
        one=_row(kept.edition, lang),
        cards=glance.cards(kept.edition, lang),
        changes=glance.changes(kept, lang),
        parts=[(name, wording(lang)["editions"][f"part_{name}"]) for name in PARTS],
        proof=glance.proof(kept, lang),
    )


@editions.get("/{edition}/edition.{kind}")
def whole(
    edition: EditionName,
    kind: Literal["json", "pdf"],
    inside: TheOfficial,
    service: Running,
    lang: Lang = "id",
) -> Response:
    """Give an edition to the letter, as the ledger vouches for it, or on paper for a meeting."""
    del inside
    kept = keeping.find(service.engine, edition)
    if kind == "json":
        return _file(kept.text, f"lumbung-{edition}.json", "application/json")
    made = edition_paper.paper(kept, lang)
    return _file(made, f"lumbung-{edition}-{lang}.pdf", "application/pdf")


@editions.get("/{edition}/{part}")
def part(
    edition: EditionName,
    part: PartName,
    inside: TheOfficial,
    service: Running,
    lang: Lang = "id",
    of: Annotated[str, Query(max_length=100)] = "",
    start: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> Response:
    """Show a part of an edition, or one table of it with all its lines, from one of them on."""
    del inside
    found, words = keeping.find(service.engine, edition).edition, wording(lang)["editions"]
    shown = edition_shown.shown(found, part, lang)
    return page(
        "edition_part",
        lang,
        "editions",
        here=f"{HOME}/{edition}/{part}",
        home=f"{HOME}/{edition}",
        one=_row(found, lang),
        title=words[f"part_{part}"],
        how=words[f"how_{part}"],
        missing=edition_shown.missing(found, part, lang),
        tables=[one for one in shown if one.name == of] or shown,
        whole=bool(of),
        start=start,
        until=start + LINES,
        others=[one.name for one in keeping.periods(service.engine) if one.name != found.name],
        root=HOME,
        of=part,
    )


@editions.get("/{edition}/{part}/{table}.csv")
def table(
    edition: EditionName, part: PartName, table: TableName, inside: TheOfficial, service: Running
) -> Response:
    """Give a table of an edition as a file, its first line the names of the columns."""
    del inside
    found = keeping.find(service.engine, edition).edition
    there = {one.name: one for one in edition_tables.tables(found, part)}
    if table not in there:
        raise keeping.no_edition()
    name = f"lumbung-{edition}-{part}-{table}.csv"
    return _file(tables.csv_text(edition_columns.flat(there[table])), name, "text/csv")


def _row(one: Edition, language: Language) -> dict[str, str]:
    """Return an edition as a list has it."""
    words = wording(language)["editions"]
    days = [written.day(day, language) for day in (one.first, one.last)]
    return {
        "name": one.name,
        "days": words["days"].format(first=days[0], last=days[1]),
        "made": words["made"].format(day=written.day(wib(one.made_at), language)),
        "simulated": words["simulated"] if one.simulated else "",
    }


def _file(content: str | bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
