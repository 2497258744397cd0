"""A release is the last commit, whole, and says what is in it."""

from __future__ import annotations

import hashlib
import subprocess
import zipfile
from pathlib import Path

import pytest

from deploy import release
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release.build(ROOT, tmp_path_factory.mktemp("dist"))


def test_a_wheel_holds_every_file_of_ours_and_nothing_else(wheel: Path) -> None:
    assert release.missing(wheel, ROOT) == set()
    with zipfile.ZipFile(wheel) as opened:
        tops = {name.split("/")[0] for name in opened.namelist()}
    assert tops == {*release.ROOMS, f"lumbung-{release.version(ROOT)}.dist-info"}
    checked = subprocess.run(  # noqa: S603  a tool of our locks
        [release.tool("check-wheel-contents"), f"--config={ROOT / 'pyproject.toml'}", str(wheel)],
        capture_output=True,
        check=False,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout


def test_what_a_wheel_lacks_is_named(wheel: Path, tmp_path: Path) -> None:
    lesser = tmp_path / wheel.name
    with zipfile.ZipFile(wheel) as opened, zipfile.ZipFile(lesser, "w") as less:
        for name in opened.namelist():
            if name != "serving/wording/id.toml":
                less.writestr(name, opened.read(name))
    assert release.missing(lesser, ROOT) == {"serving/wording/id.toml"}


def test_the_source_stands_beside_the_wheel(wheel: Path) -> None:
    assert (wheel.parent / f"lumbung-{release.version(ROOT)}.tar.gz").is_file()


CHANGELOG = (
    "# Changelog\n\nWords.\n\n{}\n\n- new\n\n### For lenders\n\n- more\n\n## 0.1.0\n\n- old\n"
)


@pytest.mark.parametrize("title", ["## Unreleased", "## 0.2.0", "## 0.2.0 (2026-12-01)"])
def test_the_changes_of_a_version_are_its_section(title: str) -> None:
    told = release.changes(CHANGELOG.format(title), "0.2.0")
    assert told == "# Lumbung 0.2.0\n\n- new\n\n### For lenders\n\n- more\n"


def test_a_version_without_changes_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no section 0\.2\.0"):
        release.changes(CHANGELOG.format("## 0.3.0"), "0.2.0")


def test_the_changelog_tells_of_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert len(release.changes(changelog, release.version(ROOT)).splitlines()) > 3


def test_the_sums_are_of_each_file(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"rice")
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "SHA256SUMS").write_text("old")
    assert release.sums(tmp_path) == (
        f"{hashlib.sha256(b'').hexdigest()}  a\n{hashlib.sha256(b'rice').hexdigest()}  b\n"
    )
