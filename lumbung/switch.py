"""The kill switch at the command line: ``lumbung switch``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import click

from audit.decision import Scorer
from lumbung.cli import answer
from lumbung.keys import AS_JSON, opened
from serving.rules import switches

SAID = {
    "rules": "The rules decide from the next request on, and every case goes to a person.",
    "champion": "The champion decides again from the next request on.",
}


@click.command()
@click.argument("scorer", type=click.Choice(get_args(Scorer)))
@click.option("--why", required=True, help="For who reads it later; name no applicant.")
@AS_JSON
def switch(scorer: Scorer, why: str, *, as_json: bool) -> None:
    """Let the rules decide in the champion's place, or the champion again."""
    with opened() as engine:
        number = switches.switch(engine, scorer, why, datetime.now(UTC))
    answer(SAID[scorer], {"switch": number, "scorer": scorer}, as_json=as_json)
