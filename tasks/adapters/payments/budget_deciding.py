"""What budgets do with a signature: each item as it would be taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.payments.budget_acts import ACTS, LANDING, label, misfit, signed_history
from models.payments.budget_packet import BudgetPacket
from models.payments.budget_rules import review_budget
from models.payments.budget_states import ALL_STATES, LIFECYCLES
from models.shared.calendar import new_york_date
from models.shared.duties import Duty, Signed
from models.shared.findings import Finding
from models.shared.lifecycle import IllegalTransition, advance
from models.shared.money import dollars
from models.shared.signing import Item, ShownItem
from tasks.adapters.ledger import CaseHead
from tasks.adapters.one_by_one import prepared_each
from tasks.adapters.payments.budget_cases import LoadedBudget, load_budgets
from tasks.adapters.payments.budget_notices import NoticeDue, notice_due
from tasks.adapters.policy import payments_policy
from tasks.adapters.refusals import NotSigned
from tasks.adapters.refusals import Refusal as Why

NOTHING = "Nothing was changed."


@dataclass(frozen=True)
class PreparedBudget:
    """An item as it is taken: the case's head as it was read, what the checks found, the notice that it orders."""

    item: Item
    shown: ShownItem
    duty: Duty
    history: tuple[Signed, ...]
    taken: tuple[Finding, ...]
    packet: BudgetPacket
    loaded: LoadedBudget
    head: CaseHead
    target: str
    letter: NoticeDue | None


def in_words(event: str) -> str:
    """An event in the office's words."""
    return label(event)


def prepare(
    session: Session,
    items: Sequence[Item],
    at: datetime,
    allow: Callable[[Any], object] | None = None,
    refused: list[tuple[Item, NotSigned]] | None = None,
) -> list[PreparedBudget]:
    """Each item as it would be taken, one after the other; only one budget of a contract takes effect by a list.

    Raises NotSigned. `allow` may refuse an item too. With a list for them, refused items are put there instead.
    """
    loaded = load_budgets(session, sorted({item.case_id for item in items}), new_york_date(at))
    cases = {case.head.case_id: case for case in loaded}
    return prepared_each(items, lambda item, made: _prepare(session, item, cases, made, at), allow, refused)


def _prepare(
    session: Session, item: Item, cases: dict[str, LoadedBudget], made: Sequence[PreparedBudget], at: datetime
) -> PreparedBudget:
    case, act = cases.get(item.case_id), ACTS.get(item.act)
    if case is None:
        raise NotSigned(Why.FORM, f"There is no budget “{item.case_id[:40]}”. {NOTHING}")
    if act is None:
        raise NotSigned(
            Why.ILLEGAL, f"“{item.act.replace('_', ' ')[:60]}” is nothing that is signed for a budget. {NOTHING}"
        )
    if item.fields:
        raise NotSigned(Why.FORM, f"“{act.label}” has no field “{sorted(item.fields)[0][:40]}”. {NOTHING}")
    _check_alone(item, case, made)
    target = advance(LIFECYCLES[case.packet.kind], case.head.state, item.act)
    if isinstance(target, IllegalTransition):
        raise NotSigned(Why.ILLEGAL, f"{item.case_id}: {target.sentence} {NOTHING}")
    findings = review_budget(case.packet, payments_policy())
    if wrong := misfit(item.act, findings):
        raise NotSigned(Why.ILLEGAL, f"{item.case_id}: {wrong} {NOTHING}")
    letter = notice_due(session, item, case, findings, at)
    shown = _shown(item, case, findings, target.name, letter)
    history = tuple(signed_history(case.history, case.packet.submitted_by))
    return PreparedBudget(
        item, shown, act.duty, history, findings, case.packet, case, case.head, target.name, letter
    )  # fmt: skip


def _check_alone(item: Item, case: LoadedBudget, made: Sequence[PreparedBudget]) -> None:
    """Each budget stands on a list once, and each contract's budgets take effect one after the other."""
    if any(other.item.case_id == item.case_id for other in made):
        raise NotSigned(Why.ILLEGAL, f"{item.case_id} stands on the list twice. Sign one after the other. {NOTHING}")
    lands = [other for other in made if other.item.act in LANDING and item.act in LANDING]
    if any(other.packet.contract_id == case.packet.contract_id for other in lands):
        raise NotSigned(
            Why.ILLEGAL,
            f"{item.case_id}: another budget of {case.packet.contract_id} stands on the list. Sign one after the "
            f"other. {NOTHING}",
        )


def _shown(
    item: Item, case: LoadedBudget, findings: tuple[Finding, ...], target: str, letter: NoticeDue | None
) -> ShownItem:
    after = ALL_STATES[target]
    return ShownItem(
        case_id=item.case_id, version=case.head.version, packet=case.packet.sha256(), act=item.act,
        label=ACTS[item.act].label, says=_says(case.packet), stands=ALL_STATES[case.head.state].label,
        then=after.label, holder=str(after.holder),
        findings=tuple(f"{f.severity} {f.code} {f.subject}".strip() for f in findings),
        letter=letter.content_sha256 if letter else "",
    )  # fmt: skip


def _says(packet: BudgetPacket) -> tuple[tuple[str, str], ...]:
    """The budget in words: what it is, its totals, and each line that it touches."""
    told = [("Provider", packet.provider), ("Kind", packet.kind.words), ("Fiscal year", str(packet.fiscal_year))]
    if packet.in_force.version:
        told.append(("In force now", f"version {packet.in_force.version}, {dollars(packet.in_force.total_cents)}"))
    told += [("This budget", dollars(packet.total_cents)), ("Contract", dollars(packet.max_cents))]
    for change in packet.changes:
        if change.is_touched:
            before = dollars(change.before_cents) if change.before_cents is not None else "no such line"
            after = dollars(change.after_cents) if change.after_cents is not None else "no such line"
            was = f"; it was {change.was}" if change.was else ""
            told.append((f"Line {change.no}", f"{change.title}: {before} to {after}{was}"))
    return tuple(told)
