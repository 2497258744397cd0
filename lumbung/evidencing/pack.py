"""The pack: a folder with the table of what is asked and answered, and with all that it names.

``index.html`` is for people, ``evidence.json`` says the same to programs. ``model/`` is what the
run of the model kept, its card among it; ``release/`` holds the documents of the release and each
file that a check names. ``SHA256SUMS`` is over all of it, as ``sha256sum --check`` reads it.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import jinja2

from lumbung.evidencing.checks import Found, place_of
from lumbung.evidencing.claims import ANSWERS, KNOWN, Catalogue
from training.card.render import figure, of_markdown, page
from training.tracking import Taken
from training.validation.evaluate import MEASURES, Figure

SUMS: Final = "SHA256SUMS"
RELEASE: Final = "release"
MODEL: Final = "model"


@dataclass(frozen=True)
class Release:
    """Which release is spoken of, by whom, and when.

    Args:
        version: of the package.
        commit: of the checkout; empty where it is not known.
        made: when the pack is made, UTC.
        owner: who answers for the system; empty where nobody is named.
        tests: how many tests a run of them is known to have passed; None where none is given.
    """

    version: str
    commit: str
    made: datetime
    owner: str
    tests: int | None


def figures_of(taken: Taken) -> dict[str, Figure]:
    """Return the figures of a run with their intervals, on all later loans."""
    known = taken.metrics
    return {
        name: Figure(known[name], known[f"{name}_low"], known[f"{name}_high"])
        for name in MEASURES
        if name in known
    }


def fill(
    folder: Path,
    root: Path,
    release: Release,
    taken: Taken,
    asked: Catalogue,
    found: Mapping[str, tuple[Found, ...]],
) -> str:
    """Write all of a pack into *folder*, where what the run kept is there already.

    Returns:
        SHA-256 of ``SHA256SUMS``, and so of all of the pack.
    """
    _copy(root, folder / RELEASE, {place_of(one.check) for each in found.values() for one in each})
    told = {
        "release": {**asdict(release), "made": release.made.isoformat()},
        "model": _model(taken),
        "counted": asked.counted(),
        "frameworks": {
            name: {
                "title": framework.title,
                "note": framework.note,
                "requirements": [
                    {**one.model_dump(), "answered": one.answered} for one in framework.requirements
                ],
            }
            for name, framework in asked.frameworks.items()
        },
        "claims": {
            name: {"says": claim.says, "checks": [asdict(one) for one in found[name]]}
            for name, claim in asked.claims.items()
        },
    }
    _write(folder / "evidence.json", json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    body = _TEMPLATES.get_template("index.html.j2").render(
        **told, taken=taken, figures=figures_of(taken), answers=ANSWERS, how=KNOWN
    )
    _write(folder / "index.html", page(f"Evidence for Lumbung {release.version}", body))
    return _sum(folder)


def _model(taken: Taken) -> dict[str, Any]:
    """Return what is told of the model."""
    return {
        "version": taken.version,
        "run": taken.run_id,
        "digest": taken.params["digest"],
        "data_set": taken.params["data_set"],
        "data_digest": taken.params["data_digest"],
        "catalogue": taken.params["fingerprint"],
        "simulated": taken.params["simulated"] == "True",
        "trained_until": taken.params["trained_until"],
        "figures": {name: asdict(one) for name, one in figures_of(taken).items()},
        "gates": [asdict(gate) for gate in taken.gates.values()],
        "override": {key: said for key, said in taken.tags.items() if key.startswith("override_")},
    }


def _copy(root: Path, into: Path, named: set[str]) -> None:
    """Copy the documents and the files named; each page is there as HTML too."""
    shutil.copytree(root / "docs", into / "docs")
    for name in sorted(named | {"LICENSE", "README.md", "locks/serving.txt"}):
        if not name.startswith("docs/"):
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, into / name)
    for file in sorted(into.rglob("*.md")):
        body = of_markdown(file.read_text(encoding="utf-8"))
        _write(file.with_suffix(".html"), page(file.stem, _led(body)))


def _led(body: str) -> str:
    """Lead what pointed to a page of Markdown to its HTML."""
    return re.sub(r'(href="(?![a-z]+:)[^"#]*)\.md(#[^"]*)?"', r'\1.html"', body)


def _sum(folder: Path) -> str:
    lines = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder)}\n"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    ]
    _write(folder / SUMS, "".join(lines))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def _seen_at(check: str) -> str:
    """Return the address, within the pack, of what a check is about."""
    if check.startswith(("gate ", "figure ")):
        return f"{MODEL}/card/card.html"
    place = place_of(check)
    return f"{RELEASE}/{place.removesuffix('.md')}{'.html' if place.endswith('.md') else ''}"


def _templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("lumbung", "evidencing"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    made.filters |= {"figure": figure, "seen_at": _seen_at}
    return made


_TEMPLATES: Final = _templates()
