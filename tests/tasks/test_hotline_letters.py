"""Letters to constituents in a home: who makes and reads them, sealed on the disk, and what never leaves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from models.hotline.forms import Channel, ContactForm
from models.hotline.letter_rules import LetterKind
from models.hotline.letters import LetterRefused
from models.hotline.records import HotlineAccess, HotlineContact, HotlineDecision
from models.shared.records import OutgoingMessage, StoredDocument
from tasks.adapters.database import reading, writing
from tasks.adapters.files import stored_path
from tasks.adapters.hotline.letter_going import safe_way
from tasks.adapters.hotline.letter_sending import SELF
from tasks.adapters.hotline.letter_store import letter_path
from tasks.adapters.hotline.rotation import rotate
from tasks.adapters.papers import kind_of_paper, may_read
from tasks.adapters.refusals import NotSigned
from tasks.adapters.sealing import SealError
from tasks.adapters.settings import settings
from tests.casework import facts
from tests.hotline_decided import worked
from tests.hotline_letter_office import (
    SECRET_NAME,
    SECRET_STREET,
    SECRET_WORD,
    STAFF,
    contact,
    events,
    make,
    problems,
    read,
    review,
    rows,
    send,
    staff,
    words_of,
)
from tests.hotline_letters import RECEIVED_AT, answer
from tests.hotline_office import KEY, OTHER_KEY, everything_on_disk
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


def test_a_letter_lies_in_the_home_sealed_alone(home: Path) -> None:
    made = make(contact(), LetterKind.RESPONSE, answer=answer(words={"found": SECRET_WORD, "done": "x"}))
    assert SECRET_WORD in words_of(made) and letter_path(made.document_id).exists()
    secrets = [word.encode() for word in (SECRET_NAME, SECRET_STREET, SECRET_WORD, "Quillon")]
    for name, data in everything_on_disk(home):
        assert not any(secret in data for secret in secrets), name
        assert b"%PDF" not in data, name


def test_the_register_the_history_and_the_access_log_tell_of_a_letter() -> None:
    made = make(contact())
    (row,) = rows(StoredDocument)
    assert (row.document_id, row.case_id, row.kind) == ("INQ-0001-AK01", "INQ-0001", "constituent_letter")
    assert row.title == "About your message to us" and not stored_path("documents", row.sha256, ".pdf").exists()
    assert events() == [
        ("letter_made", {"letter": made.document_id, "file": row.sha256, "by": "z.clear", "draft": True})
    ]
    assert [(one.who, one.purpose) for one in rows(HotlineAccess)] == [("z.clear", "letter: acknowledgement")]


def test_the_audit_finds_a_letter_whole_and_one_that_was_changed() -> None:
    made = make(contact())
    assert problems() == []
    path = letter_path(made.document_id)
    path.chmod(0o600)
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert any("was changed after it was issued" in problem for problem in problems())
    path.unlink()
    assert any("missing from the store" in problem for problem in problems())


def test_a_letter_is_made_in_the_language_of_the_constituent_or_another_that_is_asked_for() -> None:
    contact("INQ-0001", language="ar")
    contact("INQ-0002", language="zh", text="樓裡沒有暖氣，請幫忙")
    contact("INQ-0003", language="uk")
    assert [make(f"INQ-000{n}").language for n in (1, 2, 3)] == ["ar", "zh-Hant", "en"]
    assert make("INQ-0003", language="RU").language == "ru"
    with pytest.raises(LetterRefused, match="not written in “th”"):
        make("INQ-0003", language="th")


def test_a_letter_that_is_made_again_replaces_the_one_that_was_not_sent() -> None:
    contact()
    assert [make("INQ-0001").document_id, make("INQ-0001").document_id] == ["INQ-0001-AK01", "INQ-0001-AK02"]
    assert {row.document_id: row.superseded_by for row in rows(StoredDocument)} == {
        "INQ-0001-AK01": "INQ-0001-AK02", "INQ-0001-AK02": None,
    }  # fmt: skip


@pytest.mark.parametrize("unit", ["DV", "HASA"])
def test_who_is_not_cleared_neither_makes_nor_reads_letters_about_restricted_contacts(unit: str) -> None:
    contact(unit=unit)
    with pytest.raises(NotSigned, match="cleared for restricted cases"):
        make("INQ-0001", who="k.work")
    made = make("INQ-0001")
    with pytest.raises(NotSigned, match="cleared for restricted cases"):
        read(made.document_id, "k.work")
    assert [one.who for one in rows(HotlineAccess)] == ["z.clear"]


def test_each_reading_of_a_letter_is_kept_and_gives_the_file_as_it_was_made() -> None:
    made = make(contact())
    assert read(made.document_id, "t.call") == made.data
    assert [(one.who, one.purpose) for one in rows(HotlineAccess)][1:] == [("t.call", "letter INQ-0001-AK01")]
    with pytest.raises(NotSigned):
        read(made.document_id, "u.audit")


def test_the_desk_hands_out_no_letter_of_the_hotline_as_a_paper() -> None:
    made = make(contact())
    with reading() as session:
        kind = kind_of_paper(session, made.document_id)
    assert kind is not None and not may_read(staff("z.clear"), *kind)


def test_call_takers_make_acknowledgements_alone() -> None:
    contact()
    assert make("INQ-0001", who="t.call")
    with pytest.raises(NotSigned, match="made by a"):
        make("INQ-0001", LetterKind.INTERIM, who="t.call")


def test_no_address_is_printed_of_somebody_who_fled_and_their_substitute_address_is() -> None:
    contact(unit="DV", signals="dv_threat")
    contact("INQ-0002")
    assert SECRET_STREET not in words_of(make("INQ-0001"))
    assert SECRET_STREET not in words_of(make("INQ-0002", address_confidential=True))
    assert SECRET_STREET in words_of(make("INQ-0002"))
    substitute = words_of(make("INQ-0001", substitute=("PO Box 1110", "Albany, NY 12201")))
    assert "PO Box 1110" in substitute and SECRET_STREET not in substitute


def test_a_contact_that_nobody_decided_about_gets_no_letter() -> None:
    contact()
    with writing() as session:
        session.execute(delete(HotlineDecision))
    with pytest.raises(LetterRefused, match="nobody has decided about it yet"):
        make("INQ-0001")


def test_signs_without_a_font_are_refused_without_repeating_them() -> None:
    contact(caller="ليلى منصور")
    with pytest.raises(LetterRefused, match="fonts for the language “en”") as refused:
        make("INQ-0001")
    assert "ليلى" not in str(refused.value) and rows(StoredDocument) == []


def test_a_draft_is_refused_with_what_to_do() -> None:
    made = make(contact())
    assert made.is_draft and "must not be sent" in words_of(made)
    with pytest.raises(NotSigned, match="nobody has reviewed the texts in the language “en”"):
        send(made.document_id)
    assert rows(OutgoingMessage) == []


def test_a_reviewed_letter_goes_out_by_an_order_that_names_nobody(reviewed: Path) -> None:
    made = make(contact())
    assert not made.is_draft and send(made.document_id) == "post"
    (message,) = rows(OutgoingMessage)
    assert (message.message_id, message.recipient, message.document_id) == (made.document_id, "", None)
    assert not any(secret in f"{message.subject} {message.body}" for secret in (SECRET_NAME, SECRET_STREET, "FIA"))
    assert events()[-1][0] == "letter_sent"
    with pytest.raises(NotSigned, match="sent already"):
        send(made.document_id)


def test_a_review_that_two_administrators_have_not_signed_sends_nothing(reviewed: Path) -> None:
    made = make(contact())
    path = reviewed / "pl.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("R. Reader", "Somebody Else"), encoding="utf-8")
    with pytest.raises(NotSigned, match="is not signed"):
        send(made.document_id)
    assert rows(OutgoingMessage) == []


def test_a_letter_that_was_replaced_is_not_sent(reviewed: Path) -> None:
    contact()
    older, newer = make("INQ-0001"), make("INQ-0001")
    with pytest.raises(NotSigned, match=f"replaced by {newer.document_id}"):
        send(older.document_id)
    assert send(newer.document_id)
    make("INQ-0001")
    assert {row.document_id: row.superseded_by for row in rows(StoredDocument)}[newer.document_id] is None


@pytest.mark.parametrize("release", ["", "a friend", "2026-11-21"], ids=["nothing", "no day", "of a day to come"])
def test_a_letter_about_hiv_leaves_to_the_person_or_on_their_own_release_alone(reviewed: Path, release: str) -> None:
    made = make(contact(unit="HASA"))
    with pytest.raises(NotSigned, match="A general release is not enough"):
        send(made.document_id, release=release)
    assert send(made.document_id, release=SELF)
    assert events()[-1][1]["release"] == "self"


def test_a_letter_about_hiv_carries_the_notice_in_both_languages(reviewed: Path) -> None:
    made = make(contact(unit="HASA", language="ht"))
    said = words_of(made)
    assert "State law prohibits you from making any further disclosure" in said and "Lwa eta a entèdi ou" in said
    assert "HASA" not in said


def test_a_letter_that_lacks_the_notice_is_not_sent(reviewed: Path) -> None:
    made = make(contact())
    with writing() as session:
        session.execute(update(HotlineDecision).values(unit="HASA", confidential=True))
    with pytest.raises(NotSigned, match="lacks the notice"):
        send(made.document_id, release=SELF)


def test_a_letter_follows_what_a_person_marked_as_confidential_since() -> None:
    made = make(contact(), who="k.work")
    worked("INQ-0001", restricted=True, first_due_at=RECEIVED_AT, due_at=RECEIVED_AT, resolve_by=RECEIVED_AT)
    with pytest.raises(NotSigned, match="restricted"):
        read(made.document_id, "k.work")
    assert read(made.document_id, "z.clear") == made.data


def test_letters_are_sealed_anew_when_the_key_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    made = make(contact())
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", OTHER_KEY)
    monkeypatch.setenv("STEWARD_HOTLINE_OLD_KEYS", KEY)
    settings.cache_clear()
    assert rotate()["finished"] and rotate()["files"] == 0
    monkeypatch.delenv("STEWARD_HOTLINE_OLD_KEYS")
    settings.cache_clear()
    assert read(made.document_id, "z.clear") == made.data


def test_a_letter_opens_for_its_own_number_alone() -> None:
    one, other = make(contact()), make(contact("INQ-0002"))
    letter_path(one.document_id).chmod(0o600)
    letter_path(one.document_id).write_bytes(letter_path(other.document_id).read_bytes())
    with pytest.raises(SealError):
        read(one.document_id, "z.clear")


@pytest.mark.parametrize(("told", "way"), [
    ({}, "post"), ({"safe_channel": "mail"}, "post"), ({"safe_channel": "email"}, "e-mail"),
    ({"channel": Channel.EMAIL}, "e-mail"), ({"channel": Channel.EMAIL, "safe_channel": "mail"}, "post"),
])  # fmt: skip
def test_a_letter_goes_by_the_way_that_was_said_to_be_safe(told: dict[str, str], way: str) -> None:
    form = {"contact_id": "INQ-1", "received_at": RECEIVED_AT, "channel": Channel.HOTLINE, **told}
    assert safe_way(ContactForm.model_validate(form)) == way


@pytest.mark.parametrize("channel", ["phone", "text", "in_person", "third_party", "none"])
def test_no_letter_goes_to_somebody_who_named_another_safe_way(reviewed: Path, channel: str) -> None:
    made = make(contact(safe_channel=channel))
    with pytest.raises(NotSigned, match="another safe way"):
        send(made.document_id)
    assert rows(OutgoingMessage) == [] and facts("INQ-0001").acknowledged_at is None


def test_no_letter_is_made_to_somebody_who_asked_for_no_mail() -> None:
    contact(do_not_mail="yes")
    with pytest.raises(LetterRefused, match="asked us to send no mail"):
        make("INQ-0001")
    assert rows(StoredDocument) == []


def test_a_contact_is_not_changed_by_letters() -> None:
    contact()
    before = [row.sealed for row in rows(HotlineContact)]
    make("INQ-0001")
    assert [row.sealed for row in rows(HotlineContact)] == before
