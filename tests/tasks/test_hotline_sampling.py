"""The weekly sample: drawn once, read blind by somebody who had nothing to do with the contact, and measured."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from models.hotline.records import HotlineAccess, HotlineOverride, HotlineSample
from models.shared.people import Person, Role, Unit
from models.shared.records import CaseEvent
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.sample_reading import (
    PURPOSE,
    Answer,
    keep_reading,
    next_to_read,
    open_next,
    record_reading,
)
from tasks.adapters.hotline.sampling import accuracy_of, draw_week, misleading_signs, sampled_weeks
from tasks.adapters.hotline.triaging import decide_waiting, judge
from tasks.adapters.people import find_person
from tasks.adapters.policy import hotline_policy
from tasks.adapters.refusals import NotSigned
from tests.hotline_decided import RECEIVED, decided, worked
from tests.hotline_office import bring, csv_text, plain_rows
from tests.office import stop_clock
from tests.signers import credential, hire

WEEK = date(2026, 11, 16)
SERVICES = Unit.CONSTITUENT_SERVICES
STAMPS = "My food stamps were cut off and my SNAP case was closed, I sent the recertification."


@pytest.fixture(autouse=True)
def staff(hotline_key: None) -> None:
    stop_clock(2026, 11, 24, 14)
    hire(
        ("j.ray", "Jo Ray", SERVICES, (Role.CASEWORKER,)),
        ("c.lear", "Cy Lear", SERVICES, (Role.CASEWORKER, Role.CLEARED)),
        ("k.call", "Kai Call", SERVICES, (Role.CALL_TAKER,)),
    )  # fmt: skip


def drawn(week: date = WEEK) -> int:
    with writing() as session:
        return draw_week(session, week, hotline_policy(), clock.now())


def sample() -> dict[str, HotlineSample]:
    with reading() as session:
        return {row.contact_id: row for row in session.execute(select(HotlineSample)).scalars()}


def person(staff_id: str) -> Person:
    with reading() as session:
        found = find_person(session, staff_id)
    assert found is not None
    return found


def next_for(staff_id: str) -> str | None:
    with reading() as session:
        return next_to_read(session, person(staff_id), clock.now())


def read(staff_id: str, contact_id: str, unit: str = "FIA", priority: int = 3) -> None:
    record_reading(credential(staff_id), contact_id, Answer(unit, priority), clock.now())


def test_a_week_is_drawn_once_and_what_comes_late_may_join() -> None:
    for number in range(70):
        decided(f"A{number:02}", priority=1 if number < 4 else 3)
    decided("B1", priority=1, received_at=RECEIVED + timedelta(days=5))
    assert (drawn(), drawn()) == (54, 0)
    decided("A99", priority=1)
    assert drawn() == 1 and "B1" not in sample()
    assert sum(row.why == "priority 1" for row in sample().values()) == 5


def test_the_most_urgent_are_read_first_and_each_contact_once() -> None:
    decided("A1")
    decided("A2", priority=1)
    drawn()
    assert next_for("j.ray") == "A2"
    read("j.ray", "A2", "FAMILIES", 1)
    row = sample()["A2"]
    assert (row.read_by, row.unit, row.priority, next_for("j.ray")) == ("j.ray", "FAMILIES", 1, "A1")
    stop_clock(2026, 11, 24, 15)
    with pytest.raises(NotSigned, match="Somebody has read this contact already"):
        read("c.lear", "A2")


def test_whoever_worked_on_a_contact_or_opened_it_does_not_read_it() -> None:
    for number in range(3):
        decided(f"A{number}")
    worked("A0", owner="j.ray")
    at = clock.now()
    with writing() as session:
        session.add(HotlineAccess(contact_id="A1", who="j.ray", purpose="case", at=at))
        session.add(HotlineAccess(contact_id="A2", who="j.ray", purpose=PURPOSE, at=at))
    drawn()
    assert (next_for("j.ray"), next_for("c.lear")) == ("A2", "A0")
    with pytest.raises(NotSigned, match="You worked on this contact"):
        read("j.ray", "A0")


def test_what_somebody_else_has_just_opened_is_left_to_them_until_nothing_else_waits() -> None:
    decided("A1")
    decided("A2")
    drawn()
    with writing() as session:
        session.add(HotlineAccess(contact_id="A1", who="c.lear", purpose=PURPOSE, at=clock.now()))
    assert (next_for("j.ray"), next_for("c.lear")) == ("A2", "A1")
    read("j.ray", "A2")
    assert next_for("j.ray") == "A1"
    decided("A3")
    drawn()
    stop_clock(2026, 11, 24, 15)
    assert next_for("j.ray") == "A1"


def test_restricted_contacts_are_read_by_cleared_staff_and_call_takers_read_none() -> None:
    decided("A1", unit="HASA", confidential=True)
    drawn()
    assert (next_for("j.ray"), next_for("c.lear")) == (None, "A1")
    with pytest.raises(NotSigned, match="somebody who is cleared"):
        read("j.ray", "A1")
    with pytest.raises(NotSigned, match="Caseworkers and triage supervisors"):
        read("k.call", "A1")


@pytest.mark.parametrize(("unit", "priority"), [("HPD", 3), ("FIA", 5)])
def test_an_answer_that_the_product_does_not_have_changes_nothing(unit: str, priority: int) -> None:
    decided("A1")
    drawn()
    with pytest.raises(NotSigned, match="the priority 1 to 4"):
        read("j.ray", "A1", unit, priority)
    assert sample()["A1"].read_at is None


def test_the_reader_sees_the_words_alone_and_that_is_kept(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(STAMPS)))
    decide_waiting(judge(hotline_policy()), clock.now(), 10, lambda count: None)
    drawn(date(2025, 11, 3))
    form = open_next(credential("j.ray"), clock.now())
    assert form is not None and form.text == STAMPS
    with reading() as session:
        log = session.execute(select(HotlineAccess.who, HotlineAccess.purpose)).all()  # type: ignore[call-overload]
    assert ("j.ray", PURPOSE) in [tuple(row) for row in log]


def test_a_reading_is_attested_without_saying_what_was_read() -> None:
    decided("A1")
    drawn()
    read("j.ray", "A1", "HOMEBASE", 2)
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        mine = select(CaseEvent).where(table.case_id == "sample:2026-11-16").order_by(table.seq)
        events = session.execute(mine).scalars().all()
    assert [event.event for event in events] == ["sample_drawn", "sample_read"]
    assert "HOMEBASE" not in events[1].payload and "A1" not in events[1].payload


def test_readings_that_are_kept_at_the_same_moment_are_all_kept_and_attested() -> None:
    ids = [f"A{number}" for number in range(8)]
    for contact_id in ids:
        decided(contact_id)
    drawn()
    with ThreadPoolExecutor(4) as people:
        list(people.map(lambda one: keep_reading("j.ray", one, Answer("FIA", 3), clock.now()), ids))
    assert all(row.read_by == "j.ray" for row in sample().values())
    with reading() as session:
        query = select(CaseEvent.seq).where(CaseEvent.case_id == "sample:2026-11-16").order_by(CaseEvent.seq)  # type: ignore[call-overload]
        assert list(session.execute(query).scalars()) == list(range(1, 10))


def test_accuracy_weighs_each_drawn_contact_for_those_that_were_not() -> None:
    for number in range(12):
        decided(f"U{number:02}", priority=1)
    for number in range(100):
        decided(f"A{number:03}")
    drawn()
    at = clock.now()
    with writing() as session:
        for row in session.execute(select(HotlineSample)).scalars():
            row.read_at, row.unit, row.priority = at, "FIA", 1 if row.why == "priority 1" else 3
    first = sorted(one for one, row in sample().items() if row.why == "drawn")[0]
    with writing() as session:
        found = session.get(HotlineSample, first)
        assert found is not None
        found.priority = 1
    with reading() as session:
        figures = accuracy_of(session, WEEK)
    assert (figures.readings, figures.urgent) == (62, 13)
    assert figures.recall == pytest.approx(12 / 14) and figures.over == 0


def test_a_week_says_how_much_of_it_was_drawn_and_read() -> None:
    decided("A1", priority=1)
    decided("A2")
    decided("B1", received_at=RECEIVED - timedelta(days=7))
    drawn()
    drawn(WEEK - timedelta(days=7))
    read("j.ray", "A1")
    with reading() as session:
        weeks = sampled_weeks(session)
    told = [(one.week, one.urgent_read, one.urgent, one.others_read, one.others) for one in weeks]
    assert told == [(WEEK, 1, 1, 0, 1), (WEEK - timedelta(days=7), 0, 0, 0, 1)]


def test_a_unit_that_the_law_protects_is_the_same_unit_whichever_a_reader_may_not_name() -> None:
    for number in range(10):
        decided(f"A{number}", unit="HASA" if number < 4 else "FIA")
        worked(f"A{number}", unit="FIA", owner="")
    drawn()
    at = clock.now()
    with writing() as session:
        for row in session.execute(select(HotlineSample)).scalars():
            row.read_at, row.unit, row.priority = at, "RESTRICTED", 3
    with reading() as session:
        assert accuracy_of(session, WEEK).same_unit == pytest.approx(0.4)
        (found,) = {(one.signal, one.chosen) for one in misleading_signs(session, at - timedelta(hours=1))}
    assert found == ("RESTRICTED", "RESTRICTED")


def test_signs_that_misled_come_from_overrides_that_stand_and_from_the_sample() -> None:
    at = clock.now()
    for number in range(4):
        decided(f"A{number}", signals="snap|arrears")
    decided("C1", unit="DV", confidential=True, signals="dv_now")
    drawn()
    read("j.ray", "A3", "HOMEBASE", 3)
    given = {"what": "unit", "said": "FIA", "chosen": "HOMEBASE", "why": "rent", "staff_id": "j.ray", "at": at}
    with writing() as session:
        for contact_id, taken_back, restricted in (("A0", None, False), ("A1", None, False), ("A2", at, False)):
            row = {**given, "contact_id": contact_id, "restricted": restricted, "taken_back_at": taken_back}
            session.add(HotlineOverride(seq=3, judged_by="a" * 64, **row))
        session.add(HotlineOverride(contact_id="C1", seq=3, judged_by="", restricted=True, **given))
    with reading() as session:
        found = misleading_signs(session, datetime(2026, 11, 1, tzinfo=at.tzinfo))
    told = {(row.signal, row.source, row.said, row.chosen): (row.count, row.of) for row in found}
    assert told[("snap", "override", "FIA", "HOMEBASE")] == (2, 4)
    assert told[("snap", "sample", "FIA", "HOMEBASE")] == (1, 4)
    assert told[("RESTRICTED", "override", "RESTRICTED", "RESTRICTED")] == (1, None)
    assert not any(signal.startswith("dv") for signal, *_ in told)
