"""Who gave a key: what an administrator gives proposes and verifies nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"


def upgrade() -> None:
    """Keep it from now on; of a key from before nobody knows, and it does what it did."""
    op.add_column("api_keys", sa.Column("given_by", sa.String(16)))


def downgrade() -> None:
    """Forget it again."""
    op.drop_column("api_keys", "given_by")
