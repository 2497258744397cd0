"""The applications of a data set that wait for an allocation, and all that it turns on.

A row is an application: what is asked, the facts of its business, an ordinary month, the features
and the signals, and with whom it may be shared. Everything is as it was known on the day of the
application, and as the consents of today still allow; who does not agree to be scored, or
to be shown to any lender, has no row.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

import features as feature_code
import training
from features import signals
from features.catalogue import NAMES, compute
from features.errors import Refused
from features.flow import ordinary_month
from features.known import Known
from features.records import APPLICATIONS, TABLES
from features.signals import SIGNALS
from features.sources import BUSINESS
from features.table import Table
from lumbung import allocating
from lumbung.allocating import facts
from training.about import read_about
from training.checks import TYPES
from training.datasets import missing, read_table
from training.engines.kernel import ORDER, known
from training.engines.local import make
from training.engines.made import Made
from training.permission import GROUPS, allowed, holders, shared
from training.progress import UNHEARD, Step

WORDED: Final = ("applications", "consents", "profile", "credit")
"""The tables of which texts are asked about here."""

MONTH: Final = ("income", "spending", "purchases")

SCHEMA: Final[dict[str, pl.DataType]] = {
    **{c.name: TYPES[c.kind] for c in APPLICATIONS.columns},
    **facts.SCHEMA,
    **dict.fromkeys(MONTH, pl.Float64()),
    "shared_with": pl.List(pl.String()),
    "groups_agreed": pl.Boolean(),
    **dict.fromkeys(NAMES, pl.Float64()),
    **{signal.name: pl.Float64() for signal in SIGNALS},
}
"""A row: what is asked, the facts, an ordinary month, the consents, the features, the signals."""


@dataclass(frozen=True)
class Chosen:
    """Which applications are to be allocated.

    Without days, those that wait: no answer of a lender is known. With a day, those asked from then
    on or until then, WIB, whatever was answered, but for those who withdrew.
    """

    asked_from: date | None = None
    asked_to: date | None = None

    @property
    def waiting(self) -> bool:
        """Return whether it is those that wait."""
        return self.asked_from is None and self.asked_to is None

    def among(self, applications: pl.DataFrame) -> pl.DataFrame:
        """Return the chosen applications, whose answers are texts."""
        if self.waiting:
            return applications.filter(pl.col("answer").is_null())
        day = pl.col("as_of").dt.convert_time_zone("Asia/Jakarta").dt.date()
        stayed = pl.col("answer").ne_missing("withdrawn")
        first, last = self.asked_from or date.min, self.asked_to or date.max
        return applications.filter(stayed & day.is_between(first, last))


def asked_for(data: Path, chosen: Chosen) -> pl.DataFrame:
    """Return the ``application_id`` of the chosen applications of a data set.

    One that has an outcome does not wait, though no answer is known.

    Raises:
        Refused: there are none (``nothing-to-allocate``).
        BadInput: as `training.about.read_about`.
        BadTable: as `training.datasets.read_table`, or there is no table of applications
            (``missing-table``).
    """
    about = read_about(data)
    applications, outcomes = (read_table(data, n, about) for n in ("applications", "outcomes"))
    if applications is None:
        raise missing("applications", ("applications",), about.name)
    found = chosen.among(applications).select("application_id")
    if chosen.waiting and outcomes is not None:
        found = found.join(outcomes, on="application_id", how="anti")
    if found.is_empty():
        raise Refused(
            found="no application that waits" if chosen.waiting else "none asked on such days",
            expected="at least one",
            hint="Choose by day, answered or not: --asked-from, --asked-to.",
            code="nothing-to-allocate",
            where=about.name,
        )
    return found


def waiting(data: Path, folder: Path, chosen: Chosen, workers: int, step: Step = UNHEARD) -> Path:
    """Return the Parquet file in *folder* of the chosen applications, in order, made if need be.

    Its name tells what it was made of, so what is there already is used again.

    Args:
        data: the folder of the data set.
        folder: for the files; it is made.
        chosen: which applications.
        workers: how many processes.
        step: told of every part that is done.

    Raises:
        BadInput, BadTable, Unavailable: as `training.engines.local.make`.
    """
    currency = read_about(data).currency
    of_each = functools.partial(rows, chosen=chosen, currency=currency)
    told = {"chosen": asdict(chosen), "currency": currency}
    made = Made("waiting", of_each, SCHEMA, told, (feature_code, training, allocating))
    digest = hashlib.sha256(json.dumps(made.settings(data), default=str).encode()).hexdigest()
    file = folder / f"waiting-{digest[:16]}.parquet"
    if not file.exists():
        make(made, data, file, workers, step)
    return file


def rows(tables: Mapping[str, pl.DataFrame], chosen: Chosen, currency: str) -> pl.DataFrame:
    """Return the rows of the chosen applications of some businesses, shaped as `SCHEMA`.

    Args:
        tables: as `training.engines.kernel.feature_rows` takes them.
        chosen: which applications.
        currency: of their money.
    """
    worded = {name: _worded(frame, TABLES[name]) for name, frame in tables.items()}
    given = allowed(worded, "scoring")
    asked = _agreeing(chosen.among(given["applications"]).sort(ORDER), given.get("consents"))
    if asked.is_empty():
        return pl.DataFrame(schema={**SCHEMA, BUSINESS.name: asked.schema[BUSINESS.name]})
    then = known(given, asked)
    parts = (asked, facts.facts(given, asked), _numbers(then, currency))
    return pl.concat(parts, how="horizontal").select(*SCHEMA)


def _worded(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return a table whose categories are texts, where it matters; a piece has them as numbers."""
    numbered = [c for c in table.columns if c.values and frame.schema[c.name].is_integer()]
    if table.name not in WORDED:
        return frame
    return frame.with_columns(pl.Series(c.name, c.values).gather(frame[c.name]) for c in numbered)


def _agreeing(asked: pl.DataFrame, consents: pl.DataFrame | None) -> pl.DataFrame:
    """Return the applications that may be shown to a lender, and what else was agreed to.

    ``shared_with`` is null where every lender is meant.
    """
    if consents is None:
        everyone = pl.lit(None, SCHEMA["shared_with"]).alias("shared_with")
        return asked.with_columns(everyone, groups_agreed=True)
    of_groups = holders(consents, GROUPS).with_columns(groups_agreed=True)
    return (
        asked.join(shared(consents), on=BUSINESS.name, maintain_order="left")
        .join(of_groups, on=BUSINESS.name, how="left", maintain_order="left")
        .with_columns(pl.col("groups_agreed").fill_null(value=False))
    )


def _numbers(then: Known, currency: str) -> pl.DataFrame:
    month = ordinary_month(then)
    moved = {name: getattr(month, name) for name in MONTH}
    named = pl.DataFrame(compute(then), schema=list(NAMES), orient="row")
    seen = pl.DataFrame(
        signals.compute(then, currency), schema=[one.name for one in SIGNALS], orient="row"
    )
    return pl.concat([pl.DataFrame(moved), named, seen], how="horizontal").fill_nan(None)
