"""The account of siti of granary, set up step by step."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from serving.access import accounts
from serving.access.signing_in import Shown
from tests.audit.cases import NOW
from tests.serving.access.cases import LATER, PASSWORD
from tests.serving.cases import code_at


@pytest.fixture
def token(decided: Engine) -> str:
    """Return the token by which siti of granary sets her account up."""
    return accounts.add(decided, "siti", "granary", "Siti", NOW, ["cases"])


@pytest.fixture
def secret(decided: Engine, token: str) -> str:
    """Return the secret on siti's telephone."""
    return accounts.invited(decided, token, NOW).secret


@pytest.fixture
def paper(decided: Engine, token: str, secret: str) -> list[str]:
    """Set the account up, and return the codes on paper."""
    return accounts.set_up(decided, token, PASSWORD, code_at(secret, NOW), NOW)


@pytest.fixture
def shown(secret: str, paper: list[str]) -> Shown:
    """Return what siti shows at `LATER`."""
    assert len(set(paper)) == 10
    return Shown("siti", PASSWORD, code_at(secret, LATER))
