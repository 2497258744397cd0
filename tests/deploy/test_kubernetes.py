"""The manifests are of Kubernetes' schemas, ask for what there is, and give no right away."""

from __future__ import annotations

import importlib.metadata
import re
import shlex
from typing import Any

import kubernetes_validate
import pytest
import yaml

from serving.settings import Settings
from tests.conftest import ROOT
from tests.deploy import told

FOLDER = ROOT / "deploy/kubernetes"
MANIFESTS: list[dict[str, Any]] = [
    one
    for file in sorted(FOLDER.glob("*.yaml"))
    for one in yaml.safe_load_all(file.read_text(encoding="utf-8"))
]
BY_KIND = {one["kind"]: one["spec"] for one in MANIFESTS}
POD: dict[str, Any] = BY_KIND["Deployment"]["template"]["spec"]
CONTAINER: dict[str, Any] = POD["containers"][0]
ENVIRONMENT = {one["name"]: one["value"] for one in CONTAINER["env"]}


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda one: str(one["kind"]))
def test_a_manifest_is_of_its_schema(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, "1.37", strict=True)


def test_a_field_that_there_is_not_would_be_told() -> None:
    wrong = {**MANIFESTS[0], "spec": {**MANIFESTS[0]["spec"], "replica": 1}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.37", strict=True)


def test_every_setting_and_the_command_are_there_and_fit_for_production() -> None:
    assert not told.unknown(ENVIRONMENT)
    told.takes(CONTAINER["command"])
    said = {**ENVIRONMENT, "LUMBUNG_ENVIRONMENT": "production"}
    settings = told.settings(said, {"lumbung_metrics_token": "t" * 48})
    assert settings.destroyed_keys.parent.as_posix() == "/var/lib/lumbung"


def test_the_page_makes_the_secrets_that_are_mounted() -> None:
    page = (ROOT / "docs/deploying.md").read_text(encoding="utf-8")
    for volume in POD["volumes"]:
        if "secret" in volume:
            assert f"create secret generic {volume['secret']['secretName']} " in page


def test_what_the_page_tells_the_cluster_is_there() -> None:
    page = (ROOT / "docs/deploying.md").read_text(encoding="utf-8")
    secrets = re.findall(r"--from-file (\S+)", page)
    assert len(secrets) == 3
    assert [one for one in secrets if f" > {one}\n" not in page] == []
    (folder,) = re.findall(r"apply --filename (\S+)", page)
    assert ROOT / folder == FOLDER
    (command,) = re.findall(r"exec deploy/lumbung -- (.+)", page)
    told.takes(shlex.split(command))


def test_the_pod_runs_as_nobody_on_files_it_cannot_change() -> None:
    assert POD["securityContext"]["runAsNonRoot"]
    assert POD["securityContext"]["runAsUser"] == 10001
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert not POD["automountServiceAccountToken"]


def test_what_is_written_has_a_place() -> None:
    written = {one["mountPath"] for one in CONTAINER["volumeMounts"] if not one.get("readOnly")}
    assert written == {"/var/lib/lumbung", "/tmp"}  # noqa: S108  of the container


def test_a_stop_has_the_time_that_the_service_takes() -> None:
    assert POD["terminationGracePeriodSeconds"] > Settings.model_fields["stop_seconds"].default


def test_nothing_comes_in_but_to_the_port_of_the_service() -> None:
    policy = BY_KIND["NetworkPolicy"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert [one["ports"] for one in policy["ingress"]] == [[{"port": 8000}]]
    assert CONTAINER["ports"] == [{"name": "http", "containerPort": 8000}]


def test_the_image_is_this_release() -> None:
    assert CONTAINER["image"] == f"lumbung-serving:{importlib.metadata.version('lumbung')}"
