"""What registration does with a signature: each item as it would be taken, and the record of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.registration.acts import ACTS
from models.registration.duties import DUTIES, closing_duty, signed_history
from models.registration.moves import Move, Refusal
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.rules import review
from models.registration.sheets import label
from models.registration.states import ALL_STATES
from models.registration.taken import Taken
from models.shared.calendar import new_york_date
from models.shared.duties import Duty, Signed
from models.shared.people_records import Proposal
from models.shared.signing import Item, ShownItem
from tasks.adapters.ledger import CaseHead
from tasks.adapters.policy import registration_policy
from tasks.adapters.proposals import checked, proposals_by_id
from tasks.adapters.refusals import NotSigned
from tasks.adapters.refusals import Refusal as Why
from tasks.adapters.registration.cases import LoadedCase, load_cases
from tasks.adapters.registration.first_signatures import check_first
from tasks.adapters.registration.letters_due import LetterDue, letter_due
from tasks.adapters.registration.taking import Regroup, take_item


@dataclass(frozen=True)
class Prepared:
    """An item as it is taken: the case's head as it was read, what it does, the letter that it orders.

    `proposal` is the one that it answers.
    """

    item: Item
    shown: ShownItem
    duty: Duty
    history: tuple[Signed, ...]
    taken: Taken
    head: CaseHead
    proposal: Proposal | None
    letter: LetterDue | None


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
    loaded = load_cases(session, sorted({item.case_id for item in items}), today)
    cases = {case.packet.case_id: case for case in loaded}
    packets = {case_id: case.packet for case_id, case in cases.items()}
    made: list[Prepared] = []
    first: dict[str, str] = {}
    for item in items:
        try:
            if item.case_id in first:
                raise _comes_first(item, first[item.case_id])
            prepared = _prepare(session, item, cases, packets, proposals, at)
            if allow:
                allow(prepared)
        except NotSigned as why:
            if refused is None:
                raise
            refused.append((item, why))
            # What somebody else has to sign first keeps its place: a later step before it would shut it out.
            if why.kind in (Why.ROLE, Why.SEPARATION):
                first.setdefault(item.case_id, label(item.act))
            continue
        made.append(prepared)
        _check_apart(made)
        if not prepared.shown.first:
            packets[item.case_id] = prepared.taken.after.model_copy(update={"as_of": today})
    return made


def _check_apart(made: Sequence[Prepared]) -> None:
    """Two regroupings of one contract in a list would each reckon with what the other changes. Raises NotSigned."""
    plans = [p.taken.effect.made for p in made if isinstance(p.taken.effect, Regroup) and not p.shown.first]
    touched = [case_id for plan in plans for case_id in (plan.source_id, plan.target_id)]
    if len(touched) != len(set(touched)):
        raise NotSigned(
            Why.ILLEGAL, "A list regroups the awards of a contract once. Sign one after the other. Nothing was changed."
        )


def _signed_in_other(session: Session, taken: Taken, at: datetime) -> tuple[Signed, ...]:
    """What was signed in the second contract that a regrouping touches."""
    effect = taken.effect
    if not isinstance(effect, Regroup) or effect.other_head is None:
        return ()
    (other,) = load_cases(session, [effect.other], new_york_date(at))
    return tuple(signed_history(other.packet))


def _comes_first(item: Item, what: str) -> NotSigned:
    return NotSigned(
        Why.ILLEGAL,
        f"{item.case_id}: “{what}” comes first and waits for somebody else's signature. Nothing was changed.",
    )


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
    if case.folded_into and item.act not in ("regrouping_undone", "proposal_closed"):
        raise NotSigned(
            Why.ILLEGAL,
            f"{item.case_id}: its awards are in contract {case.folded_into} now. Sign there, or undo the regrouping. "
            "Nothing was changed.",
        )
    proposal = checked(proposals.get(item.proposal_id), item) if item.proposal_id else None
    # What two people sign keeps the reason of the one who proposed it; the other's own is a remark.
    proposed = proposal is not None and proposal.proposed_by != "" and item.act != "proposal_closed"
    if proposal is not None and proposed:
        check_first(session, proposal)
    told = replace(item, reason=proposal.reason) if proposal is not None and proposed else item
    taken = _take(session, packet, policy, told, proposal, at)
    duty = _duty(item, proposal)
    first = duty.takes_two and not (proposal and proposal.proposed_by)
    letter = None if first else letter_due(session, taken, told, policy, at)
    shown = _shown(case, taken, item, policy, proposal, letter, first=first)
    history = (*signed_history(packet), *_signed_in_other(session, taken, at))
    return Prepared(item, shown, duty, history, taken, case.head, proposal, letter)


def _take(
    session: Session,
    packet: RegistrationPacket,
    policy: Policy,
    item: Item,
    proposal: Proposal | None,
    at: datetime,
) -> Taken:
    if item.act == "proposal_closed":
        if proposal is None:
            raise NotSigned(Why.PROPOSAL, "Say which proposal is closed. Nothing was changed.")
        return _closing(packet, item, proposal)
    taken = take_item(session, packet, policy, item, at)
    if isinstance(taken, Refusal):
        raise NotSigned(Why.ILLEGAL, f"{item.case_id}: {taken.sentence} Nothing was changed.")
    return taken


def _closing(packet: RegistrationPacket, item: Item, proposal: Proposal) -> Taken:
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
