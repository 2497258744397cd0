"""The kill switch: from the champion to the rules, and back."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table; while it is empty the champion decides."""
    op.create_table(
        "switches",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("scorer", sa.String(16), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drop it again; the champion decides."""
    op.drop_table("switches")
