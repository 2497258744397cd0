"""A small data set whose applications are allocated, and what is held against them."""

from __future__ import annotations

import functools
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from audit.result import Policy
from audit.rules import Rules
from lumbung.allocating.assumed import assumed
from lumbung.allocating.gathered import Terms
from lumbung.allocating.waiting import Chosen, waiting
from matching.shelf import load_products
from models.risk import RiskModel
from tests.training.engines.cases import simulated

ON = date(2026, 11, 24)
EVERYONE = Chosen(asked_from=date(2000, 1, 1))
ASSUMED = assumed(["documents=ktp,kk,sku,npwp", "programme_loan=false", "held_products=none"])


@functools.cache
def known(base: Path) -> Path:
    """Return the file of every application of the data set of `tests.training.engines.cases`."""
    return waiting(simulated(base), base / "allocating", EVERYONE, workers=1)


@functools.cache
def asked(base: Path) -> pl.DataFrame:
    """Return the ids of them all."""
    return pl.read_parquet(known(base), columns=["application_id"])


def terms(model: RiskModel, **changed: Any) -> Terms:
    """Return the example products under a policy that finds some of each kind."""
    policy = Policy(most_probability=0.5, near=0.05)
    decides = Rules("7", model, load_products(), policy, examples=True)
    return Terms(**{"rules": decides, "on": ON, "assumed": ASSUMED, "members": {}, **changed})
