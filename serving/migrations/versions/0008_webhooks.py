"""Reports of repayment, webhooks, and keys against doing a thing twice."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "claims",
        partner(primary_key=True),
        sa.Column("route", sa.String(128), primary_key=True),
        sa.Column("key_sha256", sa.String(64), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
    )
    op.create_index("claims_by_end", "claims", ["until"])
    webhooks()
    decisions()
    op.create_table(
        "repayments",
        sa.Column("repayment_id", sa.String(36), primary_key=True),
        partner(),
        sa.Column(
            "decision_id",
            sa.String(36),
            sa.ForeignKey("decisions.decision_id"),
            nullable=False,
        ),
        sa.Column("as_of", TIME, nullable=False),
        sa.Column("reported_at", TIME, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index(
        "repayments_by_decision", "repayments", ["decision_id", "as_of", "reported_at"]
    )


def decisions() -> None:
    """Add what decisions are found by in a list; those before are found by time and business."""
    op.add_column("decisions", sa.Column("result", sa.String(16)))
    op.add_column("decisions", sa.Column("grade", sa.String(1)))
    op.add_column("decisions", sa.Column("scorer", sa.String(16)))
    op.drop_index("decisions_by_time", "decisions")
    op.create_index("decisions_by_time", "decisions", ["partner_id", "decided_at", "decision_id"])


def webhooks() -> None:
    """Make the tables of webhooks, and of what they are told."""
    op.create_table(
        "webhooks",
        sa.Column("webhook_id", sa.String(36), primary_key=True),
        partner(),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("events", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("old_secret", sa.LargeBinary),
        sa.Column("old_until", TIME),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("failing_since", TIME),
        sa.Column("disabled_at", TIME),
        sa.Column("why", sa.String(16)),
    )
    op.create_index("webhooks_by_partner", "webhooks", ["partner_id", "made_at"])
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.String(36), primary_key=True),
        sa.Column(
            "webhook_id",
            sa.String(36),
            sa.ForeignKey("webhooks.webhook_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("deliveries_by_time", "deliveries", ["state", "due_at"])
    op.create_index(
        "deliveries_by_webhook", "deliveries", ["webhook_id", "made_at", "delivery_id"]
    )
    op.create_table(
        "attempts",
        sa.Column(
            "delivery_id",
            sa.String(36),
            sa.ForeignKey("deliveries.delivery_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("fault", sa.String(16)),
    )


def partner(*, primary_key: bool = False) -> sa.Column[str]:
    """Return the column of whose a row is."""
    return sa.Column(
        "partner_id",
        sa.String(64),
        sa.ForeignKey("partners.partner_id"),
        nullable=False,
        primary_key=primary_key,
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_index("decisions_by_time", "decisions")
    op.create_index("decisions_by_time", "decisions", ["partner_id", "decided_at"])
    for column in ("scorer", "grade", "result"):
        op.drop_column("decisions", column)
    for table in ("repayments", "attempts", "deliveries", "webhooks", "claims"):
        op.drop_table(table)
