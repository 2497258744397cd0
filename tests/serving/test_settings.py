"""The settings: named by their prefix, safe as they stand, strict where it matters."""

from __future__ import annotations

import os
from pathlib import Path

import pydantic
import pytest

from serving.settings import Settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what this machine sets."""
    for name in list(os.environ):
        if name.upper().startswith("LUMBUNG_"):
            monkeypatch.delenv(name)


GIVEN = {
    "editions": ("half_year", "half_year"),
    "environment": ("production", "production"),
    "secrets": ("/usr", Path("/usr")),
    "home": ("/srv/lumbung", Path("/srv/lumbung")),
    "database_url": ("postgresql://db/lumbung", "postgresql://db/lumbung"),
    "database_connections": ("30", 30),
    "database_seconds": ("5", 5),
    "mlflow_uri": ("http://mlflow:5000", "http://mlflow:5000"),
    "master_key_file": ("/srv/master.key", Path("/srv/master.key")),
    "registry_seconds": ("3", 3.0),
    "scorer": ("rules", "rules"),
    "products": ("/srv/products", Path("/srv/products")),
    "offer_examples": ("true", True),
    "public_url": ("https://lumbung.example", "https://lumbung.example"),
    "link_days": ("3", 3),
    "metrics_token": ("t" * 32, pydantic.SecretStr("t" * 32)),
    "most_connections": ("3", 3),
    "backlog": ("3", 3),
    "keep_alive_seconds": ("3", 3),
    "stop_seconds": ("3", 3),
    "key_days": ("90", 90),
    "rate_per_second": ("20", 20),
    "rate_per_minute": ("400", 400),
    "rate_address_per_minute": ("90", 90),
    "oidc_issuer": ("https://id.example/realm", "https://id.example/realm"),
    "oidc_client_id": ("lumbung", "lumbung"),
    "oidc_secret_file": ("/srv/oidc", Path("/srv/oidc")),
    "oidc_claim": ("email", "email"),
    "idempotency_hours": ("48", 48),
    "dispute_days": ("30", 30),
    "withdrawn_days": ("30", 30),
    "decision_days": ("1825", 1825),
    "ended_link_days": ("3", 3),
    "access_days": ("200", 200),
    "job_days": ("30", 30),
    "upload_days": ("5", 5),
}
"""Setting → what the environment says, and what it means."""


def test_every_setting_is_tried_here() -> None:
    assert set(GIVEN) == set(Settings.model_fields)


@pytest.mark.parametrize("name", GIVEN)
def test_a_setting_comes_from_the_environment_by_its_prefix(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, meant = GIVEN[name]
    if name == "oidc_issuer":  # which is asked by a name and a secret
        monkeypatch.setenv("LUMBUNG_OIDC_CLIENT_ID", GIVEN["oidc_client_id"][0])
        monkeypatch.setenv("LUMBUNG_OIDC_SECRET_FILE", GIVEN["oidc_secret_file"][0])
    if name == "environment":  # production needs to know where links lead, and the master key
        monkeypatch.setenv("LUMBUNG_PUBLIC_URL", GIVEN["public_url"][0])
        monkeypatch.setenv("LUMBUNG_MASTER_KEY_FILE", GIVEN["master_key_file"][0])
    monkeypatch.setenv(name.upper(), said)
    assert getattr(Settings(), name) != meant
    monkeypatch.setenv(f"LUMBUNG_{name.upper()}", said)
    assert getattr(Settings(), name) == meant


def test_a_file_of_the_folder_of_secrets_is_a_setting_unless_the_environment_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lumbung_database_url").write_text("postgresql://db/lumbung\n")
    monkeypatch.setenv("LUMBUNG_SECRETS", str(tmp_path))
    assert Settings().database_url == "postgresql://db/lumbung"
    monkeypatch.setenv("LUMBUNG_DATABASE_URL", "sqlite://")
    assert Settings().database_url == "sqlite://"
    assert Settings(database_url="").database_url == ""


def test_a_folder_of_secrets_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUMBUNG_SECRETS", str(tmp_path / "none"))
    with pytest.raises(pydantic.ValidationError, match="does not point to a directory"):
        Settings()


def test_nothing_said_is_for_development_and_offers_no_examples() -> None:
    settings = Settings()
    assert (settings.environment, settings.offer_examples) == ("development", False)


def test_production_offers_no_examples_and_says_where_links_lead_and_the_key_lies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LUMBUNG_OFFER_EXAMPLES", "true")
    assert Settings().offer_examples
    monkeypatch.setenv("LUMBUNG_ENVIRONMENT", "production")
    with pytest.raises(pydantic.ValidationError, match="LUMBUNG_OFFER_EXAMPLES is for demonstr"):
        Settings()
    monkeypatch.setenv("LUMBUNG_OFFER_EXAMPLES", "false")
    with pytest.raises(pydantic.ValidationError, match="LUMBUNG_PUBLIC_URL is needed in prod"):
        Settings()
    monkeypatch.setenv("LUMBUNG_PUBLIC_URL", "https://lumbung.example")
    with pytest.raises(pydantic.ValidationError, match="LUMBUNG_MASTER_KEY_FILE is needed in prod"):
        Settings()
    monkeypatch.setenv("LUMBUNG_MASTER_KEY_FILE", "/srv/master.key")
    assert Settings().environment == "production"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ENVIRONMENT", "staging"),
        ("OFFER_EXAMPLES", "perhaps"),
        ("PUBLIC_URL", "https://lumbung.example/"),
        ("PUBLIC_URL", "https://lumbüng.example"),
        ("LINK_DAYS", "0"),
        ("KEY_DAYS", "0"),
        ("OIDC_ISSUER", "http://id.example"),
        ("OIDC_ISSUER", "id.example"),
        ("OIDC_ISSUER", "https://id.example/?realm=x"),
    ],
)
def test_a_value_that_is_none_is_refused(
    name: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"LUMBUNG_{name}", said)
    with pytest.raises(pydantic.ValidationError, match=name.lower()):
        Settings()


def test_a_provider_is_asked_by_a_name_and_a_secret_and_over_tls_in_production(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LUMBUNG_OIDC_ISSUER", "http://127.0.0.1:9000/realm")
    with pytest.raises(pydantic.ValidationError, match="LUMBUNG_OIDC_ISSUER needs"):
        Settings()
    monkeypatch.setenv("LUMBUNG_OIDC_CLIENT_ID", "lumbung")
    monkeypatch.setenv("LUMBUNG_OIDC_SECRET_FILE", "/srv/oidc")
    assert Settings().oidc_issuer == "http://127.0.0.1:9000/realm"
    monkeypatch.setenv("LUMBUNG_ENVIRONMENT", "production")
    with pytest.raises(pydantic.ValidationError, match="LUMBUNG_OIDC_ISSUER is asked over TLS"):
        Settings()


def test_database_and_store_lie_in_the_home_folder_unless_said_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(home=Path("here"))
    assert settings.database == f"sqlite:///{tmp_path.resolve()}/here/lumbung.db"
    assert settings.registry == f"sqlite:///{tmp_path.resolve()}/here/mlflow.db"
    assert settings.master_key == tmp_path.resolve() / "here" / "master.key"
    said = Settings(database_url="postgresql://db/lumbung", mlflow_uri="http://mlflow:5000")
    assert said.database == "postgresql://db/lumbung"
    assert said.registry == "http://mlflow:5000"


def test_settings_do_not_change_once_they_are_read() -> None:
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        Settings().home = Path("elsewhere")  # type: ignore[misc]


def test_every_setting_says_what_it_is_for() -> None:
    for field in Settings.model_fields.values():
        assert (field.description or "").endswith(".")


def test_all_that_production_must_not_be_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"OFFER_EXAMPLES": "true", "METRICS_TOKEN": "short", "ENVIRONMENT": "production"}
    for name, value in said.items():
        monkeypatch.setenv(f"LUMBUNG_{name}", value)
    with pytest.raises(pydantic.ValidationError) as caught:
        Settings()
    wrong = {f"LUMBUNG_{name}" for name in ("OFFER_EXAMPLES", "PUBLIC_URL", "MASTER_KEY_FILE")}
    for name in {*wrong, "LUMBUNG_METRICS_TOKEN"}:
        assert name in str(caught.value)
    assert "short" not in str(caught.value)
