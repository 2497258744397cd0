"""Every block of code in the README and the docs is run, or read by what reads it in earnest.

Blocks of the shell are run by tests/journeys, in test_blocks.py and test_pages.py. Here every
command is parsed by the program's own parser, so an option or a target that does not exist fails.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import click
import pytest

from audit.drift import alarms
from lumbung import cli
from matching.shelf import load_products
from tests.conftest import ROOT
from tests.contracts.blocks import BLOCKS, Block, commands, of, parsed
from training import target
from training.importing.mapping import Mapping

PICTURES: Final = {
    "README.md": 1,
    "README.id.md": 1,
    "docs/architecture.md": 2,
    "docs/deploying.md": 1,
}
"""Page → how many of its blocks without a language are pictures or output."""

READERS: Final[dict[str, Callable[[Path], object]]] = {
    "docs/alarms.md": alarms.load,
    "docs/import.md": lambda file: Mapping.model_validate(
        tomllib.loads(file.read_text(encoding="utf-8"))
    ),
    "docs/products.md": load_products,
    "docs/target.md": lambda file: target.parsed(
        tomllib.loads(file.read_text(encoding="utf-8"))["target"], str(file)
    ),
}
"""Page → what reads its blocks of data in earnest."""

FRAGMENTS: Final = {
    "docs/api.md": "asks a service elsewhere; tests/journeys/test_client.py asks one here",
}
"""Page → why its Python is compiled and its imports are made, and the rest is not run."""

RUN: Final = {
    "README.md#Try it",
    "README.id.md#Cobalah",
    *(f"docs/tutorials/{name}.md" for name in ("lender", "official", "applicant", "developer")),
    *(f"docs/{name}.md" for name in ("dashboard", "gates", "import", "runbook", "simulator")),
}
"""Pages, or chapters, whose blocks of the shell tests/journeys runs."""

PARSED: Final = {
    "README.md#Results": (
        "many minutes each, or loans that are not part of the repository",
        "",
    ),
    "notebooks/README.md": (
        "minutes; each notebook is run by",
        "tests/notebooks/test_notebooks.py::test_a_notebook_runs_shows_pictures_and_warns_of_nothing",
    ),
    "docs/allocation.md": (
        "a benchmark of many minutes; a small one is run, and its page made, by",
        "tests/benchmarks/test_allocation.py::test_the_race_runs_and_its_page_is_made_from_its_figures",
    ),
    "docs/benchmark.md": (
        "loans that are not part of the repository, for minutes; where they are, they are read by",
        (
            "tests/lumbung/test_benchmark.py::"
            "test_the_charge_off_of_the_sba_is_refused_and_without_the_leaks_loans_are_told_apart"
        ),
    ),
    "docs/decisions/0005-recipe.md": ("loans that are not part of the repository, for hours", ""),
    "docs/deploying.md": (
        "containers, a cluster, or a machine's own folders; settings and commands are held by",
        "tests/deploy/test_compose.py::test_every_setting_and_every_command_it_gives_is_there",
    ),
    "docs/next-steps.md": (
        "benchmarks of many minutes; what they count is counted, of few, by",
        "tests/benchmarks/test_steps.py::test_reasons_are_those_of_shap_and_every_promise_is_kept",
    ),
    "docs/runbook.md#Learn from what became of loans": (
        "loans that ended, which the demonstration has none of; such are learnt from by",
        "tests/lumbung/test_outcomes.py::test_what_was_decided_and_repaid_is_what_training_reads",
    ),
}
"""Page, or chapter → why its blocks of the shell are only parsed; what test stands in for them."""


def known(words: list[str]) -> None:
    """Fail unless a command of ours takes what it is given, or a target or a module is there."""
    if words[0] == "lumbung":
        parsed(cli.program, words[1:])
    elif words[0] == "make":
        targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        assert set(targets) >= {word for word in words[1:] if "=" not in word}
    else:
        assert find_spec(words[2])


def all_known(text: str) -> None:
    """Fail unless each command of ours in a text of the shell takes what it is given."""
    for words in commands(text):
        known(words)


def test_no_block_is_left_without_a_treatment() -> None:
    treated = {"sh", "python", "toml", "yaml", "text"}
    assert [str(one) for one in BLOCKS if one.language not in treated | {""}] == []
    bare = [one.page for one in of("")]
    assert {page: bare.count(page) for page in bare}.items() <= PICTURES.items()
    assert [str(one) for one in of("sh") if not {one.page, one.place} & (RUN | set(PARSED))] == []
    assert RUN | set(PARSED) <= {one.page for one in of("sh")} | {one.place for one in of("sh")}
    assert len(BLOCKS) > 60


@pytest.mark.parametrize("test", [test for _, test in PARSED.values() if test])
def test_what_stands_in_for_a_block_is_a_test_that_there_is(test: str) -> None:
    file, name = test.split("::")
    assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("block", of("sh"), ids=str)
def test_a_command_takes_what_it_is_given(block: Block) -> None:
    syntax = subprocess.run(["bash", "-n"], input=block.text, text=True, check=False)  # noqa: S607  bash, wherever it is
    assert syntax.returncode == 0
    all_known(block.text)


@pytest.mark.parametrize(
    "line",
    [
        "lumbung keys issue bapera --persn ani",
        "lumbung ledger check",
        "make granary",
        ".venv/bin/python -m benchmarks.nothing",
        "true && lumbung bench nothing",
    ],
)
def test_a_command_that_is_wrong_is_found(line: str) -> None:
    with pytest.raises((AssertionError, click.UsageError)):
        all_known(line)


@pytest.mark.parametrize("block", of("python"), ids=str)
def test_python_runs(block: Block, tmp_path: Path) -> None:
    code = block.text
    if block.page in FRAGMENTS:
        compile(code, str(block), "exec")
        code = "\n".join(line for line in code.splitlines() if re.match(r"(from|import) ", line))
    done = subprocess.run(  # noqa: S603  our own pages
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", [*of("toml"), *of("yaml")], ids=str)
def test_data_are_what_they_say_they_are(block: Block, tmp_path: Path) -> None:
    file = tmp_path / f"block.{block.language}"
    file.write_text(block.text, encoding="utf-8")
    assert READERS[block.page](file)
