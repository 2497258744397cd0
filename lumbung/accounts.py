"""The commands by which an operator lets people sign in: ``lumbung accounts``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final

import click

from lumbung.cli import answer, say
from lumbung.keys import AS_JSON, opened
from serving.access import accounts as kept
from serving.access import coming_back
from serving.access.callers import SCOPES, USUAL, Scope
from serving.access.identity import no_provider
from serving.settings import Settings

PATH: Final = "/account/setup/"
HERE: Final = "http://127.0.0.1:8000"
"""Where a development's service is, when nothing says."""


@click.group()
def accounts() -> None:
    """Let people sign in on the pages: officials, and the staff of lenders."""


@accounts.command()
@click.argument("username")
@click.option("--partner", "partner_id", required=True, help="For whom they act.")
@click.option("--person", required=True, help="Their name, by the partner's own word for them.")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="What they may do."
)
@AS_JSON
def add(
    username: str, partner_id: str, person: str, scopes: tuple[Scope, ...], *, as_json: bool
) -> None:
    """Make the account USERNAME and print the link by which the person sets it up, once."""
    with opened() as engine:
        token = kept.add(engine, username, partner_id, person, datetime.now(UTC), scopes or USUAL)
    _show(token, as_json=as_json)


@accounts.command()
@click.argument("username")
@AS_JSON
def reset(username: str, *, as_json: bool) -> None:
    """End the password, second factor and sessions of USERNAME, and print a new link."""
    with opened() as engine:
        token = kept.reset(engine, username, datetime.now(UTC))
    _show(token, as_json=as_json)


@accounts.command()
@click.argument("username")
def disable(username: str) -> None:
    """Let nobody in by the account USERNAME any more, from now on."""
    with opened() as engine:
        kept.disable(engine, username, datetime.now(UTC))
    say(f"{username} lets nobody in any more.")


@accounts.command()
@click.argument("username")
@click.argument("whom")
def bind(username: str, whom: str) -> None:
    """Let WHOM sign in as USERNAME by the provider of the settings: a subject, or an address."""
    settings = Settings()
    if not settings.oidc_issuer:
        raise no_provider()
    with opened() as engine:
        asked = (settings.oidc_issuer, settings.oidc_claim, whom)
        coming_back.bind(engine, username, asked, datetime.now(UTC))
    say(f"{username} is bound; the second factor is asked here all the same.")


@accounts.command()
@click.argument("username")
def unbind(username: str) -> None:
    """Let nobody in by a provider as USERNAME any more, and end the sessions there are."""
    with opened() as engine:
        coming_back.unbind(engine, username, datetime.now(UTC))
    say(f"{username} is bound to nobody.")


@accounts.command("list")
@AS_JSON
def list_(*, as_json: bool) -> None:
    """List the accounts there are."""
    with opened() as engine:
        found = kept.listed(engine)
    lines = [f"{one.username}  {one.partner_id}  {one.person}  {one.state}" for one in found]
    text = "\n".join(lines) or "there is no account"
    answer(text, {"accounts": [asdict(one) for one in found]}, as_json=as_json)


def _show(token: str, *, as_json: bool) -> None:
    url = f"{Settings().public_url or HERE}{PATH}{token}"
    say("Hand it to the person alone; it works for a day, and once.")
    answer(url, {"setup": url}, as_json=as_json)
