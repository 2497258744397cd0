"""The command that makes kept decisions again and compares them: ``lumbung replay``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import click
from sqlalchemy import Engine

from audit.replay import READ
from features.errors import Refused
from lumbung.cli import answer, progress, say
from serving.ledger.replaying import Replayer, drawn, kept
from serving.rules.registry import of_digest
from serving.settings import Settings
from serving.store.sealed import unlocked

DIFFERENT: Final = 3
"""Exit status where a decision did not come out the same, or could not be made again."""


@dataclass(frozen=True)
class Line:
    """What came of one replay.

    Args:
        decision_id: of the decision.
        different: paths of the fields that came out otherwise.
        impossible: why it could not be made again; None where it could.
    """

    decision_id: str
    different: tuple[str, ...] = ()
    impossible: str | None = None

    @property
    def same(self) -> bool:
        """Return whether it came out the same, to the bit."""
        return not self.different and self.impossible is None

    def __str__(self) -> str:
        """Return it on one line."""
        if self.impossible:
            return f"{self.decision_id}  replay-impossible: {self.impossible}"
        what = "same, to the bit" if self.same else f"differs in {', '.join(self.different)}"
        return f"{self.decision_id}  {what}"


@click.command()
@click.argument("decision_id", required=False)
@click.option("--partner", help="Only decisions of this partner.")
@click.option("--all", "every", is_flag=True, help="Every decision, or a --sample of them.")
@click.option("--sample", type=click.IntRange(1), help="So many of all, drawn at random.")
@click.option("--seed", default=0, show_default=True, help="Of the drawing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def replay(
    decision_id: str | None,
    partner: str | None,
    sample: int | None,
    seed: int,
    *,
    every: bool,
    as_json: bool,
) -> None:
    """Make DECISION_ID again from what was kept, and compare it to the bit.

    The records are not kept with a decision, so what was read of them is taken as it was kept.
    Ends with status 3 where a decision differs, or cannot be made again.
    """
    if every == bool(decision_id) or (sample and not every):
        raise click.UsageError("Give a DECISION_ID, or --all, to which --sample belongs.")
    settings = Settings()
    engine = unlocked(settings)
    try:
        ids = drawn(engine, partner, sample, seed) if every else [str(decision_id)]
        lines = list(_replayed(engine, settings, ids, partner))
    finally:
        engine.dispose()
    answer("\n".join(map(str, _told(lines, every=every))), _result(lines), as_json=as_json)
    say(f"Taken as kept, not made again: {', '.join(READ)}.")
    if not all(line.same for line in lines):
        sys.exit(DIFFERENT)


def _replayed(
    engine: Engine, settings: Settings, ids: list[str], partner: str | None
) -> Iterator[Line]:
    homes = [settings.home / name for name in ("champions", "challengers")]
    replayer = Replayer(engine, lambda v, digest: of_digest(settings.registry, homes, v, digest))
    with progress("replay") as step:
        for done, decision_id in enumerate(ids):
            step(decision_id, done, len(ids))
            decision = kept(engine, decision_id, partner)
            try:
                yield Line(decision_id, replayer.replay(decision).different)
            except Refused as error:
                yield Line(decision_id, impossible=f"{error.where}: {error.found}")


def _told(lines: list[Line], *, every: bool) -> Iterator[str]:
    """Give what is said of one decision, or of many: those that differ, and how many do not."""
    yield from (str(line) for line in lines if not every or not line.same)
    if every:
        same = sum(line.same for line in lines)
        yield f"{same:,} of {len(lines):,} decisions came out the same, to the bit"


def _result(lines: list[Line]) -> dict[str, Any]:
    return {
        "replayed": len(lines),
        "same": sum(line.same for line in lines),
        "different": {line.decision_id: line.different for line in lines if line.different},
        "impossible": {line.decision_id: line.impossible for line in lines if line.impossible},
        "not_made_again": READ,
    }
