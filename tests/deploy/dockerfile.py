"""A Dockerfile as its stages and steps, as far as ours needs it: no ARG, no heredoc, no ONBUILD."""

from __future__ import annotations

import fnmatch
import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from string import Template

PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Of an image that says nothing else."""


@dataclass(frozen=True)
class Step:
    """An instruction in capitals, and what follows it on its logical line."""

    verb: str
    rest: str

    @property
    def words(self) -> list[str]:
        """Return the words of it, of the exec form too."""
        listed = self.rest.strip().startswith("[")
        return json.loads(self.rest) if listed else shlex.split(self.rest)


@dataclass(frozen=True)
class Stage:
    """What stands from one FROM to the next."""

    name: str
    parent: str
    steps: list[Step] = field(default_factory=list)

    def last(self, verb: str) -> Step:
        """Return the last step of a verb; raises StopIteration for none."""
        return next(step for step in reversed(self.steps) if step.verb == verb)


def read(text: str) -> dict[str, Stage]:
    """Return name → stage, in their order."""
    plain = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    stages: dict[str, Stage] = {}
    for line in re.sub(r"\\\n\s*", " ", plain).splitlines():
        if not line.strip():
            continue
        verb, rest = line.split(maxsplit=1)
        if verb == "FROM":
            parent, _, name = rest.split()
            stages[name] = Stage(name, parent)
        else:
            stages[name].steps.append(Step(verb, rest))
    return stages


def lineage(stages: dict[str, Stage], name: str) -> list[Stage]:
    """Return a stage after those that it is built on; the first is built on an image."""
    stage = stages[name]
    return [*(lineage(stages, stage.parent) if stage.parent in stages else []), stage]


def needed(stages: dict[str, Stage], name: str) -> list[Stage]:
    """Return a stage after all that it is built on or copies from, each once."""
    found: dict[str, Stage] = {}
    for stage in lineage(stages, name):
        for step in stage.steps:
            if step.verb == "COPY" and step.words[0].startswith("--from="):
                other = step.words[0].removeprefix("--from=")
                found |= {one.name: one for one in needed(stages, other)}
        found[stage.name] = stage
    return list(found.values())


def environment(stages: dict[str, Stage], name: str) -> dict[str, str]:
    """Return what a stage's ENV steps and those of its parents come to."""
    said = {"PATH": PATH}
    for stage in lineage(stages, name):
        for step in stage.steps:
            if step.verb == "ENV":
                for pair in step.words:
                    key, _, value = pair.partition("=")
                    said[key] = Template(value).safe_substitute(said)
    return said


def folder(stages: dict[str, Stage], name: str) -> str:
    """Return the WORKDIR that a stage ends in; the root where it and its parents name none."""
    said = "/"
    for stage in lineage(stages, name) if name in stages else []:
        said = next((one.rest for one in reversed(stage.steps) if one.verb == "WORKDIR"), said)
    return said


def context(ignored: str, files: list[str]) -> list[str]:
    """Return which of the *files* of a folder reach the builder, by its ``.dockerignore``.

    As Docker has it: the last line that fits decides, and a line fits what lies below it too.
    """
    lines = [line for line in ignored.splitlines() if line and not line.startswith("#")]
    return [file for file in files if not _left_out(file, lines)]


def _left_out(file: str, lines: list[str]) -> bool:
    above = [file, *map(str, PurePosixPath(file).parents)]
    out = False
    for line in lines:
        pattern = line.removeprefix("!")
        deep = pattern.removeprefix("**/")
        if any(
            fnmatch.fnmatch(one, pattern)
            or (deep != pattern and fnmatch.fnmatch(PurePosixPath(one).name, deep))
            for one in above
        ):
            out = not line.startswith("!")
    return out
