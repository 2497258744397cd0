"""What lenders themselves decided on applications."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0017"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "lender_answers",
        sa.Column("answer_id", sa.String(36), primary_key=True),
        sa.Column(
            "partner_id", sa.String(64), sa.ForeignKey("partners.partner_id"), nullable=False
        ),
        sa.Column(
            "decision_id", sa.String(36), sa.ForeignKey("decisions.decision_id"), nullable=False
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index(
        "lender_answers_by_decision",
        "lender_answers",
        ["decision_id", "answered_at", "reported_at"],
    )
    op.create_index("lender_answers_by_time", "lender_answers", ["reported_at"])


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("lender_answers")
