"""An office that writes letters to constituents in tests: its staff, contacts that were decided about, what is kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models.hotline.forms import Channel, ContactForm, Layout
from models.hotline.letter_rules import LetterKind
from models.hotline.records import HotlineDecision
from models.shared.people import Person, Role, Unit
from models.shared.records import CaseEvent
from tasks.adapters import clock
from tasks.adapters.audit import audit
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.keeping import Came, keep
from tasks.adapters.hotline.keys_in_use import note_key
from tasks.adapters.hotline.letter_sending import read_letter, send_letter
from tasks.adapters.hotline.letters import MadeLetter, Wish, make_letter
from tasks.adapters.hotline.reading import ReadRow
from tasks.adapters.hotline.vault import vault
from tasks.adapters.pdf_read import open_pdf
from tasks.adapters.people import find_person
from tasks.adapters.policy import letter_policy
from tasks.adapters.settings import settings
from tests.office import sign_policy
from tests.signers import credential

STAFF = (
    ("k.work", "Kim Work", Unit.CONSTITUENT_SERVICES, (Role.CASEWORKER,)),
    ("z.clear", "Zoe Clear", Unit.CONSTITUENT_SERVICES, (Role.CASEWORKER, Role.CLEARED)),
    ("t.call", "Tom Call", Unit.CONSTITUENT_SERVICES, (Role.CALL_TAKER,)),
    ("u.audit", "Uma Audley", Unit.AUDIT, (Role.AUDITOR,)),
)
SECRET_NAME, SECRET_STREET, SECRET_WORD = "Quillon Marrowby", "77 Zephyrine Lane", "flumberquist"


def staff(staff_id: str) -> Person:
    """Somebody of the office."""
    with reading() as session:
        person = find_person(session, staff_id)
    assert person is not None
    return person


def contact(
    contact_id: str = "INQ-0001",
    unit: str = "FIA",
    signals: str = "",
    language: str = "en",
    priority: int = 3,
    **said: Any,
) -> str:
    """A contact that came and was decided about."""
    form = ContactForm.model_validate(
        {
            "contact_id": contact_id, "received_at": clock.now(), "channel": Channel.HOTLINE, "caller": SECRET_NAME,
            "address": f"{SECRET_STREET}\nBronx, NY 10451", "text": f"They said {SECRET_WORD} to me.", **said,
        }
    )  # fmt: skip
    decision = HotlineDecision(
        contact_id=contact_id, state="queued", unit=unit, alternatives="", priority=priority,
        confidential=unit in ("DV", "HASA"), needs_language_service=language != "en", language=language,
        channel=form.channel.value, confidence=900, review="", rule="", signals=signals, evidence="", duplicate_of="",
        judged_by="x", received_at=form.received_at, decided_at=clock.now(),
    )  # fmt: skip
    with writing() as session:
        note_key(session, vault(), clock.now())
        keep(session, [ReadRow(1, form, Layout.PLAIN)], Came("a test", 0, clock.now()), vault())
        session.add(decision)
    return contact_id


def make(
    contact_id: str, kind: LetterKind = LetterKind.ACKNOWLEDGEMENT, who: str = "z.clear", **wished: Any
) -> MadeLetter:
    """Make a letter."""
    return make_letter(Wish(contact_id, kind, **wished), staff(who), letter_policy(), clock.now())


def send(letter: str, who: str = "z.clear", release: str = "") -> str:
    """Sign that a letter goes out."""
    return send_letter(letter, credential(who), "command line", release)


def read(letter: str, who: str) -> bytes:
    """A letter as somebody reads it."""
    return read_letter(letter, staff(who), clock.now()).data


def rows(model: Any) -> list[Any]:
    """All rows of a table, in the order of their keys."""
    with reading() as session:
        return list(session.execute(select(model).order_by(*model.__table__.primary_key)).scalars())


def events() -> list[tuple[str, dict[str, Any]]]:
    """What the histories tell of letters."""
    about = ("letter_made", "letter_sent")
    # A database gives rows in whatever order; the two stand in different chains.
    told = sorted((row for row in rows(CaseEvent) if row.event in about), key=lambda row: (row.event, row.seq))
    return [(row.event, json.loads(row.payload)) for row in told]


def words_of(made: MadeLetter) -> str:
    """All that a letter prints."""
    return " ".join(" ".join(open_pdf(made.data).texts).split())


def problems() -> list[str]:
    """What the audit finds wrong with letters."""
    with reading() as session:
        return [problem for problem in audit(session).problems if problem.startswith("Document ")]


def review(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let somebody have reviewed all texts, and two administrators put that in force; returns where the texts lie."""
    texts = folder / "letters"
    texts.mkdir()
    for path in settings().letters_folder.glob("*.toml"):
        text = path.read_text(encoding="utf-8").replace('reviewer = ""', 'reviewer = "R. Reader"')
        text = text.replace('reviewed_on = ""', "reviewed_on = 2026-11-02")
        (texts / path.name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("STEWARD_LETTERS_FOLDER", str(texts))
    settings.cache_clear()
    sign_policy()
    return texts
