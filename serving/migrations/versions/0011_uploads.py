"""Uploads of files of records."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0012"

TIME = sa.DateTime(timezone=True)


def of() -> sa.Column[str]:
    """Return the column of the upload that a row belongs to."""
    to = sa.ForeignKey("uploads.upload_id")
    return sa.Column("upload_id", sa.String(36), to, primary_key=True)


def place(name: str) -> sa.Column[int]:
    """Return a column of a place within an upload."""
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=False)


def sealed() -> sa.Column[bytes]:
    """Return the column of what is sealed."""
    return sa.Column("sealed", sa.LargeBinary, nullable=False)


def upgrade() -> None:
    """Make the tables."""
    to = sa.ForeignKey("partners.partner_id")
    op.create_table(
        "uploads",
        sa.Column("upload_id", sa.String(36), primary_key=True),
        sa.Column("partner_id", sa.String(64), to, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("leased_by", sa.String(36)),
        sa.Column("leased_until", TIME),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("size", "tries", "rows", "bad", "added", "completed", "same", "within")
        ),
        sa.Column("bucket", sa.Integer),
        sa.Column("problem", sa.Text),
    )
    op.create_index("uploads_by_partner", "uploads", ["partner_id", "made_at", "upload_id"])
    op.create_index("uploads_by_state", "uploads", ["state"])
    op.create_table("upload_parts", of(), place("number"), sealed())
    op.create_table("upload_staged", of(), place("bucket"), place("number"), sealed())
    op.create_table(
        "upload_rejected", of(), place("line"), sa.Column("problem", sa.Text, nullable=False)
    )


def downgrade() -> None:
    """Drop them again."""
    for table in ("upload_rejected", "upload_staged", "upload_parts", "uploads"):
        op.drop_table(table)
