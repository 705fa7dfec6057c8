"""Signing: one commit for a shown list, by who may, over what was shown; all else is refused and changes nothing."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models.registration.records import RegistrationCase
from models.shared.people_records import LetterOrder, Proposal, Signature
from models.shared.records import CaseEvent
from tasks.adapters.database import reading
from tasks.adapters.refusals import NotSigned, Refusal
from tests.office import award, import_list, review_all, stop_clock
from tests.remembered import remembered
from tests.signers import hire, sign

CASE = "R27-971010012"


@remembered
def _opened(folder: Path) -> None:
    stop_clock(2026, 8, 3, 14)
    hire()
    import_list(folder, award(1, "Harbor Loom, Inc.", "971010012", "50000"))
    review_all(letters=False)


@pytest.fixture
def office(home: Path, tmp_path: Path) -> str:
    """A contract whose award is cleared, and everybody who signs."""
    _opened(tmp_path)
    return CASE


def events(case_id: str = CASE) -> list[Any]:
    """The case's events, oldest first."""
    column = CaseEvent.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        return list(session.execute(select(CaseEvent).where(column.case_id == case_id).order_by(column.seq)).scalars())


def state() -> str:
    with reading() as session:
        return session.get(RegistrationCase, CASE).state  # type: ignore[union-attr]


def test_a_signed_step_names_signer_role_and_what_was_shown(office: str) -> None:
    import json

    receipt = sign("m.ortiz", CASE, "scope_and_budget_agreed", on="2026-08-03")
    last = events()[-1]
    signed = json.loads(last.payload)["signed"]
    assert (last.event, last.actor, last.state_to) == ("scope_and_budget_agreed", "Maria Ortiz", "documents")
    assert (signed["by"], signed["role"], signed["signature"]) == ("m.ortiz", "program manager", receipt.signature_id)
    with reading() as session:
        kept = session.get(Signature, receipt.signature_id)
    assert kept is not None and kept.shown_sha256 == signed["shown"]


def test_a_withdrawal_takes_two_people(office: str) -> None:
    waiting = sign("m.ortiz", CASE, "withdrawn", "the provider declines")
    assert waiting.waiting == (CASE,)
    assert state() == "scope"
    from tasks.adapters.proposals import item_of, open_proposals
    from tests.signers import sign_list

    with reading() as session:
        item = item_of(open_proposals(session, "registration")[0])
    with pytest.raises(NotSigned) as refused:
        sign_list("m.ortiz", item)
    assert refused.value.kind is Refusal.ROLE
    done = sign_list("p.lead", item)
    assert done.done == (CASE,)
    assert state() == "withdrawn"
    with reading() as session:
        assert session.execute(select(LetterOrder.document_id)).scalars().all() == [f"{CASE}-DL01"]
        assert [p.status for p in session.execute(select(Proposal)).scalars()] == ["done"]
