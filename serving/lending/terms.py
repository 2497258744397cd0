"""What a partner proposes, read as strictly as a file is, and all its faults told at once.

A product or a programme is sent as the record that `matching` declares. What the service itself
sets in it, such as who verified it, may not be sent.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from matching.rule import Record
from serving.reading.faults import Fault, Faulty, fault_of

Terms = Mapping[str, Any]
"""What was sent: name of a field → its value, as JSON has it."""

MOST: Final = 64 * 2**10
"""Bytes of a record: some times what the longest there is takes."""

R = TypeVar("R", bound=Record)


def read(kind: type[R], sent: Terms, code: str, ours: Terms) -> R:
    """Return the record that was sent, with what the service sets.

    Args:
        kind: of the record.
        sent: its other fields.
        code: of the error.
        ours: the fields that the service sets.

    Raises:
        Faulty: anything is wrong, with this code; a field that the service sets is as unknown as
            any other.
    """
    text = json.dumps({**sent, **ours}, default=str)
    if len(text) > MOST:
        hint = "Say it more briefly."
        fault = Fault(where="", found=f"{len(text)} bytes", expected=f"{MOST}", hint=hint)
        raise Faulty([fault], code)
    strange = [_strange(name) for name in sorted(ours.keys() & sent.keys())]
    try:
        record = kind.model_validate_json(text)
    except ValidationError as wrong:
        found = [fault_of(item) for item in wrong.errors(include_url=False)]
        raise Faulty([*strange, *found], code) from wrong
    if strange:
        raise Faulty(strange, code)
    return record


def _strange(name: str) -> Fault:
    return Fault(
        where=name, found="a field that the service sets", expected="none", hint="Leave it out."
    )


def schema(kind: type[Record], ours: Collection[str]) -> dict[str, Any]:
    """Return the JSON schema of what may be sent: the record without what the service sets."""
    whole = kind.model_json_schema()
    fields = {name: one for name, one in whole["properties"].items() if name not in ours}
    required = [name for name in whole["required"] if name not in ours]
    shape = {**whole, "properties": fields, "required": required}
    definitions = shape.pop("$defs", {})
    inlined: dict[str, Any] = _inlined(shape, definitions)
    return inlined


def _inlined(node: Any, definitions: Mapping[str, Any]) -> Any:
    """Return a schema with what it refers to in its place."""
    if isinstance(node, list):
        return [_inlined(inner, definitions) for inner in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(definitions[node["$ref"].rpartition("/")[2]], definitions)
    return {name: _inlined(inner, definitions) for name, inner in node.items()}
