"""Feature vectors as MLflow's scoring protocol sends them, in any of its four forms.

https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally: ``dataframe_split``,
``dataframe_records``, ``instances`` or ``inputs``. What is null or left out is not known; a name
that no feature has is refused, where MLflow would pass over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

import numpy as np
import pydantic

from features.catalogue import NAMES
from features.errors import BadInput
from features.rows import Floats
from serving.reading.faults import Faulty, fault_of

PLACES: Final = {name: place for place, name in enumerate(NAMES)}

HINT: Final = "Send one of dataframe_split, dataframe_records, instances and inputs, as to MLflow."

Value = Annotated[float, pydantic.Strict()] | None
Record = dict[str, Value]


class Form(pydantic.BaseModel):
    """A form has nothing that is not of it."""

    model_config = pydantic.ConfigDict(extra="forbid")


class Split(Form):
    """Rows, and the names of their columns; what their index is plays no part."""

    columns: list[str]
    data: list[list[Value]]
    index: list[Any] | None = None


class Sent(Form):
    """A body: one of the four forms. Models of ours have no parameters."""

    dataframe_split: Split | None = None
    dataframe_records: list[Record] | None = None
    instances: list[Record] | None = None
    inputs: list[Record] | dict[str, list[Value]] | Record | None = None
    params: dict[str, Any] | None = pydantic.Field(None, max_length=0)


def read(body: bytes) -> Floats:
    """Return (n, features) in the catalogue's order, NaN where not known.

    Raises:
        BadInput: it is not one of the four forms, or its rows are not as long as its names
            (``bad-invocation``); it names what is no feature, or one twice (``unknown-feature``).
    """
    try:
        sent = Sent.model_validate_json(body)
    except pydantic.ValidationError as error:
        faults = [fault_of(one).model_copy(update={"hint": HINT}) for one in error.errors()]
        raise Faulty(faults, "bad-invocation") from error
    given = [form for form in sent.model_fields_set - {"params"} if getattr(sent, form) is not None]
    if len(given) != 1:
        raise _bad(f"{len(given)} forms", "exactly one of the four forms")
    form: Split | list[Record] | dict[str, Any] = getattr(sent, given[0])
    if isinstance(form, Split):
        return _of_rows(form.columns, form.data)
    if isinstance(form, list):
        return _of_records(form)
    if form and all(isinstance(values, list) for values in form.values()):
        return _of_rows(list(form), _turned(list(form.values())))
    return _of_records([form])


def _of_rows(names: Sequence[str], rows: Sequence[Sequence[float | None]]) -> Floats:
    _refuse_strange(names)
    if any(len(row) != len(names) for row in rows):
        raise _bad("a row of another length", f"{len(names)} values, as there are names")
    vectors = np.full((len(rows), len(NAMES)), np.nan)
    if rows and names:
        vectors[:, [PLACES[name] for name in names]] = np.array(rows, dtype=np.float64)
    return vectors


def _of_records(records: Sequence[Record]) -> Floats:
    for record in records:
        if not record.keys() <= PLACES.keys():
            _refuse_strange(list(record))
    rows = [[record.get(name) for name in NAMES] for record in records]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(NAMES))


def _turned(columns: Sequence[Sequence[float | None]]) -> list[Sequence[float | None]]:
    """Return rows of columns of one length."""
    if len({len(values) for values in columns}) > 1:
        raise _bad("columns of several lengths", "as many values of each feature")
    return list(zip(*columns, strict=True))


def _refuse_strange(names: Sequence[str]) -> None:
    strange = [name for name in names if name not in PLACES]
    if strange or len(set(names)) < len(names):
        raise BadInput(
            found=f"{len(strange)} names of no feature" if strange else "a feature named twice",
            expected="features of the catalogue, each once",
            hint="docs/features.md names them; what is not known is left out.",
            code="unknown-feature",
        )


def _bad(found: str, expected: str) -> BadInput:
    return BadInput(
        found=found,
        expected=expected,
        hint=HINT,
        code="bad-invocation",
    )
