"""The notebooks run from end to end, hold nothing but what was written, and know public names."""

from __future__ import annotations

import ast
import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.contracts.blocks import line

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
EACH = pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)

ROOMS = {"features", "models", "matching", "audit", "training", "lumbung"}
LIBRARIES = {"matplotlib", "numpy", "polars"}
INLINE = "%matplotlib inline\n"

SECONDS = 120
"""A cell may take; those written so far take at most ten on a machine that does nothing else."""

Cell = dict[str, Any]


def cells(file: Path, kind: str) -> list[Cell]:
    """Return the cells of a notebook of one kind, ``code`` or ``markdown``."""
    found = json.loads(file.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == kind]


def prose(file: Path) -> str:
    return "\n".join("".join(cell["source"]) for cell in cells(file, "markdown"))


def code(file: Path) -> ast.Module:
    """Return the code of a notebook; the one line that is no Python left out."""
    texts = ("".join(cell["source"]) for cell in cells(file, "code"))
    return ast.parse("\n".join(text.removeprefix(INLINE) for text in texts))


def imported(tree: ast.Module) -> Iterator[str]:
    """Give what is imported, each by its whole name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def executed(file: Path, **environment: str) -> list[Cell]:
    """Return the outputs of a notebook, run from its first cell to its last as a reader does."""
    told = {name: value for name, value in os.environ.items() if name != "LUMBUNG_REAL_DATA"}
    command = ["-m", "nbconvert", "--to", "notebook", "--execute", "--stdout", "--log-level=ERROR"]
    bounds = ["--KernelManager.transport=ipc", f"--ExecutePreprocessor.timeout={SECONDS}"]
    ran = subprocess.run(  # noqa: S603  our own program
        [sys.executable, *command, *bounds, file.name],
        cwd=file.parent,
        env={**told, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        check=False,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    made = json.loads(ran.stdout)["cells"]
    return [output for cell in made for output in cell.get("outputs", [])]


def pictures(outputs: list[Cell]) -> int:
    return sum("image/png" in output.get("data", {}) for output in outputs)


def warned(outputs: list[Cell]) -> list[Cell]:
    return [output for output in outputs if output.get("name") == "stderr"]


def test_make_runs_them_where_these_tests_do() -> None:
    """A kernel starts in the folder of its notebook; asked from elsewhere, it is never found."""
    told = subprocess.run(
        ["make", "--dry-run", "--old-file=.venv/made-dev", "notebooks"],  # noqa: S607  make, wherever it is
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert re.search(
        r"^cd notebooks && .*--execute.*--KernelManager\.transport=ipc", told, re.MULTILINE
    )


def test_there_are_five_and_the_readme_and_each_before_it_leads_to_the_next() -> None:
    assert [file.stem[:2] for file in NOTEBOOKS] == ["01", "02", "03", "04", "05"]
    listed = (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8")
    assert all(f"]({file.name})" in listed for file in NOTEBOOKS)
    for file, after in itertools.pairwise(NOTEBOOKS):
        assert f"]({after.name})" in prose(file).rpartition("## Your next question")[2]


@EACH
def test_a_notebook_runs_shows_pictures_and_warns_of_nothing(file: Path) -> None:
    outputs = executed(file)
    assert pictures(outputs) >= 3
    assert not warned(outputs)


def test_training_is_about_real_loans_where_there_are_some(real_data: Path) -> None:
    (file,) = (file for file in NOTEBOOKS if file.stem == "02-training")
    outputs = executed(file, LUMBUNG_REAL_DATA=str(real_data))
    assert "berka" in json.dumps(outputs)
    assert pictures(outputs) >= 3


def test_what_clears_a_notebook_leaves_what_is_kept_of_it(tmp_path: Path) -> None:
    _, *program, names = line("jupyter nbconvert --clear-output ")
    ran = tmp_path / names
    ran.parent.mkdir()
    for file in NOTEBOOKS:
        made = json.loads(file.read_text(encoding="utf-8"))
        first = next(cell for cell in made["cells"] if cell["cell_type"] == "code")
        stream = {"output_type": "stream", "name": "stdout", "text": ["seen"]}
        first.update(outputs=[stream], execution_count=1)
        ran.with_name(file.name).write_text(json.dumps(made), encoding="utf-8")
    copies = sorted(tmp_path.glob(names))
    subprocess.run([sys.executable, "-m", *program, *map(str, copies)], check=True)  # noqa: S603  our own
    for file, copy in zip(NOTEBOOKS, copies, strict=True):
        assert copy.read_text(encoding="utf-8") == file.read_text(encoding="utf-8")


@EACH
def test_nothing_is_kept_of_a_run(file: Path) -> None:
    for cell in cells(file, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        assert cell["metadata"] == {}


@EACH
def test_a_notebook_imports_public_names_of_the_rooms_and_no_more_libraries(file: Path) -> None:
    names = list(imported(code(file)))
    assert {name.partition(".")[0] for name in names} <= (
        ROOMS | LIBRARIES | sys.stdlib_module_names
    )
    assert not [name for name in names if any(part[0] == "_" for part in name.split("."))]


@EACH
def test_a_notebook_looks_into_nothing_private_and_defines_nothing(file: Path) -> None:
    """What a reader could use elsewhere belongs into a room, with a test of its own."""
    nodes = list(ast.walk(code(file)))
    assert not [n.attr for n in nodes if isinstance(n, ast.Attribute) and n.attr[0] == "_"]
    assert not [n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)]


@EACH
def test_a_notebook_says_for_whom_it_is_what_it_shows_and_what_is_simulated(file: Path) -> None:
    first = "".join(cells(file, "markdown")[0]["source"])
    assert re.match(r"# .+\n\n\*\*For\*\* .+\n\n\*\*In a minute:\*\* ", first)
    assert "**simulated**" in first


@EACH
def test_numbers_are_printed_by_code_and_never_typed_into_prose(file: Path) -> None:
    without = re.sub(r"\]\([^)]*\)|`[^`]*`|\bG\d\d\b", "", prose(file))
    assert not re.findall(r"\d", without)


@EACH
def test_what_a_notebook_leads_to_is_there(file: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", prose(file)):
        assert (file.parent / target).exists(), target


@EACH
def test_cells_are_short(file: Path) -> None:
    longest = max(len(cell["source"]) for cell in cells(file, "code"))
    assert longest <= 40
