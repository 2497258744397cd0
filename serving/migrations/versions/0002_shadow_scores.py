"""What the challenger would have said of a decision."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "shadow_scores",
        sa.Column(
            "decision_id",
            sa.String(36),
            sa.ForeignKey("decisions.decision_id"),
            primary_key=True,
        ),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("model_digest", sa.String(64), nullable=False),
        sa.Column("probability", sa.Float(53), nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("result", sa.String(16), nullable=False),
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("shadow_scores")
