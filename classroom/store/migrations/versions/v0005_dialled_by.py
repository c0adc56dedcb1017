"""Who dialled a call."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; calls kept before were told without it."""
    with op.batch_alter_table("call") as table:
        table.add_column(sa.Column("dialled_by", sa.String(), nullable=False, server_default=""))
        table.create_index("ix_call_dialled_by", ["dialled_by"], unique=False)


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("call") as table:
        table.drop_index("ix_call_dialled_by")
        table.drop_column("dialled_by")
