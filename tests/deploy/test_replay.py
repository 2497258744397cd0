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


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what the replay of the image saw."""
    if os.geteuid() or not shutil.which("unshare") or not shutil.which("apt-get"):
        lacking("a replay of the Dockerfile mounts: it needs a superuser, unshare and Debian")
    inside, work = tmp_path_factory.mktemp("context"), tmp_path_factory.mktemp("replay")
    names = [str(file.relative_to(ROOT)) for file in tracked()]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    for name in [*dockerfile.context(ignored, names), "Dockerfile"]:
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, inside / name)
    command = ["unshare", "--mount", "--propagation", "private", sys.executable, str(REPLAY)]
    ran = subprocess.run(  # noqa: S603  our own program
        [*command, str(inside), str(work)],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    if "permission denied" in ran.stderr and "mount" in ran.stderr:
        lacking("a replay of the Dockerfile mounts, which may not be done here")
    assert ran.returncode == 0, ran.stderr[-4000:]
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_the_image_serves_and_is_healthy_as_nobody_with_rights_on_files_it_cannot_change(
    image: dict[str, Any],
) -> None:
    served = image["served"]
    assert served["healthy"] == [0, ""], served["log"]
    assert set(served["uids"]) == {"10001"}
    status, said = image["written"]
    assert status
    assert said.count("Read-only file system") == 2


def test_a_stop_is_a_stop_and_then_the_image_is_not_healthy(image: dict[str, Any]) -> None:
    assert image["served"]["status"] == 0, image["served"]["log"]
    assert image["served"]["after"]


def test_the_image_is_this_release_compiled_and_without_what_made_it(
    image: dict[str, Any],
) -> None:
    version = importlib.metadata.version("lumbung")
    assert image["version"] == [0, f"lumbung, version {version}\n"]
    assert image["tools"] == [0, "\n"]
    assert image["compiled"] == [0, "True\n"]


def test_the_bill_of_materials_in_the_image_names_all_that_was_locked(
    image: dict[str, Any],
) -> None:
    status, text = image["sbom"]
    assert status == 0, text
    bill = json.loads(text)
    assert bill["bomFormat"] == "CycloneDX"
    lock = (ROOT / "locks/serving.txt").read_text(encoding="utf-8")
    lines = [Requirement(line.rstrip(" \\")) for line in lock.splitlines() if "==" in line]
    here = [one for one in lines if one.marker is None or one.marker.evaluate()]
    told = {canonicalize_name(one["name"]): one["version"] for one in bill["components"]}
    version = importlib.metadata.version("lumbung")
    assert told == {"lumbung": version} | {one.name: str(one.specifier)[2:] for one in here}
