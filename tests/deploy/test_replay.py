"""The image is what its Dockerfile makes: its steps followed, and what comes out of them run."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT, lacking
from tests.contracts.test_layout import tracked
from tests.deploy import dockerfile

SECONDS = 600
REPLAY = Path(__file__).with_name("replay.py")
APART = (
    *("unshare", "--mount", "--propagation", "private"),
    *("--pid", "--fork", "--kill-child", "--mount-proc"),
)
"""How it is started, so that its mounts and processes end with it."""


def mounts(folder: Path) -> bool:
    """Return whether a folder can be mounted on here, out of everybody else's sight."""
    if not shutil.which("unshare"):
        return False
    ran = subprocess.run(  # noqa: S603  words of ours
        [*APART, "mount", "-t", "tmpfs", "tmpfs", str(folder)], capture_output=True, check=False
    )
    return ran.returncode == 0


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what the replay of the image saw."""
    inside, work = tmp_path_factory.mktemp("context"), tmp_path_factory.mktemp("replay")
    if os.geteuid() or not shutil.which("apt-get") or not mounts(work):
        lacking("a replay of the Dockerfile needs a superuser who may mount, and apt-get")
    names = [str(file.relative_to(ROOT)) for file in tracked()]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    for name in [*dockerfile.context(ignored, names), "Dockerfile"]:
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, inside / name)
    ran = subprocess.run(  # noqa: S603  our own program
        [*APART, sys.executable, str(REPLAY), str(inside), str(work)],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_the_image_serves_and_is_healthy_as_nobody_with_rights_on_files_it_cannot_change(
    replayed: dict[str, Any],
) -> None:
    served = replayed["served"]
    assert served["healthy"] == [0, ""], served["log"]
    assert set(served["uids"]) == {"10001"}
    status, said = replayed["written"]
    assert status
    assert said.count("Read-only file system") == 2


def test_a_stop_is_a_stop_and_then_the_image_is_not_healthy(replayed: dict[str, Any]) -> None:
    assert replayed["served"]["status"] == 0, replayed["served"]["log"]
    assert replayed["served"]["after"]


def test_the_image_is_this_release_compiled_and_without_what_made_it(
    replayed: dict[str, Any],
) -> None:
    version = importlib.metadata.version("lumbung")
    assert replayed["version"] == [0, f"lumbung, version {version}\n"]
    assert replayed["tools"] == [0, "\n"]
    assert replayed["compiled"] == [0, "True\n"]


def test_the_bill_of_materials_in_the_image_names_all_that_was_locked(
    replayed: dict[str, Any],
) -> None:
    status, text = replayed["sbom"]
    assert status == 0, text
    bill = json.loads(text)
    assert bill["bomFormat"] == "CycloneDX"
    lock = (ROOT / "locks/serving.txt").read_text(encoding="utf-8")
    lines = [Requirement(line.rstrip(" \\")) for line in lock.splitlines() if "==" in line]
    here = [one for one in lines if one.marker is None or one.marker.evaluate()]
    told = {canonicalize_name(one["name"]): one["version"] for one in bill["components"]}
    version = importlib.metadata.version("lumbung")
    assert told == {"lumbung": version} | {one.name: str(one.specifier)[2:] for one in here}
