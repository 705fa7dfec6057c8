"""What registration does with a signature: each item as it would be taken, and the record of it."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.registration.acts import ACTS
from models.registration.duties import DUTIES, closing_duty, signed_history
from models.registration.moves import Move, Refusal
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.records import RegistrationCase
from models.registration.rules import review
from models.registration.sheets import label
from models.registration.states import ALL_STATES
from models.registration.taken import Taken
from models.shared.calendar import new_york_date
from models.shared.duties import Duty, Signed
from models.shared.people import Capacity
from models.shared.people_records import Proposal
from models.shared.signing import Item, ShownItem
from tasks.adapters.ledger import CaseChange, CaseHead, Happening, commit_changes
from tasks.adapters.policy import policy_sha256, registration_policy
from tasks.adapters.proposals import checked, close, keep_first, proposals_by_id
from tasks.adapters.refusals import NotSigned
from tasks.adapters.refusals import Refusal as Why
from tasks.adapters.registration.cases import PROCESS, LoadedCase, close_findings, load_cases, move_happenings
from tasks.adapters.registration.effects import write_effect
from tasks.adapters.registration.orders import LetterDue, keep_orders, letter_due
from tasks.adapters.registration.reviews import keep_packets, packet_row
from tasks.adapters.registration.taking import other_acts, take_item

BY_ITSELF = "clocks and facts"


@dataclass(frozen=True)
class Prepared:
    """An item as it is taken: the case's head as it was read, what it does, the letter that it orders.

    `proposal` is the one that it answers. `others` are events on other cases that the act touches.
    """

    item: Item
    shown: ShownItem
    duty: Duty
    history: tuple[Signed, ...]
    taken: Taken
    head: CaseHead
    proposal: Proposal | None
    letter: LetterDue | None
    others: tuple[tuple[LoadedCase, Move], ...] = ()


def in_words(event: str) -> str:
    """An event in the office's words."""
    return label(event)


def prepare(
    session: Session,
    items: Sequence[Item],
    at: datetime,
    allow: Callable[[Any], object] | None = None,
    refused: list[tuple[Item, NotSigned]] | None = None,
) -> list[Prepared]:
    """Each item as it would be taken, one after the other; acts on one case build on each other. Raises NotSigned.

    `allow` may refuse an item too. With a list for them, refused items are put there and left out instead.
    """
    today = new_york_date(at)
    proposals = proposals_by_id(session, [item.proposal_id for item in items if item.proposal_id])
    cases = _load(session, sorted({item.case_id for item in items}), at)
    packets = {case_id: case.packet for case_id, case in cases.items()}
    made = []
    for item in items:
        try:
            prepared = _prepare(session, item, cases, packets, proposals, at)
            if allow:
                allow(prepared)
        except NotSigned as why:
            if refused is None:
                raise
            refused.append((item, why))
            continue
        made.append(prepared)
        if not prepared.shown.first:
            packets[item.case_id] = prepared.taken.after.model_copy(update={"as_of": today})
    return made


def _prepare(
    session: Session,
    item: Item,
    cases: Mapping[str, LoadedCase],
    packets: Mapping[str, RegistrationPacket],
    proposals: Mapping[str, Proposal],
    at: datetime,
) -> Prepared:
    if item.case_id not in cases:
        raise NotSigned(Why.FORM, f"There is no contract “{item.case_id[:40]}”. Nothing was changed.")
    policy, packet, case = registration_policy(), packets[item.case_id], cases[item.case_id]
    proposal = checked(proposals.get(item.proposal_id), item) if item.proposal_id else None
    # What two people sign keeps the reason of the one who proposed it; the other's own is a remark.
    proposed = proposal is not None and proposal.proposed_by != "" and item.act != "proposal_closed"
    told = replace(item, reason=proposal.reason) if proposal is not None and proposed else item
    taken, others = _take(session, packet, policy, told, proposal, at)
    duty = _duty(item, proposal)
    first = duty.takes_two and not (proposal and proposal.proposed_by)
    letter = None if first else letter_due(session, taken, item, policy, at)
    shown = _shown(case, taken, item, policy, proposal, letter, first=first)
    history = tuple(signed_history(packet))
    return Prepared(item, shown, duty, history, taken, case.head, proposal, letter, others)


def _load(session: Session, case_ids: Sequence[str], at: datetime) -> dict[str, LoadedCase]:
    column: Any = RegistrationCase.case_id
    known = sorted(session.execute(select(column).where(column.in_(case_ids))).scalars())
    return {case.packet.case_id: case for case in load_cases(session, known, new_york_date(at))}


def _take(
    session: Session,
    packet: RegistrationPacket,
    policy: Policy,
    item: Item,
    proposal: Proposal | None,
    at: datetime,
) -> tuple[Taken, tuple[tuple[LoadedCase, Move], ...]]:
    if item.act == "proposal_closed":
        if proposal is None:
            raise NotSigned(Why.PROPOSAL, "Say which proposal is closed. Nothing was changed.")
        return _closing(packet, policy, item, proposal), ()
    taken = take_item(session, packet, policy, item, at)
    if isinstance(taken, Refusal):
        raise NotSigned(Why.ILLEGAL, f"{item.case_id}: {taken.sentence} Nothing was changed.")
    return taken, other_acts(session, taken, at)


def _closing(packet: RegistrationPacket, policy: Policy, item: Item, proposal: Proposal) -> Taken:
    details = {"value": proposal.act, "proposal": proposal.proposal_id}
    reason = {"reason": item.reason} if item.reason else {}
    move = Move("proposal_closed", packet.as_of, packet.state, {**details, **reason})
    return Taken(packet, packet, (), move, (("Proposal", ACTS[proposal.act].label),))


def _duty(item: Item, proposal: Proposal | None) -> Duty:
    return closing_duty(proposal.act) if item.act == "proposal_closed" and proposal else DUTIES[item.act]


def _shown(
    case: LoadedCase,
    taken: Taken,
    item: Item,
    policy: Policy,
    proposal: Proposal | None,
    letter: LetterDue | None,
    *,
    first: bool,
) -> ShownItem:
    state, after = ALL_STATES[taken.before.state], ALL_STATES[taken.after.state]
    found = review(taken.before, policy).findings
    act = ACTS.get(item.act)
    return ShownItem(
        case_id=item.case_id, version=case.head.version, packet=taken.before.sha256(), act=item.act,
        label=act.label if act else label(item.act), says=taken.says, stands=state.label, then=after.label,
        holder=str(after.holder), findings=tuple(f"{f.severity} {f.code} {f.subject}".strip() for f in found),
        letter=letter.content_sha256 if letter else "", proposal_id=item.proposal_id,
        proposed_by=proposal.proposed_by if proposal else "", proposed_why=proposal.reason if proposal else "",
        first=first,
    )  # fmt: skip


def record(session: Session, ready: Sequence[Prepared], stamp: Any) -> None:
    """Write the events of a signature, what its acts bring, its letters and packets; the caller commits."""
    policy, judged_by = registration_policy(), policy_sha256()
    by_case: dict[str, list[Happening]] = defaultdict(list)
    heads: dict[str, CaseHead] = {}
    after: dict[str, RegistrationPacket] = {}
    since: dict[str, datetime] = {}
    for number, prepared in enumerate(ready):
        case_id, taken = prepared.shown.case_id, prepared.taken
        payload = _payload(prepared, number, stamp, judged_by)
        if prepared.shown.first:
            key = _first(session, prepared, number, stamp)
            taken = _proposed(prepared, key)
        head = heads.setdefault(case_id, prepared.head)
        heads[case_id] = _advance(by_case[case_id], head, taken, payload, stamp, number)
        after[case_id] = taken.after
        for other, move in prepared.others if not prepared.shown.first else ():
            other_id = other.packet.case_id
            there = heads.setdefault(other_id, other.head)
            heads[other_id] = _advance(by_case[other_id], there, _alone(other.packet, move), payload, stamp, number)
            after[other_id] = other.packet
        if not prepared.shown.first:
            moved_to = _effects(session, prepared, number, stamp)
            if moved_to:
                since[case_id] = moved_to
    originals = {prepared.shown.case_id: prepared.head for prepared in ready}
    originals |= {o.packet.case_id: o.head for p in ready for o, _ in p.others if o.packet.case_id not in originals}
    changes = [
        CaseChange(
            originals[case_id], happenings, policy.stage_due(after[case_id].state, after[case_id].state_since),
            since.get(case_id),
        )
        for case_id, happenings in sorted(by_case.items())
    ]  # fmt: skip
    commit_changes(session, PROCESS, RegistrationCase, changes, stamp.at)
    close_findings(session, [c for c in sorted(after) if ALL_STATES[after[c].state].final], stamp.at)
    keep_packets(session, [packet_row(p.taken.before, judged_by) for p in ready])
    keep_orders(session, [p.letter for p in ready if p.letter and not p.shown.first], stamp.at)


def _effects(session: Session, prepared: Prepared, number: int, stamp: Any) -> datetime | None:
    """Write what an act brings; the moment since which the case stands where it stands, where a correction moved it."""
    if prepared.proposal is not None:
        status = "refused" if prepared.item.act == "proposal_closed" else "done"
        signer = stamp.capacities[number].signer.name
        close(session, prepared.proposal.proposal_id, status, signer, prepared.item.reason, stamp.at)
    write_effect(session, prepared.taken, stamp.signature_id, number, stamp.at)
    return getattr(prepared.taken.effect, "state_since", None)


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


def _proposed(prepared: Prepared, proposal_id: str) -> Taken:
    """What a first signature records where the case stands: that the act was proposed, and how."""
    fields = json.dumps(dict(prepared.item.fields), ensure_ascii=False, sort_keys=True)
    details = {"value": prepared.item.act, "proposal": proposal_id, "fields": fields}
    if prepared.item.reason:
        details["reason"] = prepared.item.reason
    packet = prepared.taken.before
    return _alone(packet, Move("act_proposed", packet.as_of, prepared.head.state, details))


def _alone(packet: RegistrationPacket, move: Move) -> Taken:
    return Taken(packet, packet, (), move, ())
