"""Customers and their changes; calls are found by their numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXTS = ("phone", "played", "name", "phone2", "company", "email", "address", "note")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "customerrow",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.Float(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("removed_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("phone", "played", name="uq_customer_phone"),
    )
    op.create_index("ix_customerrow_phone2", "customerrow", ["phone2"], unique=False)
    op.create_table(
        "customerchange",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customerrow.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_customerchange_customer_id", "customerchange", ["customer_id"])
    op.create_index("ix_call_caller", "call", ["caller"], unique=False)
    op.create_index("ix_call_dialled", "call", ["dialled"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_call_dialled", table_name="call")
    op.drop_index("ix_call_caller", table_name="call")
    op.drop_index("ix_customerchange_customer_id", table_name="customerchange")
    op.drop_table("customerchange")
    op.drop_index("ix_customerrow_phone2", table_name="customerrow")
    op.drop_table("customerrow")
