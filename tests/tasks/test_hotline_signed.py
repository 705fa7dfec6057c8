"""What is signed about a contact: routings and priorities beside what triage said, and who sees it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from models.hotline.records import HotlineOverride
from models.shared.people_records import Signature
from tasks.adapters.audit import audit
from tasks.adapters.database import reading, writing
from tasks.adapters.proposals import open_proposals
from tests.casework import (
    BEATEN,
    CASEWORKER,
    CLEARED,
    FIRE,
    RENT,
    SECOND,
    STAMPS,
    SUPERVISOR,
    TAKER,
    do,
    facts,
    overrides,
    refused,
    sign,
)
from tests.office import stop_clock

pytestmark = pytest.mark.usefixtures("hotline_key")


def test_a_routing_of_a_person_is_kept_beside_what_triage_said(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    sign(SUPERVISOR, "routed", unit="MEDICAID", reason="About the insurance")
    (row,) = overrides()
    told = (row.what, row.said, row.chosen, row.why, row.staff_id)
    assert told == ("unit", "FIA", "MEDICAID", "About the insurance", SUPERVISOR)
    assert facts("INQ-0001").unit == "MEDICAID"


def test_a_routing_elsewhere_needs_a_reason(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    assert "needs a reason" in refused(lambda: sign(SUPERVISOR, "routed", unit="MEDICAID"))


def test_a_person_who_agrees_with_triage_routes_without_a_reason_and_overrides_nothing(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office("")
    assert facts("INQ-0001").state == "to_person"
    sign(CASEWORKER, "routed", unit="OUT_OF_SCOPE")
    assert (facts("INQ-0001").state, overrides()) == ("queued", [])


def test_a_reassignment_never_resets_the_clock(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    before = facts("INQ-0001")
    stop_clock(2026, 11, 25, 14)
    sign(SUPERVISOR, "routed", unit="MEDICAID", reason="About the insurance")
    assert (facts("INQ-0001").started_at, facts("INQ-0001").due_at) == (before.started_at, before.due_at)


def test_a_routing_to_a_unit_with_a_shorter_clock_counts_from_the_start(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    sign(SUPERVISOR, "routed", unit="APS", reason="Cannot manage alone")
    after = facts("INQ-0001")
    assert (after.clock, f"{after.due_at:%Y-%m-%d}") == ("aps_visit", "2026-11-26")


def test_a_routing_to_domestic_violence_restricts_the_contact(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    sign(CASEWORKER, "routed", unit="DV", reason="Afraid of the partner")
    assert facts("INQ-0001").restricted
    assert "restricted" in refused(lambda: do(CASEWORKER, "claimed"))


def test_a_higher_priority_moves_the_end_of_the_clock_from_the_same_start(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    sign(CASEWORKER, "priority_set", priority="2")
    after = facts("INQ-0001")
    assert (after.clock, (after.due_at - after.received_at).total_seconds()) == ("urgent", 24 * 3600)


def test_two_people_lower_a_contact_of_priority_1(hotline_office: Callable[..., None]) -> None:
    hotline_office(FIRE)
    reason = "The fire is out"
    receipt = sign(SUPERVISOR, "priority_set", priority="3", reason=reason)
    assert (receipt.waiting, facts("INQ-0001").priority) == (("INQ-0001",), 1)
    proposal = proposal_id()
    words = refused(lambda: sign(SUPERVISOR, "priority_set", reason=reason, proposal=proposal, priority="3"))
    assert "somebody else" in words
    sign(SECOND, "priority_set", reason=reason, proposal=proposal, priority="3")
    assert (facts("INQ-0001").priority, facts("INQ-0001").own_priority) == (3, 3)


def proposal_id() -> str:
    with reading() as session:
        return open_proposals(session, "hotline")[0].proposal_id


def test_confidentiality_is_lifted_by_cleared_staff_with_a_reason(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    do(TAKER, "marked_confidential")
    assert "needs a reason" in refused(lambda: sign(CLEARED, "confidentiality_lifted"))
    assert "cleared" in refused(lambda: sign(SUPERVISOR, "confidentiality_lifted", reason="A mistake"))
    sign(CLEARED, "confidentiality_lifted", reason="A mistake")
    assert not facts("INQ-0001").restricted


def test_what_was_signed_shows_nothing_of_a_restricted_contact(hotline_office: Callable[..., None], home: Path) -> None:
    hotline_office(BEATEN)
    do(CLEARED, "claimed")
    sign(CLEARED, "response_sent", means="call", language="en")
    with reading() as session:
        shown = session.execute(select(Signature)).scalars().one().shown
    assert "restricted" in shown
    assert "DV" not in shown


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("chosen", "APS", "does not say what its event says"),
        ("seq", 9, "rests on no event"),
        ("taken_back_at", datetime(2026, 11, 20, 15, tzinfo=UTC), "do not agree on whether it was taken back"),
    ],
)
def test_the_audit_finds_an_override_that_was_changed(
    hotline_office: Callable[..., None], column: str, value: object, said: str
) -> None:
    hotline_office(STAMPS, RENT)
    do(CASEWORKER, "linked", "INQ-0002", **{"with": "INQ-0001"})
    sign(SUPERVISOR, "routed", unit="MEDICAID", reason="About the insurance")
    do(TAKER, "marked_confidential")
    with reading() as session:
        assert audit(session).problems == ()
    table = HotlineOverride.__table__  # type: ignore[attr-defined]
    with writing() as session:
        session.execute(update(table).where(table.c.what == "unit").values(**{column: value}))
    with reading() as session:
        (problem,) = audit(session).problems
    assert said in problem
