"""The audit holds people, signatures and what they brought about against each other, and names what does not fit."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlmodel import Session

from models.registration.records import Amendment, DocumentReport
from models.shared.people_records import Assignment, LetterOrder, OfficeAct, Signature, Staff, StaffDelegation
from models.shared.records import CaseEvent
from tasks.adapters import office_acts
from tasks.adapters.audit import audit
from tasks.adapters.clock import now, today
from tasks.adapters.database import reading
from tasks.adapters.ledger import Happening, chain, new_case
from tasks.adapters.policy import policy_sha256
from tasks.adapters.settings import settings
from tests.administrators import CLEO, MAYA, THEO, both, join, open_office, rows, who
from tests.attacks import waiting
from tests.conftest import forget
from tests.office import award, follow_up, import_list, review_all
from tests.signers import sign, sign_list

LOOM, REED, TIDE = "R27-971010012", "R27-971010020", "R27-971010039"
LEAD = {**MAYA, "staff_id": "lena.voss", "name": "Lena Voss", "email": "lena@agency.example", "identity": "0500125"}
LEAD["roles"] = ["program lead"]


@pytest.fixture
def office(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which everything was done by the rules: people, a delegation, two signatures, a letter, a policy."""
    policy = tmp_path / "policy.toml"
    policy.write_text(settings().policy_file.read_text())
    monkeypatch.setenv("STEWARD_POLICY_FILE", str(policy))
    forget()
    open_office()
    for body in (MAYA, THEO, LEAD, CLEO):
        join(body)
    lent = {"from_id": "maya.osei", "to_id": "theo.lund", "first_day": str(today()), "last_day": "2026-12-31"}
    both("delegate", lent, "away")
    import_list(
        tmp_path,
        award(1, "Harbor Loom, Inc.", "971010012", "50000"),
        award(2, "Reed Kitchen", "971010020", "20000"),
        award(3, "Tide Youth Works", "971010039", "30000"),
    )
    review_all(letters=False)
    sign("maya.osei", LOOM, "scope_and_budget_agreed", on="2026-11-23")
    sign("lena.voss", REED, "assigned", role="program manager", staff="theo.lund", scope="provider")
    sign("theo.lund", REED, "document_recorded", document="scope_of_services", detail="sent by mail")
    sign("maya.osei", TIDE, "withdrawn", "they merged")
    sign_list("lena.voss", waiting(TIDE))
    follow_up()
    policy.write_text(policy.read_text().replace("reply_business_days = 10", "reply_business_days = 12"))
    both("policy", {})
    office_acts.propose(
        "change", {"staff_id": "theo.lund", "unit": "Program", "roles": "program lead"}, who("ana.ruiz")
    )
    return home


Plant = str | Callable[[Session], object]


def said(plant: Plant) -> tuple[str, ...]:
    """What the audit says of a home in which somebody changed this past every rule; nothing of it is kept."""
    with reading() as session:
        if isinstance(plant, str):
            assert session.execute(text(plant)).rowcount, plant
        else:
            plant(session)
            session.flush()
        return audit(session).problems


def assert_named(plants: dict[str, Plant]) -> None:
    """The audit names each change by this part of a sentence."""
    for sentence, plant in plants.items():
        found = said(plant)
        assert any(sentence in problem for problem in found), (sentence, found)


def test_an_office_that_kept_to_the_rules_has_no_problem(office: Path) -> None:
    with reading() as session:
        found = audit(session)
    assert (found.problems, found.signatures) == ((), 5)
    assert all(rows(table) for table in (LetterOrder, Assignment, StaffDelegation, DocumentReport))
    assert [act.status for act in rows(OfficeAct)].count("open") == 1


def test_a_changed_account_is_named_with_what_was_changed(office: Path) -> None:
    where = "where staff_id = 'maya.osei'"
    by = "Account maya.osei was changed past the office’s history:"
    assert_named(
        {
            f"{by} the roles.": f"""update staff set roles = '["ACCO"]' {where}""",
            f"{by} the unit.": f"update staff set unit = 'Legal' {where}",
            f"{by} the name.": f"update staff set name = 'Mia Osei' {where}",
            f"{by} the e-mail address.": f"update staff set email = 'x@agency.example' {where}",
            f"{by} the employee number.": f"update staff set identity = '999' {where}",
            f"{by} who let it in.": f"""update staff set enrolled_by = '["ana.ruiz","cleo.day"]' {where}""",
            f"{by} when it was enrolled.": f"update staff set enrolled_at = null {where}",
            f"{by} when it was revoked.": f"update staff set revoked_at = added_at {where}",
            "Account maya.osei is in the office’s history, but the account is gone.": f"delete from staff {where}",
        }
    )


def test_a_revoked_account_that_was_set_active_again_is_named(office: Path) -> None:
    both("revoke", {"staff_id": "maya.osei"})
    assert said("update staff set last_counter = last_counter") == ()
    assert_named({"maya.osei was changed": "update staff set revoked_at = null where staff_id = 'maya.osei'"})


def test_an_account_that_no_event_let_in_is_named(office: Path) -> None:
    eva = {"staff_id": "eva.null", "name": "Eva Null", "email": "e@agency.example", "identity": "666"}
    sentence = "Account eva.null (Eva Null): no event of the office let it in."
    assert_named({sentence: lambda s: s.add(Staff(**eva, unit="Legal", roles='["counsel"]', added_at=now()))})


def _event(session: Session, case_id: str, event: str, payload: dict[str, Any]) -> None:
    """Add an event to a chain of the office with good hashes."""
    table = CaseEvent.__table__  # type: ignore[attr-defined]
    mine = (table.c.process == "office") & (table.c.case_id == case_id)
    last = session.execute(select(table).where(mine).order_by(table.c.seq.desc()).limit(1)).first()
    head = new_case(case_id) if last is None else replace(new_case(case_id), version=last.seq, head_hash=last.hash)
    session.execute(insert(CaseEvent), chain("office", head, [Happening(event, "x", "", now(), payload)], now())[0])


def test_an_authenticator_that_no_two_administrators_allowed_is_named(office: Path) -> None:
    enrolled = {"staff": "maya.osei", "enrolled_by": ["ana.ruiz", "cleo.day"], "counter": 1}
    first = {"body": {**MAYA, "staff_id": "eva.null"}, "enrolled_by": ["ana.ruiz"], "counter": 0}
    assert_named(
        {
            "Account maya.osei took up an authenticator by event 8": lambda s: _event(
                s, "staff:maya.osei", "enrolled", enrolled
            ),
            "Account eva.null is none of the first two": lambda s: _event(s, "staff:eva.null", "bootstrapped", first),
            "office/staff:maya.osei: event 8 (staff_changed) cannot be understood.": lambda s: _event(
                s, "staff:maya.osei", "staff_changed", {}
            ),
        }
    )


def test_a_changed_delegation_is_named(office: Path) -> None:
    number = rows(StaffDelegation)[0].delegation_id
    by = f"Delegation {number} was changed past the office’s history:"
    assert_named(
        {
            f"{by} the last day.": "update staff_delegation set last_day = '2027-12-31'",
            f"{by} who acts for them.": "update staff_delegation set to_id = 'lena.voss'",
            f"{by} when it ended.": "update staff_delegation set ended_at = '2026-11-23 15:00:00.000000'",
            f"Delegation {number} is in the office’s history, but its row is gone.": "delete from staff_delegation",
            "Delegation A9999 from maya.osei to lena.voss: no two administrators signed it.": (
                "insert into staff_delegation select 'A9999', from_id, 'lena.voss', first_day, last_day, reason, "
                "ended_at from staff_delegation"
            ),
        }
    )


def test_a_delegation_that_ended_and_was_opened_again_is_named(office: Path) -> None:
    both("revoke", {"staff_id": "theo.lund"})
    assert said("update staff set last_counter = last_counter") == ()
    assert_named({"when it ended.": "update staff_delegation set ended_at = null"})


def test_a_changed_proposal_of_the_office_is_named(office: Path) -> None:
    act = next(act.act_id for act in rows(OfficeAct) if act.status == "open")
    open_, by = "where status = 'open'", f"Proposal {act} (change theo.lund)"
    assert_named(
        {
            f"{by} was changed after ana.ruiz signed it.": (
                f"update office_act set body = replace(body, 'program lead', 'ACCO') {open_}"
            ),
            f"{by} is “done”, by the office’s history “open”.": f"update office_act set status = 'done' {open_}",
            f"Proposal {act} is in the office’s history, but its row is gone.": f"delete from office_act {open_}",
            "Proposal A9999 (revoke theo.lund): no event of the office says that it was made.": (
                "insert into office_act (act_id, kind, subject, body, reason, proposed_by, proposed_at, status, "
                "closed_by, closed_why) select 'A9999', 'revoke', subject, body, reason, proposed_by, proposed_at, "
                f"status, '', '' from office_act {open_}"
            ),
        }
    )


def test_a_changed_policy_is_named(office: Path) -> None:
    sha = policy_sha256()
    here, name = f"where sha256 = '{sha}'", f"Policy {sha[:12]}"
    unknown = "values ('" + "0" * 64 + "', '{}', '2026-11-23 15:00:00.000000', 'ana.ruiz',"
    columns = "insert into policy_version (sha256, body, proposed_at, proposed_by, signed_at, signed_by)"
    assert_named(
        {
            f"{name}: its text was changed": f"update policy_version set body = replace(body, 'City', 'Town') {here}",
            f"{name} was changed past the office’s history: who signed it.": (
                f"update policy_version set signed_by = 'cleo.day' {here}"
            ),
            f"{name} was changed past the office’s history: when it was signed.": (
                f"update policy_version set signed_at = null {here}"
            ),
            f"{name} was signed by the office’s history, but its text is gone.": f"delete from policy_version {here}",
            "Policy 000000000000 stands as signed by ben.ito, but no event": (
                f"{columns} {unknown} '2026-11-23 15:00:00.000000', 'ben.ito')"
            ),
            "Policy 000000000000 waits for a signature, but no event": f"{columns} {unknown} null, '')",
        }
    )


def _signature(case_id: str) -> Any:
    """The first signature over a case."""
    return min((row for row in rows(Signature) if case_id in row.shown), key=lambda row: row.counter)


def test_a_changed_signature_is_named(office: Path) -> None:
    row = _signature(LOOM)
    name, where = f"Signature {row.signature_id} of maya.osei", f"where signature_id = '{row.signature_id}'"
    event, differs = f"registration/{LOOM}: event", f"and signature {row.signature_id} do not say the same:"
    assert_named(
        {
            f"{name}: the list that it covers was changed": (f"update signature set shown = shown || ' ' {where}"),
            f"{name} was changed after it was given": f"update signature set counter = counter + 1 {where}",
            f"{differs} the signer.": f"update signature set staff_id = 'theo.lund' {where}",
            f"{differs} the door.": f"update signature set door = 'cli' {where}",
            f"{differs} the moment.": f"update signature set at = '2026-11-23 15:00:01.000000' {where}",
            f"{differs} the policy.": f"update signature set policy_sha256 = '{'0' * 64}' {where}",
            f"{name}: its events name others for whom": f"update signature set behalf_id = 'theo.lund' {where}",
            f"{event} 4 (scope_and_budget_agreed) names signature {row.signature_id}, which is not there.": (
                f"delete from signature {where}"
            ),
            f"names signature {row.signature_id}, in whose list this case does not stand.": (
                f"update signature set shown = replace(shown, '{LOOM}', '{REED}') {where}"
            ),
        }
    )


def test_a_signature_without_its_event_is_named(office: Path) -> None:
    row = _signature(LOOM)
    sentence = f"Signature {row.signature_id} of maya.osei covers registration/{LOOM}, but no event there says so."
    signed = f"where case_id = '{LOOM}' and event = 'scope_and_budget_agreed'"
    assert_named({sentence: f"delete from case_event {signed}"})


def test_a_code_that_was_used_twice_or_out_of_order_is_named(office: Path) -> None:
    first, second, *_ = sorted((r for r in rows(Signature) if r.staff_id == "maya.osei"), key=lambda row: row.counter)
    where = f"where signature_id = '{second.signature_id}'"
    assert_named(
        {
            "of maya.osei used the same code.": f"update signature set counter = {first.counter} {where}",
            f"Signature {second.signature_id} of maya.osei has a later code than one that came after it.": (
                f"update signature set at = '2026-11-23 14:50:00.000000' {where}"
            ),
        }
    )


def test_what_no_signature_brought_about_is_named(office: Path) -> None:
    report, assigned = rows(DocumentReport)[0], rows(Assignment)[0]
    amendment = Amendment(
        contract_id=REED, seq_no=1, type="amount", reason="more", delta_cents=100_000, running_cents=100_000,
        revised_cents=2_100_000, approved_on=today(), needs_registration=False, status="approved",
    )  # fmt: skip
    assert_named(
        {
            f"The report {report.report_id} about scope_of_services of {report.owner} names signature x, which": (
                "update document_report set signature_id = 'x'"
            ),
            f"names signature {report.signature_id}, whose list has no such item.": (
                "update document_report set report_id = 'y'"
            ),
            f"Assignment {assigned.assignment_id} of {assigned.subject} to maya.osei as program manager is not what": (
                "update assignment set staff_id = 'maya.osei'"
            ),
            "Assignment z of 971010020 to theo.lund as program manager rests on no signature": (
                "update assignment set assignment_id = 'z'"
            ),
            f"Change no. 1 of {REED} by 1000.00 is in no signed event of the contract.": lambda s: s.add(amendment),
        }
    )


def test_a_letter_that_is_not_the_one_that_was_signed_is_named(office: Path) -> None:
    order = rows(LetterOrder)[0]
    name = f"Letter {order.document_id} of registration/{TIDE}"
    assert_named(
        {
            f"{name} is not the one that was shown and signed.": (
                "update letter_order set body = replace(body, 'Tide Youth Works', 'Tide Money Works')"
            ),
            f"Letter DL99 of registration/{TIDE} was ordered by no signed event.": (
                "update letter_order set document_id = 'DL99'"
            ),
        }
    )
