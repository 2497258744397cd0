"""The README's first steps, walked: the demonstration, its curl, MLflow beside it, and the end."""

from __future__ import annotations

import re

import httpx2
import mlflow
import pandas as pd
import psutil
import pyotp
import pytest

from features.catalogue import NAMES
from lumbung.demo_applicants import NUMBER
from models.artefact import CHAMPION, NAME
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
    before = demo.ask()
    said = demo.start()
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


def test_an_officer_and_an_official_sign_in_at_once(demo: Demo) -> None:
    url, said = f"http://127.0.0.1:{demo.port}", demo.start()
    for who, work in (("petugas-bank", "/staff"), ("petugas-dinas", "/officials")):
        way = re.search(rf"{who} +{url}(/account/setup/\S+)", said)
        assert way
        with httpx2.Client(base_url=url) as browser:
            secret = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", browser.get(way[1]).text)
            assert secret
            code = pyotp.TOTP(secret[0].replace(" ", "")).now()
            form = {"password": "gabah kering giling 7", "code": code}
            paper = re.search(r"<code>([0-9a-f-]+)</code>", browser.post(way[1], data=form).text)
            assert paper
            inside = browser.post("/account", data={**form, "username": who, "code": paper[1]})
            assert inside.headers["location"] == f"{work}?lang=id"
            assert browser.get(work).status_code == 200


def test_stop_ends_the_service_and_nothing_is_left_elsewhere(demo: Demo) -> None:
    pid = int((demo.folder / "var/demo/serve.pid").read_text(encoding="utf-8").split()[0])
    assert "Stopped." in demo.lumbung("stop").stderr
    assert not psutil.pid_exists(pid)
    assert "No demo is running." in demo.lumbung("stop").stderr
    assert list(demo.home.iterdir()) == []
    assert {file.name for file in demo.folder.iterdir()} == {".cache", "docs", "home", "var"}
    assert "Traceback" not in (demo.folder / "var/demo/serve.log").read_text(encoding="utf-8")
    demo.start()
