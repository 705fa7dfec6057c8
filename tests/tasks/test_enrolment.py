"""Who gets into the office: the first two administrators once, then by tickets that two signed."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from models.shared.people import Role, Unit
from models.shared.people_records import EnrolmentTicket, Staff
from tasks.adapters import codes, enrolment, office_acts
from tasks.adapters.database import writing
from tasks.adapters.enrolment import next_code
from tasks.adapters.home import Home, HomeError, write_atomically
from tasks.adapters.office_acts import NewPerson
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.settings import settings
from tests.administrators import (
    ANA,
    BEN,
    CLEO,
    DORA,
    MAYA,
    assert_refused,
    both,
    events,
    everything,
    first_code,
    join,
    open_office,
    person,
    rows,
)
from tests.office import stop_clock


@pytest.fixture
def office(home: Path) -> Path:
    """A home with two administrators."""
    open_office()
    return home


def test_the_first_two_administrators_stand_for_each_other(office: Path) -> None:
    ana, ben = person("ana.ruiz"), person("ben.ito")
    assert (ana.roles, ana.unit, ana.is_active) == (frozenset({Role.ADMINISTRATOR}), Unit.ADMINISTRATION, True)
    assert (ana.enrolled_by, ben.enrolled_by) == (("ben.ito",), ("ana.ruiz",))
    assert [events(chain) for chain in ("bootstrap", "staff:ana.ruiz", "staff:ben.ito")] == [["bootstrapped"]] * 3


def test_the_first_two_are_made_only_once_even_when_their_rows_are_gone(office: Path) -> None:
    again = [
        NewPerson("d.kern", "Dora Kern", "d@agency.example", "777001"),
        NewPerson("e.wu", "Eve Wu", "e@agency.example", "777002"),
    ]
    assert_refused(Refusal.ILLEGAL, "has its first two administrators already", office_acts.bootstrap, *again)
    with writing() as session:
        session.execute(text("delete from staff"))
    assert_refused(Refusal.ILLEGAL, "has its first two administrators already", office_acts.bootstrap, *again)


def test_two_bootstraps_at_once_make_two_administrators_and_not_four(home: Path) -> None:
    others = [
        NewPerson(*(str(body[key]) for key in ("staff_id", "name", "email", "identity"))) for body in (CLEO, DORA)
    ]
    pairs = [(ANA, BEN), tuple(others)]
    start, told = threading.Barrier(2), []

    def make(first: NewPerson, second: NewPerson) -> None:
        start.wait()
        try:
            told.append(sorted(office_acts.bootstrap(first, second)))
        except NotSigned as late:
            told.append(late.kind)

    threads = [threading.Thread(target=make, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = next(found for found in told if isinstance(found, list))
    assert sorted(row.staff_id for row in rows(Staff)) == made
    assert {Refusal.STALE, Refusal.ILLEGAL} & {found for found in told if isinstance(found, Refusal)}


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (NewPerson("ana.ruiz", "Ben Ito", "ben@agency.example", "100002"), "the same id"),
        (NewPerson("ben.ito", "Ben Ito", "ben@agency.example", "100-001"), "the same employee number"),
        (NewPerson("ben.ito", "Ben Ito", "ANA@agency.example", "100002"), "the same e-mail address"),
        (NewPerson("ben.ito", "ana ruiz", "ben@agency.example", "100002"), "the same name"),
    ],
)
def test_one_human_is_not_both_first_administrators(home: Path, second: NewPerson, says: str) -> None:
    assert_refused(Refusal.SEPARATION, says, office_acts.bootstrap, ANA, second)


def test_a_new_authenticator_makes_the_old_one_void(office: Path) -> None:
    join(MAYA)
    old = next_code("maya.osei")
    ticket = both("enrol", {"staff_id": "maya.osei"}, "lost the telephone").ticket
    secret, _ = enrolment.take_up(ticket)
    assert next_code("maya.osei") == old
    enrolment.confirm(ticket, first_code(secret))
    with pytest.raises(NotSigned), writing() as session:
        codes.check_code(session, "maya.osei", old, office_acts.clock.now())


def test_a_ticket_shows_its_secret_once_and_is_used_once(office: Path) -> None:
    both("add", MAYA)
    ticket = both("enrol", {"staff_id": "maya.osei"}).ticket
    assert_refused(Refusal.NOT_ENROLLED, "was not shown yet", enrolment.confirm, ticket, "123456")
    secret, _ = enrolment.take_up(ticket)
    assert_refused(Refusal.NOT_ENROLLED, "shown already, and is shown only once", enrolment.take_up, ticket)
    assert_refused(Refusal.WRONG_CODE, "The authenticator shows another code", enrolment.confirm, ticket, "000000")
    enrolment.confirm(ticket, first_code(secret))
    assert_refused(Refusal.NOT_ENROLLED, "was used on Nov 23, 2026", enrolment.confirm, ticket, first_code(secret))
    assert_refused(Refusal.NOT_ENROLLED, "is not known", enrolment.take_up, "T" + ticket)


def test_a_ticket_runs_out_after_a_day_and_when_a_newer_one_is_given(office: Path) -> None:
    both("add", MAYA)
    first = both("enrol", {"staff_id": "maya.osei"}).ticket
    second = both("enrol", {"staff_id": "maya.osei"}).ticket
    assert_refused(Refusal.NOT_ENROLLED, "was good until Nov 23, 2026, 10:00 AM", enrolment.take_up, first)
    stop_clock(2026, 11, 24, 15)
    assert_refused(Refusal.NOT_ENROLLED, "was good until Nov 24, 2026, 10:00 AM", enrolment.take_up, second)


def test_a_ticket_of_an_administrator_who_was_revoked_lets_nobody_in(office: Path) -> None:
    join(CLEO)
    both("add", MAYA)
    ticket = both("enrol", {"staff_id": "maya.osei"}, by=("cleo.day", "ana.ruiz")).ticket
    join(DORA)
    both("revoke", {"staff_id": "cleo.day"}, "left the agency")
    assert_refused(Refusal.REVOKED, "Cleo Day .* is no longer an administrator", enrolment.take_up, ticket)


def test_only_the_hash_of_a_ticket_is_kept(office: Path) -> None:
    both("add", MAYA)
    signed = both("enrol", {"staff_id": "maya.osei"})
    assert signed.ticket not in repr(signed)
    assert [len(row.ticket_sha256) for row in rows(EnrolmentTicket)] == [64]
    assert all(signed.ticket not in str(row) for row in everything())


def test_codes_are_told_only_where_no_real_person_signs(office: Path) -> None:
    assert next_code("ana.ruiz").isdigit()
    write_atomically(settings().home / "home.json", Home().model_dump_json().encode())
    with pytest.raises(HomeError, match="Only a home that was created as a demo tells codes"):
        next_code("ana.ruiz")


def test_the_qr_code_of_the_desk_is_an_svg_that_asks_for_nothing_from_outside() -> None:
    drawn = enrolment.qr_svg(codes.enrolment_uri(codes.new_secret(), "maya.osei", "Steward"))
    assert drawn.startswith(("<svg", "<?xml")) and drawn.rstrip().endswith("</svg>")
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
