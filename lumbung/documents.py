"""The files that code can write: pages of docs/, and the client's types and operations.

``make docs`` writes them, a test compares.
"""

from __future__ import annotations

import functools
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from features.catalogue import FEATURES
from features.records import TABLES
from features.signals import SIGNALS
from features.sources import SOURCES
from features.table import Column, Table
from lumbung import (
    client_code,
    collection,
    command_page,
    feature_page,
    operation_page,
    product_page,
    reason_page,
)
from lumbung.evidencing import requirements
from models.rules import RULES, Rule
from models.scale import BASE
from serving.app import create_app
from serving.operation.drifted import DRIFT
from serving.operation.metrics import KEPT, Metrics
from serving.settings import Settings

HEADER: Final = "<!-- Written by `make docs`; change the code, not this page. -->\n\n"


@functools.cache
def description() -> dict[str, Any]:
    """Return the API's description, as the service gives it at /openapi.json."""
    return create_app(Settings()).openapi()


def openapi() -> str:
    """Return the API's description as a file."""
    return json.dumps(description(), indent=2, ensure_ascii=False) + "\n"


def requests() -> str:
    """Return the collection of requests to try."""
    return json.dumps(collection.collection(description()), indent=2, ensure_ascii=False) + "\n"


def client_models() -> str:
    """Return the client's types."""
    return client_code.models(description())


def client_operations() -> str:
    """Return the client's operations."""
    return client_code.operations(description())


def settings() -> str:
    """Return the page of settings."""
    rows = [
        f"| `LUMBUNG_{name.upper()}` | {field.description} | `{field.default}` |"
        for name, field in Settings.model_fields.items()
    ]
    top = "# Settings\n\nRead once from the environment when a command starts.\n\n"
    return HEADER + top + "| variable | what it is for | default |\n|---|---|---|\n" + _lines(rows)


def figures() -> str:
    """Return the page of figures for Prometheus."""
    counted = [
        (f"{one.name}_total" if one.type == "counter" else one.name, one.type, one.documentation)
        for one in Metrics().registry.collect()
    ]
    kept = [(name, "gauge", said) for name, (said, _) in KEPT.items()]
    return (
        f"{HEADER}# Figures\n\nWhat `/metrics` gives to whoever shows `LUMBUNG_METRICS_TOKEN` "
        f"([why so](decisions/0041-operation.md)).\n\n{_figures(counted + kept)}\n"
        "What `lumbung monitor --metrics FILE` writes, for the textfile collector of the node "
        "exporter ([how it is found](drift.md)). One is not there where there were too few.\n\n"
        f"{_figures([(name, 'gauge', said) for name, said in DRIFT.items()])}"
    )


def _figures(found: list[tuple[str, str, str]]) -> str:
    rows = [f"| `{name}` | {kind} | {said} |" for name, kind, said in sorted(found)]
    return "| name | kind | what it is |\n|---|---|---|\n" + _lines(rows)


def features() -> str:
    """Return the page of features."""
    return HEADER + feature_page.page()


def records() -> str:
    """Return the page of records."""
    top = (
        "# Records\n\nA data set is a folder with a `dataset.toml` and any of these tables, each "
        "one Parquet file or a folder of parts. Money is whole minor units (rupiah have none), "
        "times are UTC. The sources of records about a business, each under a consent of its own, "
        f"are {', '.join(SOURCES)}.\n\n"
    )
    return HEADER + top + "\n".join(_table(table) for table in TABLES.values())


def products() -> str:
    """Return the page of products."""
    return HEADER + product_page.page()


def commands() -> str:
    """Return the page of the command line."""
    return HEADER + command_page.page()


def reasons() -> str:
    """Return the page of reasons."""
    return HEADER + reason_page.page()


def operations() -> str:
    """Return the page of the API's operations."""
    return HEADER + operation_page.page(description())


def signals() -> str:
    """Return the page of signals, without the lines: those are the policy's."""
    rows = [
        f"| `{s.name}` | {s.meaning} | {s.unit} | {s.missing} | {s.currency or 'any'} |"
        for s in SIGNALS
    ]
    top = (
        "# Signals\n\nFor the person who looks at a case in which transactions are to be checked: "
        "what was counted, and so what to ask about. A signal is no finding, and each has honest "
        "causes too: neighbours who buy from each other, a new large customer, books filled in for "
        "a class. No model sees a signal, none moves a point, and what is missing raises no "
        "hand. The lines are the policy's; which signal raised its hand is kept with the decision "
        "and is no part of an answer "
        "([why](decisions/0015-fraud-signals.md)).\n\n"
        "| signal | meaning | unit | missing means | currency |\n|---|---|---|---|---|\n"
    )
    return HEADER + top + _lines(rows)


def rules() -> str:
    """Return the page of the rules that decide without a model."""
    rows = [f"| `{rule.feature}` | {_ranges(rule)} |" for rule in RULES]
    top = (
        f"# Rules\n\nPoints without a model: {BASE}, and those of each feature's range added; a "
        "value on a bound lies in the range above it, and what is missing gives none. They were "
        "set by judgement, before any data, in the directions of the [features](features.md), and "
        "stand for no probability of default: while they decide, nobody is *eligible* without a "
        "person ([why](decisions/0023-when-a-person-looks.md)). `LUMBUNG_SCORER=rules` puts them "
        "in the champion's place.\n\n| feature | points |\n|---|---|\n"
    )
    return HEADER + top + _lines(rows)


def _ranges(rule: Rule) -> str:
    """Return a rule's points, each with its range."""
    ranges = [f"below {rule.bounds[0]:g}", *(f"from {bound:g}" for bound in rule.bounds)]
    return ", ".join(f"{p:+d} {where}" for p, where in zip(rule.points, ranges, strict=True))


def _table(table: Table) -> str:
    rows = [
        f"| `{c.name}` | {c.kind} | {c.meaning} | {_allowed(c)} | {c.missing or 'never'} |"
        for c in table.columns
    ]
    top = f"## {table.name}\n\nA row is {table.meaning}. No two rows share a `{table.key}`.\n\n"
    return (
        top
        + "| column | kind | meaning | allowed | missing |\n|---|---|---|---|---|\n"
        + _lines(rows)
    )


def _allowed(column: Column) -> str:
    """Return what a column may hold, in words."""
    said = [", ".join(column.values)] if column.values else []
    if column.kind in ("money", "count", "quantity"):
        least = "any" if column.least is None else f"{column.least} or more"
        said.append(least if column.most is None else f"{column.least} to {column.most}")
    if column.pattern:
        said.append(f"`{column.pattern}`")
    if column.hashed:
        said.append("a keyed hash")
    if column.kind == "time" and column.ahead:
        said.append("may lie ahead")
    if column.known_with not in (None, column.name):
        said.append(f"known from `{column.known_with}` on")
    if column.unseen:
        said.append("no feature sees it")
    return "; ".join(said)


def _lines(rows: list[str]) -> str:
    return "".join(f"{row}\n" for row in rows)


PAGES: Final[dict[str, Callable[[], str]]] = {
    "docs/openapi.json": openapi,
    "docs/operations.md": operations,
    "docs/cli.md": commands,
    "docs/reasons.md": reasons,
    "docs/settings.md": settings,
    "docs/metrics.md": figures,
    "docs/signals.md": signals,
    "docs/rules.md": rules,
    "docs/features.md": features,
    "docs/products.md": products,
    "docs/records.md": records,
    "docs/evidence/requirements.md": lambda: HEADER + requirements.page(),
    "docs/postman.json": requests,
    "lumbung/client/models.py": client_models,
    "lumbung/client/operations.py": client_operations,
    **{
        f"docs/{feature_page.PICTURES}/{feature.name}.svg": functools.partial(
            feature_page.picture, feature
        )
        for feature in FEATURES
    },
}
"""File, from the root → what writes it."""


def main() -> None:
    """Write every file into the folder this runs in; no picture of before stays."""
    shutil.rmtree(Path("docs", feature_page.PICTURES), ignore_errors=True)
    for name, page in PAGES.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
