"""Steps over all doors: no decision without a valid signer, none by a maker; and a planted hole shows."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis.errors import FlakyFailure
from sqlalchemy import event, select

from models.shared.people import Delegation
from models.shared.people_records import Staff, StaffDelegation
from models.shared.signing import Shown
from tasks.adapters import decisions, judging, ledger
from tasks.adapters.codes import Accepted
from tasks.adapters.database import engine
from tasks.adapters.ledger import head_of
from tasks.adapters.people import load_people
from tasks.adapters.registration import recording
from tests.conftest import forget
from tests.deciding_machine import Deciding, make_template, run_steps
from tests.deciding_oracle import Violation

STEPS, SOON = 20_000, 6_000


@pytest.fixture
def here(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Deciding]]:
    """The machine on a home in memory where there is such a folder: what a crash would lose is not asked here."""
    memory = Path("/dev/shm")
    home = (memory if memory.is_dir() else tmp_path) / f"steward-{tmp_path.parent.name}-{tmp_path.name}"
    home.mkdir()
    monkeypatch.setenv("STEWARD_HOME", str(home))
    monkeypatch.delenv("STEWARD_DATABASE_URL", raising=False)
    shutil.copyfile(sqlite_template, home / "steward.db")
    forget()
    event.listen(engine(), "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    yield make_template(home, tmp_path / "template.db")
    forget()
    shutil.rmtree(home)


def test_nobody_decides_alone_in_twenty_thousand_steps(here: type[Deciding]) -> None:
    counts = run_steps(here, STEPS)
    assert counts["steps"] >= STEPS
    assert counts["attacks done"] == 0 and counts["attacks"] > STEPS // 10
    # A machine that is refused everything would see no hole.
    assert counts["done"] > counts["tries"] / 5 and counts["signed events"] > STEPS // 20
    assert min(counts[f"refused: {kind}"] for kind in ("separation of duties", "role", "revoked", "used code")) > 10


def _no_separation(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(judging, "separation", lambda *_: "")


def _nothing_spent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decisions, "spend", lambda *_: None)


def _revoked_sign(patch: pytest.MonkeyPatch) -> None:
    """A revoked account is stopped in three places; all three are opened."""
    real = decisions.check_code

    def check(session: Any, staff_id: str, code: str, at: Any) -> Accepted:
        session.execute(Staff.__table__.update().values(revoked_at=None))  # type: ignore[attr-defined]
        try:
            return real(session, staff_id, code, at)
        finally:
            session.rollback()

    def spend(session: Any, accepted: Accepted) -> None:
        mine = Staff.__table__.c.staff_id == accepted.staff_id  # type: ignore[attr-defined]
        session.execute(Staff.__table__.update().where(mine).values(last_counter=accepted.counter))  # type: ignore[attr-defined]

    def everybody(session: Any) -> Any:
        return {key: replace(person, is_active=True) for key, person in load_people(session).items()}

    patch.setattr(decisions, "check_code", check)
    patch.setattr(decisions, "spend", spend)
    patch.setattr(judging, "load_people", everybody)


def _endless_delegations(patch: pytest.MonkeyPatch) -> None:
    """The days of a delegation are looked at when it is read and when it is used; both are opened."""

    def all_of_them(session: Any, day: Any) -> list[Delegation]:
        table = StaffDelegation.__table__.c  # type: ignore[attr-defined]
        return [
            Delegation(*row)
            for row in session.execute(select(table.from_id, table.to_id, table.first_day, table.last_day))
        ]

    patch.setattr(Delegation, "runs_on", lambda *_: True)
    patch.setattr(judging, "load_delegations", all_of_them)


def _whatever_was_shown(patch: pytest.MonkeyPatch) -> None:
    class Same(str):
        __hash__ = str.__hash__

        def __ne__(self, other: object) -> bool:
            return False

    real = Shown.sha256
    patch.setattr(Shown, "sha256", lambda self: Same(real(self)))


def _whatever_version(patch: pytest.MonkeyPatch) -> None:
    """What was judged on an older version is recorded after whatever came meanwhile."""

    def onto_the_latest(session: Any, process: str, table: Any, changes: Any, at: Any) -> None:
        moved = [replace(c, head=head_of(session.get_one(table, c.head.case_id))) for c in changes]
        ledger.commit_changes(session, process, table, moved, at)

    patch.setattr(recording, "commit_changes", onto_the_latest)


HOLES = (
    _no_separation, _nothing_spent, _revoked_sign, _endless_delegations, _whatever_was_shown, _whatever_version,
)  # fmt: skip


@pytest.mark.parametrize("hole", HOLES)
def test_a_planted_hole_is_found(
    here: type[Deciding], hole: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    hole(monkeypatch)
    with suppress(Violation, FlakyFailure):
        run_steps(here, SOON)
    assert here.found
