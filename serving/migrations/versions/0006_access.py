"""Scopes and ends of keys, accounts of officials, and how they sign in."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
