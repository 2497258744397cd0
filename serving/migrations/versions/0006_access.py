"""Scopes and ends of keys, accounts of people, and how they sign in."""

from datetime import UTC, datetime, timedelta

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


def downgrade() -> None:
    """Forget it again."""
    for column in ("last_used_on", "revoked_at", "expires_at", "scopes"):
        op.drop_column("api_keys", column)
