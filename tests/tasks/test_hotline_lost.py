"""No contact is lost through a link: what is merged with a contact that is closed stands for itself again."""

from collections.abc import Callable

import pytest

from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.hotline.queues import QueueFilter, queue, unit_counts
from tasks.adapters.proposals import open_proposals
from tasks.adapters.refusals import NotSigned
from tests.casework import (
    CASEWORKER,
    CLEARED,
    FIRE,
    STAMPS,
    SUPERVISOR,
    TAKER,
    answered,
    do,
    events,
    facts,
    sign,
)

pytestmark = pytest.mark.usefixtures("hotline_key")


def listed() -> list[str]:
    with reading() as session:
        return [row.case_id for row in queue(session, QueueFilter(), clock.now(), cleared=True)[0]]


def counted() -> int:
    with reading() as session:
        return sum(one.total for one in unit_counts(session, clock.now(), cleared=True))


def linked() -> None:
    do(CASEWORKER, "linked", "INQ-0002", **{"with": "INQ-0001"})


def test_a_contact_that_is_merged_with_one_that_was_closed_stands_in_the_lists_again(
    hotline_office: Callable[..., None],
):
    hotline_office(STAMPS, FIRE)
    linked()
    assert listed() == ["INQ-0001"]
    answered()
    sign(CASEWORKER, "closed", code="answered")
    assert listed() == ["INQ-0002"]


def test_a_contact_that_is_linked_with_a_closed_one_stays_in_the_lists(hotline_office: Callable[..., None]):
    hotline_office(STAMPS, FIRE)
    answered()
    sign(CASEWORKER, "closed", code="answered")
    linked()
    assert listed() == ["INQ-0002"]


def test_the_numbers_above_the_lists_count_what_the_lists_hold(hotline_office: Callable[..., None]):
    hotline_office(STAMPS, FIRE)
    linked()
    assert counted() == len(listed())


def closed_as_duplicate() -> None:
    linked()
    sign(CASEWORKER, "closed", "INQ-0002", code="duplicate")


def test_a_contact_that_was_closed_as_a_duplicate_is_reopened_before_its_link_ends(hotline_office: Callable[..., None]):
    hotline_office(STAMPS, FIRE)
    closed_as_duplicate()
    with pytest.raises(NotSigned, match="Reopen it first"):
        do(CASEWORKER, "unlinked", "INQ-0002")
    assert facts("INQ-0001").priority == 1
    sign(CASEWORKER, "reopened", "INQ-0002", reason="Another matter")
    do(CASEWORKER, "unlinked", "INQ-0002")
    assert (facts("INQ-0001").priority, facts("INQ-0002").state) == (3, "queued")


@pytest.mark.parametrize("marked", ["INQ-0001", "INQ-0002"])
def test_a_duplicate_whose_link_ends_because_one_became_confidential_is_open_again(
    hotline_office: Callable[..., None], marked: str
):
    hotline_office(STAMPS, FIRE)
    closed_as_duplicate()
    do(TAKER if marked == "INQ-0001" else CLEARED, "marked_confidential", marked)
    found = facts("INQ-0002")
    assert (found.merged, found.state, found.closed_at, found.close_code) == (False, "queued", None, "")
    assert "reopened" in events("INQ-0002") and set(listed()) == {"INQ-0001", "INQ-0002"}


def test_a_proposal_about_a_contact_that_was_closed_can_be_refused(hotline_office: Callable[..., None]):
    hotline_office(FIRE)
    sign(SUPERVISOR, "priority_set", priority="3", reason="It was out")
    sign(CASEWORKER, "closed", code="referred_out", reason="To the fire department")
    with reading() as session:
        (waiting,) = open_proposals(session, "hotline")
    sign("s.two", "proposal_closed", proposal=waiting.proposal_id, reason="It is closed")
    with reading() as session:
        assert open_proposals(session, "hotline") == []
