"""Simulated data sets in memory, and what an accident does to their tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

from features.catalogue import NAMES
from features.rows import Floats
from training import simulating
from training.datasets import DataSet
from training.engines.kernel import feature_rows
from training.engines.layout import in_pieces
from training.simulated.scenario import scenario
from training.simulating import Plan

Tables = Mapping[str, pl.DataFrame]

MONEY = {"payments": ("amount", "balance_after"), "applications": ("amount",)}
"""Table → its columns of money that a wrong unit is tried on."""


def world(businesses: int, months: int, seed: int, settings: Iterable[str] = ()) -> DataSet:
    """Return a simulated data set."""
    return simulating.world(Plan(businesses, months, seed, scenario(settings)))


def vectors(tables: Tables) -> Floats:
    """Return the feature vectors of all applications."""
    rows = pl.concat([feature_rows(piece) for piece in in_pieces(tables)])
    return rows.select(NAMES).fill_null(np.nan).to_numpy()


def first(tables: Tables, applications: int) -> dict[str, pl.DataFrame]:
    """Return the tables of the first applications alone."""
    asked = tables["applications"].sort("application_id").head(applications)
    of = asked.select("business_id").unique()
    theirs = {
        name: frame.join(of, on="business_id", how="semi") if "business_id" in frame else frame
        for name, frame in tables.items()
    }
    return {**theirs, "applications": asked}


def in_unit(tables: Tables, factor: int, *names: str) -> dict[str, pl.DataFrame]:
    """Return tables some of which state money as *factor* times what it is."""
    wrong = {name: tables[name].with_columns(pl.col(MONEY[name]) * factor) for name in names}
    return {**tables, **wrong}


def without(tables: Tables, *names: str) -> dict[str, pl.DataFrame]:
    """Return tables without some."""
    return {name: frame for name, frame in tables.items() if name not in names}
