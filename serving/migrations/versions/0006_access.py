"""Scopes and ends of keys, accounts of people, and how they sign in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TIME = sa.DateTime(timezone=True)
BEFORE = "audit cases outcomes products programmes read records score webhooks"
"""What a key from before opens: everything but other keys, for a year from now on."""


def upgrade() -> None:
    """Say of keys what they open and until when; one of which nobody says so opens nothing."""
    op.add_column("api_keys", sa.Column("scopes", sa.String(200), nullable=False, server_default=""))
    op.add_column(
        "api_keys",
        sa.Column("expires_at", TIME, nullable=False, server_default="1970-01-01 00:00:00.000000"),
    )
    op.add_column("api_keys", sa.Column("revoked_at", TIME))
    op.add_column("api_keys", sa.Column("last_used_on", sa.Date))
    keys = sa.table("api_keys", sa.column("scopes"), sa.column("expires_at", TIME))
    end = datetime.now(UTC) + timedelta(days=365)
    op.execute(sa.update(keys).values(scopes=BEFORE, expires_at=end))
    accounts()
    op.drop_table("sessions")
    sessions(
        sa.Column(
            "account_id", sa.String(16), sa.ForeignKey("accounts.account_id", ondelete="CASCADE")
        ),
        sa.Column("seen_at", TIME, nullable=False),
    )


def accounts() -> None:
    """Make the tables of accounts."""
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.String(16), primary_key=True),
        sa.Column("username", sa.String(64), nullable=False, unique=True),
        sa.Column(
            "partner_id", sa.String(64), sa.ForeignKey("partners.partner_id"), nullable=False
        ),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("scopes", sa.String(200), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("disabled_at", TIME),
        sa.Column("setup_sha256", sa.String(64), unique=True),
        sa.Column("setup_until", TIME),
        sa.Column("password", sa.String(200)),
        sa.Column("totp", sa.LargeBinary, nullable=False),
        sa.Column("totp_step", sa.Integer, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("wait_until", TIME),
    )
    op.create_table(
        "recovery_codes",
        sa.Column(
            "account_id",
            sa.String(16),
            sa.ForeignKey("accounts.account_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("code_sha256", sa.String(64), primary_key=True),
        sa.Column("used_at", TIME),
    )


def sessions(*more: sa.Column[Any]) -> None:
    """Make the table of sessions; one lives half an hour, so those there are end."""
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.String(64), primary_key=True),
        sa.Column("link_sha256", sa.String(64), sa.ForeignKey("links.link_sha256")),
        sa.Column(
            "key_prefix", sa.String(16), sa.ForeignKey("api_keys.prefix", ondelete="CASCADE")
        ),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        *more,
    )
    op.create_index("sessions_by_end", "sessions", ["expires_at"])


def downgrade() -> None:
    """Forget it again."""
    op.drop_table("sessions")
    sessions()
    op.drop_table("recovery_codes")
    op.drop_table("accounts")
    for column in ("last_used_on", "revoked_at", "expires_at", "scopes"):
        op.drop_column("api_keys", column)
