"""Builds a release out of what is committed, checks it, and says what is in it.

``make release`` → ``dist/``: the wheel and the source, ``sbom.json`` of the service with its lock
(CycloneDX), ``changes.md`` of this version, and ``SHA256SUMS`` of them. Nothing is uploaded.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("features", "models", "matching", "audit", "training", "serving", "lumbung")
"""The folders that a wheel holds."""


def version(root: Path) -> str:
    """Return the version, from the one place where it stands."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


def changes(changelog: str, of: str) -> str:
    """Return what changes with a version: its section, or what is unreleased where it has none.

    Args:
        changelog: the whole, with a section ``## VERSION`` each, the newest on top.
        of: the version.

    Raises:
        ValueError: there is neither.
    """
    titles = rf"{re.escape(of)}\b[^\n]*|Unreleased"
    found = re.search(rf"^## (?:{titles})\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError(f"CHANGELOG.md has no section {of}, nor one that is unreleased")
    return f"# Lumbung {of}\n\n{found[1].strip()}\n"


def missing(wheel: Path, root: Path) -> set[str]:
    """Return which files of a checkout should be in a wheel and are not."""
    with zipfile.ZipFile(wheel) as opened:
        held = set(opened.namelist())
    return {name for name in committed(root) if name.split("/")[0] in ROOMS} - held


def sums(folder: Path) -> str:
    """Return the hashes of a folder's files, in the form that ``sha256sum --check`` reads."""
    files = sorted(one for one in folder.iterdir() if one.name != "SHA256SUMS")
    return "".join(f"{hashlib.sha256(one.read_bytes()).hexdigest()}  {one.name}\n" for one in files)


def committed(root: Path) -> list[str]:
    """Return the files of the last commit."""
    said = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "HEAD"],  # noqa: S607  git, wherever it is
        cwd=root,
        capture_output=True,
        check=True,
        text=True,
    )
    return said.stdout.splitlines()


def build(root: Path, out: Path) -> Path:
    """Build source and wheel of the last commit, the wheel from the source; return the wheel.

    The same commit gives the same bytes: times are those of the commit.
    """
    with tempfile.TemporaryDirectory() as folder:
        archive = _said(["git", "-C", str(root), "archive", "HEAD"])
        with tarfile.open(fileobj=BytesIO(archive)) as opened:
            opened.extractall(folder, filter="data")
        when = _said(["git", "-C", str(root), "log", "-1", "--format=%ct"]).decode().strip()
        words = ["build", "--quiet", "--no-build-isolation", "--out-dir", str(out), folder]
        _run(tool("uv"), *words, "--python", sys.executable, SOURCE_DATE_EPOCH=when)
    return next(out.glob("*.whl"))


def check(wheel: Path, root: Path, out: Path) -> None:
    """Look into a wheel, install it with its lock where nothing else is, ask it, list it all.

    Raises:
        ValueError: a file is missing from it, or it says another version.
        CalledProcessError: a step fails.
    """
    _run(tool("check-wheel-contents"), f"--config={root / 'pyproject.toml'}", str(wheel))
    if lost := missing(wheel, root):
        raise ValueError(f"the wheel lacks {sorted(lost)}")
    with tempfile.TemporaryDirectory() as folder:
        python = str(Path(folder) / "bin" / "python")
        _run(tool("uv"), "venv", "--quiet", "--python", sys.executable, folder)
        install = (tool("uv"), "pip", "install", "--quiet", "--no-deps", "--python", python)
        _run(*install, "--require-hashes", "--requirements", str(root / "locks/serving.txt"))
        _run(*install, str(wheel))
        told = _said([str(Path(folder) / "bin" / "lumbung"), "--version"]).decode().split()[-1]
        if told != version(root):
            raise ValueError(f"the wheel says {told}, pyproject.toml {version(root)}")
        _run(python, "-c", "import lumbung.service, serving.app, lumbung.client")
        bill = str(out / "sbom.json")
        words = ("environment", "--output-reproducible", "--output-file", bill, python)
        _run(tool("cyclonedx-py"), *words)


def tool(name: str) -> str:
    """Return where a tool of the locks is."""
    return str(Path(sys.executable).with_name(name))


def _run(*words: str, **told: str) -> None:
    subprocess.run(  # noqa: S603  tools of our locks
        words, env={**os.environ, **told}, stdout=sys.stderr, check=True
    )


def _said(words: list[str]) -> bytes:
    return subprocess.run(words, capture_output=True, check=True).stdout  # noqa: S603  as above


def main() -> None:
    """Make ``dist/`` anew; what is not committed is refused, since it would not be in it."""
    if _said(["git", "-C", str(ROOT), "status", "--porcelain"]):
        sys.exit("Something is not committed: a release is made of a commit.")
    out = ROOT / "dist"
    shutil.rmtree(out, ignore_errors=True)
    check(build(ROOT, out), ROOT, out)
    (out / ".gitignore").unlink(missing_ok=True)  # uv's
    told = changes((ROOT / "CHANGELOG.md").read_text("utf-8"), version(ROOT))
    (out / "changes.md").write_text(told, "utf-8")
    (out / "SHA256SUMS").write_text(sums(out), "utf-8")
    for one in sorted(out.iterdir()):
        print(one.relative_to(ROOT))  # noqa: T201  what it is for


if __name__ == "__main__":
    main()
