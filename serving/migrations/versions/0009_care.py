"""What decided, kept by its digest, so that a decision can be made again; who accessed what."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; what decided before is kept when it decides again."""
    op.create_table(
        "rule_parts",
        sa.Column("part", sa.String(16), primary_key=True),
        sa.Column("digest", sa.String(200), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", TIME, nullable=False),
    )
    op.create_table(
        "accesses",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("partner_id", sa.String(64), nullable=False),
        sa.Column("who", sa.String(16), nullable=False),
        sa.Column("what", sa.String(100), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
    )
    op.create_index("accesses_by_time", "accesses", ["at"])
    op.create_index("accesses_by_subject", "accesses", ["subject"])


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("accesses")
    op.drop_table("rule_parts")
