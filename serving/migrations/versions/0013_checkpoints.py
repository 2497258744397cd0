"""Checkpoints of the ledger that were signed, so that whoever asks can read them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0014"


def upgrade() -> None:
    """Make the table; those signed before lie where they were published."""
    op.create_table(
        "checkpoints",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(88), nullable=False),
        sa.Column("key", sa.String(44), nullable=False),
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("checkpoints")
