"""Links and sessions, cases for people, withdrawals of consent; a decision's business."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and give each decision the business it is about."""
    op.add_column(
        "decisions", sa.Column("business_id", sa.String(64), nullable=False, server_default="")
    )
    fill()
    op.create_index("decisions_by_business", "decisions", ["partner_id", "business_id"])
    op.create_table(
        "links",
        sa.Column("link_sha256", sa.String(64), primary_key=True),
        sa.Column("code_scrypt", sa.String(64), nullable=False),
        sa.Column(
            "decision_id", sa.String(36), sa.ForeignKey("decisions.decision_id"), nullable=False
        ),
        sa.Column("issued_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("wrong", sa.Integer, nullable=False),
    )
    op.create_index("links_by_decision", "links", ["decision_id"])
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.String(64), primary_key=True),
        sa.Column("link_sha256", sa.String(64), sa.ForeignKey("links.link_sha256")),
        sa.Column("partner_id", sa.String(64), sa.ForeignKey("partners.partner_id")),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
    )
    op.create_index("sessions_by_end", "sessions", ["expires_at"])
    op.create_table(
        "cases",
        sa.Column("case_id", sa.String(36), primary_key=True),
        sa.Column(
            "decision_id", sa.String(36), sa.ForeignKey("decisions.decision_id"), nullable=False
        ),
        sa.Column(
            "partner_id", sa.String(64), sa.ForeignKey("partners.partner_id"), nullable=False
        ),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("about", sa.String(16), nullable=False),
        sa.Column("recommended", sa.String(16), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("wrote", sa.Text),
        sa.Column("first_seen_at", TIME),
        sa.Column("answered_at", TIME),
        sa.Column("officer", sa.String(64)),
        sa.Column("outcome", sa.String(16)),
        sa.Column("reason_code", sa.String(8)),
        sa.Column("note", sa.Text),
    )
    op.create_index("cases_by_due", "cases", ["partner_id", "due_at", "case_id"])
    op.create_index(
        "one_open_case",
        "cases",
        ["decision_id", "kind", "about"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "withdrawals",
        sa.Column(
            "partner_id", sa.String(64), sa.ForeignKey("partners.partner_id"), primary_key=True
        ),
        sa.Column("business_id", sa.String(64), primary_key=True),
        sa.Column("at", TIME, primary_key=True),
    )


def fill() -> None:
    """Write the business of each decision beside it, from its record."""
    decisions = sa.table(
        "decisions", sa.column("decision_id"), sa.column("business_id"), sa.column("record")
    )
    connection = op.get_bind()
    for decision_id in connection.scalars(sa.select(decisions.c.decision_id)).all():
        of = decisions.c.decision_id == decision_id
        for record in connection.scalars(sa.select(decisions.c.record).where(of)).all():
            business_id = json.loads(record)["application"]["business_id"]
            connection.execute(sa.update(decisions).where(of).values(business_id=business_id))


def downgrade() -> None:
    """Drop them again."""
    for table in ("withdrawals", "cases", "sessions", "links"):
        op.drop_table(table)
    op.drop_index("decisions_by_business", "decisions")
    op.drop_column("decisions", "business_id")
