"""``lumbung simulate``: a simulated data set on disk, in bounded memory, by all cores.

Each table is a folder of parts, one part for every block of `BLOCK` chunks, so
the bytes do not depend on how many processes made them. Everything is made in a
hidden folder beside the data set, which takes its name at the end; a run that
was stopped goes on from the blocks that are done when it is started again with
the same arguments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

import polars as pl

from training import datasets, simulated
from training.about import About, write_about
from training.datasets import DataSet
from training.pool import processes
from training.resuming import Work, begun, made_with
from training.simulated.chunk import CHUNK
from training.simulated.scenario import USUAL, Scenario
from training.simulated.tables import tables
from training.simulator import chunks, simulate

BLOCK: Final = 8
"""Chunks in a part: 2,000 businesses, some two million rows in all tables."""

ROW_GROUP: Final = 250_000


@dataclass(frozen=True)
class Plan:
    """What is to be simulated; `training.simulator.simulate` explains and checks it."""

    businesses: int
    months: int
    seed: int
    scenario: Scenario = field(default=USUAL)

    def blocks(self) -> int:
        """Return how many blocks there are; raises BadInput (``bad-simulation``) as `chunks`."""
        chunks(self.businesses, self.months, self.seed, self.scenario)
        return -(-self.businesses // (CHUNK * BLOCK))

    def about(self) -> About:
        """Return what the data set says of itself, with what was set about the world."""
        changed = ", ".join(f"{name}={value}" for name, value in self.scenario.changed().items())
        source = "lumbung simulate; see docs/simulator.md"
        return About(
            name=f"simulated-{self.businesses}-{self.months}-{self.seed}",
            currency="IDR",
            time_zone="Asia/Jakarta",
            source=f"{source}; set: {changed}" if changed else source,
            licence="Apache-2.0",
            simulated=True,
        )


def world(plan: Plan) -> DataSet:
    """Simulate a data set in memory, for what is looked at and not kept; it has no digest.

    Its tables are those of `training.simulator.simulate`, ``truth`` among them.

    Raises:
        BadInput: the plan is wrong (``bad-simulation``).
    """
    parts = list(simulate(plan.businesses, plan.months, plan.seed, plan.scenario))
    tables = {name: pl.concat([part[name] for part in parts]) for name in parts[0]}
    return DataSet(plan.about(), tables, "none")


def write(
    plan: Plan, out: Path, workers: int, step: Callable[[str], None] = lambda _: None
) -> dict[str, int]:
    """Simulate into the new data set *out*; return its rows by table.

    Args:
        plan: what to simulate.
        out: the folder to make.
        workers: how many processes; with one, or one block, it is done in this process.
        step: told of every block that is done, for a progress display.

    Raises:
        BadInput: *out* is already there (``already-there``) or being made (``already-running``),
            or the plan is wrong.
    """
    blocks = range(plan.blocks())
    datasets.refuse_existing(out)
    rows: Counter[str] = Counter()
    with begun(out, "simulating", {**_settings(plan), "made with": made_with(simulated)}) as work:
        missing = [(plan, block, work) for block in blocks if not _is_done(work, block)]
        for _ in range(len(blocks) - len(missing)):
            step("")
        with processes(min(workers, len(missing))) as each:
            for _ in each(_make, missing):
                step("")
        for block in blocks:
            rows.update(work.said(_name(block)) or {})
        write_about(plan.about(), work.folder)
        work.forget()
        work.folder.rename(out)
    return dict(rows)


def _settings(plan: Plan) -> dict[str, object]:
    return {
        **asdict(plan),
        "sizes": (BLOCK, ROW_GROUP),
        "scenario": plan.scenario.model_dump(mode="json"),
    }


def _name(block: int) -> str:
    return f"done-{block:05d}"


def _part(work: Work, table: str, block: int) -> Path:
    return work.folder / table / f"part-{block:05d}.parquet"


def _is_done(work: Work, block: int) -> bool:
    rows = work.said(_name(block))
    if rows is None:
        return False
    return all(_part(work, name, block).exists() for name, count in rows.items() if count)


def _make(what: tuple[Plan, int, Work]) -> int:
    """Write the parts of a block, and last the note that says it is done."""
    plan, block, work = what
    every = chunks(plan.businesses, plan.months, plan.seed, plan.scenario)
    made = [tables(chunk) for chunk in islice(every, block * BLOCK, (block + 1) * BLOCK)]
    rows = {}
    for name in list(made[0]):
        frame = pl.concat([frames.pop(name) for frames in made])
        rows[name] = frame.height
        if frame.height:
            part = _part(work, name, block)
            frame.write_parquet(work.place(part), row_group_size=ROW_GROUP)
            work.put(part)
    work.done(_name(block), rows)
    return block
