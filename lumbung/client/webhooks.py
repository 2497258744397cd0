"""The receiving end of a webhook: does it come from the service, and just now?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from standardwebhooks.webhooks import Webhook


def verified(secret: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Return what a webhook tells.

    Args:
        secret: of the webhook, ``whsec_…``, as it was shown when it was made.
        headers: of the request, whatever the case of their names.
        body: of the request, as it came; read anew and written again it has another signature.

    Raises:
        standardwebhooks.webhooks.WebhookVerificationError: the signature is not by this secret,
            or the message is more than five minutes old.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    Webhook(secret).verify(body, lower)
    said: dict[str, Any] = json.loads(body)
    return said
