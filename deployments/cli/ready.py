"""Makes sure that a home has its tables before a command uses them."""

from pathlib import Path

from tasks.adapters.settings import ROOT, settings


def ready() -> None:
    """Create or upgrade the home's tables when they are not those of this checkout."""
    if _version() != _newest():
        from deployments.migrate import migrate

        migrate()


def _newest() -> str:
    versions = (ROOT / "deployments" / "migrations" / "versions").glob("[0-9]*.py")
    return max(Path(path).name[:4] for path in versions)


def _version() -> str:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    from tasks.adapters.database import engine

    if not settings().database_url and not (settings().home / "steward.db").exists():
        return ""
    try:
        with engine().connect() as connection:
            return str(connection.execute(text("select version_num from alembic_version")).scalar() or "")
    except DBAPIError:
        return ""
