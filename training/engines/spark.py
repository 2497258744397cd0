"""The engine on Apache Spark: sealed pieces of a data set, carried to whoever is free.

What is read, checked and computed of a piece is the work of the same functions as elsewhere
(`training.engines.pieces`), so the file is the same to the byte; Spark carries the pieces,
keeps them, and does again what a machine that was lost had done. `training.engines.session`
begins and ends it; docs/engines.md tells how to run it on a cluster.

Importing this raises Unavailable (``no-spark``) where the extra ``spark`` is not installed.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, TypeVar

import polars as pl
import pyarrow as pa

from features.errors import Unavailable
from training.about import About, read_about
from training.datasets import staging
from training.engines import pieces
from training.engines.made import FEATURES, Made, Rows
from training.engines.slices import Slice, slices
from training.engines.writing import refuse_place, write
from training.progress import UNHEARD, Step

try:
    from pyspark import SparkContext, StorageLevel
    from pyspark.sql import DataFrame, SparkSession, functions

    from training.engines.session import failing, session
except ModuleNotFoundError as _error:
    raise Unavailable(
        found=f"no package {_error.name}",
        expected="Apache Spark",
        hint="Install the extra `spark` (here: make spark), or use --engine local.",
        code="no-spark",
    ) from _error

STEPS: Final = 100
"""How often the progress of a run is told, evenly over it."""

SECONDS_WITHOUT_WORKERS = 60.0
SECONDS_BETWEEN_LOOKS: Final = 0.1

PARTITIONS_PER_CORE: Final = 16
"""Small enough that little is lost with a machine, large enough that starting one is little."""

SEEN: Final = "basket int, seen binary"
SUMMED: Final = "seen binary"
SEALED: Final = "piece long, table string, records binary"
DONE: Final = "piece long, records binary"

Batches = Iterator[Any]
"""Arrow record batches, which publish no types."""


def features(data: Path, out: Path, master: str = "local[*]", step: Step = UNHEARD) -> int:
    """Write the feature table of a data set; the arguments are those of `make`."""
    return make(FEATURES, data, out, master, step)


def make(made: Made, data: Path, out: Path, master: str = "local[*]", step: Step = UNHEARD) -> int:
    """Write a table of a data set into the new file *out*; return how many rows it has.

    Args:
        made: the table.
        data: the folder of the data set; every machine of the cluster has it at the same place.
        out: the Parquet file to make, on this machine.
        master: whose executors do the work: ``local[N]`` is N threads of this machine,
            ``spark://HOST:PORT`` a standalone cluster.
        step: told what is being done, `STEPS` times in all.

    Raises:
        BadInput: *out* is already there (``already-there``) or inside the data set
            (``inside-the-data``), or the data set is none.
        BadTable: a row of the data set is wrong, or a table cannot be read.
        Unavailable: there is no Java that Spark runs on (``no-java``); the master does not answer
            (``no-master``); no worker gives the run an executor (``no-workers``); or Spark gave
            the run up (``spark-failed``).
    """
    refuse_place(out, data)
    read_about(data)
    with staging(out) as work, session(master, work) as spark:
        return write(frames(spark, data, step, made), out, made.schema)


def frames(
    spark: SparkSession, data: Path, step: Step = UNHEARD, made: Made = FEATURES
) -> Iterator[pl.DataFrame]:
    """Yield a table of a data set piece by piece, in its order.

    Args:
        spark: the session to work with, which stays open.
        data: as in `make`.
        step: as in `make`.
        made: the table; that of features when not given.

    Raises:
        BadInput, BadTable, Unavailable: as in `make`.
    """
    about = read_about(data)
    parts = slices(data.resolve(), pieces.SLICE)
    names = frozenset(part.table for part in parts)
    groups = pieces.tasks(parts)
    progress = Progress(step)
    with failing():
        asking = pieces.cut(_seen(spark, groups, about, progress))
        computed = _computed(spark, groups, about, asking, partial(_compute, made.rows, names))
        _attended(spark, computed.count, progress.part(made.name, 0.45, 0.98))
        for row in computed.select("records").toLocalIterator(prefetchPartitions=True):
            yield pieces.unseal(bytes(row["records"]))
        computed.unpersist()
    progress.at(1.0, made.name)


def _seen(
    spark: SparkSession, groups: list[list[Slice]], about: About, progress: Progress
) -> pl.DataFrame:
    """Read everything once: return what was seen, summed, with only the keys that stand twice."""
    baskets = min(len(groups), PARTITIONS_PER_CORE * spark.sparkContext.defaultParallelism)
    seen = _tasks(spark, len(groups)).mapInArrow(partial(_look, groups, about, baskets), SEEN)
    summed = seen.repartitionById(baskets, functions.col("basket")).mapInArrow(_sum, SUMMED)
    table = _attended(spark, summed.toArrow, progress.part("check", 0.05, 0.45))
    return pl.concat(map(pieces.unseal, table["seen"].to_pylist()))


def _computed(
    spark: SparkSession,
    groups: list[list[Slice]],
    about: About,
    asking: pl.DataFrame,
    compute: Callable[[Batches], Batches],
) -> DataFrame:
    """Return the sealed rows of every piece, to be computed once and kept where they were made.

    A partition holds pieces that follow one another, and stands in their order.
    """
    count = asking["piece"][-1] + 1
    partitions = min(count, PARTITIONS_PER_CORE * spark.sparkContext.defaultParallelism)
    to_whom = spark.sparkContext.broadcast(asking)
    sealed = _tasks(spark, len(groups)).mapInArrow(partial(_seal, groups, about, to_whom), SEALED)
    place = functions.expr(f"cast(piece * {partitions} div {count} as int)")
    gathered = sealed.repartitionById(partitions, place).sortWithinPartitions("piece")
    done = gathered.mapInArrow(compute, DONE)
    return done.persist(StorageLevel.DISK_ONLY)


def _tasks(spark: SparkSession, count: int) -> DataFrame:
    """Return the numbers of the groups of slices, each in a partition of its own."""
    return spark.range(0, count, 1, count)


def _look(groups: list[list[Slice]], about: About, baskets: int, numbers: Batches) -> Batches:
    """Yield what is seen in the slices of the groups whose numbers come, in baskets."""
    for part in _slices(groups, numbers):
        for basket, seen in pieces.scattered(pieces.seen(part, about), baskets):
            yield pa.record_batch({"basket": pa.array([basket], pa.int32()), "seen": [seen]})


def _sum(gathered: Batches) -> Batches:
    """Yield what was seen in all, of the things of a basket."""
    seen = (one for batch in gathered for one in batch["seen"].to_pylist())
    yield pa.record_batch({"seen": [pieces.seal(pieces.summed(seen))]})


def _seal(groups: list[list[Slice]], about: About, asking: Any, numbers: Batches) -> Batches:
    """Yield the sealed rows of the slices of the groups whose numbers come."""
    for part in _slices(groups, numbers):
        for piece, records in pieces.sealed(part, about, asking.value):
            yield pa.record_batch({"piece": [piece], "table": [part.table], "records": [records]})


def _slices(groups: list[list[Slice]], numbers: Batches) -> Iterator[Slice]:
    return (part for batch in numbers for n in batch["id"].to_pylist() for part in groups[n])


def _compute(rows_of: Rows, names: frozenset[str], gathered: Batches) -> Batches:
    """Yield the rows of each piece whose records come, one piece after another."""
    columns = ([column.to_pylist() for column in batch.columns] for batch in gathered)
    rows = (row for held in columns for row in zip(*held, strict=True))
    for piece, of_piece in itertools.groupby(rows, itemgetter(0)):
        made = pieces.computed((row[1:] for row in of_piece), names, rows_of)
        yield pa.record_batch({"piece": [piece], "records": [pieces.seal(made)]})


class Progress:
    """What share of a run is done, told as `STEPS` equal steps that never go back."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._told = 0

    def at(self, share: float, name: str) -> None:
        """Tell that *share* of the whole is done, and what is being worked at."""
        while self._told < round(share * STEPS):
            self._told += 1
            self._step(name, self._told, STEPS)

    def part(self, name: str, begin: float, end: float) -> tuple[str, Callable[[float], None]]:
        """Return the name of a part of the run, and what tells the share of it that is done."""
        return name, lambda share: self.at(begin + share * (end - begin), name)


T = TypeVar("T")


def _attended(
    spark: SparkSession, action: Callable[[], T], part: tuple[str, Callable[[float], None]]
) -> T:
    """Return what an action of Spark's comes to; meanwhile tell its progress.

    The action is called off when this is stopped, or when for long there was no worker.
    """
    context = spark.sparkContext
    name, tell = part

    def act() -> T:
        context.setJobGroup(name, name)
        return action()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(act)
        worked = time.monotonic()
        try:
            while not wait([future], timeout=SECONDS_BETWEEN_LOOKS).done:
                tell(_share_done(context, name))
                if _has_workers(context):
                    worked = time.monotonic()
                _refuse_idle(time.monotonic() - worked, context)
        except BaseException:
            # A job that is about to begin cannot be called off yet.
            while not wait([future], timeout=SECONDS_BETWEEN_LOOKS).done:
                context.cancelAllJobs()
            raise
    tell(1.0)
    return future.result()


def _share_done(context: SparkContext, group: str) -> float:
    """Return the share of the tasks of a group of jobs that is done."""
    tracker = context.statusTracker()
    jobs = [tracker.getJobInfo(job) for job in tracker.getJobIdsForGroup(group)]
    stages = [tracker.getStageInfo(stage) for job in jobs if job for stage in job.stageIds]
    of = sum(stage.numTasks for stage in stages if stage)
    return sum(stage.numCompletedTasks for stage in stages if stage) / of if of else 0.0


def _has_workers(context: SparkContext) -> bool:
    """Return whether anybody can work: the driver itself where it does, else an executor."""
    local = str(context.master).startswith("local")
    known: int = context._jsc.sc().getExecutorMemoryStatus().size()  # noqa: SLF001  Python has no name for it
    return local or known > 1  # the driver counts as one


def _refuse_idle(seconds: float, context: SparkContext) -> None:
    """Raise Unavailable (``no-workers``) when nobody has worked for long."""
    if seconds <= SECONDS_WITHOUT_WORKERS:
        return
    raise Unavailable(
        found=f"no executor for {seconds:.0f} seconds at {context.master}",
        expected="a worker with a core, and the memory an executor asks for, to spare",
        hint="Start workers, or let executors ask for less: spark.executor.memory.",
        code="no-workers",
    )
