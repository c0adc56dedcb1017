"""Each agent's part of a call; a call's direction and result; why a call has no marks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEW = (
    ("call", "direction", sa.String(), ""),
    ("call", "result", sa.String(), ""),
    ("call", "ungraded", sa.String(), ""),
    ("scorecardrow", "part", sa.Integer(), "0"),
    ("scorecardrow", "agent", sa.String(), ""),
)


def upgrade() -> None:
    """Make the table, add the columns."""
    op.create_table(
        "callpart",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("began_clock", sa.Float(), nullable=False),
        sa.Column("ended_clock", sa.Float(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"]),
        sa.PrimaryKeyConstraint("call_id", "no"),
    )
    op.create_index("ix_callpart_agent", "callpart", ["agent"], unique=False)
    for table, name, kind, usual in NEW:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=usual))


def downgrade() -> None:
    """Drop them."""
    for table, name, _, _ in reversed(NEW):
        op.drop_column(table, name)
    op.drop_index("ix_callpart_agent", table_name="callpart")
    op.drop_table("callpart")
