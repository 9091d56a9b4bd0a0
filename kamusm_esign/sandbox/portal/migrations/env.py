"""What Alembic runs: the steps, on the connection that it is given."""

from alembic import context

from kamusm_esign.sandbox.portal.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction is the one around all of it
)
context.run_migrations()
