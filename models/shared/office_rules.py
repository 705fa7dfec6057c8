"""What must hold for an act about the office: whose signatures count, and what stands against it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from models.shared.calendar import long_date
from models.shared.office_acts import (
    AddForm,
    ChangeForm,
    DelegateForm,
    EndDelegationForm,
    EnrolForm,
    OfficeForm,
    RevokeForm,
)
from models.shared.people import DECIDES_NOTHING, Delegation, Person, Role

FEWEST_ADMINISTRATORS = 2


@dataclass(frozen=True)
class Account:
    """A member of staff with what tells one human from another. `revoked_on` is None while the account stands."""

    person: Person
    email: str
    identity: str
    revoked_on: date | None = None

    @property
    def is_administrator(self) -> bool:
        return self.person.is_active and Role.ADMINISTRATOR in self.person.roles


@dataclass(frozen=True)
class Office:
    """Everybody by id, and the delegations that were not ended, by their number."""

    accounts: Mapping[str, Account]
    delegations: Mapping[str, Delegation]
    today: date

    def name(self, staff_id: str) -> str:
        """A person as texts say it: name and id; the id alone for somebody who has no account."""
        account = self.accounts.get(staff_id)
        return f"{account.person.name} ({staff_id})" if account else staff_id

    def administrators(self) -> frozenset[str]:
        """Ids of those who can sign acts about the office."""
        return frozenset(staff_id for staff_id, account in self.accounts.items() if account.is_administrator)


def signer_problem(subjects: Iterable[str], signer: str, proposer: str = "") -> str:
    """Why this administrator may not sign, as a sentence; empty when they may.

    Source: nobody decides alone, nor about themselves (convention).
    """
    subjects = tuple(subjects)
    if signer in subjects and len(subjects) > 1:
        return (
            "You are one of the two people of this delegation, so two other administrators must sign it. Nothing was "
            "changed."
        )
    if signer in subjects:
        return "This is about your own account, so two other administrators must sign it. Nothing was changed."
    if signer == proposer:
        return "You proposed this, so another administrator must sign it. Nothing was changed."
    return ""


def obstacle(form: OfficeForm, office: Office) -> str:
    """What stands against an act as the office is now, as a sentence; empty when nothing does."""
    match form:
        case AddForm():
            return _against_adding(form, office)
        case ChangeForm():
            return _gone(form.staff_id, office) or _against_changing(form, office)
        case EnrolForm():
            return "" if form.staff_id in office.accounts else _unknown(form.staff_id)
        case RevokeForm():
            return _gone(form.staff_id, office) or _too_few(form.staff_id, office)
        case DelegateForm():
            return _against_delegating(form, office)
        case EndDelegationForm():
            return _against_ending(form, office)
    return ""


def _unknown(staff_id: str) -> str:
    return f"There is no account {staff_id}. “steward staff list” shows them all."


def _gone(staff_id: str, office: Office) -> str:
    account = office.accounts.get(staff_id)
    if account is None:
        return _unknown(staff_id)
    if account.revoked_on:
        return f"The account of {office.name(staff_id)} was revoked on {long_date(account.revoked_on)}."
    return ""


def _against_adding(form: AddForm, office: Office) -> str:
    if form.staff_id in office.accounts:
        return f"There is already an account {office.name(form.staff_id)}. Choose another id."
    for staff_id, account in office.accounts.items():
        back = " It was revoked; “steward staff enrol” lets the person back in." if account.revoked_on else ""
        if account.identity == form.identity:
            return f"Employee number {form.identity} already has the account {office.name(staff_id)}.{back}"
        if account.email == form.email:
            return f"The e-mail address {form.email} already has the account {office.name(staff_id)}.{back}"
    return ""


def _against_changing(form: ChangeForm, office: Office) -> str:
    person = office.accounts[form.staff_id].person
    if (person.unit, person.roles) == (form.unit, frozenset(form.roles)):
        return f"{office.name(form.staff_id)} already has this unit and these roles. Nothing was changed."
    if set(form.roles) & DECIDES_NOTHING and (running := _delegated_to(form.staff_id, office)):
        return (
            f"{office.name(form.staff_id)} acts for somebody else by delegation {running}. End it first "
            f"(“steward staff end-delegation {running}”): who lets people in or audits decides no case."
        )
    return "" if Role.ADMINISTRATOR in form.roles else _too_few(form.staff_id, office)


def _delegated_to(staff_id: str, office: Office) -> str:
    numbers = (n for n, d in office.delegations.items() if d.to_id == staff_id and d.last_day >= office.today)
    return next(numbers, "")


def _too_few(staff_id: str, office: Office) -> str:
    """Source: every act about the office takes two signatures, so two must always be there (convention)."""
    left = office.administrators() - {staff_id}
    if staff_id in office.administrators() and len(left) < FEWEST_ADMINISTRATORS:
        return (
            f"{office.name(staff_id)} is one of the last {FEWEST_ADMINISTRATORS} administrators, and everything about "
            "the office takes two. Add and enroll another administrator first."
        )
    return ""


def _against_delegating(form: DelegateForm, office: Office) -> str:
    if form.from_id == form.to_id:
        return "A person cannot act for themselves. Name somebody else."
    for staff_id in form.subjects:
        if problem := _gone(staff_id, office):
            return problem
        if office.accounts[staff_id].person.roles & DECIDES_NOTHING:
            return f"{office.name(staff_id)} is an administrator or auditor and decides no case: nothing to delegate."
    if form.last_day < form.first_day:
        return f"The last day, {long_date(form.last_day)}, comes before the first, {long_date(form.first_day)}."
    if form.last_day < office.today:
        return f"The last day, {long_date(form.last_day)}, is over. A delegation counts only from now on."
    return ""


def _against_ending(form: EndDelegationForm, office: Office) -> str:
    found = office.delegations.get(form.delegation_id)
    if found is None or (found.from_id, found.to_id) != form.subjects:
        return f"There is no delegation {form.delegation_id} that still runs. “steward staff list” shows them."
    if found.last_day < office.today:
        return f"Delegation {form.delegation_id} ended by itself on {long_date(found.last_day)}."
    return ""


def says(form: OfficeForm, office: Office) -> list[tuple[str, str]]:
    """An act in words, as label and text, for those who sign it; what it changes stands beside what it was."""
    match form:
        case AddForm():
            post = f"{form.unit}: {', '.join(form.roles)}"
            return [
                ("New account", form.staff_id), ("Name", form.name), ("E-mail", form.email),
                ("Employee number", form.identity), ("Unit and roles", post),
            ]  # fmt: skip
        case ChangeForm():
            return [*_who(form.staff_id, office), ("New", f"{form.unit}: {', '.join(form.roles)}")]
        case EnrolForm():
            then = f"gets a ticket, good once within 24 hours{_at_use(form, office)}"
            return [*_who(form.staff_id, office), ("Then", then)]
        case RevokeForm():
            return [*_who(form.staff_id, office), ("Then", "signs nothing any more, from the second signature on")]
        case DelegateForm():
            days = f"from {long_date(form.first_day)} to {long_date(form.last_day)}, both days included"
            return [("Is out", office.name(form.from_id)), ("Acts for them", office.name(form.to_id)), ("When", days)]
        case EndDelegationForm():
            return _ended(form, office)
    return []


def _at_use(form: EnrolForm, office: Office) -> str:
    account = office.accounts.get(form.staff_id)
    if account and account.revoked_on:
        return "; from its use on the revoked account signs again"
    return "; from its use on the authenticator of before stops working" if account and account.person.is_active else ""


def _who(staff_id: str, office: Office) -> list[tuple[str, str]]:
    account = office.accounts.get(staff_id)
    if account is None:
        return [("Account", staff_id)]
    person = account.person
    state = "has no authenticator yet"
    if account.revoked_on:
        state = f"revoked on {long_date(account.revoked_on)}"
    elif person.is_active:
        state = "active"
    now = f"{person.unit}: {', '.join(sorted(person.roles))}; {state}"
    return [("Account", office.name(staff_id)), ("Employee number", account.identity), ("Now", now)]


def _ended(form: EndDelegationForm, office: Office) -> list[tuple[str, str]]:
    found = office.delegations.get(form.delegation_id)
    until = [("Was to last until", long_date(found.last_day))] if found else []
    return [
        ("Delegation", form.delegation_id), ("Is out", office.name(form.from_id)),
        ("Acts for them", office.name(form.to_id)), *until,
    ]  # fmt: skip
