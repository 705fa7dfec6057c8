"""Takes an act on a case: what needs more than the case's own facts is looked up here first."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.registration.acts import ACTS
from models.registration.corrections import correct, state_since, with_correction
from models.registration.moves import Move, Refusal
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.records import RegistrationCase
from models.registration.regrouping import REGROUPED, Regrouping
from models.registration.regrouping_events import payloads
from models.registration.taken import Taken
from models.registration.taking import take
from models.shared.calendar import new_york_date
from models.shared.money import dollars
from models.shared.signing import Item
from tasks.adapters.ledger import CaseHead, head_of
from tasks.adapters.people import find_person
from tasks.adapters.registration.cases import event_facts
from tasks.adapters.registration.history import load_history, load_recorded
from tasks.adapters.registration.regrouping import plan_regrouping, plan_undo


@dataclass(frozen=True)
class Corrected:
    """A correction of a step: since when the case stands where it stands, as it is known then."""

    seq: int
    before: dict[str, str]
    after: dict[str, str]
    state_since: datetime


@dataclass(frozen=True)
class Regroup:
    """Awards that move between two contracts; `other` is the second of them, and `other_move` what happens there.

    `other_head` is its case as it was read, None where the regrouping opens it.
    """

    made: Regrouping
    other: str
    other_move: Move
    other_head: CaseHead | None = None


def take_item(
    session: Session, packet: RegistrationPacket, policy: Policy, item: Item, at: datetime
) -> Taken | Refusal:
    """The act on the packet, or why it cannot be taken."""
    act = ACTS.get(item.act)
    missing = [s.label for s in act.fields if s.needed and not item.fields.get(s.name, "").strip()] if act else []
    if act is None or missing or set(item.fields) - {spec.name for spec in act.fields}:
        return take(packet, policy, item)
    match item.act:
        case "corrected":
            return _corrected(session, packet, item, at)
        case "awards_regrouped":
            chosen = [word.strip() for word in re.split(r"[;,\n]", item.fields["awards"]) if word.strip()]
            planned = plan_regrouping(session, packet.case_id, item.fields.get("to", "").strip(), chosen)
            return _regrouped(session, packet, item, planned)
        case "regrouping_undone":
            return _undone(session, packet, item)
        case "assigned":
            return _assignable(session, item) or take(packet, policy, item)
    return take(packet, policy, item)


def _assignable(session: Session, item: Item) -> Refusal | None:
    """Why nobody can be assigned under this staff id and role; None when somebody can."""
    person = find_person(session, item.fields["staff"].strip())
    if person is None or not person.is_active:
        return Refusal(f"Nobody with the staff id “{item.fields['staff'][:40]}” works here.")
    if item.fields["role"] not in person.roles:
        return Refusal(f"{person.name} is no {item.fields['role'][:40]}.")
    return None


def _corrected(session: Session, packet: RegistrationPacket, item: Item, at: datetime) -> Taken | Refusal:
    seq = item.fields["seq"].strip()
    if not (seq.isascii() and seq.isdigit() and len(seq) < 7):
        return Refusal(f"“{seq[:20]}” is not the number of an event. The timeline numbers them.")
    told = {"reason" if key == "because" else key: value for key, value in item.fields.items() if key != "seq"}
    history = load_recorded(session, packet.case_id)
    found = correct(history, int(seq), {key: word for key, word in told.items() if word}, packet.as_of)
    if isinstance(found, Refusal):
        return found
    known = with_correction(history, found, item.reason, "", at)
    since = state_since(known)
    move = Move("corrected", packet.as_of, packet.state, found.payload(item.reason))
    after = packet.model_copy(
        update={"history": tuple(map(event_facts, known)), "state_since": new_york_date(since)}
    )  # fmt: skip
    effect = Corrected(found.seq, found.before, found.after, since)
    return Taken(packet, after, (), move, (("Correction", found.sentence),), effect)


def _undone(session: Session, packet: RegistrationPacket, item: Item) -> Taken | Refusal:
    seq = item.fields["seq"].strip()
    events = load_history(session, [packet.case_id]).get(packet.case_id, [])
    event = next((event for event in events if str(event.seq) == seq and event.event == REGROUPED), None)
    if event is None:
        return Refusal(f"Event {seq[:20]} of this contract is no regrouping. The timeline numbers its events.")
    return _regrouped(session, packet, item, plan_undo(session, json.loads(event.payload)))


def _regrouped(session: Session, packet: RegistrationPacket, item: Item, made: Regrouping | Refusal) -> Taken | Refusal:
    if isinstance(made, Refusal):
        return made
    told: dict[str, dict[str, Any]] = payloads(made)
    other = next(case_id for case_id in told if case_id != packet.case_id)
    reason = {"reason": item.reason} if item.reason else {}
    move = Move(made.event, packet.as_of, packet.state, {**told[packet.case_id], **reason})
    other_move = Move(made.event, packet.as_of, "", {**told[other], **reason})
    into = "a new contract" if made.is_new else made.target_id
    says = (
        ("Awards", ", ".join(made.award_ids)),
        ("From", f"{made.source_id}: {_change(made.source_before.amount_cents, made.source_after.amount_cents)}"),
        ("Into", f"{into}: {_change(made.target_before.amount_cents, made.target_after.amount_cents)}"),
    )
    worth = made.source_after if packet.case_id == made.source_id else made.target_after
    after = packet.model_copy(update={"amount_cents": worth.amount_cents})
    row = None if made.is_new else session.get(RegistrationCase, other)
    effect = Regroup(made, other, other_move, head_of(row) if row else None)
    return Taken(packet, after, (), move, says, effect)


def _change(before: int, after: int) -> str:
    return f"{dollars(before)} before, {dollars(after)} after"
