"""Reports of repayment, webhooks, and keys against doing a thing twice."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
