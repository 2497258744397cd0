"""The command that compares the challenger with the champion: ``lumbung shadow``."""

from __future__ import annotations

from dataclasses import asdict

import click

from lumbung.cli import answer
from serving.rules.shadowed import Comparison, comparisons
from serving.settings import Settings
from serving.store.sealed import unlocked


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def shadow(*, as_json: bool) -> None:
    """Compare what the challenger said in shadow with what the champion decided."""
    engine = unlocked(Settings())
    try:
        found = comparisons(engine)
    finally:
        engine.dispose()
    text = "\n".join(map(_line, found)) or "no application has been scored in shadow"
    answer(text, {"comparisons": [asdict(one) for one in found]}, as_json=as_json)


def _line(one: Comparison) -> str:
    ranks = "not known" if one.rank_correlation is None else f"{one.rank_correlation:.3f}"
    return (
        f"challenger {one.challenger} beside champion {one.champion}: {one.n:,} applications, "
        f"probability {one.mean_difference:+.4f}, rank correlation {ranks}, "
        f"another result for {one.other_result:.1%}"
    )
