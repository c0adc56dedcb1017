"""The language that a caller who is called back has chosen."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; callbacks promised before are in the school's language."""
    op.add_column("callbackrow", sa.Column("lang", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("callbackrow", "lang")
