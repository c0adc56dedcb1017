"""Pieces of recordings made by order; agents who serve from outside."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "recordingpiece",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("began_clock", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"]),
        sa.PrimaryKeyConstraint("call_id", "no"),
    )
    op.create_table(
        "mobilerow",
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("extension"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("mobilerow")
    op.drop_table("recordingpiece")
