"""Two hundred contacts with a word and a number of their own: after all that is done, neither stands in clear.

They come through every door; runs fail and are killed; letters, reports and files are made. Then all bytes are looked
through: the home, Prefect's home with its log, what programs said, and the temporary folder.
"""

import json
import logging
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from deployments.cli.app import app
from deployments.cli.says import Refused
from deployments.migrate import migrate
from models.hotline.letter_rules import LetterKind
from tasks.adapters.home import Home, create_home
from tasks.adapters.hotline.letter_files import letter_texts
from tasks.adapters.signing import public_key
from tests.canaries import Canary, canaries, leaks, table
from tests.casework import CLEARED, STAFF, do
from tests.flows.conftest import FlowProcess
from tests.flows.killing import inside
from tests.hotline_letter_office import make, words_of
from tests.office import sign_policy
from tests.open311 import HERE, a_key, decided, program, sent
from tests.signers import hire

BY_COMMAND, BY_INBOX, BY_311, BY_OPEN311 = canaries(0, 90), canaries(90, 50), canaries(140, 20), canaries(160, 40)
AFTER = [
    "triage-inquiries", "escalate-inquiries", "triage-report", "handover-sheets", "monthly-hotline-summary",
    "draw-weekly-sample", "sweep",
]  # fmt: skip


@dataclass
class Office:
    """Where all of it happened, and what stood in clear at which moment."""

    folder: Path
    process: FlowProcess
    prefect: Path
    looked: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        """The office's home."""
        return self.folder / "home"

    def run(self, moment: str, *flows: str, stop_at: str = "") -> None:
        """Run flows, and look through everything afterwards."""
        self.ended[moment] = self.process.run(self.home, [*flows], stop_at=stop_at)
        self.look(moment)

    def look(self, moment: str) -> None:
        """Look through home, logs and temporary folder."""
        found = leaks(self.folder, [self.folder / "sent"])
        self.looked[moment] = {name: shown for name, shown in found.items() if not name.startswith("sent/")}


def _row(one: Canary, received: str = "") -> dict[str, str]:
    month = 10 if one.number > 20 and one.number % 9 == 3 else 11
    at = f"2026-{month}-{2 + one.number % 8:02}T1{one.number % 10}:05:00-05:00"
    return {
        "id": f"INQ-{one.number:04}", "received_at": received or at,
        "channel": "hotline", "language": "", "subject": f"about {one.word}", "text": one.said,
        "caller": f"{one.word} Doe", "phone": one.phone, "email": f"{one.word}@example.org",
        "address": f"{one.number} {one.word} Street\nBronx, NY 10451", "borough": "Bronx", "source": one.word,
    }  # fmt: skip


def _broken(one: Canary) -> list[dict[str, str]]:
    """Rows with the secret in every cell where it can keep the row out, or slip through."""
    row = _row(one)
    everywhere = {name: cell if name in ("id", "received_at") else one.said for name, cell in row.items()}
    return [
        {**everywhere, "id": f"INQ-{one.number}-all"},
        *({**row, "id": f"INQ-{one.number}-{name}", name: one.said} for name in ("received_at", "language", "channel")),
        {**row, "id": one.said}, {**row, "id": one.word}, {**row, "id": f"Mr {one.word}"}, {**row, "id": one.phone},
        {**row, "id": f"{one.word}@example.org"}, {**row, "id": f"{one.phone[:3]}-{one.phone[3:6]}-{one.phone[6:]}"},
    ]  # fmt: skip


def _of_311(one: Canary) -> dict[str, str]:
    return {
        "unique_key": f"{61000000 + one.number}", "created_date": "11/03/2026 10:15:00 AM", "agency": one.word,
        "agency_name": one.word, "complaint_type": one.said, "descriptor": one.said, "location_type": one.word,
        "status": one.word, "incident_zip": one.phone, "incident_address": one.word, "borough": one.word,
        "resolution_description": one.said, "open_data_channel_type": one.phone, "latitude": "", "longitude": "",
    }  # fmt: skip


def _drop(office: Office, name: str, content: str) -> None:
    inbox = office.home / "inbox" / "inquiries"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / name).write_text(content, encoding="utf-8")


def _by_command(office: Office) -> None:
    rows = [_row(one) for one in BY_COMMAND]
    for one in BY_COMMAND[:5]:
        rows += _broken(one)
    path = office.folder / "sent" / f"Call from Ms. {BY_COMMAND[0].word} {BY_COMMAND[0].phone}.{BY_COMMAND[1].word}"
    path.write_text(table(rows), encoding="utf-8")
    for _ in range(2):
        _says(office, "import", "inquiries", str(path), "--json")
    wrong = office.folder / "sent" / "wrong.csv"
    wrong.write_text(f"{BY_COMMAND[0].said}\n{BY_COMMAND[1].said}", encoding="utf-8")
    _says(office, "import", "inquiries", str(wrong), "--json")


def _says(office: Office, *words: str) -> str:
    """What a command prints; it is kept beside the office's logs, but for the line that names a file as it was sent."""
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0 or isinstance(done.exception, Refused), (words, done.output, done.exception)
    with (office.folder / "commands.txt").open("a") as out:
        out.write(done.output)
    return done.output


def _by_inbox(office: Office) -> None:
    rows: list[Any] = [_row(one) for one in BY_INBOX]
    rows += [{**row, "latitude": row["phone"]} for one in BY_INBOX[:3] for row in _broken(one)]
    rows += [BY_INBOX[4].said, [BY_INBOX[5].word], {**_row(BY_INBOX[6]), BY_INBOX[6].word: BY_INBOX[6].phone}]
    rows.append({**_row(BY_INBOX[7], "never"), BY_INBOX[7].phone: BY_INBOX[7].word})
    _drop(office, f"{BY_INBOX[0].word} {BY_INBOX[0].phone}.json", json.dumps(rows, ensure_ascii=False)[:-1] + "{")
    office.run("killed in an import", "import-inquiries", stop_at="kept a chunk of contacts#1")
    assert (office.home / "steward.db-wal").stat().st_size
    office.run("imported", "import-inquiries")
    _drop(office, f"{BY_311[0].word}.csv", table(map(_of_311, BY_311)))
    with _stopped(office, "hotline_contact"):
        office.run("an import failed", "import-inquiries")
    office.run("imported of 311", "import-inquiries")


@contextmanager
def _stopped(office: Office, name: str) -> Iterator[None]:
    """Nothing can be put into a table."""
    _sql(office, f"CREATE TRIGGER stop BEFORE INSERT ON {name} BEGIN SELECT RAISE(ABORT, 'stopped'); END")
    yield
    _sql(office, "DROP TRIGGER stop")


def _sql(office: Office, *statement: Any) -> None:
    with closing(sqlite3.connect(office.home / "steward.db")) as connection, connection:
        connection.execute(*statement)


def _failing(office: Office) -> None:
    """A row that was changed, a key that is not there, a table that takes nothing, a kill."""
    mine = f"INQ-{BY_COMMAND[0].number:04}"
    with closing(sqlite3.connect(office.home / "steward.db")) as connection:
        (sealed,) = connection.execute("SELECT sealed FROM hotline_contact WHERE contact_id = ?", (mine,)).fetchone()
    change = "UPDATE hotline_contact SET sealed = ? WHERE contact_id = ?"
    _sql(office, change, (sealed[:-1] + bytes([sealed[-1] ^ 1]), mine))
    office.run("a row was changed", "triage-inquiries")
    _sql(office, change, (sealed, mine))
    key = office.home / "keys" / "hotline.key"
    there = key.read_bytes()
    key.unlink()
    office.run("the key was not there", "triage-inquiries")
    key.chmod(0o600)
    key.write_bytes(there)
    with _stopped(office, "hotline_decision"):
        office.run("a table took nothing", "triage-inquiries")
    office.run("killed in triage", "triage-inquiries", stop_at="decided a chunk of contacts#1")
    assert (office.home / "steward.db-wal").stat().st_size


def _by_open311(office: Office) -> None:
    asker, key = program(), a_key()
    codes = [one["service_code"] for one in asker.get(f"{HERE}/services.json").json()]
    for one in BY_OPEN311:
        told: dict[str, Any] = {
            "description": one.said, "first_name": one.word, "last_name": one.word, "phone": one.phone,
            "email": f"{one.word}@example.org", "address_string": f"1 {one.word} Street", "media_url": one.word,
        }  # fmt: skip
        code = codes[one.number % len(codes)]
        answer = sent(asker, key, token=one.word, service_code=code, **told)
        assert answer.status_code in (200, 400), answer.text
        if answer.status_code == 400:
            told.pop("media_url")
            assert sent(asker, key, token=one.phone, service_code="SHELTER-REPAIR", **told).status_code == 200
    _refused_by_open311(asker, key, BY_OPEN311[0])


def _refused_by_open311(asker: TestClient, key: str, one: Canary) -> None:
    for wrong in ({"service_code": one.word}, {"lat": one.phone, "long": one.word}, {"email": one.said * 99}):
        assert sent(asker, key, **{"description": one.said, **wrong}).status_code >= 400
    assert sent(asker, one.word, description=one.said).status_code >= 400
    assert asker.get(f"{HERE}/requests/{one.word}.json?q={one.phone}").status_code == 404
    for path in ("requests.json?service_request_id=", "requests.xml?start_date=", f"tokens/{one.word}.json?q="):
        asker.get(f"{HERE}/{path}{one.word}")
    asker.get(f"/search?q={one.word}")


def _by_people(office: Office) -> None:
    """Letters, notes and files that people ask for."""
    hire(*STAFF)
    languages = sorted(letter_texts())
    for one in BY_COMMAND[:14]:
        case_id = f"INQ-{one.number:04}"
        wished = {"language": languages[one.number % len(languages)]}
        made = make(case_id, LetterKind.ACKNOWLEDGEMENT, CLEARED, **wished)
        office.letters[case_id] = words_of(made)
        do(CLEARED, "acknowledged", case_id)
        do(CLEARED, "noted", case_id, text=one.said)
        _says(office, "show", case_id)
        _says(office, "show", case_id, "--json")
    _says(office, "cases", "hotline")
    asked = office.folder / "asked"
    asked.mkdir()
    for name in ("triage-decisions", "tool-register", "overrides", "misleading-signs"):
        _says(office, "export", name, str(asked / f"{name}.csv"))


@pytest.fixture(scope="module")
def office(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The office after everything was done."""
    folder = tmp_path_factory.mktemp("canary")
    (folder / "sent").mkdir()
    made = Office(folder, FlowProcess(folder, sparing=False), Path(os.environ["PREFECT_HOME"]).parent)
    log = logging.FileHandler(folder / "debug.log")
    with pytest.MonkeyPatch.context() as patch, inside(made.home):
        patch.setattr(tempfile, "tempdir", str(folder / "temporary"))
        patch.setattr(logging.root, "handlers", [log])
        # What asks here is a browser's place, not the desk.
        patch.setattr(logging.getLogger("httpx"), "level", logging.WARNING)
        patch.setattr(logging.root, "level", logging.DEBUG)
        create_home(Home(demo=True, clock="fixed", moment=datetime(2026, 11, 10, 14, tzinfo=UTC)))
        migrate()
        sign_policy()
        public_key()
        _by_command(made)
        _by_inbox(made)
        _failing(made)
        _by_open311(made)
        made.run("everything ran", *AFTER)
        _by_people(made)
        made.run("everything ran again", *AFTER)
        yield made


def test_no_secret_is_in_clear_at_any_moment(office: Office) -> None:
    assert {moment: found for moment, found in office.looked.items() if found} == {}


def test_nothing_in_prefects_home_tells_a_secret(office: Office) -> None:
    assert leaks(office.prefect) == {}


def test_runs_failed_and_were_killed_and_their_tracebacks_are_with_prefect(office: Office) -> None:
    assert list(office.ended.values()) == [-9, 0, 1, 0, 1, 1, 1, -9, 0, 0]
    with closing(sqlite3.connect(office.prefect / "prefect" / "prefect.db")) as connection:
        told = "\n".join(row[0] for row in connection.execute("SELECT message FROM log"))
    for name in ("SealError", "VaultError", "IntegrityError"):
        assert re.search(rf"Traceback[^\0]*{name}", told), name


def test_every_contact_is_there_and_half_of_them_are_restricted(office: Office) -> None:
    rows = decided()
    every = [*BY_COMMAND, *BY_INBOX]
    assert {f"INQ-{one.number:04}" for one in every} < set(rows)
    assert len(rows) == 200 + 15
    protected = {f"INQ-{one.number:04}" for one in every if one.kind in ("dv", "hiv", "minor")}
    assert {one for one in protected if not rows[one].confidential} == set()


def test_a_letter_shows_the_secret_of_its_own_contact_alone(office: Office) -> None:
    assert len(office.letters) == 14
    for case_id, words in office.letters.items():
        mine = BY_COMMAND[int(case_id[-4:])]
        assert mine.word in words
        assert not [one for one in BY_COMMAND if one != mine and (one.word in words or one.phone in words)]
