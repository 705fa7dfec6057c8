"""My work: what somebody looks after, what the unit has in hand, whom they stand in for, what waits for them."""

from datetime import date, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from models.registration.records import RegistrationCase
from models.shared.people import Role, Unit
from models.shared.people_records import Assignment, StaffDelegation
from tasks.adapters import clock
from tasks.adapters.database import writing
from tasks.adapters.proposals import Proposed, propose
from tests.desk.conftest import LOOM, NOW, RADIO, SONS, Read, add_person, read_page, sign_in, visit
from tests.desk.test_doors import assert_accessible, assert_quiet


def assign(subject: str, staff_id: str = "r.reader", role: str = "program manager") -> None:
    """Let somebody look after a contract, or all of a provider."""
    row = Assignment(
        assignment_id=f"{subject}/{role}/{staff_id}", process="registration", subject=subject, role=role,
        staff_id=staff_id, handover="", since=NOW,
    )  # fmt: skip
    with writing() as session:
        session.add(row)


def delegate(from_id: str, to_id: str = "r.reader", days: int = 3) -> None:
    """Somebody is out from today on."""
    first = NOW.date()
    row = StaffDelegation(
        delegation_id=f"D-{from_id}", from_id=from_id, to_id=to_id, first_day=first,
        last_day=first + timedelta(days=days), reason="vacation",
    )  # fmt: skip
    with writing() as session:
        session.add(row)


def page_of(desk: TestClient, address: str = "/") -> Read:
    answer = desk.get(address)
    assert answer.status_code == 200
    return read_page(answer.text)


def cases(page: Read) -> list[str]:
    return [link.rsplit("/", 1)[1] for link in page.links if link.startswith("/cases/") and "/decide/" not in link]


def current(page: Read) -> list[str]:
    """The tabs that say that they are the one shown."""
    here = [a["href"] for a in page.all("a") if a.get("aria-current") == "page"]
    return [address for address in here if address != "/" or "?" in address]


def test_the_first_page_lists_what_the_person_looks_after_the_longest_overdue_first(desk: TestClient) -> None:
    assign(LOOM)
    assign("971020037")
    with writing() as session:
        late = update(RegistrationCase).where(RegistrationCase.case_id == RADIO).values(due_on=date(2026, 10, 30))  # type: ignore[arg-type]
        session.execute(late)
    page = page_of(desk)
    assert cases(page) == [RADIO, LOOM]
    assert "Mine (2 open ) My unit: Program (2 open ) All (3 open )" in page.text
    assert "Looked after by" not in page.text and "R Reader , program manager" in page_of(desk, "/worklist").text


def test_the_own_list_leads_to_the_next_steps_that_the_person_may_sign(desk: TestClient) -> None:
    assign(LOOM)
    add_person("f.fiscal", Role.FISCAL_ANALYST, Unit.FISCAL)
    assign(LOOM, "f.fiscal", "fiscal analyst")
    page = page_of(desk)
    assert f"/cases/registration/{LOOM}/decide/scope_and_budget_agreed" in page.links
    assert f"Scope and budget agreed for {LOOM}" in page.text
    analyst = visit()
    sign_in(analyst, "f.fiscal")
    theirs = page_of(analyst, "/?scope=mine")
    assert cases(theirs) == [LOOM] and "nothing now" in theirs.text
    assert not [link for link in theirs.links if "/decide/" in link]


def test_one_contract_that_is_found_matches_and_several_match(desk: TestClient) -> None:
    assert "1 contract matches, the longest overdue first" in page_of(desk, "/worklist?q=harbor").text
    assert "3 contracts match, the longest" in page_of(desk, "/worklist?state=all").text


def test_who_looks_after_nothing_gets_what_the_unit_has_in_hand(desk: TestClient) -> None:
    page = page_of(desk)
    assert sorted(cases(page)) == [LOOM, RADIO]
    assert "/?scope=unit" in current(page)
    assert "No contract was assigned to you." in page_of(desk, "/?scope=mine").text


def test_an_auditor_gets_all_contracts_and_has_no_list_of_a_unit(desk: TestClient) -> None:
    add_person("u.audit", Role.AUDITOR, Unit.AUDIT)
    browser = visit()
    sign_in(browser, "u.audit")
    page = page_of(browser)
    assert sorted(cases(page)) == [LOOM, SONS, RADIO]
    assert "My unit" not in page.text and "/worklist" in current(page)


def test_an_assignment_of_the_contract_takes_it_from_who_has_the_provider(desk: TestClient) -> None:
    add_person("o.other")
    assign("971010012")
    assign(LOOM, "o.other")
    assert cases(page_of(desk, "/?scope=mine")) == []
    assert cases(page_of(desk, "/worklist?q=harbor")) == [LOOM]
    assert "O Other , program manager" in page_of(desk, "/worklist?q=harbor").text


def test_a_stand_in_sees_until_when_and_the_contracts_of_who_is_out(desk: TestClient) -> None:
    add_person("o.other")
    assign(SONS, "o.other")
    delegate("o.other")
    page = page_of(desk)
    assert "You act for O Other until November 12, 2026, who looks after 1 open contract ." in page.text
    assert "/?scope=mine&for=o.other" in page.links
    theirs = page_of(desk, "/?scope=mine&for=o.other")
    assert cases(theirs) == [SONS] and "Open contracts that O Other looks after" in theirs.text


@pytest.mark.parametrize("days", [-1, None])
def test_nobody_is_listed_as_out_without_a_delegation_of_today(desk: TestClient, days: int | None) -> None:
    add_person("o.other")
    if days is not None:
        delegate("o.other", days=days)
    assert "You act for" not in page_of(desk).text
    answer = desk.get("/?scope=mine&for=o.other")
    assert answer.status_code == 400
    assert "You act for nobody of this id today" in read_page(answer.text).text


def proposed(act: str, source: str, by: str = "") -> None:
    with writing() as session:
        propose(session, "registration", source, [Proposed(LOOM, act)], clock.now())
        if by:
            table = Assignment.metadata.tables["proposal"]
            session.execute(table.update().where(table.c.source == source).values(proposed_by=by))


def test_proposals_are_counted_for_those_whose_role_signs_them(desk: TestClient) -> None:
    proposed("scope_and_budget_agreed", "run 1")
    proposed("found_responsible", "run 2")
    proposed("withdrawn", "run 3", by="r.reader")
    assert "1 proposal waits for a signature of your role." in page_of(desk).text
    add_person("l.lead", Role.PROGRAM_LEAD)
    delegate("l.lead")
    add_person("p.lead", Role.PROGRAM_LEAD)
    lead = visit()
    sign_in(lead, "p.lead")
    assert "2 proposals wait for a signature of your role." in page_of(lead).text


def test_filters_and_pages_stay_within_the_list_that_is_shown(desk: TestClient) -> None:
    assign(LOOM)
    page = page_of(desk, "/?scope=mine&q=radio")
    assert cases(page) == []
    form = next(a for tag, a in page.tags if tag == "form" and a.get("role") == "search")
    hidden_fields = {a["name"]: a["value"] for a in page.all("input") if a.get("type") == "hidden"}
    assert form["action"] == "/" and hidden_fields["scope"] == "mine"
    assert "/?scope=mine" in page.links


def test_an_old_address_of_the_worklist_still_leads_to_it(desk: TestClient) -> None:
    answer = desk.get("/?holder=Program&q=a%20b", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/worklist?holder=Program&q=a%20b")


def test_an_unknown_list_gets_a_sentence(client: TestClient) -> None:
    answer = client.get("/?scope=theirs")
    assert answer.status_code == 400 and "There is no list “theirs”." in read_page(answer.text).text


def test_every_list_and_form_can_be_read_with_every_aid_and_is_quiet(desk: TestClient) -> None:
    add_person("o.other")
    assign(LOOM)
    assign(LOOM, "o.other", "fiscal analyst")
    delegate("o.other")
    for path in ("/", "/?scope=unit", "/?scope=mine&for=o.other", "/?scope=mine&q=none", "/worklist", "/inbox",
                 f"/cases/registration/{LOOM}"):  # fmt: skip
        page = page_of(desk, path)
        assert_accessible(page)
        assert_quiet(page)
