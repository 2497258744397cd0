"""``lumbung simulate``: a simulated data set on disk, in bounded memory, by all cores.

Each table is a folder of parts, one part for every block of `BLOCK` chunks, so
the bytes do not depend on how many processes made them. Everything is made in a
hidden folder beside the data set, which takes its name at the end; a run that
was stopped goes on from the blocks that are done when it is started again with
the same arguments.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import multiprocessing
import multiprocessing.connection
import os
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from training import datasets, simulated
from training.about import About, write_about
from training.simulated.chunk import CHUNK
from training.simulated.scenario import USUAL, Scenario
from training.simulated.tables import tables
from training.simulator import chunks

BLOCK: Final = 8
"""Chunks in a part: 2,000 businesses, some two million rows in all tables."""

ROW_GROUP: Final = 250_000
WORK: Final = ".work"
"""The folder, in the hidden one, of what is not part of the data set."""


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
        BadInput: *out* is already there (``already-there``), or the plan is wrong.
    """
    blocks = range(plan.blocks())
    datasets.refuse_existing(out)
    making = _begun(plan, out)
    missing = [block for block in blocks if not _is_done(making, block)]
    for _ in range(len(blocks) - len(missing)):
        step("")
    for _ in _made(plan, missing, making, min(workers, len(missing))):
        step("")
    rows: Counter[str] = Counter()
    for block in blocks:
        rows.update(json.loads(_marker(making, block).read_text("utf-8")))
    write_about(plan.about(), making)
    shutil.rmtree(making / WORK)
    making.rename(out)
    return dict(rows)


def _begun(plan: Plan, out: Path) -> Path:
    """Return the hidden folder to work in: what an equal run left, or a new one."""
    making = out.parent / f".{out.name}-simulating"
    said = making / WORK / "settings.json"
    settings = json.dumps({**_settings(plan), "made with": _made_with()}, default=str)
    if not said.exists() or said.read_text("utf-8") != settings:
        shutil.rmtree(making, ignore_errors=True)
        said.parent.mkdir(parents=True)
        said.write_text(settings, encoding="utf-8")
    return making


def _settings(plan: Plan) -> dict[str, object]:
    return {**asdict(plan), "scenario": plan.scenario.model_dump(mode="json")}


def _made_with() -> str:
    """Return a digest of the simulator's code and of what its numbers depend on."""
    code = sorted(Path(str(simulated.__file__)).parent.glob("*.py"))
    digest = hashlib.sha256(f"{np.__version__} {pl.__version__} {BLOCK} {ROW_GROUP}".encode())
    for file in code:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _marker(making: Path, block: int) -> Path:
    return making / WORK / f"done-{block:05d}.json"


def _part(making: Path, table: str, block: int) -> Path:
    return making / table / f"part-{block:05d}.parquet"


def _is_done(making: Path, block: int) -> bool:
    marker = _marker(making, block)
    if not marker.exists():
        return False
    rows = json.loads(marker.read_text("utf-8"))
    return all(_part(making, name, block).exists() for name, count in rows.items() if count)


def _made(plan: Plan, blocks: Sequence[int], making: Path, workers: int) -> Iterator[int]:
    """Make blocks and yield the number of each that is done, in the order they are."""
    if workers <= 1:
        for block in blocks:
            yield _make(plan, block, making)
        return
    with _pool(workers) as pool:
        futures: list[Future[int]] = [pool.submit(_make, plan, b, making) for b in blocks]
        yield from (future.result() for future in as_completed(futures))


@contextlib.contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Give fresh processes of one thread each; when stopped they end the blocks they are at."""
    before = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"  # read when a process imports polars
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=spawn, initializer=_attend)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        if before is None:
            del os.environ["POLARS_MAX_THREADS"]
        else:
            os.environ["POLARS_MAX_THREADS"] = before


def _attend() -> None:
    """Leave Ctrl-C to the parent, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def end() -> None:
        if parent is not None:
            multiprocessing.connection.wait([parent.sentinel])
            os._exit(1)

    threading.Thread(target=end, daemon=True).start()


def _make(plan: Plan, block: int, making: Path) -> int:
    """Write the parts of a block, and last the marker that says it is done."""
    every = chunks(plan.businesses, plan.months, plan.seed, plan.scenario)
    made = [tables(chunk) for chunk in islice(every, block * BLOCK, (block + 1) * BLOCK)]
    rows = {}
    for name in list(made[0]):
        frame = pl.concat([frames.pop(name) for frames in made])
        rows[name] = frame.height
        if frame.height:
            _place(frame, _part(making, name, block), making / WORK)
    marker = _marker(making, block)
    unfinished = marker.with_suffix(".tmp")
    unfinished.write_text(json.dumps(rows), encoding="utf-8")
    unfinished.replace(marker)
    return block


def _place(frame: pl.DataFrame, part: Path, work: Path) -> None:
    """Write a part, whole or not at all."""
    part.parent.mkdir(exist_ok=True)
    unfinished = work / f"{part.parent.name}-{part.name}"
    frame.write_parquet(unfinished, row_group_size=ROW_GROUP)
    unfinished.replace(part)
