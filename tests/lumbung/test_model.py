"""``lumbung train`` and ``lumbung promote``, as a person calls them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import mlflow
import pytest

from models.artefact import CHAMPION, NAME
from tests.lumbung.conftest import Lumbung
from tests.lumbung.test_cli import program
from tests.training import cases
from tests.training.cases import LOANS, payment, write
from training.promotion import today
from training.tracking import RED_GATES
from training.validation.evaluate import MEASURES


def client(store: Path) -> mlflow.MlflowClient:
    """Return MLflow's own client of a store."""
    return mlflow.MlflowClient(f"sqlite:///{store}", f"sqlite:///{store}")


def test_train_tells_a_person_what_the_model_is_worth_and_a_red_gate_stops_it(
    lumbung: Lumbung, base: Path, new_store: Path
) -> None:
    """The latest 30% of the small data set hold too few bad loans: G07 is red."""
    ended = lumbung("train", "--data", cases.small_data(base))
    assert ended.status == 0, ended.stderr
    assert ended.stdout.startswith("version 1, run ")
    assert "  G07 stop  Enough bad loans" in ended.stdout
    for name in MEASURES:
        assert f"  {name.replace('_', ' ')} " in ended.stdout
    assert ended.stderr.endswith("Next: lumbung promote 1\n")

    stopped = lumbung("promote", 1)
    assert stopped.status == 3
    assert stopped.stdout == ""
    assert stopped.stderr.startswith("red-gate\n")
    assert "G07" in stopped.stderr
    assert client(new_store).get_registered_model(NAME).aliases == {}
    assert list(Path().iterdir()) == []


def test_train_answers_with_one_object(lumbung: Lumbung, base: Path, new_store: Path) -> None:
    ended = lumbung(
        "train", "--data", cases.small_data(base), "--test-from", cases.FIRST_TESTED, "--json"
    )
    assert ended.status == 0, ended.stderr
    answer = ended.json()
    assert set(MEASURES) | {"auc_low", "auc_high", "run_id", "version"} <= set(answer)
    assert answer["auc_low"] <= answer["auc"] <= answer["auc_high"]
    assert answer["version"] == 1
    assert answer["fitted"][0] + answer["tested"][0] == LOANS
    assert answer["left_out"] == {}
    assert {gate["code"] for gate in answer["gates"]} >= {"G01", "G09"}
    run = client(new_store).get_run(answer["run_id"])
    assert run.info.status == "FINISHED"
    assert run.data.metrics["auc"] == answer["auc"]
    folders = {file.name for file in new_store.parent.iterdir()}
    assert folders == {"mlflow.db", "mlartifacts"}
    assert list(Path().iterdir()) == []


def test_promote_makes_a_champion(lumbung: Lumbung, trained_store: Path) -> None:
    ended = lumbung("promote", 1, "--json")
    assert ended.status == 0, ended.stderr
    assert ended.json() == {"champion": 1}
    found = client(trained_store).get_model_version_by_alias(NAME, CHAMPION)
    assert str(found.version) == "1"
    assert lumbung("promote", 1).stdout == "version 1 is champion\n"


def test_promote_makes_a_challenger(lumbung: Lumbung, trained_store: Path) -> None:
    client(trained_store).set_model_version_tag(NAME, "1", RED_GATES, "G03")
    ended = lumbung("promote", 1, "--challenger", "--json")
    assert ended.status == 0, ended.stderr
    assert ended.json() == {"challenger": 1}
    assert client(trained_store).get_registered_model(NAME).aliases == {"challenger": 1}


OVERRIDE = {
    "--override": "G07",
    "--reason": "Of these made-up loans 41 bad ones are fitted on; a person looks at each answer.",
    "--requested-by": "Siti Rahma",
    "--approved-by": "Budi Santoso",
    "--until": str(today() + timedelta(days=30)),
}


def said(options: dict[str, str]) -> list[str]:
    return [word for option in options.items() for word in option]


def test_two_people_may_promote_a_version_with_a_red_gate(
    lumbung: Lumbung, trained_store: Path
) -> None:
    client(trained_store).set_model_version_tag(NAME, "1", RED_GATES, "G07")
    ended = lumbung("promote", 1, *said(OVERRIDE), "--json")
    assert ended.status == 0, ended.stderr
    assert ended.json() == {"champion": 1, "override_until": OVERRIDE["--until"]}
    found = client(trained_store).get_model_version_by_alias(NAME, CHAMPION)
    assert found.tags["override_until"] == OVERRIDE["--until"]
    assert found.tags["override_approved_by"] == "Budi Santoso"


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"--override": "G03"}, 2, "bad-override"),
        ({"--approved-by": "siti rahma"}, 2, "bad-override"),
        ({"--reason": "We need it."}, 2, "bad-override"),
        ({"--until": "2099-01-01"}, 2, "bad-override"),
        ({"--until": "tomorrow"}, 2, "Invalid value"),
        ({"--reason": ""}, 2, "An override takes all of"),
    ],
)
def test_an_override_that_does_not_say_what_it_must_changes_nothing(
    lumbung: Lumbung, trained_store: Path, changed: dict[str, str], status: int, code: str
) -> None:
    client(trained_store).set_model_version_tag(NAME, "1", RED_GATES, "G07")
    ended = lumbung("promote", 1, *said(OVERRIDE | changed))
    assert ended.status == status
    assert ended.stdout == ""
    assert code in ended.stderr
    assert client(trained_store).get_registered_model(NAME).aliases == {}
    assert client(trained_store).get_model_version(NAME, "1").tags == {RED_GATES: "G07"}


def test_some_red_gates_nobody_may_override(lumbung: Lumbung, trained_store: Path) -> None:
    client(trained_store).set_model_version_tag(NAME, "1", RED_GATES, "G12")
    ended = lumbung("promote", 1, *said(OVERRIDE | {"--override": "G12"}))
    assert ended.status == 3
    assert ended.stderr.startswith("never-overridden\n")


def test_a_challenger_takes_no_override(lumbung: Lumbung, trained_store: Path) -> None:
    ended = lumbung("promote", 1, "--challenger", *said(OVERRIDE))
    assert ended.status == 2
    assert "A challenger needs no override." in ended.stderr
    assert client(trained_store).get_registered_model(NAME).aliases == {}


def test_promoting_an_unknown_version_ends_with_two(lumbung: Lumbung, trained_store: Path) -> None:
    ended = lumbung("promote", 99, "--json")
    assert ended.status == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("no-version\n")
    assert client(trained_store).get_registered_model(NAME).aliases == {}


def test_the_real_program_ends_with_three_at_a_red_gate(
    trained_store: Path, tmp_path: Path
) -> None:
    assert trained_store.parent == tmp_path / "home"
    client(trained_store).set_model_version_tag(NAME, "1", RED_GATES, "G01")
    done = program("promote", "1", "--json", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert done.stdout == ""
    assert "version 1 with red gates G01" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("files", "code"), [("none", "bad-dataset"), ("some", "missing-table"), ("cut", "unreadable")]
)
def test_what_cannot_be_trained_on_ends_with_two_and_registers_nothing(
    lumbung: Lumbung, new_store: Path, tmp_path: Path, files: str, code: str
) -> None:
    data = tmp_path / "data"
    if files != "none":
        write(data, payments=[payment()])
    if files == "cut":
        (data / "payments.parquet").write_bytes(b"PAR1")
    ended = lumbung("train", "--data", data, "--json")
    assert ended.status == 2
    assert ended.stdout == ""
    assert f"\n{code}" in f"\n{ended.stderr.partition('train')[2].strip() or ended.stderr}"
    assert client(new_store).search_registered_models() == []
    assert client(new_store).get_experiment_by_name(NAME) is None


def test_a_date_after_every_loan_is_refused(lumbung: Lumbung, base: Path, new_store: Path) -> None:
    ended = lumbung("train", "--data", cases.small_data(base), "--test-from", "2099-01-01")
    assert ended.status == 2
    assert "bad-split" in ended.stderr
    assert client(new_store).search_registered_models() == []


def test_rollback_needs_a_version_that_served_before(lumbung: Lumbung, trained_store: Path) -> None:
    ended = lumbung("rollback", "--json")
    assert ended.status == 2
    assert "champion" not in client(trained_store).get_registered_model(NAME).aliases
    assert "no version of lumbung-risk that served before" in ended.stderr
