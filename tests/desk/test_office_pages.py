"""The office's own pages: who opens them, first and second signature, tickets, the policy."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import delete, select, update

from models.shared.office_acts import ActKind
from models.shared.people import Role, Unit
from models.shared.people_records import EnrolmentTicket, OfficeAct, Staff, StaffDelegation
from models.shared.records import PolicyVersion
from tasks.adapters.database import reading, writing
from tests.desk.conftest import (
    LOOM,
    NOW,
    add_person,
    attempts,
    hidden,
    issue,
    read_page,
    sign_in,
    visit,
    words,
)
from tests.desk.test_doors import assert_accessible, assert_quiet
from tests.office import put_in_force
from tests.signers import code_of

# The office's pages are the same whatever database stands behind them.
pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)
NEW = {
    "staff_id": "m.osei", "name": "Mina Osei", "email": "m.osei@agency.example", "identity": "0412345",
    "unit": "Program", "roles": "program manager",
}  # fmt: skip


@pytest.fixture
def office(stranger: TestClient) -> Callable[[str], TestClient]:
    """Two administrators and a program manager; gives the browser of any of them, signed in."""
    for staff_id in ("a.one", "b.two"):
        add_person(staff_id, Role.ADMINISTRATOR, Unit.ADMINISTRATION)
    add_person("p.manager")
    add_person("q.manager")
    with writing() as session:
        for staff_id, number in (("a.one", "501"), ("b.two", "502"), ("p.manager", "503"), ("q.manager", "504")):
            session.execute(update(Staff).where(Staff.staff_id == staff_id).values(identity=number))

    def browser(staff_id: str) -> TestClient:
        there = visit()
        assert sign_in(there, staff_id).status_code == 303
        return there

    return browser


def shown(admin: TestClient, kind: str, fields: dict[str, str]) -> tuple[Response, dict[str, str]]:
    """Send the details of an act; the page that says what it comes to, and the hidden fields of its first form."""
    page = admin.post(f"/office/propose/{kind}", data=hidden(admin, f"/office/propose/{kind}") | fields)
    found: dict[str, str] = {}
    for tag, attributes in read_page(page.text).tags:
        if tag == "form" and "shown" in found:
            break
        if tag == "input" and attributes.get("type") == "hidden":
            found[attributes["name"]] = attributes["value"]
    return page, found


def propose(admin: TestClient, who: str, kind: str, fields: dict[str, str]) -> Response:
    """Propose as an administrator does: details, what it comes to, code."""
    _, kept = shown(admin, kind, fields)
    return admin.post(f"/office/propose/{kind}", data=kept | {"code": code_of(who)}, follow_redirects=False)


def sign(admin: TestClient, who: str, act: str) -> Response:
    """The second signature over what the page of the act shows."""
    page = read_page(admin.get(f"/office/acts/{act}").text)
    kept = {a["name"]: a["value"] for a in page.all("input") if a.get("type") == "hidden" and a["name"] != "do"}
    return admin.post(f"/office/acts/{act}", data=kept | {"do": "sign", "code": code_of(who)})


def staff(staff_id: str) -> Staff | None:
    with reading() as session:
        return session.get(Staff, staff_id)


def test_nobody_but_an_administrator_opens_the_office(office: Callable[[str], TestClient]) -> None:
    manager = office("p.manager")
    for path in ("/office", "/office/people/a.one", "/office/propose/add", "/office/acts/A0001"):
        answer = manager.get(path)
        assert answer.status_code == 403
        assert "Ask one of them: A One, B Two." in words(answer)
    answer = manager.post("/office/propose/add", data=hidden(manager, "/policy") | NEW)
    assert answer.status_code == 403 and staff("m.osei") is None


def test_an_administrator_reads_no_case_list_or_paper(office: Callable[[str], TestClient], desk: TestClient) -> None:
    issue()
    admin = office("a.one")
    scan = next(link for link in read_page(desk.get(f"/cases/registration/{LOOM}").text).links if "/scans/" in link)
    for path in ("/worklist", f"/cases/registration/{LOOM}", "/reports", "/inbox", f"/documents/{LOOM}-MD01", scan):
        assert desk.get(path).status_code == 200, path
        answer = admin.get(path)
        assert answer.status_code == 403, path
        assert "they read no case file" in words(answer) and "Harbor Loom" not in answer.text
    assert admin.get("/", follow_redirects=False).headers["location"] == "/office"
    links = read_page(admin.get("/office").text).links
    assert "/office" in links and "/policy" in links and "/reports" not in links


def test_the_office_shows_people_with_unit_roles_and_account(office: Callable[[str], TestClient]) -> None:
    with writing() as session:
        session.execute(update(Staff).where(Staff.staff_id == "q.manager").values(revoked_at=NOW))
    text = words(office("a.one").get("/office"))
    assert "P Manager p.manager Program program manager Active" in text
    assert "Q Manager q.manager Program program manager Revoked Nov 9, 2026" in text
    assert "Only 2 administrators" in text


def test_an_act_counts_only_after_the_second_signature(office: Callable[[str], TestClient]) -> None:
    first, second = office("a.one"), office("b.two")
    page, _ = shown(first, "add", NEW)
    assert "New account m.osei Name Mina Osei E-mail m.osei@agency.example Employee number 412345" in words(page)
    answer = propose(first, "a.one", "add", NEW)
    assert answer.headers["location"] == "/office/acts/A0001" and staff("m.osei") is None
    assert "You proposed this, so another administrator must sign it." in words(first.get("/office/acts/A0001"))
    assert "A0001" in words(second.get("/office"))
    signed = sign(second, "b.two", "A0001")
    assert "carries both signatures and counts from now on" in words(signed)
    assert "/office/propose/enrol?staff_id=m.osei" in read_page(signed.text).links
    found = staff("m.osei")
    assert found is not None and found.name == "Mina Osei" and found.enrolled_at is None


def test_the_link_of_an_enrolment_is_shown_once_and_works(office: Callable[[str], TestClient]) -> None:
    first, second = office("a.one"), office("b.two")
    propose(first, "a.one", "enrol", {"staff_id": "p.manager"})
    signed = sign(second, "b.two", "A0001")
    link = next(word for word in words(signed).split() if "/enrol/" in word)
    assert "Give this link to P Manager (p.manager) yourself" in words(signed)
    assert "P Manager" in words(visit().get(link.removeprefix("http://127.0.0.1:4280")))
    again = second.get("/office/acts/A0001")
    assert again.status_code == 404 and "/enrol/" not in again.text
    assert "B Two (b.two) signed A0001" in words(again)
    with reading() as session:
        assert len(session.scalars(select(EnrolmentTicket)).all()) == 1


def test_a_wrong_code_proposes_nothing_keeps_the_details_and_is_noted(office: Callable[[str], TestClient]) -> None:
    admin = office("a.one")
    _, kept = shown(admin, "add", NEW)
    answer = admin.post("/office/propose/add", data=kept | {"code": "000000"})
    assert answer.status_code == 401 and "The staff id or the code is wrong." in words(answer)
    assert 'value="m.osei@agency.example"' in answer.text and 'value="000000"' not in answer.text
    with reading() as session:
        assert session.scalars(select(OfficeAct)).all() == []
    assert attempts()[-1] == ("a.one", "desk", "wrong code")


def test_what_was_not_shown_is_not_proposed(office: Callable[[str], TestClient]) -> None:
    admin = office("a.one")
    _, kept = shown(admin, "add", NEW)
    tampered = kept | {"roles": "auditor", "unit": "Audit", "code": code_of("a.one")}
    answer = admin.post("/office/propose/add", data=tampered)
    assert answer.status_code == 409 and "is not what the page showed" in words(answer)
    with reading() as session:
        assert session.scalars(select(OfficeAct)).all() == []


def test_a_second_signature_over_another_text_is_refused(office: Callable[[str], TestClient]) -> None:
    first, second = office("a.one"), office("b.two")
    propose(first, "a.one", "add", NEW)
    fields = hidden(second, "/office/acts/A0001") | {"do": "sign", "shown": "0" * 64, "code": code_of("b.two")}
    answer = second.post("/office/acts/A0001", data=fields)
    assert answer.status_code == 409 and "This proposal is not what was shown" in words(answer)
    assert staff("m.osei") is None


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("add", NEW | {"email": "nothing"}, "is no e-mail address"),
        ("add", NEW | {"identity": "503"}, "Employee number 503 already has the account P Manager (p.manager)."),
        ("add", NEW | {"roles": ""}, "There is no such role."),
        ("change", {"staff_id": "a.one", "unit": "Audit", "roles": "auditor"}, "This is about your own account"),
        ("revoke", {"staff_id": "p.manager"}, "Say why: the second administrator and the auditor read it."),
        ("revoke", {"staff_id": "b.two", "reason": "left"}, "is one of the last 2 administrators"),
        ("delegate", {"from_id": "p.manager", "to_id": "q.manager", "first_day": "x"}, "The first day is no date."),
        ("end_delegation", {"delegation_id": "A9999"}, "Choose the delegation that is to end."),
    ],
)
def test_what_cannot_be_proposed_says_so_before_any_code(
    office: Callable[[str], TestClient], kind: str, fields: dict[str, str], sentence: str
) -> None:
    admin = office("a.one")
    page, kept = shown(admin, kind, fields)
    assert page.status_code == 422 and sentence in words(page) and "shown" not in kept
    alert = next(attributes for _, attributes in read_page(page.text).tags if attributes.get("role") == "alert")
    assert alert["class"] == "refusal"
    assert all(f'value="{value}"' in page.text for name, value in fields.items() if name in ("email", "identity"))


def test_a_delegation_runs_between_its_days_and_can_be_ended(office: Callable[[str], TestClient]) -> None:
    first, second = office("a.one"), office("b.two")
    day = NOW.date()
    fields = {
        "from_id": "p.manager", "to_id": "q.manager", "first_day": day.isoformat(),
        "last_day": (day + timedelta(days=4)).isoformat(), "reason": "vacation",
    }  # fmt: skip
    propose(first, "a.one", "delegate", fields)
    sign(second, "b.two", "A0001")
    text = words(first.get("/office"))
    assert "A0001 P Manager Q Manager Nov 9, 2026 Nov 13, 2026 Runs End it" in text
    propose(first, "a.one", "end_delegation", {"delegation_id": "A0001", "reason": "back early"})
    sign(second, "b.two", "A0002")
    assert "Nobody acts for anybody else." in words(first.get("/office"))
    with reading() as session:
        assert session.get_one(StaffDelegation, "A0001").ended_at == NOW


def test_a_refusal_needs_its_reason_and_closes_the_proposal(office: Callable[[str], TestClient]) -> None:
    first, second = office("a.one"), office("b.two")
    propose(first, "a.one", "add", NEW)
    fields = hidden(second, "/office/acts/A0001") | {"do": "refuse", "code": code_of("b.two")}
    answer = second.post("/office/acts/A0001", data=fields)
    assert answer.status_code == 422 and "Say why this is refused" in words(answer)
    second.post("/office/acts/A0001", data=fields | {"why": "not hired", "code": code_of("b.two")})
    with reading() as session:
        row = session.get_one(OfficeAct, "A0001")
        assert (row.status, row.closed_by, row.closed_why) == ("refused", "b.two", "not hired")
    assert "refused A0001" in words(first.get("/office/acts/A0001"))


def test_the_page_of_a_person_tells_their_history(office: Callable[[str], TestClient]) -> None:
    first, second = office("a.one"), office("b.two")
    propose(first, "a.one", "revoke", {"staff_id": "p.manager", "reason": "left the office <b>"})
    sign(second, "b.two", "A0001")
    page = first.get("/office/people/p.manager")
    assert "Proposed: revoke the account A0001 A One (a.one) left the office <b>" in words(page)
    assert "Account revoked A0001 A One (a.one) and B Two (b.two)" in words(page)
    assert "/office/propose/enrol?staff_id=p.manager" in read_page(page.text).links
    assert "/office/propose/revoke?staff_id=p.manager" not in read_page(page.text).links


def test_the_policy_page_has_every_value_in_words_the_changed_ones_first(office: Callable[[str], TestClient]) -> None:
    with writing() as session:
        row = session.scalars(select(PolicyVersion)).one()
        before = json.loads(row.body)
        before["policy"]["registration"]["vendor_copy_days"] = 99
        put_in_force(session, "0" * 64, json.dumps(before), ("a.one", "b.two"), NOW)
        put_in_force(session, row.sha256, row.body, ("a.one", "b.two"), NOW)
    text = words(office("p.manager").get("/policy"))
    assert "Change limit $500,000.00" in text and "Threshold T6 from Nov 1, 2018: Value $250,000.00" in text
    assert "Vendor copy days Changed" in text and text.index("Vendor copy days Changed") < text.index("Ageing bands")


def test_the_policy_page_says_what_is_in_force_and_what_the_file_changes(office: Callable[[str], TestClient]) -> None:
    manager, admin = office("p.manager"), office("a.one")
    assert "In force Proposed by a.admin" in words(manager.get("/policy"))
    with writing() as session:
        row = session.scalars(select(PolicyVersion)).one()
        before = json.loads(row.body)
        before["policy"]["agency"]["city"] = "Elsewhere"
        session.execute(delete(PolicyVersion))
        put_in_force(session, "0" * 64, json.dumps(before), ("a.one", "b.two"), NOW)
    page = manager.get("/policy")
    assert "nobody has proposed it" in words(page) and "policy.agency.city Elsewhere" in words(page)
    assert "/office/propose/policy" not in read_page(page.text).links
    assert "/office/propose/policy" in read_page(admin.get("/policy").text).links
    propose(admin, "a.one", "policy", {})
    sign(office("b.two"), "b.two", "A0001")
    assert "In force Proposed by A One" in words(manager.get("/policy"))


def test_every_page_of_the_office_can_be_read_with_every_aid_and_is_quiet(office: Callable[[str], TestClient]) -> None:
    first, second = office("a.one"), office("b.two")
    propose(first, "a.one", "enrol", {"staff_id": "p.manager"})
    forms = [f"/office/propose/{kind}" for kind in ActKind]
    for path in ("/office", "/office/people/p.manager", "/office/acts/A0001", "/policy", "/office/acts/none", *forms):
        page = read_page(second.get(path).text)
        assert_accessible(page)
        assert_quiet(page)
    for fields in (NEW, NEW | {"email": "nothing"}):
        assert_accessible(read_page(shown(second, "add", fields)[0].text))
    assert_accessible(read_page(sign(second, "b.two", "A0001").text))
