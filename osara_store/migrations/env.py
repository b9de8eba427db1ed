"""What Alembic runs to apply the scripts: always on a connection that is handed in, in its transaction."""

from alembic import context

from osara_store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
