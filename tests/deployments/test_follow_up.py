"""What follows a signature: by itself and once, after an outage too; and what of a signature comes to Prefect."""

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from deployments.follow import start_follow_up
from models.shared.people_records import LetterOrder, Signature
from models.shared.records import OutgoingMessage
from tasks.adapters.database import reading
from tests.attacks import CASE, open_desk, stand_at
from tests.deployments.conftest import IVY
from tests.deployments.offices import Office, await_true, inside, sign_shown, steward, with_reason
from tests.desk.deciding import at_desk
from tests.office import follow_up
from tests.prefect_homes import give_prefect
from tests.signers import CAST, code_of

REASON = "Marker 7261: it owes three years of reports."
LETTER = f"{IVY}-DL01"
_FOLLOWS = ("case_event", "registration_case", "outgoing_message", "letter_order", "stored_document", "signature")


@dataclass(frozen=True)
class Signed:
    """A decision that was signed at the desk, with a letter: its signature, the code that signed it."""

    office: Office
    signature_id: str
    code: str


def refusal_page(case_id: str) -> str:
    """The page on which a provider is found not responsible: a reason, a letter, one signature."""
    return f"/cases/registration/{case_id}/decide/found_not_responsible"


def rows() -> dict[str, list[tuple[str, ...]]]:
    """All that a sitting after a signature may write of its contract, row for row.

    Of its contract alone: meanwhile a sweep that the office starts by itself may read what waits in the inbox.
    """
    with reading() as session:
        kept = {
            table: [tuple(map(str, row)) for row in session.execute(text(f"select * from {table}"))]
            for table in _FOLLOWS
        }
    return {table: sorted(row for row in found if any(IVY in cell for cell in row)) for table, found in kept.items()}


def letters_sent(home: Path, document_id: str) -> list[Path]:
    """The letter's PDFs in the outbox, to be printed or mailed."""
    return [path for path in (home / "outbox").rglob("*") if path.is_file() and document_id in path.name]


@pytest.fixture(scope="module")
def signed(reviewed: Office) -> Signed:
    """A full decision at the desk of the served office, and the sitting that followed it by itself."""
    with inside(reviewed.home):
        stand_at("responsibility", IVY)
    browser = reviewed.desk("a.cco")
    page = with_reason(browser, refusal_page(IVY), REASON)
    code = reviewed.code("a.cco")
    signature_id = sign_shown(browser, page, code)
    (run,) = await_true("the sitting to be asked for", lambda: reviewed.follow_ups(signature_id))
    assert reviewed.ended(run["id"])["state_type"] == "COMPLETED"
    return Signed(reviewed, signature_id, code)


def test_the_letter_of_a_signature_is_printed_and_sent_without_anybody_asking(signed: Signed) -> None:
    with inside(signed.office.home), reading() as session:
        assert session.get_one(Signature, signed.signature_id).followed_at is not None
        assert session.get_one(LetterOrder, LETTER).printed_at is not None
        message = session.get_one(OutgoingMessage, LETTER)
    assert message.sent_at is not None
    assert len(letters_sent(signed.office.home, LETTER)) == 1


def test_a_follow_up_that_is_asked_for_again_by_many_at_once_starts_nothing_more(signed: Signed) -> None:
    with inside(signed.office.home), ThreadPoolExecutor(6) as many:
        assert all(many.map(start_follow_up, [signed.signature_id] * 6, ["registration"] * 6))
    assert len(signed.office.follow_ups(signed.signature_id)) == 1


def test_a_follow_up_that_is_started_by_hand_does_nothing_twice(signed: Signed) -> None:
    with inside(signed.office.home):
        before = rows()
    assert all(before.values())
    runs = [signed.office.start("follow-up-decisions", signature=signed.signature_id) for _ in range(2)]
    assert [signed.office.ended(run)["state_type"] for run in runs] == ["COMPLETED", "COMPLETED"]
    with inside(signed.office.home):
        assert rows() == before
    assert len(letters_sent(signed.office.home, LETTER)) == 1


def in_prefect(home: Path, pattern: str) -> list[str]:
    """The columns of Prefect's database in which something stands that fits a pattern."""
    there = sqlite3.connect(f"file:{home / 'prefect' / 'prefect.db'}?mode=ro", uri=True)
    tables = [name for (name,) in there.execute("select name from sqlite_master where type = 'table'")]
    found = set()
    for table in tables:
        cursor = there.execute(f'select * from "{table}"')
        names = [column[0] for column in cursor.description]
        for row in cursor:
            found |= {f"{table}.{name}" for name, value in zip(names, row, strict=True) if _has(value, pattern)}
    there.close()
    return sorted(found)


def _has(value: object, pattern: str) -> bool:
    said = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    return re.search(pattern, said) is not None


def test_no_code_signer_or_reason_comes_to_prefect(signed: Signed) -> None:
    home = signed.office.home
    assert "flow_run.parameters" in in_prefect(home, signed.signature_id)
    assert "artifact.data" in in_prefect(home, "Ivy Gate")
    assert in_prefect(home, "Marker 7261|three years of reports") == []
    # Not as a part of a longer number, or of the moment's microseconds.
    assert in_prefect(home, rf"(?<![\w.]){signed.code}(?!\w)") == []
    assert in_prefect(home, "|".join(re.escape(word) for staff_id, name, *_ in CAST for word in (staff_id, name))) == []


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
def test_what_is_signed_while_prefect_is_away_is_followed_by_the_next_sweep(
    home: Path, migrated_prefect: Path, tmp_path: Path
) -> None:
    open_desk(tmp_path)
    stand_at("responsibility")
    browser = at_desk("a.cco")
    signature_id = sign_shown(browser, with_reason(browser, refusal_page(CASE), REASON), code_of("a.cco"))
    assert not start_follow_up(signature_id, "registration")
    with reading() as session:
        assert session.get_one(Signature, signature_id).followed_at is None
        assert session.get_one(LetterOrder, f"{CASE}-DL01").printed_at is None
    assert letters_sent(home, f"{CASE}-DL01") == []

    give_prefect(migrated_prefect, home)
    swept = steward(home, "run", "sweep")
    assert swept.returncode == 0, swept.stderr
    with reading() as session:
        assert session.get_one(Signature, signature_id).followed_at is not None
        assert session.get_one(OutgoingMessage, f"{CASE}-DL01").sent_at is not None
    assert len(letters_sent(home, f"{CASE}-DL01")) == 1
    assert follow_up() == 0
    assert len(letters_sent(home, f"{CASE}-DL01")) == 1
