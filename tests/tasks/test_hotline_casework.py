"""The work on a contact: who may do what, that two people never work on one, and what each act leaves behind."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Barrier, Thread

import pytest

from models.shared.signing import Asked, Item
from tasks.adapters.audit import audit
from tasks.adapters.database import reading
from tasks.adapters.decisions import decide, show
from tasks.adapters.hotline.casework import act
from tasks.adapters.hotline.rotation import rotate
from tasks.adapters.hotline.work_notes import notes_of
from tasks.adapters.refusals import NotSigned
from tasks.adapters.settings import settings
from tests.casework import (
    BEATEN,
    CASEWORKER,
    CLEARED,
    FIRE,
    OTHER,
    RENT,
    STAMPS,
    SUPERVISOR,
    TAKER,
    answered,
    do,
    events,
    facts,
    loaded,
    opened_cases,
    refused,
    sign,
)
from tests.hotline_office import KEY, OTHER_KEY, everything_on_disk
from tests.office import stop_clock
from tests.signers import credential

pytestmark = pytest.mark.usefixtures("hotline_key")


def test_triage_opens_no_case(hotline_office: Callable[..., None]) -> None:
    hotline_office(STAMPS, RENT)
    assert opened_cases() == []
    assert (facts("INQ-0001").state, facts("INQ-0001").clock) == ("queued", "response")


def test_the_first_act_opens_the_case_with_what_triage_did(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    do(CASEWORKER, "claimed")
    assert events() == ["received", "routed", "claimed"]
    assert (facts("INQ-0001").owner, facts("INQ-0001").state) == (CASEWORKER, "claimed")


def test_two_people_never_claim_one_contact(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    do(CASEWORKER, "claimed")
    assert "is not possible" in refused(lambda: do(OTHER, "claimed"))
    assert facts("INQ-0001").owner == CASEWORKER


def at_once(*doing: Callable[[], object]) -> list[str]:
    """What several threads that begin together get: `done`, or the sentence of a refusal."""
    start, told = Barrier(len(doing)), list[str]()

    def run(one: Callable[[], object]) -> None:
        start.wait()
        try:
            one()
            told.append("done")
        except NotSigned as why:
            told.append(why.sentence)

    threads = [Thread(target=run, args=(one,)) for one in doing]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


@pytest.mark.parametrize("is_open", [False, True])
def test_of_two_who_claim_at_once_one_gets_it_and_the_other_is_told(
    hotline_office: Callable[..., None], *, is_open: bool
) -> None:
    hotline_office()
    if is_open:
        do(TAKER, "acknowledged")
    seen = loaded("INQ-0001").version
    told = at_once(*(partial(act, "INQ-0001", "claimed", {}, staff_id, seen) for staff_id in (CASEWORKER, OTHER)))
    assert told[1] == "done"
    assert "Claimed" in told[0]
    assert facts("INQ-0001").owner in (CASEWORKER, OTHER)
    assert events().count("claimed") == 1


def test_of_a_claim_and_a_routing_at_once_none_is_lost_without_a_word(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    asked = Asked("hotline", (Item("INQ-0001", "routed", {"unit": "MEDICAID"}, "About the insurance"),))
    shown, who = show(asked).sha256(), credential(SUPERVISOR)
    told = at_once(
        partial(act, "INQ-0001", "claimed", {}, CASEWORKER, 0),
        partial(decide, asked, shown, who, "desk", {"INQ-0001": 0}),
    )
    assert told.count("done") + sum("Nothing of yours was recorded" in one for one in told) == 2
    assert events()[2:] in (["claimed"], ["routed"])


def test_two_contacts_that_are_linked_with_each_other_at_once_are_linked_one_way(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office(STAMPS, RENT)
    told = at_once(
        partial(act, "INQ-0001", "linked", {"with": "INQ-0002"}, CASEWORKER, 0),
        partial(act, "INQ-0002", "linked", {"with": "INQ-0001"}, OTHER, 0),
    )
    assert told.count("done") == 1
    assert [facts(one).merged for one in ("INQ-0001", "INQ-0002")].count(True) == 1


def test_a_stale_page_says_who_was_faster(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    do(CASEWORKER, "claimed")
    assert "Wanda One recorded “Claimed”" in refused(lambda: do(SUPERVISOR, "released", seen=0))


def test_a_restricted_contact_is_worked_on_by_cleared_staff_only(hotline_office: Callable[..., None]) -> None:
    hotline_office(BEATEN)
    assert "cleared for restricted cases" in refused(lambda: do(CASEWORKER, "claimed"))
    assert do(CLEARED, "claimed").state == "claimed"


def test_a_restricted_contact_is_signed_for_by_cleared_staff_only(hotline_office: Callable[..., None]) -> None:
    hotline_office(BEATEN)
    assert "cleared" in refused(lambda: sign(CASEWORKER, "routed", unit="FAMILIES", reason="Has left him"))
    assert facts("INQ-0001").unit == "DV"


def test_a_call_taker_claims_nothing(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    assert "“Claim” is done by: caseworker or triage supervisor." in refused(lambda: do(TAKER, "claimed"))


def test_what_needs_a_code_is_not_done_without_one(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    assert "needs a code" in refused(lambda: do(CASEWORKER, "closed", code="answered"))


def test_a_rejected_contact_goes_back_to_triage_and_counts_as_a_misroute(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    before = facts("INQ-0001")
    do(CASEWORKER, "rejected", why="wrong_unit", suggested="MEDICAID")
    after = facts("INQ-0001")
    assert (after.state, after.misroutes, after.due_at) == ("to_person", 1, before.due_at)


def test_acknowledged_answered_and_resolved_are_kept_apart(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    do(TAKER, "acknowledged")
    do(CASEWORKER, "claimed")
    stop_clock(2026, 11, 21, 14)
    sign(CASEWORKER, "response_sent", means="letter", language="en")
    stop_clock(2026, 11, 22, 14)
    do(CASEWORKER, "resolved")
    found = facts("INQ-0001")
    days = [at.day for at in (found.acknowledged_at, found.responded_at, found.resolved_at) if at]
    assert days == [20, 21, 22]


def test_an_acknowledgement_of_life_safety_lets_the_subject_s_own_clock_run(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office(FIRE)
    assert facts("INQ-0001").clock == "life_safety"
    do(TAKER, "acknowledged")
    assert facts("INQ-0001").clock == "same_day"
    assert facts("INQ-0001").started_at == facts("INQ-0001").received_at


def test_waiting_for_the_constituent_pauses_the_office_s_own_clock_only(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    do(CASEWORKER, "claimed")
    before = facts("INQ-0001")
    do(CASEWORKER, "constituent_asked")
    stop_clock(2026, 11, 22, 14)
    do(CASEWORKER, "resumed")
    after = facts("INQ-0001")
    assert after.due_at == before.due_at
    assert (after.to_resolve_by(after.started_at) - before.resolve_by).days == 2


def test_unable_to_reach_takes_attempts_on_three_different_days(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    do(CASEWORKER, "claimed")
    for day in (20, 20, 21):
        stop_clock(2026, 11, day, 15)
        do(CASEWORKER, "contact_attempted", means="call", outcome="no_answer")
    assert "so far 2" in refused(lambda: sign(CASEWORKER, "closed", code="unable_to_reach"))
    stop_clock(2026, 11, 23, 15)
    do(CASEWORKER, "contact_attempted", means="call", outcome="no_answer")
    sign(CASEWORKER, "closed", code="unable_to_reach")
    assert (facts("INQ-0001").state, facts("INQ-0001").close_code) == ("closed", "unable_to_reach")


def test_a_contact_without_an_answer_is_not_closed_as_answered(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    do(CASEWORKER, "claimed")
    assert "needs an answer" in refused(lambda: sign(CASEWORKER, "closed", code="answered"))


def test_only_its_owner_or_a_supervisor_closes_a_contact(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    answered()
    assert CASEWORKER in refused(lambda: sign(OTHER, "closed", code="answered"))
    sign(SUPERVISOR, "closed", code="answered")
    assert facts("INQ-0001").state == "closed"


def test_a_reopened_contact_is_counted_and_goes_back_to_the_queue(hotline_office: Callable[..., None]) -> None:
    hotline_office()
    answered()
    sign(CASEWORKER, "closed", code="answered")
    sign(OTHER, "reopened", reason="The check did not come")
    found = facts("INQ-0001")
    assert (found.state, found.reopened_count, found.closed_at, found.owner) == ("queued", 1, None, "")


def test_contacts_are_never_linked_across_what_is_confidential(hotline_office: Callable[..., None]) -> None:
    hotline_office(BEATEN, STAMPS)
    words = refused(lambda: do(CASEWORKER, "linked", "INQ-0002", **{"with": "INQ-0001"}))
    assert "never linked" in words


def test_the_first_contact_takes_the_highest_priority_of_those_linked_with_it(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office(STAMPS, FIRE)
    before = facts("INQ-0001")
    do(CASEWORKER, "linked", "INQ-0002", **{"with": "INQ-0001"})
    assert (facts("INQ-0001").priority, facts("INQ-0001").clock) == (1, "life_safety")
    do(CASEWORKER, "unlinked", "INQ-0002")
    assert facts("INQ-0001") == before


def test_a_contact_that_is_marked_confidential_loses_its_links(hotline_office: Callable[..., None]) -> None:
    hotline_office(STAMPS, FIRE)
    do(CASEWORKER, "linked", "INQ-0002", **{"with": "INQ-0001"})
    do(TAKER, "marked_confidential")
    assert (facts("INQ-0001").restricted, facts("INQ-0001").priority) == (True, 3)
    assert (facts("INQ-0002").merged, facts("INQ-0002").duplicate_of) == (False, "")


def test_a_note_is_sealed_and_read_again(hotline_office: Callable[..., None], home: Path) -> None:
    hotline_office()
    do(CASEWORKER, "noted", text="Called the job center, heliotrope.")
    with reading() as session:
        assert [note.text for note in notes_of(session, "INQ-0001")] == ["Called the job center, heliotrope."]
    assert [name for name, data in everything_on_disk(home) if b"heliotrope" in data] == []


def test_a_note_is_read_again_after_the_keys_were_rotated(
    hotline_office: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    hotline_office()
    do(CASEWORKER, "noted", text="Called the job center.")
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", OTHER_KEY)
    monkeypatch.setenv("STEWARD_HOTLINE_OLD_KEYS", KEY)
    settings.cache_clear()
    rotate()
    monkeypatch.setenv("STEWARD_HOTLINE_OLD_KEYS", "")
    settings.cache_clear()
    with reading() as session:
        assert [note.text for note in notes_of(session, "INQ-0001")] == ["Called the job center."]


def test_the_audit_finds_nothing_wrong_after_a_whole_case(hotline_office: Callable[..., None]) -> None:
    hotline_office(STAMPS, FIRE)
    do(CASEWORKER, "linked", "INQ-0002", **{"with": "INQ-0001"})
    sign(SUPERVISOR, "routed", unit="MEDICAID", reason="About the insurance")
    answered()
    sign(CASEWORKER, "closed", code="answered")
    sign(CASEWORKER, "back_to_responded")
    with reading() as session:
        assert audit(session).problems == ()
    assert loaded("INQ-0001").facts.state == "responded"
