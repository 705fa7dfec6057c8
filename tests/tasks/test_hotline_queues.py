"""Queues show what counts now, and of what is restricted only that it is, unless somebody is cleared."""

from collections.abc import Callable, Mapping
from dataclasses import fields

import pytest
from sqlalchemy import select

from models.hotline.records import HotlineAccess
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.hotline.case_page import ContactPage, contact_page, open_words
from tasks.adapters.hotline.queues import QueueFilter, QueueRow, queue, unit_counts
from tasks.adapters.people import find_person
from tasks.adapters.refusals import NotSigned
from tests.casework import (
    BEATEN,
    CASEWORKER,
    CLEARED,
    FIRE,
    RENT,
    STAMPS,
    SUPERVISOR,
    answered,
    do,
    facts,
    sign,
)
from tests.office import stop_clock

pytestmark = pytest.mark.usefixtures("hotline_key")


def listed(*, cleared: bool = False, **wanted: object) -> list[QueueRow]:
    """The rows of a list."""
    with reading() as session:
        rows, total = queue(session, QueueFilter(**wanted), clock.now(), cleared=cleared)  # type: ignore[arg-type]
    assert total == len(rows)
    return rows


def ids(*, cleared: bool = False, **wanted: object) -> list[str]:
    return [row.case_id for row in listed(cleared=cleared, **wanted)]


def page(case_id: str = "INQ-0001", staff_id: str = CASEWORKER) -> ContactPage:
    """A contact as somebody sees it."""
    with reading() as session:
        found = contact_page(session, case_id, find_person(session, staff_id), clock.now())
    assert found
    return found


def totals(*, cleared: bool = False) -> Mapping[str, int]:
    """How many open contacts each unit has, of those that have any."""
    with reading() as session:
        found = unit_counts(session, clock.now(), cleared=cleared)
    return {one.unit: one.total for one in found if one.total}


def test_the_most_urgent_contact_comes_first(hotline_office: Callable[..., None]) -> None:
    hotline_office(STAMPS, FIRE, RENT)
    assert ids()[0] == "INQ-0002"


def test_a_queue_shows_what_counts_now_whether_somebody_worked_on_it_or_not(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office(STAMPS, STAMPS + " My case number is 1.")
    sign(SUPERVISOR, "routed", unit="MEDICAID", reason="About the insurance")
    assert (ids(unit="MEDICAID"), ids(unit="FIA")) == (["INQ-0001"], ["INQ-0002"])


def test_a_restricted_contact_reads_restricted_for_who_is_not_cleared(hotline_office: Callable[..., None]) -> None:
    hotline_office(BEATEN)
    (masked,), (shown,) = listed(), listed(cleared=True)
    assert {masked.unit, masked.language, masked.clock} == {"restricted"}
    assert (shown.unit, shown.language) == ("DV", "en")


def test_who_is_not_cleared_finds_no_restricted_contact_by_its_unit(hotline_office: Callable[..., None]) -> None:
    hotline_office(BEATEN, STAMPS)
    assert (ids(unit="DV"), ids(language="en"), ids(unit="restricted")) == ([], ["INQ-0002"], ["INQ-0001"])
    assert ids(unit="DV", cleared=True) == ["INQ-0001"]


def test_a_link_with_a_restricted_contact_is_told_to_cleared_staff_only(hotline_office: Callable[..., None]) -> None:
    hotline_office(f"{BEATEN} 718-555-0139", f"{BEATEN} 718-555-0139 again")
    assert [row.duplicate_of for row in listed()] == ["", ""]
    assert sorted(row.duplicate_of for row in listed(cleared=True)) == ["", "INQ-0001"]


def test_merged_contacts_are_left_out_unless_asked_for(hotline_office: Callable[..., None]) -> None:
    hotline_office(STAMPS, RENT)
    do(CASEWORKER, "linked", "INQ-0002", **{"with": "INQ-0001"})
    assert (ids(), ids(merged=True)) == (["INQ-0001"], ["INQ-0001", "INQ-0002"])


def test_overdue_is_what_no_answer_met(hotline_office: Callable[..., None]) -> None:
    hotline_office(STAMPS, RENT)
    answered()
    stop_clock(2026, 12, 10, 12)
    assert ids(overdue=True) == ["INQ-0002"]
    assert {row.case_id: row.is_overdue for row in listed()} == {"INQ-0001": False, "INQ-0002": True}


def test_what_was_answered_is_overdue_again_where_it_was_not_settled_by_the_office_s_own_clock(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office(STAMPS)
    answered()
    stop_clock(2026, 12, 19, 12)
    assert (ids(overdue=True), [row.due_at for row in listed()]) == ([], [facts("INQ-0001").resolve_by])
    stop_clock(2026, 12, 22, 12)
    with reading() as session:
        counted = [one.overdue for one in unit_counts(session, clock.now(), cleared=True) if one.total]
    assert (ids(overdue=True), counted, page().is_overdue) == (["INQ-0001"], [1], True)


def test_a_reopened_contact_is_overdue_by_the_office_s_own_clock_which_stands_still_for_the_constituent(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office(STAMPS)
    answered()
    sign(CASEWORKER, "closed", code="answered")
    stop_clock(2026, 12, 18, 12)
    sign(SUPERVISOR, "reopened", reason="The benefits did not come")
    do(CASEWORKER, "claimed")
    do(CASEWORKER, "constituent_asked")
    late = dict[int, tuple[bool, bool]]()
    for day in (18, 22, 26, 28, 30):
        stop_clock(2026, 12, day, 12)
        if day == 26:
            do(CASEWORKER, "resumed")
        late[day] = listed()[0].is_overdue, facts("INQ-0001").is_late(clock.now())
    assert late == {18: (False, False), 22: (False, False), 26: (False, False), 28: (False, False), 30: (True, True)}
    assert listed()[0].due_at == facts("INQ-0001").due_now(clock.now())


def test_what_is_closed_is_not_overdue(hotline_office: Callable[..., None]) -> None:
    hotline_office(STAMPS)
    answered()
    sign(CASEWORKER, "closed", code="answered")
    stop_clock(2027, 2, 1, 12)
    assert [row.is_overdue for row in listed(only_open=False)] == [False]


def test_counts_of_units_put_the_restricted_together_for_who_is_not_cleared(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office(BEATEN, STAMPS)
    assert totals() == {"FIA": 1, "restricted": 1}
    assert totals(cleared=True) == {"DV": 1, "FIA": 1}


def test_a_page_of_a_restricted_contact_says_nothing_of_it_to_who_is_not_cleared(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office(BEATEN)
    do(CLEARED, "claimed")
    do(CLEARED, "noted", text="Safe at her sister's")
    sign(CLEARED, "routed", unit="HASA", reason="She told us")
    masked = page()
    told = " ".join(str(getattr(masked, field.name)) for field in fields(masked))
    assert masked.is_masked
    assert not any(word in told for word in ("HASA", "DV", "dv_", "sister", "She told us"))
    assert (page(staff_id=CLEARED).unit, len(page(staff_id=CLEARED).notes)) == ("HASA", 1)


def test_words_are_opened_for_who_may_and_the_access_is_logged(hotline_office: Callable[..., None]) -> None:
    hotline_office(STAMPS)
    with reading() as session:
        person = find_person(session, CASEWORKER)
    assert person
    found = open_words("INQ-0001", person, "to answer", clock.now())
    assert found.form.text == STAMPS
    assert "food stamps" in found.evidence
    with reading() as session:
        log = session.execute(select(HotlineAccess).order_by(HotlineAccess.access_id)).scalars().all()  # type: ignore[arg-type]
    assert [(row.who, row.purpose) for row in log][-1] == (CASEWORKER, "to answer")


def test_words_of_a_restricted_contact_are_not_opened_for_who_is_not_cleared(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office(BEATEN)
    with reading() as session:
        person = find_person(session, CASEWORKER)
    assert person
    with pytest.raises(NotSigned, match="cleared"):
        open_words("INQ-0001", person, "to answer", clock.now())


def test_a_page_says_what_the_person_can_do_now(hotline_office: Callable[..., None]) -> None:
    hotline_office(STAMPS)
    assert "claimed" in page().acts
    do(CASEWORKER, "claimed")
    assert "claimed" not in page().acts
    assert {"response_sent", "closed", "routed"} <= set(page().signed_acts)
    assert page("INQ-0001", "t.one").signed_acts == ("letter_sent",)


def everything(case_id: str) -> tuple[object, ...]:
    """State, clocks and counts of a contact and of all."""
    with reading() as session:
        counts = [
            (one.unit, one.by_state, one.overdue, one.urgent) for one in unit_counts(session, clock.now(), cleared=True)
        ]
    return facts(case_id), facts("INQ-0002"), counts, totals()


def test_link_route_close_and_reopen_are_taken_back_without_a_trace_in_state_clocks_and_counts(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office(STAMPS, FIRE)
    stop_clock(2026, 11, 30, 12)
    before = everything("INQ-0001")
    do(CASEWORKER, "linked", "INQ-0002", **{"with": "INQ-0001"})
    do(CASEWORKER, "unlinked", "INQ-0002")
    assert everything("INQ-0001") == before
    sign(SUPERVISOR, "routed", unit="APS", reason="Cannot manage alone")
    sign(SUPERVISOR, page().undo)
    assert everything("INQ-0001") == before
    answered()
    before = everything("INQ-0001")
    sign(CASEWORKER, "closed", code="answered")
    closed = everything("INQ-0001")
    assert page().undo == "back_to_responded"
    sign(CASEWORKER, "back_to_responded")
    assert everything("INQ-0001") == before
    sign(CASEWORKER, "closed", code="answered")
    again = everything("INQ-0001")
    sign(CASEWORKER, "reopened", reason="The check did not come")
    sign(CASEWORKER, "back_to_closed")
    assert everything("INQ-0001") == again == closed


def test_what_was_taken_back_is_no_override_any_more(hotline_office: Callable[..., None]) -> None:
    hotline_office(STAMPS)
    sign(SUPERVISOR, "routed", unit="APS", reason="Cannot manage alone")
    sign(SUPERVISOR, "back_to_queued")
    assert [row.taken_back_at is not None for row in page().overrides] == [True]
