"""Every setting of the service, in one place; docs/settings.md lists the same.

Read once, at the start of a command, from ``LUMBUNG_…`` in the environment, or from files where
``LUMBUNG_SECRETS`` says so, and passed down from there.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Literal, Self

import pydantic
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from audit.editions.period import Length

SHORTEST_TOKEN: Final = 32
"""Characters of a secret that nobody guesses."""


class Settings(BaseSettings):
    """The settings, with what each is for in its description."""

    model_config = SettingsConfigDict(
        env_prefix="LUMBUNG_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    environment: Literal["development", "production"] = pydantic.Field(
        default="development",
        description="Production refuses what only a demonstration may do.",
    )
    home: Path = pydantic.Field(
        default=Path("var"),
        description="The folder for everything the service keeps on disk.",
    )
    secrets: pydantic.DirectoryPath | None = pydantic.Field(
        default=None,
        description="A folder whose files are settings too, named like these variables; what the "
        "environment says comes first.",
    )
    database_url: str = pydantic.Field(
        default="",
        description="Where decisions are kept; SQLite in the home folder when not set.",
    )
    database_connections: int = pydantic.Field(
        default=15,
        ge=2,
        le=1000,
        description="So many connections to the database each process opens at most.",
    )
    database_seconds: int = pydantic.Field(
        default=10,
        ge=1,
        le=300,
        description="So long a request waits for the database, then it is told to come again.",
    )
    mlflow_uri: str = pydantic.Field(
        default="",
        description="The MLflow store with the champion; SQLite in the home folder when not set.",
    )
    master_key_file: Path | None = pydantic.Field(
        default=None,
        description="The key that seals personal data; in development made in the home folder.",
    )
    registry_seconds: float = pydantic.Field(
        default=15.0,
        gt=0,
        description="How often each worker looks in the MLflow store for another champion.",
    )
    scorer: Literal["champion", "rules"] = pydantic.Field(
        default="champion",
        description="`rules` decides without any model, and then every case goes to a person.",
    )
    products: Path | None = pydantic.Field(
        default=None,
        description="A folder of product files; those that come with Lumbung when not set.",
    )
    offer_examples: bool = pydantic.Field(
        default=False,
        description="Offer example products too, for a demonstration; never in production.",
    )
    public_url: str = pydantic.Field(
        default="",
        pattern=r"^(https?://[A-Za-z0-9.:\[\]-]+)?$",
        description="Where applicants reach the service; needed in production, else as asked.",
    )
    link_days: int = pydantic.Field(
        default=7,
        ge=1,
        le=30,
        description="For how many days an applicant's link opens.",
    )
    rate_per_second: int = pydantic.Field(
        default=1_000,
        ge=1,
        description="Requests that may come at once by one key, within a second.",
    )
    rate_per_minute: int = pydantic.Field(
        default=60_000,
        ge=1,
        description="Requests that may come for long by one key, within a minute.",
    )
    rate_address_per_minute: int = pydantic.Field(
        default=600,
        ge=1,
        description="Requests within a minute from one address that shows no key, such as for "
        "pages; a mobile network may have one address for many people.",
    )
    idempotency_hours: int = pydantic.Field(
        default=24,
        ge=1,
        le=168,
        description="For how many hours the answer to a request with a key of its own is kept.",
    )
    dispute_days: int = pydantic.Field(
        default=0,
        ge=0,
        description="For how many days after a decision nothing of it is erased; 0 for none.",
    )
    withdrawn_days: int = pydantic.Field(
        default=90,
        ge=0,
        description="For how many days what is known of who withdrew consent is kept.",
    )
    decision_days: int | None = pydantic.Field(
        default=None,
        ge=1,
        description="For how many days after its last decision a business is kept; for ever if "
        "not set.",
    )
    ended_link_days: int = pydantic.Field(
        default=30,
        ge=0,
        description="For how many days a link is kept that opens no more.",
    )
    access_days: int = pydantic.Field(
        default=365,
        ge=1,
        description="For how many days it is kept who was told of whom.",
    )
    upload_days: int = pydantic.Field(
        default=7,
        ge=1,
        description="For how many days an upload is kept that nobody completes.",
    )

    job_days: int = pydantic.Field(
        default=90,
        ge=1,
        description="For how many days after its end a batch is kept; its decisions stay.",
    )

    editions: Length = pydantic.Field(
        default="quarter",
        description="How long the periods are of which officials are told: `month`, `quarter`, "
        "`half_year` or `year`.",
    )
    key_days: int = pydantic.Field(
        default=365,
        ge=1,
        le=730,
        description="For how many days a key opens when nobody says.",
    )

    oidc_issuer: str = pydantic.Field(
        default="",
        pattern=r"^(https://[^\s?#]+|http://(127\.0\.0\.1|localhost)(:\d+)?[^\s?#]*)?$",
        description="The OpenID Connect provider that people may sign in by, as it names itself; "
        "none where it is not set.",
    )
    oidc_client_id: str = pydantic.Field(
        default="", description="The service's name at that provider."
    )
    oidc_secret_file: Path | None = pydantic.Field(
        default=None, description="The file of the service's secret at that provider."
    )
    oidc_claim: Literal["sub", "email"] = pydantic.Field(
        default="sub",
        description="By what accounts are bound to that provider's people: its own name for them, "
        "or an address that it has verified.",
    )
    metrics_token: pydantic.SecretStr = pydantic.Field(
        default=pydantic.SecretStr(""),
        description="Who shows it reads /metrics; nobody does where it is not set.",
    )
    most_connections: int = pydantic.Field(
        default=1000,
        ge=1,
        description="How many connections each worker holds; one more is answered with 503.",
    )
    backlog: int = pydantic.Field(
        default=2048,
        ge=1,
        description="How many connections wait to be taken.",
    )
    keep_alive_seconds: int = pydantic.Field(
        default=5,
        ge=1,
        description="For how long a connection without a request is kept.",
    )
    stop_seconds: int = pydantic.Field(
        default=30,
        ge=1,
        description="How long a stop waits for the requests that run.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where settings come from, what counts first before the rest."""
        del dotenv_settings, file_secret_settings
        folder = os.environ.get("LUMBUNG_SECRETS", "")
        files = (
            [SecretsSettingsSource(settings_cls, folder)]
            if folder and Path(folder).is_dir()
            else []
        )
        return (init_settings, env_settings, *files)

    @pydantic.model_validator(mode="after")
    def _fit_for_production(self) -> Self:
        """Refuse what production must not be, all of it at once."""
        token = self.metrics_token.get_secret_value()
        wrong = {
            "LUMBUNG_OFFER_EXAMPLES is for demonstrations, never for production": (
                self.offer_examples
            ),
            "LUMBUNG_PUBLIC_URL is needed in production: links lead there": not self.public_url,
            "LUMBUNG_MASTER_KEY_FILE is needed in production: it seals data": (
                self.master_key_file is None
            ),
            f"LUMBUNG_METRICS_TOKEN has at least {SHORTEST_TOKEN} characters in production": (
                0 < len(token) < SHORTEST_TOKEN
            ),
            "LUMBUNG_OIDC_ISSUER is asked over TLS in production": (
                self.oidc_issuer.startswith("http:")
            ),
        }
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_secret_file):
            raise ValueError("LUMBUNG_OIDC_ISSUER needs LUMBUNG_OIDC_CLIENT_ID and _SECRET_FILE")
        if self.environment == "production" and any(wrong.values()):
            raise ValueError("; ".join(said for said, is_so in wrong.items() if is_so))
        return self

    @property
    def database(self) -> str:
        """Return the SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'lumbung.db'}"

    @property
    def registry(self) -> str:
        """Return the URI of the MLflow store."""
        return self.mlflow_uri or f"sqlite:///{self.home.resolve() / 'mlflow.db'}"

    @property
    def master_key(self) -> Path:
        """Return the file of the master key."""
        return self.master_key_file or self.home.resolve() / "master.key"

    @property
    def ledger_key(self) -> Path:
        """Return the file of the key that signs checkpoints, beside the master key."""
        return self.master_key.with_name("ledger.key")

    @property
    def destroyed_keys(self) -> Path:
        """Return the file of the keys of erased businesses, beside the master key."""
        return self.master_key.with_name("destroyed-keys.txt")
