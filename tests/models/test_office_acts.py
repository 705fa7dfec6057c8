"""Acts of the office: their forms, what stands against them, who may sign, and what a signature covers."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.shared.office_acts import (
    ActKind,
    Difference,
    Flaw,
    NewPerson,
    OfficeForm,
    act_sha256,
    differences,
    normal_email,
    normal_identity,
    normal_staff_id,
    read_form,
)
from models.shared.office_rules import Account, Office, obstacle, says, signer_problem
from models.shared.people import Delegation, Person, Role, Unit

TODAY = date(2026, 11, 23)
MAYA = {
    "staff_id": "m.osei", "name": "Maya Osei", "email": "maya@agency.example", "identity": "0500123",
    "unit": "Program", "roles": ["program manager"],
}  # fmt: skip


def account(
    staff_id: str, number: str, *roles: Role, is_active: bool = True, revoked_on: date | None = None
) -> Account:
    person = Person(staff_id, staff_id.title(), Unit.PROGRAM, frozenset(roles), is_active)
    return Account(person, f"{staff_id}@agency.example", number, revoked_on)


def office(*more: Account, delegations: dict[str, Delegation] | None = None) -> Office:
    """Two administrators, a program manager, an ACCO, and whoever is named."""
    there = [
        account("ana", "1001", Role.ADMINISTRATOR), account("ben", "1002", Role.ADMINISTRATOR),
        account("theo", "1003", Role.PROGRAM_MANAGER), account("ines", "1004", Role.ACCO), *more,
    ]  # fmt: skip
    return Office({one.person.staff_id: one for one in there}, delegations or {}, TODAY)


def form(kind: ActKind, **body: Any) -> OfficeForm:
    found = read_form(kind, body)
    assert isinstance(found, OfficeForm), found
    return found


def against(kind: ActKind, there: Office, **body: Any) -> str:
    return obstacle(form(kind, **body), there)


def delegation(**changes: Any) -> dict[str, Any]:
    return {"from_id": "theo", "to_id": "ines", "first_day": "2026-12-01", "last_day": "2026-12-04", **changes}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"staff_id": "Maya Osei"}, "The id “Maya Osei” cannot be used"),
        ({"staff_id": "policy"}, "The id “policy” cannot be used"),
        ({"name": "7"}, "The name cannot be used"),
        ({"name": "Maya \u202e Osei"}, "The name cannot be used"),
        ({"email": "maya@agency"}, "“maya@agency” is no e-mail address."),
        ({"identity": "none"}, "The employee number “none” cannot be used"),
        ({"unit": "Cellar"}, "There is no such unit. Known: Program, Procurement,"),
        ({"roles": ["king"]}, "There is no such role. Known: program manager,"),
        ({"roles": []}, "A person needs at least one role."),
        ({"roles": ["administrator", "ACCO"]}, "The role administrator cannot be combined"),
        ({"secret": "x"}, "The field “secret” does not belong to this act."),
    ],
)
def test_a_form_that_cannot_be_used_is_one_sentence(changes: dict[str, Any], sentence: str) -> None:
    flaw = read_form("add", MAYA | changes)
    assert isinstance(flaw, Flaw) and flaw.sentence.startswith(sentence)


def test_a_missing_field_and_a_broken_date_are_named() -> None:
    assert read_form("revoke", {}) == Flaw("The id is missing.")
    assert read_form("delegate", delegation(last_day="soon")) == Flaw(
        "The last day is no date. Write it as 2026-12-24."
    )
    assert read_form("promote", {}) == Flaw(
        "There is no act “promote”. Known: add, change, enrol, revoke, delegate, end_delegation, policy."
    )


def test_the_first_administrators_are_administrators_and_nothing_else() -> None:
    made = NewPerson("a.ruiz", "Ana Ruiz", "ana@agency.example", "0412345").form()
    assert isinstance(made, OfficeForm)
    assert made.model_dump(mode="json")["roles"] == ["administrator"]


@pytest.mark.parametrize("text", ["0412345", "412345", " 412-345 ", "4 1 2 3 4 5", "４１２３４５", "000412345"])
def test_one_employee_number_is_one_person_however_it_is_typed(text: str) -> None:
    assert normal_identity(text) == "412345"


def test_one_address_and_one_id_are_one_person_however_they_are_typed() -> None:
    assert normal_email(" Maya.Osei@Agency.EXAMPLE ") == "maya.osei@agency.example"
    assert normal_staff_id(" M.Osei ") == "m.osei"


@given(
    st.from_regex(r"0{0,4}[1-9][0-9]{2,11}", fullmatch=True), st.sampled_from(["", " ", "-", "."]), st.integers(1, 6)
)
def test_normal_numbers_stay_as_they_are(number: str, blank: str, at: int) -> None:
    found = normal_identity(number[:at] + blank + number[at:])
    assert found == number.lstrip("0") and normal_identity(found) == found


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, ""),
        ({"staff_id": "theo"}, "There is already an account Theo (theo). Choose another id."),
        ({"identity": "01004"}, "Employee number 1004 already has the account Ines (ines)."),
        ({"identity": "1001"}, "Employee number 1001 already has the account Ana (ana)."),
        ({"email": "THEO@agency.example"}, "The e-mail address theo@agency.example already has the account Theo"),
        ({"identity": "1009"}, "Employee number 1009 already has the account Gone (gone). It was revoked; “steward"),
    ],
)
def test_the_same_human_gets_no_second_account(changes: dict[str, Any], sentence: str) -> None:
    gone = account("gone", "1009", Role.COUNSEL, is_active=False, revoked_on=TODAY)
    found = against(ActKind.ADD, office(gone), **(MAYA | changes))
    assert found.startswith(sentence) and bool(found) == bool(sentence)


def test_a_change_must_change_something() -> None:
    same = {"staff_id": "theo", "unit": "Program", "roles": ["program manager"]}
    assert against(ActKind.CHANGE, office(), **same).startswith("Theo (theo) already has this unit and these roles.")
    assert against(ActKind.CHANGE, office(), **(same | {"roles": ["program lead"]})) == ""


def test_who_acts_for_somebody_by_delegation_does_not_become_an_auditor() -> None:
    lent = {"A0007": Delegation("theo", "ines", TODAY, TODAY + timedelta(days=3))}
    auditor = {"staff_id": "ines", "unit": "Audit", "roles": ["auditor"]}
    assert "by delegation A0007. End it first" in against(ActKind.CHANGE, office(delegations=lent), **auditor)
    assert against(ActKind.CHANGE, office(), **auditor) == ""


def test_the_last_two_administrators_are_neither_revoked_nor_given_another_role() -> None:
    last = "Ana (ana) is one of the last 2 administrators"
    other = {"staff_id": "ana", "unit": "Legal", "roles": ["counsel"]}
    third = account("cleo", "1005", Role.ADMINISTRATOR)
    asleep = account("cleo", "1005", Role.ADMINISTRATOR, is_active=False)
    assert against(ActKind.REVOKE, office(), staff_id="ana").startswith(last)
    assert against(ActKind.REVOKE, office(asleep), staff_id="ana").startswith(last)
    assert against(ActKind.CHANGE, office(), **other).startswith(last)
    assert against(ActKind.REVOKE, office(third), staff_id="ana") == ""
    assert against(ActKind.CHANGE, office(third), **other) == ""


def test_what_is_revoked_is_not_revoked_again_but_may_be_let_in_again() -> None:
    there = office(account("gone", "1009", Role.COUNSEL, is_active=False, revoked_on=date(2026, 11, 2)))
    assert (
        against(ActKind.REVOKE, there, staff_id="gone") == "The account of Gone (gone) was revoked on November 2, 2026."
    )
    assert against(ActKind.ENROL, there, staff_id="gone") == ""
    assert against(ActKind.ENROL, there, staff_id="nobody").startswith("There is no account nobody.")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, ""),
        ({"to_id": "theo"}, "A person cannot act for themselves."),
        ({"to_id": "ana"}, "Ana (ana) is an administrator or auditor and decides no case"),
        ({"from_id": "ben"}, "Ben (ben) is an administrator or auditor and decides no case"),
        ({"to_id": "nobody"}, "There is no account nobody."),
        ({"to_id": "gone"}, "The account of Gone (gone) was revoked on"),
        ({"last_day": "2026-11-30"}, "The last day, November 30, 2026, comes before the first, December 1, 2026."),
        ({"first_day": "2026-11-02", "last_day": "2026-11-22"}, "The last day, November 22, 2026, is over."),
    ],
)
def test_a_delegation_that_makes_no_sense_is_refused(changes: dict[str, str], sentence: str) -> None:
    gone = account("gone", "1009", Role.COUNSEL, is_active=False, revoked_on=TODAY)
    found = against(ActKind.DELEGATE, office(gone), **delegation(**changes))
    assert found.startswith(sentence) and bool(found) == bool(sentence)


def test_only_a_delegation_that_runs_can_be_ended() -> None:
    lent = {
        "A0007": Delegation("theo", "ines", TODAY, TODAY),
        "A0008": Delegation("theo", "ines", TODAY - timedelta(days=9), TODAY - timedelta(days=1)),
    }
    there, both = office(delegations=lent), {"from_id": "theo", "to_id": "ines"}
    end = ActKind.END_DELEGATION
    assert against(end, there, delegation_id="A0007", **both) == ""
    assert against(end, there, delegation_id="A0008", **both).startswith("Delegation A0008 ended by itself on")
    assert against(end, there, delegation_id="A0009", **both).startswith("There is no delegation A0009")
    assert against(end, there, delegation_id="A0007", from_id="ana", to_id="ines").startswith("There is no delegation")


def test_nobody_signs_what_is_about_themselves_or_what_they_proposed() -> None:
    own, lent = form(ActKind.ENROL, staff_id="ana"), form(ActKind.DELEGATE, **delegation())
    assert signer_problem(own.subjects, "ana").startswith("This is about your own account")
    assert signer_problem(lent.subjects, "theo").startswith("You are one of the two people of this delegation")
    assert signer_problem(lent.subjects, "ines").startswith("You are one of the two people of this delegation")
    assert signer_problem(own.subjects, "ben", "ben").startswith("You proposed this")
    assert signer_problem(own.subjects, "ben", "cleo") == ""


@given(st.sampled_from(["ana", "ben", "theo", "ines"]), st.sampled_from(["ana", "ben", "theo", "ines"]), st.data())
def test_two_hands_that_may_sign_are_two_and_neither_is_the_subject(
    first: str, second: str, data: st.DataObject
) -> None:
    subjects = data.draw(st.lists(st.sampled_from(["ana", "ben", "theo", "ines"]), max_size=2))
    taken = not signer_problem(subjects, first) and not signer_problem(subjects, second, first)
    assert taken == (first != second and not {first, second} & set(subjects))


def test_what_is_signed_is_said_in_words_with_what_it_was() -> None:
    told = dict(says(form(ActKind.CHANGE, staff_id="theo", unit="Fiscal", roles=["fiscal lead"]), office()))
    assert told["Account"] == "Theo (theo)"
    assert told["Now"] == "Program: program manager; active"
    assert told["New"] == "Fiscal: fiscal lead"


def test_a_person_who_comes_back_or_changes_the_authenticator_is_said_so() -> None:
    gone = account("gone", "1009", Role.COUNSEL, is_active=False, revoked_on=TODAY)
    new = account("new", "1010", Role.COUNSEL, is_active=False)
    told = [dict(says(form(ActKind.ENROL, staff_id=i), office(gone, new)))["Then"] for i in ("gone", "theo", "new")]
    assert told[0].endswith("the revoked account signs again")
    assert told[1].endswith("the authenticator of before stops working")
    assert told[2] == "gets a ticket, good once within 24 hours"


@given(st.lists(st.text(max_size=5), min_size=6, max_size=6), st.integers(0, 5), st.text(min_size=1, max_size=3))
def test_a_signature_covers_every_part_of_a_proposal(parts: list[str], at: int, more: str) -> None:
    other = [*parts[:at], parts[at] + more, *parts[at + 1 :]]
    assert act_sha256(*parts) != act_sha256(*other)


def test_a_policy_differs_by_the_path_of_each_value() -> None:
    before = {"a": {"days": 10, "name": "x"}, "rows": [{"id": "T1", "from": "2020-01-01", "value": 1}], "old": [1, 2]}
    after = {
        "a": {"days": 12, "name": "x"}, "old": [1, 2],
        "rows": [{"id": "T0", "from": "2020-01-01", "value": 3}, {"id": "T1", "from": "2020-01-01", "value": 2}],
    }  # fmt: skip
    assert differences(before, after) == [
        Difference("a.days", "10", "12"),
        Difference("rows[T0 from 2020-01-01].from", None, "2020-01-01"),
        Difference("rows[T0 from 2020-01-01].id", None, "T0"),
        Difference("rows[T0 from 2020-01-01].value", None, "3"),
        Difference("rows[T1 from 2020-01-01].value", "1", "2"),
    ]


leaves = st.one_of(st.integers(), st.text(max_size=3), st.booleans(), st.lists(st.integers(), max_size=2))
trees = st.recursive(leaves, lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=6)


@given(
    st.dictionaries(st.sampled_from("abc"), trees, max_size=3),
    st.dictionaries(st.sampled_from("abc"), trees, max_size=3),
)
def test_a_policy_differs_from_another_both_ways_and_never_from_itself(before: Any, after: Any) -> None:
    there = {d.path: (d.before, d.after) for d in differences(before, after)}
    back = {d.path: (d.after, d.before) for d in differences(after, before)}
    assert there == back and differences(before, before) == []
