"""Whether this home can do its work now: facts for a monitor, and sentences that quote no error."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from models.shared.records import IncomingFile, OutgoingMessage
from tasks.adapters.checkpoints import checkpoint_file, whole_lines
from tasks.adapters.database import reading
from tasks.adapters.fonts import PACKAGES, missing_fonts

_MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
# The sweep runs every quarter of an hour; what waits four times as long waits for somebody to look.
PATIENCE_SECONDS = 3_600


@dataclass
class Health:
    """`problems` keep the office from working; `warnings` are what somebody should look at. All are sentences."""

    facts: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The HTTP status: 200 when the office can work, else 503."""
        return 503 if self.problems else 200

    def report(self) -> dict[str, Any]:
        """The whole answer as JSON."""
        return {
            "healthy": not self.problems, "problems": self.problems, "warnings": self.warnings, **self.facts
        }  # fmt: skip


def look(now: datetime, missing: Callable[[], Sequence[str]] = missing_fonts) -> Health:
    """Look at database, tables, fonts, outbox, inbox and checkpoints as of now."""
    health = Health({"at": now.isoformat()})
    _look_at_database(health, now)
    _look_at_fonts(health, missing)
    _look_at_checkpoint(health, now)
    return health


def _look_at_database(health: Health, now: datetime) -> None:
    health.facts |= {"database": "does not answer", "migrations": None, "outbox_waiting": None}
    health.facts |= {"oldest_waiting_file": None}
    try:
        with reading() as session:
            here = MigrationContext.configure(session.connection()).get_current_heads()
            health.facts |= {"database": "answers", "migrations": {"here": list(here), "newest": list(_newest())}}
            if tuple(here) != _newest():
                health.problems.append("The tables are not those of this version. Run: steward migrate")
                return
            _look_at_waiting(health, session, now)
    except SQLAlchemyError:
        health.problems.append("The database does not answer. Its log or server says why.")


@cache
def _newest() -> tuple[str, ...]:
    return tuple(ScriptDirectory(str(_MIGRATIONS)).get_heads())


def _look_at_waiting(health: Health, session: Session, now: datetime) -> None:
    message = OutgoingMessage.__table__.c  # type: ignore[attr-defined]
    file = IncomingFile.__table__.c  # type: ignore[attr-defined]
    counted = select(func.count(), func.min(message.created_at))
    number, oldest = session.execute(counted.where(message.sent_at.is_(None))).one()
    health.facts["outbox_waiting"] = number
    if oldest and (now - oldest).total_seconds() > PATIENCE_SECONDS:
        health.warnings.append(f"Messages wait since {oldest.isoformat()} to be sent. Does the sweep run?")
    waiting = select(file.kind, file.received_at).where(file.status == "waiting").order_by(file.received_at).limit(1)
    if row := session.execute(waiting).first():
        age = int((now - row.received_at).total_seconds())
        told = {"kind": row.kind, "received_at": row.received_at.isoformat(), "age_seconds": age}
        health.facts["oldest_waiting_file"] = told
        if age > PATIENCE_SECONDS:
            health.warnings.append(f"A file ({row.kind}) waits since {told['received_at']}. Does the sweep run?")


def _look_at_fonts(health: Health, missing: Callable[[], Sequence[str]]) -> None:
    lacking = list(missing())
    health.facts["fonts_missing"] = lacking
    if lacking:
        health.problems.append(f"Fonts are missing: {', '.join(lacking)}. Install {PACKAGES}.")


def _look_at_checkpoint(health: Health, now: datetime) -> None:
    health.facts["checkpoint"] = {"number": 0, "at": None, "age_seconds": None}
    try:
        lines = whole_lines(checkpoint_file())
        if lines:
            entry = json.loads(lines[-1])
            age = int((now - datetime.fromisoformat(entry["at"])).total_seconds())
            health.facts["checkpoint"] = {"number": entry["number"], "at": entry["at"], "age_seconds": age}
    except (OSError, ValueError, KeyError, TypeError):
        health.problems.append("The checkpoint file cannot be read. Run: steward audit verify")
