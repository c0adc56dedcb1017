"""Alembic's way in; run by ``classroom.store.upgrade`` only, with a connection at hand."""

from alembic import context

from classroom.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
