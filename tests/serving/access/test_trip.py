"""What binds an answer to its question: three that look nothing like each other."""

from __future__ import annotations

from serving.access.trip import Trip

TRIP = Trip("id-" + "t" * 43)


def test_what_a_browser_carries_tells_none_of_the_three_apart() -> None:
    parts = (TRIP.state, TRIP.nonce, TRIP.verifier)
    assert len({*parts, TRIP.token}) == 4
    assert all(len(part) == 64 for part in parts), "RFC 7636 asks for 43 to 128 of the verifier"


def test_another_browser_has_none_of_them() -> None:
    other = Trip("en-" + "t" * 43)
    assert {TRIP.state, TRIP.nonce, TRIP.verifier}.isdisjoint(
        {other.state, other.nonce, other.verifier}
    )
