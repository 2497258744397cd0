"""What owners told for the fairness audit, held apart."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "protected",
        sa.Column(
            "partner_id", sa.String(64), sa.ForeignKey("partners.partner_id"), primary_key=True
        ),
        sa.Column("business_id", sa.String(64), primary_key=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("protected")
