"""Records that partners keep here, uploads and batches."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
