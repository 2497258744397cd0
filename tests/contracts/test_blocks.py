"""Every block of code in the README and the docs is run, or read by what reads it in earnest.

Blocks of the shell are followed by tests/journeys, in test_blocks.py and test_pages.py, or each
command of theirs by the test of what it calls (`BY`); the few that are not say why (`PARSED`). Here
every command is parsed by the program's own parser, so an option or a target that does not exist
fails.
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
from tests.contracts.blocks import BLOCKS, Block, commands, lines, of, parsed
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
    "docs/deploying.md#One machine: compose",
}
"""Pages, or chapters, whose blocks of the shell are followed: by tests/journeys, the last by
tests/deploy/test_compose.py."""

BENCHMARKS: Final = "tests/benchmarks"

BY: Final = {
    "lumbung import --mapping berka ": "tests/lumbung/test_berka.py",
    "lumbung train --data var/berka ": "tests/lumbung/test_berka.py",
    "lumbung bench recipes ": "tests/lumbung/test_berka.py",
    "lumbung audit --decisions hmda_aer.parquet ": "tests/lumbung/test_audit.py",
    "lumbung benchmark --table sba/": "tests/lumbung/test_benchmark.py",
    "lumbung benchmark --table south_german/": "tests/lumbung/test_benchmark.py",
    "lumbung bench steps": f"{BENCHMARKS}/test_steps.py",
    "lumbung bench dice": f"{BENCHMARKS}/test_dice.py",
    "lumbung bench serving": f"{BENCHMARKS}/test_serving.py",
    "lumbung bench allocation ": f"{BENCHMARKS}/test_allocation.py",
    "python -m benchmarks.pictured ": f"{BENCHMARKS}/test_allocation.py",
    "lumbung bench power ": f"{BENCHMARKS}/test_power.py",
    "lumbung bench features request": f"{BENCHMARKS}/test_features.py",
    "lumbung bench model_server": f"{BENCHMARKS}/test_model_server.py",
    "lumbung bench scoring": f"{BENCHMARKS}/test_scoring.py",
    "lumbung bench faults kills": "tests/faults/test_kills.py",
    "lumbung bench faults swaps": "tests/faults/test_swaps.py",
    "lumbung bench faults slow": "tests/faults/test_slow.py",
    "lumbung bench faults uploads": "tests/faults/test_uploads.py",
    "lumbung bench faults schemathesis": "tests/faults/test_described.py",
    "jupyter nbconvert --clear-output ": "tests/notebooks/test_notebooks.py",
}
"""How a command begins → what runs it as its page has it, but for its size and its data."""

CI: Final = f"{Path(__file__).relative_to(ROOT)}::test_ci_makes_what_is_only_parsed_and_runs_this"

REPLAYED: Final = "tests/deploy/test_replay.py"

PARSED: Final = {
    "make env": ("it made what this runs in", CI),
    "make peers": ("it gets packages from elsewhere, before any test", CI),
    "make test": ("it is what runs this", CI),
    "make demo": (
        "it would write into the checkout; what it calls is called elsewhere by",
        "tests/journeys/test_demo.py::test_a_second_start_uses_what_is_there_and_keeps_its_decisions",
    ),
    "make notebooks": (
        "minutes at once; each notebook is run by itself by",
        "tests/notebooks/test_notebooks.py::test_a_notebook_runs_shows_pictures_and_warns_of_nothing",
    ),
    "docker build ": (
        "there is no engine here; the steps of the Dockerfile are followed by",
        f"{REPLAYED}::test_the_image_serves_and_is_healthy_as_nobody_with_rights_on_files_it_cannot_change",
    ),
    "docker compose ": (
        "there is no engine here; what its file and these lines say is held by",
        "tests/deploy/test_compose.py::test_every_setting_and_every_command_it_gives_is_there",
    ),
    "kubectl ": (
        "there is no cluster here; what its file and these lines say is held by",
        "tests/deploy/test_kubernetes.py::test_what_the_page_tells_the_cluster_is_there",
    ),
    "python3.11 -m venv /opt/lumbung": (
        "a folder of the machine's own; the image makes it in",
        f"{REPLAYED}::test_the_image_is_this_release_compiled_and_without_what_made_it",
    ),
    "/opt/lumbung/bin/pip install ": (
        "packages from elsewhere; the same lock and wheel are put into the image in",
        f"{REPLAYED}::test_the_bill_of_materials_in_the_image_names_all_that_was_locked",
    ),
}
"""How a command begins → why it is only parsed, and what test stands in for it."""


def parsed_only(line: str) -> bool:
    """Return whether a line of the shell is one that nobody follows."""
    return line.startswith(tuple(PARSED))


def known(words: list[str]) -> None:
    """Fail unless a command of ours takes what it is given, or a target or a module is there."""
    if words[0] == "lumbung":
        parsed(cli.program, words[1:])
    elif words[0] == "make":
        all_known(dry("--old-file=.venv/made", *words[1:]))
    else:
        assert find_spec(words[2])


def dry(*words: str) -> str:
    """Return what make would run."""
    ran = subprocess.run(  # noqa: S603  targets of ours
        ["make", "--dry-run", "--no-print-directory", *words],  # noqa: S607  wherever it is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def all_known(text: str) -> None:
    """Fail unless each command of ours in a text of the shell takes what it is given."""
    for words in commands(text):
        known(words)


def test_no_block_is_left_without_a_treatment() -> None:
    treated = {"sh", "python", "toml", "yaml", "text"}
    assert [str(one) for one in BLOCKS if one.language not in treated | {""}] == []
    bare = [one.page for one in of("")]
    assert {page: bare.count(page) for page in bare}.items() <= PICTURES.items()
    assert {one.page for one in of("sh")} | {one.place for one in of("sh")} >= RUN
    assert len(BLOCKS) > 60


def test_every_command_is_run_or_it_is_said_why_not() -> None:
    said = {line: {one.page, one.place} for one in of("sh") for line in lines(one)}
    others = [line for line, where in said.items() if not where & RUN]
    assert [line for line in others if not line.startswith((*BY, *PARSED))] == []
    assert [way for way in (*BY, *PARSED) if not any(one.startswith(way) for one in said)] == []
    asked = {way: (ROOT / file).read_text(encoding="utf-8") for way, file in BY.items()}
    assert [way for way, text in asked.items() if f'"{way}"' not in text] == []


def test_ci_makes_what_is_only_parsed_and_runs_this() -> None:
    """It makes the environment and the peers from their locks, then every test."""
    assert (ROOT / ".ci/run").read_text(encoding="utf-8").endswith("\nexec make test\n")
    steps = dry("--always-make", "test")
    places = [steps.index(one) for one in ("locks/all.txt", "locks/benchmark.txt", "bin/pytest")]
    assert places == sorted(places)


@pytest.mark.parametrize("test", [test for _, test in PARSED.values()])
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
