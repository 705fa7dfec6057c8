"""Who may sign what of a list: role, delegation, separation of duties, reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from sqlmodel import Session

from models.shared.calendar import new_york_date
from models.shared.duties import Duty, Signed, separation
from models.shared.people import Capacity, Delegation, Person, capacity
from models.shared.signing import Credential, Item, ShownItem
from tasks.adapters.people import load_delegations, load_people
from tasks.adapters.refusals import NotSigned, Refusal


class Judged(Protocol):
    """What is asked of an item: as it is shown, its duty, and what was signed in its cases before it."""

    @property
    def item(self) -> Item: ...
    @property
    def shown(self) -> ShownItem: ...
    @property
    def duty(self) -> Duty: ...
    @property
    def history(self) -> tuple[Signed, ...]: ...


@dataclass
class Judge:
    """Says as what somebody signs one item after the other; what they signed before in the same list counts too."""

    people: dict[str, Person]
    delegations: Sequence[Delegation]
    who: Credential
    today: date
    earlier: dict[str, list[Signed]] = field(default_factory=dict)

    def capacity(self, item: Judged) -> Capacity:
        """Raises NotSigned where role, separation of duties or a missing reason forbid it."""
        duty, first, case_id = item.duty, item.shown.first, item.shown.case_id
        wanted = duty.seconds if duty.takes_two and not first else duty.roles
        person = self.people[self.who.staff_id]
        self._check_proposer(item)
        acting = capacity(person, wanted, self.delegations, self.people, self.today, self.who.behalf)
        if acting is None:
            raise NotSigned(Refusal.ROLE, _no_role(person, item, sorted(wanted), self.who.behalf))
        here = [*item.history, *self.earlier.get(case_id, [])]
        if duty.approves or (duty.takes_two and not first):
            problem = separation(here, duty.name, acting, self.people)
            if problem:
                raise NotSigned(Refusal.SEPARATION, f"{case_id}, {item.shown.label}: {problem}")
        name = f"proposing {item.item.act}" if first else duty.name
        signed = Signed(item.shown.label, name, self.today, acting.ids)
        self.earlier.setdefault(case_id, []).append(signed)
        return acting

    def _check_proposer(self, item: Judged) -> None:
        """Two standing signatures count, not one that stands and one of somebody who was let go since."""
        proposer = self.people.get(item.shown.proposed_by)
        if item.shown.proposed_by and item.item.act != "proposal_closed" and not (proposer and proposer.is_active):
            raise NotSigned(
                Refusal.PROPOSAL,
                f"{item.shown.case_id}: {proposer.name if proposer else item.shown.proposed_by} proposed this and does "
                "not work here any more. Close the proposal and propose it anew. Nothing was changed.",
            )


def load_judge(session: Session, who: Credential, at: datetime) -> Judge:
    """The judge of today's people and delegations."""
    today = new_york_date(at)
    return Judge(load_people(session), load_delegations(session, today), who, today)


def check_reason(item: Judged) -> None:
    """Raises NotSigned where the act needs a reason and none is given."""
    given = "" if item.item.act == "proposal_closed" else item.shown.proposed_why
    if item.duty.needs_reason and not (item.item.reason.strip() or given):
        raise NotSigned(
            Refusal.REASON, f"{item.shown.case_id}: “{item.shown.label}” needs a reason. Nothing was changed."
        )


def _no_role(person: Person, item: Judged, wanted: Sequence[str], behalf: str) -> str:
    who = f"for {behalf}" if behalf else f"as {', '.join(sorted(person.roles))}"
    return (
        f"“{item.shown.label}” is signed by: {' or '.join(wanted)}. You act {who}, so somebody else must sign it, or "
        f"delegate it to you. {item.shown.case_id} was not changed."
    )


def check_still(session: Session, capacities: Sequence[Capacity], today: date) -> None:
    """Raise NotSigned where a delegation, or the role that it lends, ended while the page was being signed."""
    lent = [acting for acting in capacities if acting.behalf]
    if not lent:
        return
    running = {(d.to_id, d.from_id) for d in load_delegations(session, today)}
    people = load_people(session)
    for acting in lent:
        assert acting.behalf is not None
        giver = people.get(acting.behalf.staff_id)
        stands = giver is not None and giver.is_active and acting.role in giver.roles
        if not stands or (acting.signer.staff_id, acting.behalf.staff_id) not in running:
            raise NotSigned(
                Refusal.ROLE, "The delegation ended meanwhile, or the role that it lent. Nothing was changed."
            )
