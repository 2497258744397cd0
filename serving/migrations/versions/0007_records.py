"""Records that partners keep here, uploads and batches."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TIME = sa.DateTime(timezone=True)


def partner(*, key: bool = False) -> sa.Column[str]:
    """Return the column of whose a row is."""
    to = sa.ForeignKey("partners.partner_id")
    return sa.Column("partner_id", sa.String(64), to, primary_key=key, nullable=False)


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


def downgrade() -> None:
    """Drop them again."""
    for table in ("record_chunks", "consents", "businesses"):
        op.drop_table(table)
