"""docs/operations.md: every operation of the API in a line, by its group.

It is read from the API's description, whose file says all the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import chain
from typing import Any, Final

TOP: Final = """\
# API reference

Every operation of version {version}, by group. The whole description, with schemas and examples,
is [openapi.json](openapi.json); a running service gives it at `/openapi.json`. The same requests,
to try, are [postman.json](postman.json), which Postman, Bruno and Insomnia open. How to begin is
told in [building on the API](api.md). A key opens what its scopes name; errors carry a
[code](errors.md).

"""


def page(description: Mapping[str, Any]) -> str:
    """Return the page of an API's description."""
    groups: dict[str, list[str]] = defaultdict(list)
    for path, item in description["paths"].items():
        for method, told in item.items():
            groups[told["tags"][0]].append(_row(method.upper(), path, told))
    top = TOP.format(version=description["info"]["version"])
    return top + "\n".join(_section(name, rows) for name, rows in sorted(groups.items()))


def _section(name: str, rows: list[str]) -> str:
    heads = "| request | what it does | scope | answers |\n|---|---|---|---|\n"
    return f"## {name.capitalize()}\n\n{heads}{''.join(rows)}"


def _row(method: str, path: str, told: Mapping[str, Any]) -> str:
    ways = [scopes for way in told.get("security", []) for scopes in way.values()]
    opened = ", ".join(f"`{scope}`" for scope in sorted({*chain(*ways)})) or "none"
    answers = ", ".join(sorted(told["responses"]))
    return f"| `{method} {path}` | {told['summary']} | {opened} | {answers} |\n"
