"""What the hotline does with a signature: each item as it would be taken."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.hotline.acts import CLOSE_CODES, MEANS, SIGNED, duty_of, label
from models.hotline.case_facts import CaseFacts
from models.hotline.clocks import LABELS, Clocks
from models.hotline.policy import ClockName
from models.hotline.states import ALL_STATES
from models.hotline.taking import Doing, Taken, take
from models.shared.acts import Act
from models.shared.calendar import new_york_date
from models.shared.documents import canonical, sha256
from models.shared.duties import Duty, Signed
from models.shared.people_records import Proposal
from models.shared.signing import Item, ShownItem
from tasks.adapters.case_history import histories
from tasks.adapters.hotline.cases import PROCESS, LoadedCase, clocks, load_cases
from tasks.adapters.hotline.letter_going import checked_letter
from tasks.adapters.ledger import CaseHead
from tasks.adapters.one_by_one import prepared_each, refuse_twice
from tasks.adapters.proposals import checked, proposals_by_id
from tasks.adapters.refusals import NotSigned
from tasks.adapters.refusals import Refusal as Why
from tasks.adapters.signed_fields import NOTHING
from tasks.adapters.templating import moment

RESTRICTED = "restricted"
CLOSE_PROPOSAL, LETTER = "proposal_closed", "letter_sent"


@dataclass(frozen=True)
class PreparedContact:
    """An item as it is taken: the contact as it was read, what the act does, the proposal that it answers."""

    item: Item
    shown: ShownItem
    duty: Duty
    history: tuple[Signed, ...]
    taken: Taken
    loaded: LoadedCase
    proposal: Proposal | None

    @property
    def head(self) -> CaseHead | None:
        return self.loaded.head


def in_words(event: str) -> str:
    """An event in the office's words."""
    return label(event)


def prepare(
    session: Session,
    items: Sequence[Item],
    at: datetime,
    allow: Callable[[Any], object] | None = None,
    refused: list[tuple[Item, NotSigned]] | None = None,
) -> list[PreparedContact]:
    """Each item as it would be taken.

    Raises NotSigned. `allow` may refuse an item too. With a list for them, refused items are put there instead.
    """
    running = clocks()
    loaded = load_cases(session, [item.case_id for item in items], running)
    proposals = proposals_by_id(session, [item.proposal_id for item in items if item.proposal_id])
    earlier = histories(session, PROCESS, [*loaded])

    def taken(item: Item, made: Sequence[PreparedContact]) -> PreparedContact:
        refuse_twice(item, made)
        proposal = checked(proposals.get(item.proposal_id), item) if item.proposal_id else None
        history = tuple(
            Signed(label(event.event), _duty_name(event.event), event.on, event.by)
            for event in earlier.get(item.case_id, ())
            if event.by
        )
        return _prepare(session, item, loaded.get(item.case_id), proposal, history, running, at)

    return prepared_each(items, taken, allow, refused)


def _duty_name(event: str) -> str:
    return SIGNED[event].duty.name if event in SIGNED else event


def _prepare(
    session: Session, item: Item, case: LoadedCase | None, proposal: Proposal | None, history: tuple[Signed, ...],
    running: Clocks, at: datetime,
) -> PreparedContact:  # fmt: skip
    act = SIGNED.get(item.act)
    if case is None:
        raise NotSigned(Why.FORM, f"There is no contact “{item.case_id[:40]}” that was triaged. {NOTHING}")
    if act is None:
        said = item.act.replace("_", " ")[:60]
        raise NotSigned(Why.ILLEGAL, f"“{said}” is nothing that is signed for a contact. {NOTHING}")
    if item.act == CLOSE_PROPOSAL and proposal is None:
        raise NotSigned(Why.PROPOSAL, f"Say which proposal is refused. {NOTHING}")
    told: tuple[tuple[str, str], ...] = ()
    if item.act == LETTER:
        item, told = checked_letter(session, item, at)
    taken = take(case.case, Doing(item.act, item.fields if item.act != CLOSE_PROPOSAL else {}, "", "", at, running))
    if isinstance(taken, str):
        raise NotSigned(Why.ILLEGAL, f"{item.case_id}: {taken} {NOTHING}")
    duty = duty_of(act, case.facts, case.case.decided, item.fields)
    if item.act == CLOSE_PROPOSAL:
        taken = replace(taken, told={"value": proposal.act if proposal else "", "proposal": item.proposal_id})
    first = duty.takes_two and not (proposal and proposal.proposed_by)
    shown = _shown(item, act, case, taken, proposal, told, first=first)
    # Separation counts only between the two who lower a priority: whoever works on a contact also ends the work.
    return PreparedContact(item, shown, duty, _between(history, duty, proposal, at), taken, case, proposal)


def _between(history: tuple[Signed, ...], duty: Duty, proposal: Proposal | None, at: datetime) -> tuple[Signed, ...]:
    if not duty.takes_two or proposal is None or not proposal.proposed_by:
        return ()
    by = tuple(filter(None, (proposal.proposed_by, proposal.behalf_id)))
    return (Signed("the proposal", "proposing", new_york_date(at), by),)


def packet_of(facts: CaseFacts) -> str:
    """What counts of a contact, as canonical JSON: what a signature was given about."""
    return canonical(json.loads(json.dumps(asdict(facts), default=lambda value: value.isoformat())))


def _shown(
    item: Item, act: Act, case: LoadedCase, taken: Taken, proposal: Proposal | None, told: tuple[tuple[str, str], ...],
    *, first: bool,
) -> ShownItem:  # fmt: skip
    facts, after = case.facts, ALL_STATES[taken.facts.state]
    return ShownItem(
        case_id=item.case_id, version=case.version, packet=sha256(packet_of(facts)), act=item.act, label=act.label,
        says=(*_stands(case), *(told or _asked(item)), *_then(facts, taken.facts)),
        stands=ALL_STATES[facts.state].label, then=after.label, holder=str(after.holder), proposal_id=item.proposal_id,
        proposed_by=proposal.proposed_by if proposal else "", proposed_why=proposal.reason if proposal else "",
        first=first,
    )  # fmt: skip


def _stands(case: LoadedCase) -> tuple[tuple[str, str], ...]:
    """The contact as it is, without a word of what was said; of a restricted one only that it is."""
    facts, decided = case.facts, case.case.decided
    if facts.restricted:
        return (("Unit", RESTRICTED), ("Priority", str(facts.priority)), ("Due", moment(facts.due_at)))
    others = f"; or {', '.join(decided.alternatives)}" if decided.alternatives else ""
    return (
        ("Unit", facts.unit), ("Triage said", f"{decided.unit}{others}"), ("Priority", str(facts.priority)),
        ("Clock", LABELS[ClockName(facts.clock)]), ("Due", moment(facts.due_at)),
    )  # fmt: skip


def _asked(item: Item) -> tuple[tuple[str, str], ...]:
    words = {"code": CLOSE_CODES, "means": MEANS}
    names = {"unit": "New unit", "priority": "New priority", "code": "Closed as", "means": "By", "language": "Language"}
    return tuple(
        (names[name], words.get(name, {}).get(value, value))
        for name, value in item.fields.items()
        if name in names and value
    )


def _then(before: CaseFacts, after: CaseFacts) -> tuple[tuple[str, str], ...]:
    return () if before.restricted or before.due_at == after.due_at else (("Then due", moment(after.due_at)),)
