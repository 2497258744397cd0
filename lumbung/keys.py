"""The commands by which an operator adds partners and gives out keys: ``lumbung keys``."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, get_args

import click
from sqlalchemy import Engine

from lumbung.cli import answer, say
from serving.access import keys as kept
from serving.access.callers import SCOPES, USUAL, Kind, Scope
from serving.access.keys import OVERLAP, Asked, Key
from serving.settings import Settings
from serving.store import database
from serving.store.master import master_of
from serving.store.sealed import unlock

AS_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


class Duration(click.ParamType[timedelta]):
    """A number of days or hours: 7d, 12h."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Return how long that is."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(\d{1,4})([dh])", value)
        if found is None:
            self.fail(f"{value!r} is no number of days or hours, such as 7d or 12h.", param, ctx)
        number = int(found[1])
        return timedelta(days=number) if found[2] == "d" else timedelta(hours=number)


@contextlib.contextmanager
def opened() -> Iterator[Engine]:
    """Give the database of the settings, its schema up to date."""
    settings = Settings()
    engine = unlock(database.connect(settings.database), master_of(settings))
    try:
        database.migrate(engine)
        yield engine
    finally:
        engine.dispose()


@click.group()
def partners() -> None:
    """Add the partners that ask by keys: lenders, and officials."""


@partners.command()
@click.argument("partner_id")
@click.option("--name", required=True, help="As people know it.")
@click.option("--kind", type=click.Choice(get_args(Kind)), default="lender", show_default=True)
def add(partner_id: str, name: str, kind: Kind) -> None:
    """Add the partner PARTNER_ID, or name it anew; a lender's is its products' lender.id."""
    with opened() as engine:
        kept.add_partner(engine, partner_id, name, kind)
    say(f"{partner_id} is a partner: {name}.")


@click.group()
def keys() -> None:
    """Give keys to partners, and take them back."""


@keys.command()
@click.argument("partner_id")
@click.option("--person", default="", help="Who is to hold it, by the partner's name for them.")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="What it is to open."
)
@click.option("--lives", type=Duration(), help="For how long; LUMBUNG_KEY_DAYS if not said.")
@AS_JSON
def issue(
    partner_id: str,
    person: str,
    scopes: tuple[Scope, ...],
    lives: timedelta | None,
    *,
    as_json: bool,
) -> None:
    """Make a key for PARTNER_ID; it is shown only here. Without --scope: all but admin."""
    lives = lives or timedelta(days=Settings().key_days)
    with opened() as engine:
        made = kept.issue(engine, partner_id, Asked(person, scopes or USUAL, lives), _now())
    _show(made, as_json=as_json)


@keys.command("list")
@click.argument("partner_id", required=False)
@AS_JSON
def list_(partner_id: str | None, *, as_json: bool) -> None:
    """List the keys of PARTNER_ID, or of all partners."""
    with opened() as engine:
        found = kept.listed(engine, _now(), partner_id)
    text = "\n".join(map(_line, found)) or "there is no key"
    answer(text, {"keys": [kept.as_json(one) for one in found]}, as_json=as_json)


@keys.command()
@click.argument("prefix")
@click.option("--overlap", type=Duration(), default=OVERLAP, help="Both work so long; 7d.")
@AS_JSON
def rotate(prefix: str, overlap: timedelta, *, as_json: bool) -> None:
    """Put a new key in the place of PREFIX, which works on for the overlap and then ends."""
    with opened() as engine:
        made = kept.rotate(engine, prefix, _now(), overlap)
    _show(made, as_json=as_json)


@keys.command()
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """Take the key PREFIX back: it opens nothing from now on, in any process."""
    with opened() as engine:
        kept.revoke(engine, prefix, _now())
    say(f"{prefix} opens nothing any more.")


def _show(key: str, *, as_json: bool) -> None:
    say("Hand it over by a safe way; it is shown only here.")
    answer(key, {"key": key, "prefix": key.split("_")[1]}, as_json=as_json)


def _line(one: Key) -> str:
    used = one.last_used_on or "never"
    return (
        f"{one.prefix}  {one.partner_id}  {one.person or '-'}  {one.state}  "
        f"until {one.expires_at:%Y-%m-%d}  used {used}  {','.join(one.scopes)}"
    )


def _now() -> datetime:
    return datetime.now(UTC)
