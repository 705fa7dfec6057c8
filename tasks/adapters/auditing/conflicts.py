"""Separation of duties checked again, from what the events of a case say of their signatures and from nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from models.shared.calendar import long_date
from models.shared.duties import Signed, separation
from models.shared.people import Capacity, Person, Role, Unit
from tasks.adapters.auditing.accounts import Accounts
from tasks.adapters.auditing.processes import Audited
from tasks.adapters.auditing.signed_events import PROPOSED, SignedEvent


def conflicts(
    events: Sequence[SignedEvent], audited: Audited, accounts: Accounts, register: Mapping[str, Any]
) -> list[str]:
    """What is wrong with the signatures of one case, a sentence each; `register` are signatures by their number."""
    history: list[Signed] = []
    found: list[str] = []
    for event in events:
        if not event.signed or event.event in audited.aside:
            continue
        found += _against_register(event, audited, register)
        duty = audited.duties.get(event.event)
        if duty is not None and (duty.approves or duty.takes_two):
            found += _against_approval(event, audited, accounts, history)
        history.append(_as_signed(event, audited))
    return found


def _against_approval(
    event: SignedEvent, audited: Audited, accounts: Accounts, history: Sequence[Signed]
) -> Iterator[str]:
    signed, duty = event.signed or {}, audited.duties[event.event]
    first = tuple(v for key in ("proposed_by", "proposed_for") if (v := signed.get(key, "")))
    if duty.takes_two and not first:
        yield f"{_when(event, audited)} takes two signatures and carries one, {accounts.name(signed['by'])}'s."
    # The first signature counts even where its own event is gone.
    before = [
        *history,
        Signed(f"Proposed: {audited.label(event.act)}", f"proposing {event.act}", event.signed_on, first),
    ]
    people = accounts.then(event.at)
    signer = _person(signed["by"], event.actor, people)
    behalf = _person(signed["for"], signed["for"], people) if signed.get("for") else None
    problem = separation(before, duty.name, Capacity(signer, next(iter(signer.roles), Role.AUDITOR), behalf), people)
    if problem:
        yield f"{_when(event, audited)}, signed by {accounts.name(signer.staff_id)}: {_told(problem, signer)}"


def _person(staff_id: str, name: str, people: Mapping[str, Person]) -> Person:
    return people.get(staff_id) or Person(staff_id, name, Unit.ADMINISTRATION, frozenset(), is_active=False)


def _told(problem: str, signer: Person) -> str:
    """The sentence that the signer would have read, told to somebody else, without what was to be done then."""
    said = problem.partition(", so somebody else")[0]
    if said.startswith("You "):
        said = f"{signer.name} {said.removeprefix('You ')}"
    return f"{said.replace('for whom you act', f'for whom {signer.name} acted')}."


def _against_register(event: SignedEvent, audited: Audited, register: Mapping[str, Any]) -> Iterator[str]:
    """An event must name a signature that exists, of the same person, over the same text."""
    signed = event.signed or {}
    row = register.get(signed.get("signature", ""))
    if row is None:
        yield f"{_when(event, audited)} names a signature that is not in the register of signatures."
    elif (row.staff_id, row.shown_sha256) != (signed["by"], signed["shown"]):
        yield f"{_when(event, audited)} names another signer or another text than its signature in the register."


def _when(event: SignedEvent, audited: Audited) -> str:
    return f"“{audited.label(event.event)}” of {long_date(event.signed_on)}"


def _as_signed(event: SignedEvent, audited: Audited) -> Signed:
    if event.event == PROPOSED:
        return Signed(f"Proposed: {audited.label(event.act)}", f"proposing {event.act}", event.signed_on, event.signers)
    duty = audited.duties.get(event.event)
    name = duty.name if duty else event.event
    return Signed(audited.label(event.event), name, event.signed_on, event.signers)
