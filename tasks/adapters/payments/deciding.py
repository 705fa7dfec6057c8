"""What payments does with a signature: each item as it would be taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.payments.acts import ACTS, APPROVALS, Act, label, misfit, signed_history
from models.payments.packet import EarlierLine, RequisitionPacket, Status
from models.payments.rules import review
from models.payments.states import ALL_STATES, LIFECYCLE
from models.payments.verdicts import LineOutcome, Verdict
from models.shared.calendar import long_date, new_york_date
from models.shared.duties import Duty, Signed
from models.shared.lifecycle import IllegalTransition, advance
from models.shared.money import dollars
from models.shared.signing import Item, ShownItem
from tasks.adapters.ledger import CaseHead
from tasks.adapters.one_by_one import prepared_each
from tasks.adapters.payments.alike import as_one_list
from tasks.adapters.payments.cases import LoadedRequisition, load_requisitions
from tasks.adapters.payments.later_acts import LATER, Taken
from tasks.adapters.payments.letters_due import LetterDue, letter_due
from tasks.adapters.payments.refunds import refund_open
from tasks.adapters.payments.requests import open_request
from tasks.adapters.policy import payments_policy
from tasks.adapters.refusals import NotSigned
from tasks.adapters.refusals import Refusal as Why

NOTHING = "Nothing was changed."
# What a line counts as for later requisitions.
STATUS: dict[LineOutcome, Status] = {
    LineOutcome.PAY: "approved",
    LineOutcome.SHORT_PAY: "approved",
    LineOutcome.HOLD: "held",
    LineOutcome.DISALLOW: "disallowed",
    LineOutcome.RETURN: "returned",
}


@dataclass(frozen=True)
class Prepared:
    """An item as it is taken: the case's head as it was read, the review that it rests on, the letter that it orders.

    `taken` is the review; `later` what an act about vouchers or a dispute is about.
    """

    item: Item
    shown: ShownItem
    duty: Duty
    history: tuple[Signed, ...]
    taken: Verdict
    packet: RequisitionPacket
    loaded: LoadedRequisition
    head: CaseHead
    target: str
    letter: LetterDue | None
    later: Taken | None = None


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
    """Each item as it would be taken, one after the other; approvals on one contract reckon with each other.

    Raises NotSigned, where several do not pass the same checks too. `allow` may refuse an item. With a list for them,
    refused items are put there instead.
    """
    loaded = load_requisitions(session, sorted({item.case_id for item in items}), payments_policy(), new_york_date(at))
    cases = {case.head.case_id: case for case in loaded}
    made = prepared_each(items, lambda item, before: _prepare(session, item, cases, before, at), allow, refused)
    return made if refused is not None else as_one_list(made)


def _prepare(
    session: Session, item: Item, cases: dict[str, LoadedRequisition], made: Sequence[Prepared], at: datetime
) -> Prepared:
    case, act = cases.get(item.case_id), ACTS.get(item.act)
    if case is None:
        raise NotSigned(Why.FORM, f"There is no requisition “{item.case_id[:40]}”. {NOTHING}")
    if act is None:
        raise NotSigned(
            Why.ILLEGAL, f"“{item.act.replace('_', ' ')[:60]}” is nothing that is signed for a requisition. {NOTHING}"
        )
    if unknown := sorted(item.fields.keys() - set(act.fields)):
        raise NotSigned(Why.FORM, f"“{act.label}” has no field “{unknown[0][:40]}”. {NOTHING}")
    if any(other.item.case_id == item.case_id for other in made):
        raise NotSigned(Why.ILLEGAL, f"{item.case_id} stands on the list twice. Sign one after the other. {NOTHING}")
    target = advance(LIFECYCLE, case.head.state, item.act)
    if isinstance(target, IllegalTransition):
        raise NotSigned(Why.ILLEGAL, f"{item.case_id}: {target.sentence} {NOTHING}")
    packet = _with(case, [other for other in made if other.loaded.contract_id == case.contract_id])
    verdict = review(packet, payments_policy())
    _check_fit(session, item, case, packet, verdict)
    later = LATER[act.name](session, item, case, at) if act.name in LATER else None
    letter = letter_due(session, item, case, packet, verdict, at, later.disputed if later else None)
    shown = _shown(item, act, case, packet, verdict, target.name, letter, later)
    history = tuple(signed_history(case.history, packet.requisition.submitted_by))
    return Prepared(item, shown, act.duty, history, verdict, packet, case, case.head, target.name, letter, later)


def _check_fit(
    session: Session, item: Item, case: LoadedRequisition, packet: RequisitionPacket, verdict: Verdict
) -> None:
    wrong = misfit(item.act, verdict.outcome, packet.requisition.part)
    if not wrong and item.act == "determination_sent" and (asked := open_request(session, item.case_id)):
        until = f", by {long_date(asked.due_on)}" if asked.due_on else ""
        wrong = f"The provider was told on {long_date(asked.asked_on)} what is missing{until}. Wait for it."
    if not wrong and item.act == "offset_ordered" and not refund_open(session, case.vendor_ein):
        wrong = "The provider owes the City no refund that could be set off."
    if wrong:
        raise NotSigned(Why.ILLEGAL, f"{item.case_id}: {wrong} {NOTHING}")


def _with(case: LoadedRequisition, before: Sequence[Prepared]) -> RequisitionPacket:
    """The packet after what the list approves on the same contract before it."""
    packet = case.packet
    for other in before:
        if other.item.act not in APPROVALS:
            continue
        claimed = {(line.invoice_no, line.budget_line) for line in approved_lines(other.packet, other.taken)}
        rest = tuple(e for e in packet.earlier if e.status != "held" or (e.invoice_no, e.budget_line) not in claimed)
        off = other.taken.deductions
        # What is kept as a refund is not out as an advance any more.
        advance_left = max(0, packet.advance.balance_cents - off.recouped_cents - off.refund_due_cents)
        packet = packet.model_copy(
            update={
                "earlier": (*rest, *approved_lines(other.packet, other.taken)),
                "advance": packet.advance.model_copy(update={"balance_cents": advance_left}),
                "name_check_fee_cents": max(0, packet.name_check_fee_cents - off.fee_cents),
                "offset_cents": max(0, packet.offset_cents - off.offset_cents),
            }
        )
    return packet


def approved_lines(packet: RequisitionPacket, verdict: Verdict) -> tuple[EarlierLine, ...]:
    """The lines of a requisition as an approval leaves them for those that follow."""
    return tuple(
        EarlierLine(
            invoice_no=packet.requisition.invoice_no, budget_line=claim.line.budget_line,
            service_from=claim.service_from, service_to=claim.service_to, claimed_cents=line.claimed_cents,
            approved_cents=line.amount_cents, status=STATUS[line.outcome], credit_of=claim.line.credit_of,
        )
        for claim, line in zip(packet.claims, verdict.lines, strict=True)
        if claim.service_from and claim.service_to
    )  # fmt: skip


def _shown(
    item: Item, act: Act, case: LoadedRequisition, packet: RequisitionPacket, verdict: Verdict, target: str,
    letter: LetterDue | None, later: Taken | None,
) -> ShownItem:  # fmt: skip
    after = ALL_STATES[target]
    return ShownItem(
        case_id=item.case_id, version=case.head.version, packet=packet.sha256(), act=item.act,
        label=act.label, says=later.says if later else _says(packet, verdict), stands=ALL_STATES[case.head.state].label,
        then=after.label, holder=str(after.holder),
        findings=tuple(f"{f.severity} {f.code} {f.subject}".strip() for f in verdict.findings),
        letter=letter.content_sha256 if letter else "",
    )  # fmt: skip


def _says(packet: RequisitionPacket, verdict: Verdict) -> tuple[tuple[str, str], ...]:
    off = verdict.deductions
    told = [
        ("Provider", packet.contract.provider), ("Invoice", packet.requisition.invoice_no),
        ("Outcome", str(verdict.outcome)), ("Claimed", dollars(verdict.claimed_cents)),
        ("Approved", dollars(verdict.approved_cents)), ("Off for the advance", dollars(off.recouped_cents)),
        ("Off for the name check", dollars(off.fee_cents)), ("To be paid", dollars(verdict.net_cents)),
    ]  # fmt: skip
    if packet.requisition.part > 1:
        told.insert(0, ("Part", f"{packet.requisition.part}: what earlier parts left open"))
    if off.offset_cents:
        told.insert(-1, ("Set off for a refund", dollars(off.offset_cents)))
    told += [("To be paid by", long_date(verdict.required_on))] if verdict.required_on else []
    for line in verdict.lines:
        words = f"{line.outcome.replace('_', ' ')}, {dollars(line.amount_cents)} of {dollars(line.claimed_cents)}"
        told.append((f"Line {line.no}", words))
    return tuple(told)
