"""Lenders and officials, who holds a key, and versions that a second person verifies."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; a session lives half an hour, so those there are end."""
    op.add_column(
        "partners", sa.Column("kind", sa.String(16), nullable=False, server_default="lender")
    )
    op.add_column(
        "api_keys", sa.Column("person", sa.String(64), nullable=False, server_default="")
    )
    op.drop_table("sessions")
    sessions(
        sa.Column(
            "key_prefix", sa.String(16), sa.ForeignKey("api_keys.prefix", ondelete="CASCADE")
        )
    )
    op.create_table(
        "versions",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        partner(),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("proposed_at", TIME, nullable=False),
        sa.Column("proposed_key", sa.String(16), nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("verified_at", TIME),
        sa.Column("verified_key", sa.String(16)),
        sa.Column("verified_by", sa.String(64)),
        sa.Column("replaced_at", TIME),
    )
    op.create_index("versions_by_partner", "versions", ["partner_id", "kind"])
    op.create_index(
        "one_waits",
        "versions",
        ["kind", "name"],
        unique=True,
        sqlite_where=sa.text("verified_at IS NULL AND replaced_at IS NULL"),
        postgresql_where=sa.text("verified_at IS NULL AND replaced_at IS NULL"),
    )

    programmes()


def programmes() -> None:
    """Make the tables of what takes part in a programme, and of its allocations."""
    op.create_table(
        "entries",
        sa.Column("entry_id", sa.String(36), primary_key=True),
        sa.Column("programme_id", sa.String(64), nullable=False),
        partner(),
        sa.Column("business_id", sa.String(64), nullable=False),
        sa.Column(
            "decision_id", sa.String(36), sa.ForeignKey("decisions.decision_id"), nullable=False
        ),
        sa.Column("agreed_at", TIME, nullable=False),
        sa.Column("groups", sa.Text, nullable=False),
        sa.Column("entered_at", TIME, nullable=False),
        sa.Column("left_at", TIME),
    )
    op.create_index("entries_by_programme", "entries", ["programme_id", "entered_at"])
    op.create_table(
        "allocations",
        sa.Column("programme_id", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        partner(),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("inputs", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("overview", sa.Text, nullable=False),
    )
    op.create_table(
        "outcomes",
        sa.Column("programme_id", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column(
            "decision_id", sa.String(36), sa.ForeignKey("decisions.decision_id"), primary_key=True
        ),
        partner(),
        sa.Column("record", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "number"], ["allocations.programme_id", "allocations.number"]
        ),
    )
    op.create_index(
        "outcomes_by_partner",
        "outcomes",
        ["programme_id", "number", "partner_id", "decision_id"],
    )


def partner() -> sa.Column[str]:
    """Return the column of whose a row is."""
    of = sa.ForeignKey("partners.partner_id")
    return sa.Column("partner_id", sa.String(64), of, nullable=False)


def sessions(opened_by: sa.Column[str]) -> None:
    """Make the table of sessions, an officer's opened by what is told of in a column."""
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.String(64), primary_key=True),
        sa.Column("link_sha256", sa.String(64), sa.ForeignKey("links.link_sha256")),
        opened_by,
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
    )
    op.create_index("sessions_by_end", "sessions", ["expires_at"])


def downgrade() -> None:
    """Drop them again."""
    for table in ("outcomes", "allocations", "entries", "versions"):
        op.drop_table(table)
    op.drop_table("sessions")
    sessions(sa.Column("partner_id", sa.String(64), sa.ForeignKey("partners.partner_id")))
    op.drop_column("api_keys", "person")
    op.drop_column("partners", "kind")
