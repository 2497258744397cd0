"""Codes of the second factor: as RFC 6238 has them, near now, and each once."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.access import second_factor
from serving.access.second_factor import step_of
from tests.audit.cases import NOW
from tests.serving.cases import code_at

RFC = base64.b32encode(b"12345678901234567890").decode()
"""The secret of RFC 6238, appendix B."""


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, SHA-1: the last six of its eight digits."""
    now = datetime.fromtimestamp(seconds, UTC)
    assert step_of(RFC, code, now) == seconds // 30


@given(st.integers(-29, 29))
def test_a_clock_may_be_half_a_minute_wrong(seconds: int) -> None:
    now = NOW + timedelta(seconds=15)
    assert step_of(RFC, code_at(RFC, now + timedelta(seconds=seconds)), now) is not None


@pytest.mark.parametrize("typed", ["", "x", "000000", "2870820", "28708", "²87082", "287 082x"])
def test_any_other_code_is_of_no_step(typed: str) -> None:
    assert step_of(RFC, typed, datetime.fromtimestamp(59, UTC)) is None


def test_spaces_in_a_code_do_not_matter() -> None:
    assert step_of(RFC, " 287 082 ", datetime.fromtimestamp(59, UTC)) == 1


def test_a_code_of_two_minutes_ago_or_to_come_is_none() -> None:
    for away in (-120, -61, 61, 120):
        code = code_at(RFC, NOW + timedelta(seconds=away))
        assert step_of(RFC, code, NOW) is None


def test_each_secret_is_new_and_has_160_bits() -> None:
    made = {second_factor.new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(base64.b32decode(secret)) for secret in made} == {20}


def test_the_picture_is_an_svg_without_script_style_or_address() -> None:
    drawn = second_factor.picture(RFC, "siti")
    assert drawn.startswith("<svg ")
    assert drawn.endswith("</svg>")
    assert not [word for word in ("script", "style", "http", "href") if word in drawn]
