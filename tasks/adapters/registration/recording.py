"""Writes what a signature records of registration cases: events, what acts bring, letters, packets."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models.registration.decision_messages import decision_message
from models.registration.moves import Move
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.records import RegistrationCase
from models.registration.states import ALL_STATES
from models.registration.taken import Taken
from models.shared.people import Capacity
from tasks.adapters.case_findings import close_findings, keep_packets
from tasks.adapters.ledger import CaseChange, CaseHead, Happening, commit_changes, head_of
from tasks.adapters.letter_orders import keep_orders
from tasks.adapters.policy import policy_sha256, registration_policy
from tasks.adapters.proposals import close, keep_first, make_void
from tasks.adapters.registration.cases import PROCESS, move_happenings
from tasks.adapters.registration.deciding import Prepared
from tasks.adapters.registration.effects import write_effect
from tasks.adapters.registration.reviews import packet_row
from tasks.adapters.registration.taking import Corrected, Regroup

BY_ITSELF = "clocks and facts"


@dataclass
class _Writing:
    """What a signature writes, case by case, while its acts follow each other."""

    stamp: Any
    judged_by: str
    happenings: dict[str, list[Happening]] = field(default_factory=lambda: defaultdict(list))
    before: dict[str, CaseHead] = field(default_factory=dict)
    now: dict[str, CaseHead] = field(default_factory=dict)
    after: dict[str, RegistrationPacket] = field(default_factory=dict)
    since: dict[str, datetime] = field(default_factory=dict)

    def add(self, head: CaseHead, taken: Taken, payload: dict[str, Any], number: int) -> None:
        """The events of an act on a case, after those of earlier acts on it."""
        self.before.setdefault(head.case_id, head)
        there = self.now.get(head.case_id, head)
        self.now[head.case_id] = _advance(self.happenings[head.case_id], there, taken, payload, self.stamp, number)

    def changes(self, policy: Policy) -> list[CaseChange]:
        """One change a case."""
        return [
            CaseChange(head, self.happenings[case_id], self._due(policy, head), self.since.get(case_id))
            for case_id, head in sorted(self.before.items())
        ]

    def _due(self, policy: Policy, head: CaseHead) -> date | None:
        packet = self.after.get(head.case_id)
        return policy.stage_due(packet.state, packet.state_since) if packet else head.due_on


def record(session: Session, ready: Sequence[Prepared], stamp: Any) -> None:
    """Write the events of a signature, what its acts bring, its letters and packets; the caller commits."""
    policy = registration_policy()
    writing = _Writing(stamp, policy_sha256())
    for number, prepared in enumerate(ready):
        payload = _payload(prepared, number, stamp, writing.judged_by)
        taken = prepared.taken
        if prepared.shown.first:
            here = writing.now.get(prepared.shown.case_id, prepared.head).state
            taken = _proposed(prepared, _first(session, prepared, number, stamp), here)
        else:
            _write(session, writing, prepared, payload, number)
        writing.add(prepared.head, taken, payload, number)
        writing.after[prepared.shown.case_id] = taken.after
    commit_changes(session, PROCESS, RegistrationCase, writing.changes(policy), stamp.at)
    closed = [case_id for case_id, packet in sorted(writing.after.items()) if ALL_STATES[packet.state].final]
    close_findings(session, PROCESS, closed, stamp.at)
    keep_packets(session, [packet_row(p.taken.before, writing.judged_by) for p in ready])
    due = [p.letter for p in ready if p.letter and not p.shown.first]
    keep_orders(session, PROCESS, [(d, decision_message(d.letter)) for d in due], stamp.at)


def _write(session: Session, writing: _Writing, prepared: Prepared, payload: dict[str, Any], number: int) -> None:
    """What an act writes besides its event; of a regrouping the other contract records it too."""
    stamp, effect = writing.stamp, prepared.taken.effect
    signer = stamp.capacities[number].signer.name
    if prepared.proposal is not None:
        status = "refused" if prepared.item.act == "proposal_closed" else "done"
        close(session, prepared.proposal.proposal_id, status, signer, prepared.item.reason, stamp.at)
    else:
        make_void(session, PROCESS, prepared.item, signer, stamp.at)
    write_effect(session, prepared.taken, f"{stamp.signature_id}/{number}", signer, stamp.at)
    if isinstance(effect, Corrected):
        writing.since[prepared.shown.case_id] = effect.state_since
    if isinstance(effect, Regroup):
        head = effect.other_head or head_of(session.get_one(RegistrationCase, effect.other))
        move = replace(effect.other_move, target=head.state)
        alone = Taken(prepared.taken.before, prepared.taken.before, (), move, ())
        writing.add(head, alone, payload, number)


def _advance(
    happenings: list[Happening], head: CaseHead, taken: Taken, payload: dict[str, Any], stamp: Any, number: int
) -> CaseHead:
    """Add the events of an act to its case's; returns the head after them, for the next act on the same case."""
    judged = {key: payload[key] for key in ("packet", "policy")}
    made = move_happenings(head, taken.automatic, BY_ITSELF, stamp.at, judged)
    head = _after(head, made)
    signer = stamp.capacities[number].signer.name
    signed = move_happenings(head, [taken.signed], signer, stamp.at, payload)
    happenings += [*made, *signed]
    return _after(head, signed)


def _after(head: CaseHead, made: Iterable[Happening]) -> CaseHead:
    for happening in made:
        if happening.state_to != head.state:
            head = replace(head, state=happening.state_to, state_since=happening.occurred_at)
    return head


def _payload(prepared: Prepared, number: int, stamp: Any, judged_by: str) -> dict[str, Any]:
    """What a signed event says of its signature, beside the words of the act."""
    acting: Capacity = stamp.capacities[number]
    proposal = prepared.proposal
    signed = {
        "signature": stamp.signature_id, "by": acting.signer.staff_id,
        "for": acting.behalf.staff_id if acting.behalf else "", "role": acting.role.value,
        "shown": stamp.shown_sha256, "proposed_by": proposal.proposed_by if proposal else "",
        "proposed_for": proposal.behalf_id if proposal else "", "door": stamp.door,
    }  # fmt: skip
    letter = {"letter": prepared.letter.document_id} if prepared.letter and not prepared.shown.first else {}
    first = proposal.reason if proposal else ""
    remark = {"remark": prepared.item.reason} if proposal and prepared.item.reason not in ("", first) else {}
    return {"packet": prepared.shown.packet, "policy": judged_by, "signed": signed, **letter, **remark}


def _first(session: Session, prepared: Prepared, number: int, stamp: Any) -> str:
    acting: Capacity = stamp.capacities[number]
    first = {
        "signature": stamp.signature_id, "by": acting.signer.staff_id, "number": str(number),
        "for": acting.behalf.staff_id if acting.behalf else "",
    }  # fmt: skip
    shown = prepared.shown
    return keep_first(session, PROCESS, prepared.item, shown.version, first, shown.packet, stamp.at)


def _proposed(prepared: Prepared, proposal_id: str, state: str) -> Taken:
    """What a first signature records where the case stands: that the act was proposed, and how."""
    fields = json.dumps(dict(prepared.item.fields), ensure_ascii=False, sort_keys=True)
    details = {"value": prepared.item.act, "proposal": proposal_id, "fields": fields}
    if prepared.item.reason:
        details["reason"] = prepared.item.reason
    packet = prepared.taken.before
    return _alone(packet, Move("act_proposed", packet.as_of, state, details))


def _alone(packet: RegistrationPacket, move: Move) -> Taken:
    return Taken(packet, packet, (), move, ())
