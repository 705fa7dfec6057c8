"""Health: 200 when the office can work, 503 with a sentence when it cannot."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from deployments.desk.health import look
from models.shared.records import OutgoingMessage
from tasks.adapters.checkpoints import checkpoint_file
from tasks.adapters.database import engine, writing
from tasks.adapters.incoming import receive
from tests.conftest import forget
from tests.desk.conftest import NOW, issue
from tests.office import checkpoint


def told(now: datetime = NOW, missing: tuple[str, ...] = ()) -> dict[str, Any]:
    """What health says, with fonts that are taken as given."""
    return look(now, lambda: missing).report()


def test_a_home_in_order_is_healthy(client: TestClient) -> None:
    issue()
    checkpoint()
    answer = client.get("/health")
    found = answer.json()
    assert answer.status_code == 200
    assert (found["healthy"], found["problems"], found["warnings"]) == (True, [], [])
    assert found["database"] == "answers" and found["migrations"]["here"] == found["migrations"]["newest"]
    assert found["fonts_missing"] == [] and found["outbox_waiting"] == 0 and found["oldest_waiting_file"] is None
    assert found["checkpoint"] == {"number": 1, "at": "2026-11-09T14:00:00.000000Z", "age_seconds": 0}


def test_what_waits_is_counted_and_grows_old(client: TestClient, tmp_path: Path) -> None:
    message: dict[str, Any] = {"process": "registration", "case_id": "", "recipient": "", "subject": "", "body": ""}
    with writing() as session:
        session.add(OutgoingMessage(message_id="1", created_at=NOW, **message))
        session.add(OutgoingMessage(message_id="2", created_at=NOW, sent_at=NOW, **message))
    path = tmp_path / "a private name.csv"
    path.write_text("x")
    receive(path, "awards")
    soon, late = told(NOW + timedelta(minutes=5)), told(NOW + timedelta(hours=2))
    assert soon["outbox_waiting"] == 1 and soon["warnings"] == []
    assert soon["oldest_waiting_file"] == {"kind": "awards", "received_at": NOW.isoformat(), "age_seconds": 300}
    assert len(late["warnings"]) == 2 and late["healthy"]
    assert "private" not in str(late)


def test_missing_fonts_are_named(client: TestClient) -> None:
    health = look(NOW, lambda: ("Noto Sans Bengali",))
    assert health.status == 503
    assert health.report()["problems"] == [
        "Fonts are missing: Noto Sans Bengali. Install fonts-noto-core and fonts-noto-cjk."
    ]


def test_tables_of_another_version_are_told(client: TestClient) -> None:
    with engine().begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0000'"))
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["The tables are not those of this version. Run: steward migrate"]


def test_a_database_that_does_not_answer_is_told_and_never_quoted(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEWARD_DATABASE_URL", "postgresql+psycopg://someone:secret-word@127.0.0.1:1/none")
    forget()
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json()["database"] == "does not answer"
    assert answer.json()["problems"] == ["The database does not answer. Its log or server says why."]
    page = client.get("/")
    assert page.status_code == 503 and "The desk cannot read its records now." in page.text
    assert "secret-word" not in answer.text + page.text


@pytest.mark.parametrize(
    "broken", [b"no json\n", b"[]\n", b'{"number": 1}\n', b'{"number": 1, "at": "never"}\n', b"\xff\n"]
)
def test_a_checkpoint_file_that_cannot_be_read_is_told(client: TestClient, broken: bytes) -> None:
    checkpoint_file().write_bytes(broken)
    assert told()["problems"] == ["The checkpoint file cannot be read. Run: steward audit verify"]


def test_an_unfinished_last_line_of_the_checkpoint_file_is_left_out(client: TestClient) -> None:
    issue()
    checkpoint()
    with checkpoint_file().open("ab") as out:
        out.write(b'{"number": 2, "at"')
    assert told(NOW + timedelta(days=1))["checkpoint"]["age_seconds"] == 86_400
