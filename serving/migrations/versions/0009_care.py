"""What decided, kept by its digest, so that a decision can be made again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table; what decided before is kept when it decides again."""
    op.create_table(
        "rule_parts",
        sa.Column("part", sa.String(16), primary_key=True),
        sa.Column("digest", sa.String(200), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", TIME, nullable=False),
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("rule_parts")
