"""One browser's way to a provider and back: what binds the answer to the question.

All three are hashes of one random token that the browser carries, so nothing is kept meanwhile, and
what comes back in another browser fits nowhere.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass


@dataclass(frozen=True)
class Trip:
    """One way there and back of one browser, by the token that it carries meanwhile."""

    token: str

    def _part(self, name: str) -> str:
        return hmac.digest(self.token.encode(), name.encode(), "sha256").hex()

    @property
    def state(self) -> str:
        """Return what must come back with the browser."""
        return self._part("state")

    @property
    def nonce(self) -> str:
        """Return what must stand in what the provider signs."""
        return self._part("nonce")

    @property
    def verifier(self) -> str:
        """Return what is shown for the code, and to the browser only as a hash (PKCE)."""
        return self._part("verifier")
