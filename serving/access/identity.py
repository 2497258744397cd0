"""Who comes back from an institution's own provider, and what is told when nobody does.

Most operators name no provider: `serving.access.provider`, which speaks with one, brings libraries
that only those who do need, and is imported then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from features.errors import Unavailable
from serving.access.callers import NotAuthenticated, NotFound
from serving.settings import Settings

if TYPE_CHECKING:
    from serving.access.provider import Provider

Claim = Literal["sub", "email"]
"""By what an account is bound: the provider's own name for a person, or a verified address."""


@dataclass(frozen=True)
class Identity:
    """Who somebody is, by the word of a provider.

    Args:
        issuer: the provider.
        subject: its own name for them.
        known: what an account is bound by: the subject, or an address that is verified.
    """

    issuer: str
    subject: str
    known: str


class ProviderAway(Unavailable):
    """The provider is not there now, or answers as none does."""


def provider_of(settings: Settings) -> Provider | None:
    """Return the provider of settings; None where there is none. Raises as `Provider.of`."""
    if not settings.oidc_issuer:
        return None
    from serving.access.provider import Provider

    return Provider.of(settings)


def unbelieved() -> NotAuthenticated:
    """Return the error of an answer that opens nothing; it does not tell what of it is wrong."""
    return NotAuthenticated(
        found="an answer of the provider that opens nothing here",
        expected="that of somebody whose account the operator bound to it",
        hint="Begin again, or ask the operator: lumbung accounts bind.",
        code="bad-provider-answer",
    )


def no_provider() -> NotFound:
    """Return the error where the settings name no provider."""
    return NotFound(
        found="no provider in the settings",
        expected="LUMBUNG_OIDC_ISSUER, as the service has it",
        hint="Set it for the service, and where `lumbung accounts bind` runs too.",
        code="no-provider",
    )
