"""Letters, their steps, and the out-box."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "letterrow",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts(
            "kind", "state", "sender", "sender_name", "reply_to", "receiver", "subject", "text"
        ),
        *_texts("message_id", "thread", "file", "automatic", "category", "taken_by"),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("came", "rank")),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("taken_at", "done_at")),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("pages", "priority", "version")
        ),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("attached", "reasons")),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customerrow.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_letterrow_line", "letterrow", ["state", "rank", "id"])
    for name in ("came", "sender", "message_id", "customer_id", "taken_by"):
        op.create_index(f"ix_letterrow_{name}", "letterrow", [name])
    op.create_table(
        "letterstep",
        *_of_a_letter(),
        *_texts("by", "what", "note"),
    )
    op.create_index("ix_letterstep_letter_id", "letterstep", ["letter_id"])
    op.create_table(
        "sentletter",
        *_of_a_letter(),
        *_texts("kind", "what", "by", "sender", "receiver", "subject", "text"),
        sa.Column("parameters", sa.JSON(), nullable=False),
    )
    for name in ("letter_id", "at", "receiver"):
        op.create_index(f"ix_sentletter_{name}", "sentletter", [name])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _of_a_letter() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letterrow.id"]),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("sentletter", "letterstep", "letterrow"):
        op.drop_table(table)
