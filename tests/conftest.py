"""Fixtures that most tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.migrate import migrate
from tasks.adapters.database import engine
from tasks.adapters.policy import calendar, policy_text, registration_policy
from tasks.adapters.settings import settings

_CACHED = (settings, engine, policy_text, calendar, registration_policy)


def forget() -> None:
    """Let settings, engine and policy be read anew: another home, another database."""
    if engine.cache_info().currsize:
        engine().dispose()
    for cached in _CACHED:
        cached.cache_clear()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh home with migrated tables."""
    monkeypatch.setenv("STEWARD_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STEWARD_DATABASE_URL", raising=False)
    forget()
    migrate()
    yield tmp_path / "home"
    forget()
