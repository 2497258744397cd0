"""The README's first steps, walked: the demonstration, its curl, MLflow beside it, and the end."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import httpx2
import mlflow
import pandas as pd
import psutil
import pytest

from features.catalogue import NAMES
from lumbung.demo_applicants import NUMBER
from lumbung.demo_programs import await_ready
from models.artefact import CHAMPION, NAME
from serving.telling.words import wording
from tests.journeys.demo import Demo


def test_the_readmes_curl_gets_a_decision_whose_reasons_add_up(demo: Demo) -> None:
    answer = demo.ask()
    points = answer["points"]
    assert points["base"] + sum(r["points"] for r in points["by_reason"]) == points["score"]
    assert answer["result"]["kind"] in {"eligible", "human_review", "not_yet"}
    assert answer["versions"]["simulated"] is True
    by_code = {reason["code"]: reason["points"] for reason in points["by_reason"]}
    assert all(by_code[reason["code"]] == reason["points"] < 0 for reason in answer["reasons"])
    assert all(by_code[reason["code"]] == reason["points"] > 0 for reason in answer["strengths"])
    costs = [offer["total_cost"] for offer in answer["offers"]]
    assert costs == sorted(costs)


def test_the_readmes_link_opens_the_applicants_page(demo: Demo) -> None:
    url, code = demo.link()
    assert url.startswith(f"http://127.0.0.1:{demo.port}/p/")
    with httpx2.Client(follow_redirects=True) as browser:
        assert browser.get(url).status_code == 200
        page = browser.post(url, data={"code": code}).text
    assert "Skor bukan keputusan" in page
    assert "BPR BKK Batang" in page


def test_an_official_finds_a_programme_allocated(demo: Demo) -> None:
    url = f"http://127.0.0.1:{demo.port}/v1/programmes"
    headers = {"Authorization": f"Bearer {demo.key('official')}"}
    (found,) = httpx2.get(url, headers=headers).json()["programmes"]
    address = f"{url}/{found['programme']['programme_id']}/allocations"
    (made,) = httpx2.get(address, headers=headers).json()["allocations"]
    sums = made["worth"]["sums"]
    assert sums["lent"] <= sum(
        limit["use"]["at_most"] for limit in made["limits"] if limit["use"]["unit"] == "rupiah"
    )
    assert sums["worth"] > made["worth"]["beside"]["greedy"]["worth"]


def test_plain_mlflow_predicts_what_the_service_answered(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = demo.ask()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", demo.store())
    mlflow.set_tracking_uri(demo.store())
    champion = mlflow.pyfunc.load_model(f"models:/{NAME}@{CHAMPION}")
    vector = pd.DataFrame([answer["features"]], dtype="float64")[list(NAMES)]
    predicted = champion.predict(vector)["probability_of_default"]
    assert abs(float(predicted[0]) - answer["probability_of_default"]) <= 1e-12


def test_mlflow_has_the_run_with_its_figures(demo: Demo) -> None:
    client = mlflow.MlflowClient(demo.store(), demo.store())
    version = client.get_model_version_by_alias(NAME, CHAMPION)
    run = client.get_run(str(version.run_id))
    assert run.info.status == "FINISHED"
    assert 0.5 < run.data.metrics["auc_low"] < run.data.metrics["auc"]
    assert "validation.png" in {file.path for file in client.list_artifacts(run.info.run_id)}


def test_a_second_start_uses_what_is_there_and_keeps_its_decisions(demo: Demo) -> None:
    before, story = demo.ask(), masked(demo.said())
    said = demo.start()
    assert story in masked(said)
    assert "Ended the demo that was running." in said
    assert "champion: version 1" in said
    client = mlflow.MlflowClient(demo.store(), demo.store())
    assert len(client.search_model_versions(f"name = '{NAME}'")) == 1
    assert demo.ask() == before


def test_an_official_finds_a_report_of_a_quarter_that_says_it_is_simulated(
    demo: Demo,
) -> None:
    headers = {"Authorization": f"Bearer {demo.key('official')}"}
    url = f"http://127.0.0.1:{demo.port}/v1/editions"
    (listed,) = httpx2.get(url, headers=headers).json()["editions"]
    told = httpx2.get(f"{url}/{listed['name']}", headers=headers).json()
    assert told["simulated"]
    assert told["funnel"]["asked"] == told["decided"] == NUMBER
    groups = {one["gender"] for one in told["fairness"]["report"]["groups"] if "gender" in one}
    assert groups > {"female", "male"}
    assert told["allocation"]["made"]


def test_three_read_their_result_by_the_link_and_code_that_are_printed(demo: Demo) -> None:
    said = demo.said()
    ways = re.findall(r"(http://\S+/p/\S+)   code (\d{8})", said)
    names = ("eligible", "human_review", "not_yet")
    for (url, code), name in zip(ways, names, strict=True):
        with httpx2.Client(follow_redirects=True) as browser:
            shown = browser.post(url, params={"lang": "en"}, data={"code": code}).text
        assert f">{wording('en')['results'][name]}</h1>" in shown


def test_an_officer_and_an_official_sign_in_at_once_and_find_what_is_printed(demo: Demo) -> None:
    url, said = f"http://127.0.0.1:{demo.port}", demo.said()
    for who, home in (("petugas-bank", "/staff"), ("petugas-dinas", "/officials")):
        shown = re.search(rf"name {who}   password (\S+)\n    code (\S+)", said)
        assert shown
        form = {"username": who, "password": shown[1], "code": shown[2]}
        with httpx2.Client(base_url=url) as browser:
            inside = browser.post("/account", data=form)
            assert inside.headers["location"] == f"{home}?lang=id"
            places = set(re.findall(rf"{url}({home}/\S+)", said))
            assert len(places) == 2
            assert {browser.get(place).status_code for place in places} == {200}


def masked(said: str) -> str:
    """Return what a demonstration says without what it draws anew at each start."""
    return re.sub(r"(/p/|code )\S+", r"\1#", said)


def test_ctrl_c_ends_it_and_leaves_no_process(demo: Demo) -> None:
    demo.lumbung("stop")
    command = [sys.executable, "-m", "lumbung", "demo", "--no-mlflow", "--port", str(demo.port)]
    with subprocess.Popen(  # noqa: S603  our own program
        command,
        cwd=demo.folder,
        env=demo.environment(),
        stderr=subprocess.PIPE,
        text=True,
        stdout=subprocess.DEVNULL,
    ) as running:
        assert running.stderr is not None
        assert any("Ctrl-C" in line for line in running.stderr)
        (service,) = pids(demo)
        running.send_signal(signal.SIGINT)
        assert "Stopped: service." in running.stderr.read()
    assert running.returncode == 0
    assert not psutil.pid_exists(service)
    demo.start()


def pids(demo: Demo) -> list[int]:
    """Return the processes that the demonstration says it runs."""
    files = sorted((demo.folder / "var" / "demo").glob("*.pid"))
    return [int(file.read_text(encoding="utf-8").split()[0]) for file in files]


def test_stop_ends_service_and_mlflow_and_nothing_is_left_elsewhere(demo: Demo) -> None:
    said = demo.start("--mlflow")
    mlflow_page = re.search(r"(http://\S+)   \(in some seconds\)", said)
    assert mlflow_page
    every = [psutil.Process(pid) for pid in pids(demo)]
    assert len(every) == 2
    await_ready(demo.folder / "var" / "demo", "mlflow", mlflow_page[1])
    every += [child for one in every for child in one.children(recursive=True)]
    assert "Stopped: service, mlflow." in demo.lumbung("stop").stderr
    assert [one for one in every if one.is_running()] == []
    assert "No demo is running." in demo.lumbung("stop").stderr
    assert list(demo.home.iterdir()) == []
    assert {file.name for file in demo.folder.iterdir()} == {".cache", "docs", "home", "var"}
    assert "Traceback" not in (demo.folder / "var/demo/service.log").read_text(encoding="utf-8")
    demo.start()
