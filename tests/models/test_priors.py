"""Prior correction: whose shift it is."""

from __future__ import annotations

import pytest

from models.priors import shift_of

PRIORS = {"granary": 0.7, "granary/seed": -0.2, "barn/husk": 0.4}


@pytest.mark.parametrize(
    ("portfolio", "shift"),
    [
        ("granary", 0.7),
        ("granary/seed", -0.2),
        ("granary/husk", 0.7),
        ("barn", 0.0),
        ("barn/husk", 0.4),
        ("barn/seed", 0.0),
        ("silo", 0.0),
        ("", 0.0),
        (None, 0.0),
    ],
)
def test_a_product_has_its_own_shift_or_its_partners(portfolio: str | None, shift: float) -> None:
    assert shift_of(PRIORS, portfolio) == shift
    assert shift_of({}, portfolio) == 0
