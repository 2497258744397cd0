"""Personal data sealed for each business, and a ledger of what was done."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the ledger, empty, and the table of keys."""
    op.create_table(
        "ledger",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("partner_id", sa.String(64)),
        sa.Column("subject", sa.String(256), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("ledger_by_subject", "ledger", ["subject"])
    head = op.create_table(
        "ledger_head",
        sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.bulk_insert(head, [{"one": 1, "number": 0, "hash": "0" * 64}])
    op.create_table(
        "business_keys",
        sa.Column("key_id", sa.String(32), primary_key=True),
        sa.Column(
            "partner_id", sa.String(64), sa.ForeignKey("partners.partner_id"), nullable=False
        ),
        sa.Column("business_id", sa.String(64)),
        sa.Column("wrapped", sa.LargeBinary),
        sa.Column("erased_at", TIME),
        sa.UniqueConstraint("partner_id", "business_id", name="one_key_per_business"),
    )


def downgrade() -> None:
    """Drop them again."""
    for table in ("business_keys", "ledger_head", "ledger"):
        op.drop_table(table)
