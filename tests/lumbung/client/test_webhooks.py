"""A webhook is believed when it is signed with the secret, and is new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from lumbung.client import verified

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"type": "decision.made", "data": {"decision_id": "d"}}'


def headers(at: datetime, body: bytes = BODY) -> dict[str, str]:
    return {
        "Webhook-Id": "m1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(SECRET).sign("m1", at, body.decode()),
    }


def test_what_is_signed_is_told() -> None:
    assert verified(SECRET, headers(datetime.now(UTC)), BODY)["type"] == "decision.made"


def test_what_was_changed_or_is_old_is_not_believed() -> None:
    now = datetime.now(UTC)
    for signed, body in (
        (headers(now), BODY.replace(b"d", b"e")),
        (headers(now - timedelta(hours=1)), BODY),
        ({**headers(now), "Webhook-Signature": "v1,AAAA"}, BODY),
    ):
        with pytest.raises(WebhookVerificationError):
            verified(SECRET, signed, body)
