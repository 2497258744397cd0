"""What is computed of a business does not depend on who else is in the piece."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from features.catalogue import NAMES, compute
from features.sources import BILLS
from tests.training.engines.cases import PLAN, simulated, tables_of
from training.engines.kernel import KEYS, ORDER, SCHEMA, feature_rows, known


def _of(tables: dict[str, pl.DataFrame], businesses: pl.Series) -> dict[str, pl.DataFrame]:
    names = set(tables) - {"outcomes", "protected"}
    mine = pl.col("business_id").is_in(businesses.implode())
    return {name: tables[name].filter(mine) for name in names}


def test_a_table_has_keys_and_features_and_stands_in_order(base: Path) -> None:
    rows = feature_rows(tables_of(simulated(base)))
    assert dict(rows.schema) == SCHEMA
    assert rows.columns == [*KEYS, *NAMES]
    assert rows.equals(rows.sort(ORDER))
    assert rows.height == tables_of(simulated(base))["applications"].height


def test_missing_is_null_and_never_nan(base: Path) -> None:
    rows = feature_rows(tables_of(simulated(base)))
    assert not any(rows[name].is_nan().any() for name in NAMES)
    assert any(rows[name].is_null().any() for name in NAMES)


def test_it_holds_what_the_catalogue_computes(base: Path) -> None:
    tables = tables_of(simulated(base))
    asked = tables["applications"].sort(ORDER)
    rows = feature_rows(tables).select(NAMES).fill_null(np.nan).to_numpy()
    np.testing.assert_array_equal(rows, compute(known(tables, asked)))


def test_pieces_of_any_size_give_the_same_to_the_bit(base: Path) -> None:
    tables = tables_of(simulated(base))
    whole, businesses = feature_rows(tables), tables["applications"]["business_id"].unique().sort()
    for size in (1, 7, 40):
        pieces = [
            feature_rows(_of(tables, businesses[first : first + size]))
            for first in range(0, businesses.len(), size)
        ]
        assert pl.concat(pieces).equals(whole)


def test_businesses_and_categories_may_be_numbers_in_the_texts_order(base: Path) -> None:
    tables = _of(tables_of(simulated(base)), tables_of(simulated(base))["bills"]["business_id"])
    names = pl.Enum(tables["applications"]["business_id"].unique().sort())
    kinds = pl.Enum(BILLS.column("kind").values)
    numbered = {
        name: frame.with_columns(
            pl.col("business_id").cast(names, strict=False).to_physical()
        ).drop_nulls("business_id")
        for name, frame in tables.items()
    }
    numbered["bills"] = numbered["bills"].with_columns(pl.col("kind").cast(kinds).to_physical())
    by_number = feature_rows(numbered).drop("business_id")
    assert by_number.equals(feature_rows(tables).drop("business_id"))


def test_without_a_consent_there_is_nothing_and_without_a_table_of_them_everything(
    base: Path,
) -> None:
    tables = tables_of(simulated(base))
    consents = tables["consents"]
    refusing = consents["business_id"].unique().sort()[::3]
    some = consents.filter(~pl.col("business_id").is_in(refusing.implode()))
    silent = [
        feature_rows(given)["history_months"].null_count()
        for given in (
            {name: frame for name, frame in tables.items() if name != "consents"},
            {**tables, "consents": some},
            {**tables, "consents": consents.clear()},
        )
    ]
    assert silent[0] + refusing.len() - 5 <= silent[1] < silent[2] == PLAN.businesses
