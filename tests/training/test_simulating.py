"""A simulated data set on disk: the same bytes however it was made, whole or not at all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from features.errors import BadInput
from features.records import TABLES
from tests.training.simulated.cases import together
from training import datasets, simulating
from training.simulated.chunk import CHUNK
from training.simulated.scenario import Scenario
from training.simulating import BLOCK, Plan, world, write

PLAN = Plan(2 * CHUNK + 10, 3, 5)
"""Three blocks, where a block is one chunk."""

SPREAD = Plan(2 * BLOCK * CHUNK + 10, 3, 5)
"""Three blocks of the usual size: other processes know no other."""

FEW = Plan(20, 3, 5)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }


class Stop:
    """Stand at the keyboard: Ctrl-C when so many blocks are done."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, _: str) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


def in_one_go(plan: Plan, folder: Path, block: int) -> Path:
    """Return the data set of a plan, made by one process in blocks of so many chunks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulating, "BLOCK", block)
        write(plan, folder / "data", workers=1)
    return folder / "data"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data set of `PLAN`."""
    return in_one_go(PLAN, tmp_path_factory.mktemp("simulated"), 1)


@pytest.fixture(scope="module")
def spread(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data set of `SPREAD`."""
    return in_one_go(SPREAD, tmp_path_factory.mktemp("spread"), BLOCK)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulating, "BLOCK", 1)


@pytest.fixture
def _usual_blocks(_small_blocks: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulating, "BLOCK", BLOCK)


@pytest.mark.usefixtures("_usual_blocks")
def test_it_is_the_same_bytes_by_two_processes_as_by_one(spread: Path, tmp_path: Path) -> None:
    rows = write(SPREAD, tmp_path / "data", workers=2)
    assert digests(tmp_path / "data") == digests(spread)
    assert rows["applications"] == SPREAD.businesses
    assert len(list((spread / "payments").iterdir())) == 3


def test_a_run_that_was_stopped_goes_on_to_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    goes_on(PLAN, whole, tmp_path, workers=1)


@pytest.mark.usefixtures("_usual_blocks")
def test_a_run_of_two_processes_that_was_stopped_goes_on_to_the_same_bytes(
    spread: Path, tmp_path: Path
) -> None:
    goes_on(SPREAD, spread, tmp_path, workers=2)


def goes_on(plan: Plan, whole: Path, tmp_path: Path, workers: int) -> None:
    """Stop a run after its first block, start it again, and compare with what was made whole."""
    out = tmp_path / "data"
    with pytest.raises(KeyboardInterrupt):
        write(plan, out, workers, Stop(after=1))
    assert not out.exists()
    making = tmp_path / ".data-simulating"
    done = {part: part.stat().st_ino for part in making.glob("payments/*.parquet")}
    assert 0 < len(done) <= 1 + workers
    steps: list[str] = []
    rows = write(plan, out, workers, steps.append)
    assert digests(out) == digests(whole)
    assert len(steps) == 3
    assert rows["applications"] == plan.businesses
    kept = {making / part.relative_to(out): part.stat().st_ino for part in out.rglob("*.parquet")}
    assert done.items() <= kept.items()
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    "other",
    [
        Plan(PLAN.businesses, 3, 6),
        Plan(PLAN.businesses, 4, 5),
        Plan(PLAN.businesses, 3, 5, Scenario(burst=0.5)),
    ],
)
def test_other_arguments_start_anew(tmp_path: Path, other: Plan) -> None:
    out = tmp_path / "data"
    with pytest.raises(KeyboardInterrupt):
        write(PLAN, out, 1, Stop(after=1))
    part = next(iter((tmp_path / ".data-simulating").glob("payments/*.parquet")))
    before = part.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        write(other, out, 1, Stop(after=1))
    assert part.read_bytes() != before


def test_a_block_whose_part_was_lost_is_made_again(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "data"
    with pytest.raises(KeyboardInterrupt):
        write(PLAN, out, 1, Stop(after=2))
    (tmp_path / ".data-simulating" / "bills" / "part-00001.parquet").unlink()
    write(PLAN, out, 1)
    assert digests(out) == digests(whole)


def test_it_holds_what_the_simulator_yields(whole: Path) -> None:
    data = datasets.read(whole)
    assert set(data.tables) == set(TABLES)
    expected = together(PLAN.businesses, PLAN.months, PLAN.seed)
    for name, table in TABLES.items():
        assert data[name].equals(expected[name].select(table.names))
    truth = pl.read_parquet(sorted((whole / "truth").glob("*.parquet")))
    assert truth.equals(expected["truth"])


def test_its_digest_is_of_every_part(whole: Path, tmp_path: Path) -> None:
    write(FEW, tmp_path / "few", 1)
    digest = datasets.read(tmp_path / "few").digest
    part = tmp_path / "few" / "payments" / "part-00000.parquet"
    pl.read_parquet(part).head(100).write_parquet(part)
    assert datasets.read(tmp_path / "few").digest != digest
    assert datasets.read(whole).digest != digest


def test_it_says_what_was_set_about_the_world(tmp_path: Path) -> None:
    write(Plan(20, 3, 5, Scenario(unfair_denial=1.5, burst=0)), tmp_path / "data", 1)
    about = datasets.read(tmp_path / "data").about
    assert about.simulated
    assert about.name == "simulated-20-3-5"
    assert about.source.endswith("docs/simulator.md; set: burst=0.0, unfair_denial=1.5")


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        write(FEW, tmp_path, 1)
    assert caught.value.code == "already-there"
    assert list(tmp_path.iterdir()) == []


def test_a_plan_that_cannot_be_simulated_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        write(Plan(0, 3, 5), tmp_path / "deep" / "data", 1)
    assert caught.value.code == "bad-simulation"
    assert list(tmp_path.iterdir()) == []


def test_another_release_of_the_simulator_starts_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KeyboardInterrupt):
        write(PLAN, tmp_path / "data", 1, Stop(after=1))
    settings = tmp_path / ".data-simulating" / ".work" / "settings.json"
    before = json.loads(settings.read_text("utf-8"))
    monkeypatch.setattr(simulating, "ROW_GROUP", 100_000)
    with pytest.raises(KeyboardInterrupt):
        write(PLAN, tmp_path / "data", 1, Stop(after=1))
    assert json.loads(settings.read_text("utf-8")) != before


def test_a_world_in_memory_is_the_data_set_on_disk_and_the_truth(tmp_path: Path) -> None:
    write(FEW, tmp_path / "data", workers=1)
    kept, made = datasets.read(tmp_path / "data"), world(FEW)
    assert made.about == kept.about
    assert made.tables.keys() - kept.tables.keys() == {"truth"}
    for name, frame in kept.tables.items():
        assert frame.equals(made[name].select(frame.columns).cast(frame.schema)), name
