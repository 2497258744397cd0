from __future__ import annotations

import hashlib
import io

import lightgbm
import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from features.catalogue import FEATURES, compute
from features.errors import BadInput
from features.records import TABLES
from features.sources import SOURCES
from features.table import Table
from tests.training.simulated.cases import MONTHS, SEED, Tables, tables, together
from training.checks import FAULT, faults, shaped
from training.engines.kernel import known
from training.simulated.chunk import CHUNK
from training.simulated.scenario import Scenario
from training.simulated.tables import NAMES
from training.simulator import simulate


def digest(simulated: Tables) -> dict[str, str]:
    digests = {}
    for name, frame in simulated.items():
        buffer = io.BytesIO()
        frame.write_parquet(buffer)
        digests[name] = hashlib.sha256(buffer.getvalue()).hexdigest()
    return digests


class TestTheSameSeed:
    def test_gives_the_same_bytes_whatever_else_draws_in_between(self) -> None:
        one, other = simulate(600, 4, 3), simulate(600, 4, 4)
        woven = []
        for chunk, _ in zip(one, other, strict=True):
            np.random.default_rng().random(5)
            woven.append(digest(chunk))
        assert woven == [digest(chunk) for chunk in simulate(600, 4, 3)]

    @pytest.mark.parametrize("thinned", [0.0, 0.3])
    def test_gives_the_same_business_however_many_stand_beside_it(self, thinned: float) -> None:
        unfair = Scenario(unfair_thinness=thinned, unfair_noise=thinned)
        few, many = together(260, 6, 3, unfair), together(700, 6, 3, unfair)
        ids = few["protected"]["business_id"].to_list()
        for name in (*SOURCES, "applications", "protected", "consents"):
            assert few[name].height > 0
            assert few[name].equals(many[name].filter(pl.col("business_id").is_in(ids))), name
        ids = few["applications"]["application_id"].to_list()
        for name in ("outcomes", "truth"):
            assert few[name].equals(many[name].filter(pl.col("application_id").is_in(ids))), name

    def test_is_needed_for_the_same_records(self) -> None:
        one, other = digest(together(60, 6, 3)), digest(together(60, 6, 4))
        assert all(one[name] != other[name] for name in one)


class TestChunks:
    def test_come_one_by_one_however_many_are_asked_for(self) -> None:
        first = next(simulate(10**9, 3, 0))
        assert first["applications"].height == CHUNK

    @pytest.mark.parametrize("businesses", [1, CHUNK - 1, CHUNK, CHUNK + 1])
    def test_hold_as_many_businesses_as_asked_for(self, businesses: int) -> None:
        simulated = together(businesses, 3, 1, Scenario(missing_payments=0))
        for name in ("applications", "protected", "truth"):
            assert simulated[name].height == businesses
        assert simulated["payments"]["business_id"].n_unique() == businesses


@pytest.mark.parametrize(("businesses", "months", "seed"), [(0, 12, 1), (5, 2, 1), (5, 12, -1)])
def test_a_size_that_cannot_be_simulated_is_refused_at_once(
    businesses: int, months: int, seed: int
) -> None:
    with pytest.raises(BadInput) as caught:
        simulate(businesses, months, seed)
    assert caught.value.code == "bad-simulation"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
class TestEveryTable:
    def test_keeps_to_its_declaration(self, table: Table) -> None:
        frame = tables()[table.name]
        same = shaped(frame, table, table.name)
        assert frame.schema == same.schema
        assert faults(same, table)[FAULT].drop_nulls().to_list() == []

    def test_keeps_to_it_in_the_worst_world_too(self, table: Table) -> None:
        frame = worst()[table.name]
        assert faults(shaped(frame, table, table.name), table)[FAULT].null_count() == frame.height

    def test_has_a_value_at_times_and_none_at_times_where_it_may_miss(self, table: Table) -> None:
        watched = {"worst_days_past_due", "written_off", "watched_until"}
        never = {"protected": {"kecamatan"}, "outcomes": watched}
        always = {("consents", "partner_id"), ("support", "hours")}
        always |= {("outcomes", name) for name in ("stated", "restructured", "weight")}
        frame = tables()[table.name]
        for column in table.columns:
            if column.missing is not None and column.name != "known_at":
                missing = frame[column.name].null_count()
                empty = (table.name, column.name) in {*always} - {("support", "hours")}
                assert (missing == frame.height) is empty, column.name
                if column.name in never.get(table.name, set()):
                    assert missing == 0

    def test_names_no_one_but_by_a_pseudonym(self, table: Table) -> None:
        for column in table.columns:
            if column.hashed:
                names = tables()[table.name][column.name].drop_nulls()
                assert names.str.contains(r"^c\d{10,20}$").all(), column.name


def worst() -> Tables:
    """Return a world of everything at once: shocks, gaming, errors and unfairness, lately."""
    return together(
        *(500, 12, SEED),
        Scenario.model_validate(
            {
                "end": "2026-10-01",
                "covid_from": "2026-03-01",
                "sector_shock_from": "2026-01-01",
                **dict.fromkeys(("extra_zero", "booked_twice", "misdated"), 0.2),
                **dict.fromkeys(("circular", "backfilled", "burst", "withdrawn"), 0.5),
                "unfair_denial": 2,
                "unfair_thinness": 0.5,
                "unfair_noise": 0.5,
            }
        ),
    )


class TestTruth:
    def test_is_no_source_of_records(self) -> None:
        assert "truth" not in TABLES
        assert set(tables()) == set(NAMES)

    def test_knows_of_every_application_what_the_others_hold_of_some(self) -> None:
        truth = tables()["truth"]
        both = tables()["applications"].join(truth, on="application_id", maintain_order="left")
        assert both.height == truth.height
        assert ((both["answer"] == "financed") == both["financed"]).all()
        financed = truth.filter("financed")["application_id"]
        assert tables()["outcomes"]["application_id"].equals(financed)
        judged = tables()["outcomes"].join(truth, on="application_id", maintain_order="left")
        assert ((judged["worst_days_past_due"] >= 90) == judged["goes_bad"]).all()

    def test_can_be_learned_in_part_from_the_catalogue_out_of_time(self) -> None:
        chosen = tables()["applications"].join(tables()["outcomes"], on="application_id")
        chosen = chosen.sort("as_of", "application_id")
        asked = chosen.select(tables()["applications"].columns)
        vectors = compute(known({"payments": tables()["payments"]}, asked))
        bad = (chosen["worst_days_past_due"] >= 90).to_numpy().astype(np.int64)
        recipe = {
            "objective": "binary",
            "learning_rate": 0.05,
            "max_depth": 3,
            "monotone_constraints": [feature.direction for feature in FEATURES],
            "deterministic": True,
            "num_threads": 1,
            "verbose": -1,
        }
        split = int(0.7 * bad.size)
        fit = lightgbm.Dataset(vectors[:split], bad[:split])
        trees = lightgbm.train(recipe, fit, num_boost_round=300)
        auc = roc_auc_score(bad[split:], trees.predict(vectors[split:]))
        assert MONTHS == 12
        assert 0.70 < auc < 0.90
