"""The Dockerfile keeps its habits, and its reader reads what Docker would."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.contracts.test_layout import tracked
from tests.deploy import dockerfile

STAGES = dockerfile.read((ROOT / "Dockerfile").read_text(encoding="utf-8"))
IMAGES = ("serving", "training")


def test_hadolint_finds_nothing() -> None:
    ran = subprocess.run(  # noqa: S603  a tool of our locks
        [str(Path(sys.executable).with_name("hadolint")), "--no-color", str(ROOT / "Dockerfile")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_is_run_by_a_number_that_is_nobodys(image: str) -> None:
    """A name would have to be looked up, and Kubernetes takes none for not being root."""
    assert STAGES[image].last("USER").rest == "10001:10001"


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_is_labelled_with_this_release(image: str) -> None:
    labels = dict(word.split("=", 1) for word in STAGES[image].last("LABEL").words)
    version = importlib.metadata.version("lumbung")
    assert labels["org.opencontainers.image.version"] == version


def test_the_check_of_health_needs_no_shell() -> None:
    check = STAGES["serving"].last("HEALTHCHECK").rest.partition("CMD ")[2]
    assert json.loads(check)[0] == "python"


def test_the_builder_is_given_what_is_copied_and_nothing_else() -> None:
    names = [str(file.relative_to(ROOT)) for file in tracked()]
    given = dockerfile.context((ROOT / ".dockerignore").read_text(encoding="utf-8"), names)
    copied = {
        word
        for stage in STAGES.values()
        for step in stage.steps
        if step.verb == "COPY" and not step.rest.startswith("--from")
        for word in step.words[:-1]
    }
    tops = {name.split("/")[0] for name in given}
    assert tops == {word.split("/")[0] for word in copied}
    assert not [name for name in given if name.startswith(("tests", "docs", "secrets", "data"))]


MADE_UP = """# syntax of a comment
FROM debian AS a
ENV HOME=/srv \\
    # a comment between
    PLACE=$HOME/rice
WORKDIR /one
FROM a AS b
COPY --from=c x y
FROM a AS c
WORKDIR /two
CMD ["say", "two words"]
"""


def test_the_reader_joins_lines_fills_in_and_follows_parents() -> None:
    stages = dockerfile.read(MADE_UP)
    assert list(stages) == ["a", "b", "c"]
    assert dockerfile.environment(stages, "b")["PLACE"] == "/srv/rice"
    assert [dockerfile.folder(stages, name) for name in ("debian", "a", "b", "c")] == [
        *("/", "/one", "/one", "/two")
    ]
    assert [one.name for one in dockerfile.needed(stages, "b")] == ["a", "c", "b"]
    assert stages["c"].last("CMD").words == ["say", "two words"]


def test_the_last_line_that_fits_says_whether_a_file_is_left_out() -> None:
    files = ["a/b.py", "a/__pycache__/b.pyc", "c.txt", "d/e.txt", "d/e.in"]
    ignored = "# all\n*\n!a\n!d/*.txt\n**/__pycache__\n"
    assert dockerfile.context(ignored, files) == ["a/b.py", "d/e.txt"]
