"""What a letter that goes out records of its contact, and what letters take from the contact's history."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.hotline.letter_rules import LetterKind
from models.hotline.letters import LetterRefused
from models.shared.people_records import Signature
from models.shared.records import CaseEvent, OutgoingMessage
from tasks.adapters.audit import audit
from tasks.adapters.database import reading
from tasks.adapters.refusals import NotSigned
from tasks.adapters.settings import settings
from tests.casework import do, facts
from tests.casework import events as case_events
from tests.hotline_letter_office import (
    STAFF,
    contact,
    events,
    make,
    read,
    review,
    rows,
    send,
    words_of,
)
from tests.hotline_letters import answer
from tests.office import stop_clock
from tests.signers import hire


@pytest.fixture(autouse=True)
def staffed(hotline_key: None, drawn_once: None) -> Iterator[None]:
    stop_clock(2026, 11, 20, 14)
    hire(*STAFF)
    yield
    settings.cache_clear()


@pytest.fixture
def reviewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Texts that somebody has reviewed, put in force by two administrators."""
    return review(tmp_path, monkeypatch)


def test_an_acknowledgement_that_goes_out_acknowledges_once_and_meets_no_other_clock(reviewed: Path) -> None:
    contact()
    due = facts("INQ-0001").due_at
    send(make("INQ-0001").document_id)
    after = facts("INQ-0001")
    assert case_events("INQ-0001")[-2:] == ["letter_sent", "acknowledged"]
    assert after.acknowledged_at and not after.first_response_at and not after.is_clock_met and after.due_at == due
    send(make("INQ-0001").document_id)
    assert case_events("INQ-0001")[-2:] == ["acknowledged", "letter_sent"]


def test_an_acknowledgement_is_no_supervisor_who_takes_notice_of_a_danger_to_life(reviewed: Path) -> None:
    contact(priority=1)
    assert facts("INQ-0001").clock == "life_safety"
    send(make("INQ-0001").document_id)
    assert facts("INQ-0001").acknowledged_at is None and not facts("INQ-0001").is_clock_met


@pytest.mark.parametrize(
    ("kind", "event", "state"),
    [(LetterKind.INTERIM, "interim_sent", "claimed"), (LetterKind.RESPONSE, "response_sent", "responded")],
)
def test_a_letter_that_answers_is_recorded_as_the_answer(
    reviewed: Path, kind: LetterKind, event: str, state: str
) -> None:
    contact(language="zh", text="樓裡沒有暖氣，請幫忙")
    do("z.clear", "claimed")
    told = {"answer": answer("zh-Hant")} if kind is LetterKind.RESPONSE else {}
    made = make("INQ-0001", kind, **told)
    assert made.language == "zh-Hant"
    send(made.document_id)
    assert case_events("INQ-0001")[-2:] == ["letter_sent", event]
    (row,) = [row for row in rows(CaseEvent) if row.event == event]
    payload = json.loads(row.payload)
    assert (payload["means"], payload["language"], payload["letter"]) == ("letter", "zh", made.document_id)
    assert facts("INQ-0001").state == state and facts("INQ-0001").first_response_at


def test_an_answer_leaves_only_once_somebody_works_on_the_contact(reviewed: Path) -> None:
    made = make(contact(), LetterKind.RESPONSE, answer=answer())
    with pytest.raises(NotSigned, match="is not possible while"):
        send(made.document_id)
    assert rows(OutgoingMessage) == []


def test_the_letter_that_nobody_was_reached_takes_the_days_of_the_recorded_attempts() -> None:
    contact()
    for day in (20, 20, 23):
        stop_clock(2026, 11, day, 15)
        do("t.call", "contact_attempted", means="call", outcome="no_answer")
    with pytest.raises(LetterRefused, match="came and today; 2 are recorded"):
        make("INQ-0001", LetterKind.UNABLE_TO_REACH)
    stop_clock(2026, 11, 24, 15)
    do("t.call", "contact_attempted", means="letter", outcome="returned")
    said = words_of(make("INQ-0001", LetterKind.UNABLE_TO_REACH))
    assert all(day in said for day in ("November 20, 2026", "November 23, 2026", "November 24, 2026"))


def test_a_letter_about_a_contact_that_was_marked_as_confidential_is_for_the_cleared_alone() -> None:
    made = make(contact())
    assert read(made.document_id, "k.work")
    do("z.clear", "marked_confidential")
    with pytest.raises(NotSigned, match="cleared for restricted cases"):
        read(made.document_id, "k.work")
    assert read(made.document_id, "z.clear")


def test_a_letter_that_goes_out_stands_under_its_signature(reviewed: Path) -> None:
    made = make(contact())
    send(made.document_id)
    (row,) = rows(Signature)
    assert (row.process, row.staff_id) == ("hotline", "z.clear") and made.document_id in row.shown
    (told,) = [told for event, told in events() if event == "letter_sent"]
    assert told["signed"]["signature"] == row.signature_id
    with reading() as session:
        assert not audit(session).problems
