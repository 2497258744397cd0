"""Records that partners keep here, and batches."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TIME = sa.DateTime(timezone=True)


def partner(*, key: bool = False) -> sa.Column[str]:
    """Return the column of whose a row is."""
    to = sa.ForeignKey("partners.partner_id")
    return sa.Column("partner_id", sa.String(64), to, primary_key=key, nullable=False)


def leased() -> list[sa.Column[Any]]:
    """Return the columns of work that one worker at a time does."""
    return [
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("leased_by", sa.String(36)),
        sa.Column("leased_until", TIME),
    ]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "businesses",
        partner(key=True),
        sa.Column("business_id", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("known_at", TIME, nullable=False),
        sa.Column("kept_at", TIME, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "consents",
        sa.Column("consent_id", sa.String(36), primary_key=True),
        partner(),
        sa.Column("business_id", sa.String(64), nullable=False),
        sa.Column("scope", sa.String(32), nullable=False),
        sa.Column("granted_at", TIME, nullable=False),
        sa.Column("kept_at", TIME, nullable=False),
        sa.Column("withdrawn_at", TIME),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("consents_by_business", "consents", ["partner_id", "business_id", "scope"])
    op.create_table(
        "record_chunks",
        partner(key=True),
        sa.Column("business_id", sa.String(64), primary_key=True),
        sa.Column("source", sa.String(16), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("first_at", TIME, nullable=False),
        sa.Column("last_at", TIME, nullable=False),
        sa.Column("kept_at", TIME, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.String(36), primary_key=True),
        partner(),
        *leased(),
        sa.Column("of", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("bad", sa.Integer, nullable=False),
    )
    op.create_index("jobs_by_partner", "jobs", ["partner_id", "made_at", "job_id"])
    op.create_index("jobs_by_state", "jobs", ["state"])
    op.create_table(
        "job_parts",
        sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.job_id"), primary_key=True),
        sa.Column("first", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "job_results",
        sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.job_id"), primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("decision_id", sa.String(36), sa.ForeignKey("decisions.decision_id")),
        sa.Column("problem", sa.Text),
    )


def downgrade() -> None:
    """Drop them again."""
    for table in ("job_results", "job_parts", "jobs"):
        op.drop_table(table)
    for table in ("record_chunks", "consents", "businesses"):
        op.drop_table(table)
