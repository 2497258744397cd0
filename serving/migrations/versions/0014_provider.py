"""Accounts that are bound to an OpenID Connect provider."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0011"

NAMES = ("known_sha256", "half_sha256")


def upgrade() -> None:
    """Make room for whom an account is bound to; none is."""
    for name in ("known_sha256", "subject_sha256", "half_sha256"):
        op.add_column("accounts", sa.Column(name, sa.String(64)))
    op.add_column("accounts", sa.Column("half_until", sa.DateTime(timezone=True)))
    for name in NAMES:
        op.create_index(f"accounts_by_{name}", "accounts", [name], unique=True)


def downgrade() -> None:
    """Forget it again."""
    for name in NAMES:
        op.drop_index(f"accounts_by_{name}", "accounts")
    for name in ("half_until", "half_sha256", "subject_sha256", "known_sha256"):
        op.drop_column("accounts", name)
