"""The repository gives nothing away, and what works on it from outside is pinned and checked."""

from __future__ import annotations

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click.testing
import pytest
import yaml

from lumbung import cli
from tests.conftest import ROOT
from tests.contracts.test_layout import tracked

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def tool(name: str, *words: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a tool of our locks."""
    return subprocess.run(  # noqa: S603  as it says
        [str(Path(sys.executable).with_name(name)), *words],
        env={"PATH": "/usr/bin:/bin", "HOME": str(home or Path.home())},
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


def scanned(folder: Path, home: Path) -> tuple[int, str]:
    """Look for secrets in a folder, asking nobody whether they work."""
    ran = tool(
        *("kingfisher", "scan", str(folder), "--no-validate", "--no-update-check"),
        *("--git-history", "none", "--redact"),
        home=home,
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_no_secret_is_in_the_repository_and_one_would_be_found(tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    for file in tracked():
        goes = folder / file.relative_to(ROOT)
        goes.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, goes)
    status, said = scanned(folder, tmp_path)
    assert status == 0, said
    planted = tmp_path / "planted"
    planted.mkdir()
    token = (
        "gh" + "p_" + "x7Kd93mQpL2vTzR8sWcY4bNfJ6hGaE0uVtPq"
    )  # in parts: it is looked for here too
    (planted / "notes.txt").write_text(f"github_token = {token}\n")
    found, said = scanned(planted, tmp_path)
    assert found != 0, said


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        *(("vendor.github-workflows", file) for file in WORKFLOWS),
        ("vendor.dependabot", ROOT / ".github/dependabot.yml"),
    ],
    ids=lambda one: Path(one).name,
)
def test_what_github_reads_is_of_its_schema(schema: str, file: Path) -> None:
    ran = tool("check-jsonschema", "--builtin-schema", schema, str(file))
    assert ran.returncode == 0, ran.stdout


def test_a_workflow_gives_nothing_away() -> None:
    ran = tool("zizmor", "--offline", "--no-progress", "--format", "json", ".github")
    assert json.loads(ran.stdout) == [], ran.stderr


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: str(file.name))
def test_a_workflow_uses_what_cannot_be_moved_and_runs_what_we_have(workflow: Path) -> None:
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    for step in steps:
        assert "run" in step or re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])
    ran = {step["run"].split()[-1] for step in steps if "run" in step}
    assert ran == {".ci/run", "audit"}
    assert "\naudit: dev\n" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_version_is_that_of_the_project_wherever_it_is_told() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["version"]
    assert importlib.metadata.version("lumbung") == version
    said = click.testing.CliRunner().invoke(cli.program, ["--version"]).output
    assert said.split()[-1] == version
    api = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
    assert api["info"]["version"] == version
    page = (ROOT / "docs/deploying.md").read_text(encoding="utf-8")
    assert set(re.findall(r"lumbung-(?:serving:|training:)?(\d+\.\d+\.\d+)", page)) == {version}
