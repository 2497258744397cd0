"""A person of granary who signs in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from serving.access import signing_in
from serving.access.callers import NotAuthenticated
from serving.access.signing_in import Shown
from tests.audit.cases import NOW
from tests.training.cases import refused

PASSWORD = "gabah kering giling 7"
STEP = timedelta(seconds=30)
LATER = NOW + 2 * STEP
"""When the code that set the account up is of a step that is over."""


def is_refused(engine: Engine, shown: Shown, at: timedelta = timedelta()) -> None:
    """Assert that nobody is let in, in words that do not tell why."""
    with pytest.raises(NotAuthenticated) as caught:
        signing_in.sign_in(engine, shown, LATER + at)
    refused(caught, "bad-sign-in")
    assert not [word for word in (shown.username, shown.password) if word in str(caught.value)]
