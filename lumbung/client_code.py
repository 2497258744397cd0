"""The generated half of the client: its types and its operations, from the API's description.

The types are made by datamodel-code-generator. An operation becomes a method named by the function
that serves it, in a group named by its tag.
"""

from __future__ import annotations

import keyword
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

HEADER: Final = "Written by `make docs` from docs/openapi.json; change the API, not this file."

PLAIN: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
"""Type of JSON Schema → of Python."""

JSON: Final = "application/json"


@dataclass(frozen=True)
class Parameter:
    """What an operation asks for besides its body.

    Args:
        name: as a keyword of Python.
        wire: as it is sent.
        where: ``path``, ``query`` or ``header``.
        type: of Python.
    """

    name: str
    wire: str
    where: str
    type: str


@dataclass(frozen=True)
class Operation:
    """An operation of the API.

    Args:
        name: of the method.
        method: of HTTP.
        path: as Python writes it, its parts quoted.
        says: what it does, indented as a docstring goes on.
        parameters: of path, query and headers.
        body: type of what it takes; None where nothing.
        answer: type of what it gives; ``None`` where nothing.
        by_key: whether a key keeps it from being done twice.
    """

    name: str
    method: str
    path: str
    says: str
    parameters: tuple[Parameter, ...]
    body: str | None
    answer: str
    by_key: bool

    @property
    def once(self) -> bool:
        """Return whether the service could do it twice, when it is sent twice."""
        return self.method == "POST" and not self.by_key

    def of(self, where: str) -> list[Parameter]:
        """Return the parameters of one kind."""
        return [parameter for parameter in self.parameters if parameter.where == where]


def models(description: Mapping[str, Any]) -> str:
    """Return the module of the types of all that is sent and answered."""
    # of the dev extra: only who writes the docs has it
    from datamodel_code_generator import InputFileType, generate  # noqa: PLC0415
    from datamodel_code_generator.enums import DataModelType  # noqa: PLC0415
    from datamodel_code_generator.format import Formatter, PythonVersion  # noqa: PLC0415

    text = generate(
        dict(description),
        input_file_type=InputFileType.OpenAPI,
        output_model_type=DataModelType.TypingTypedDict,
        target_python_version=PythonVersion.PY_311,
        use_union_operator=True,
        use_standard_collections=True,
        use_schema_description=True,
        use_closed_typed_dict=False,
        disable_timestamp=True,
        formatters=[Formatter.BUILTIN],
        custom_file_header=f'"""The types of what the API takes and gives.\n\n{HEADER}\n"""',
    )
    return str(text).rstrip() + "\n"


def operations(description: Mapping[str, Any]) -> str:
    """Return the module of the operations of version 1."""
    groups: dict[str, list[Operation]] = defaultdict(list)
    for path, item in description["paths"].items():
        if path.startswith("/v1/"):
            for method, told in item.items():
                groups[told["tags"][0].replace("-", "_")].append(_operation(method, path, told))
    environment = Environment(
        loader=PackageLoader("lumbung", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  Python, not HTML
    )
    return environment.get_template("operations.py.j2").render(groups=groups, header=HEADER)


def _operation(method: str, path: str, told: Mapping[str, Any]) -> Operation:
    parameters = tuple(_parameters(told))
    return Operation(
        name=told["operationId"].split("_", 1)[1],
        method=method.upper(),
        path=_path(path),
        says=_indented(told.get("description", told["summary"])),
        parameters=parameters,
        body=_body(told.get("requestBody")),
        answer=_answer(told["responses"]),
        by_key=any(one.name == "idempotency_key" for one in parameters),
    )


def _path(path: str) -> str:
    """Return an expression of the path, with what its parts are called."""
    parts = re.sub(r"{(\w+)}", r"{_part(\1)}", path)
    return f'"{path}"' if parts == path else f'f"{parts}"'


def _indented(text: str) -> str:
    """Return a text as a docstring holds it, in a method of a class."""
    lines = text.strip().split("\n")
    return "\n".join([lines[0], *(f"        {line}".rstrip() for line in lines[1:])])


def _parameters(told: Mapping[str, Any]) -> Iterator[Parameter]:
    for one in told.get("parameters", []):
        name = one["name"].lower().replace("-", "_")
        if name != "x_request_id":
            safe = f"{name}_" if keyword.iskeyword(name) else name
            yield Parameter(safe, one["name"], one["in"], _type(one["schema"]))


def _body(asked: Mapping[str, Any] | None) -> str | None:
    if asked is None:
        return None
    if JSON in asked["content"]:
        return _type(asked["content"][JSON]["schema"])
    return "bytes | Iterator[bytes]"


def _answer(responses: Mapping[str, Any]) -> str:
    """Return the type of an operation's answer when all is well."""
    good = next(told for status, told in responses.items() if status.startswith("2"))
    content = good.get("content", {})
    if not content:
        return "None"
    return _type(content[JSON]["schema"]) if JSON in content else "bytes"


def _type(schema: Mapping[str, Any]) -> str:
    """Return the type of Python for a schema that stands beside an operation."""
    match schema:
        case {"$ref": str(place)}:
            found = f"models.{place.rsplit('/', 1)[1]}"
        case {"anyOf": [*options]}:
            found = " | ".join(sorted({_type(one) for one in options}, key="None".__eq__))
        case {"enum": [*values]}:
            found = f"Literal[{', '.join(map(repr, values))}]"
        case {"const": value}:
            found = f"Literal[{value!r}]"
        case {"type": "array", "items": items}:
            found = f"list[{_type(items)}]"
        case {"type": "null"}:
            found = "None"
        case _:
            found = PLAIN.get(schema.get("type", ""), "dict[str, Any]")
    return found
