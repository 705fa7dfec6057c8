"""Alembic's entry: our tables against the database of the settings."""

from typing import Any

from alembic import context

from models.shared.records import UtcDateTime
from tasks.adapters.database import engine
from tasks.adapters.tables import load_tables


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Migrations name the plain type, so that they do not depend on our code as it is today."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def compare_type(context_: Any, inspected: Any, metadata: Any, inspected_type: Any, metadata_type: Any) -> bool | None:
    """Our timestamp type is a plain timestamp with time zone."""
    return False if isinstance(metadata_type, UtcDateTime) else None


with engine().connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=load_tables(),
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=compare_type,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
