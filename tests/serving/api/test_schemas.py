"""What the API gives: every field is said, none is left to a default."""

from __future__ import annotations

import pydantic

from serving.api import schemas


def test_a_field_of_an_answer_has_no_default() -> None:
    answers = [
        model
        for model in vars(schemas).values()
        if isinstance(model, type)
        and issubclass(model, pydantic.BaseModel)
        and model.__module__ == schemas.__name__
    ]
    assert schemas.Decision in answers
    assert all(f.is_required() for model in answers for f in model.model_fields.values())
