"""Takes an act that somebody signs on the facts of a case: what it does there, or why it cannot be taken."""

from collections.abc import Callable

from models.registration.acts import ACTS, AFTER_THE_END, BY_ITSELF, ONCE, Act
from models.registration.contract_acts import (
    take_amendment,
    take_amendment_step,
    take_assignment,
    take_hold,
    take_reduction,
)
from models.registration.document_acts import take_document
from models.registration.forms import StepRow, step_row
from models.registration.moves import Move, Refusal, is_recorded, moved, take_step
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.states import ALL_STATES, STEPS
from models.registration.taken import Taken, says
from models.shared.calendar import long_date
from models.shared.signing import Item
from models.shared.tracker_cells import RowError

Taker = Callable[[RegistrationPacket, Policy, Act, Item], Taken | Refusal]
_OTHERS: dict[str, Taker] = {
    "document_recorded": take_document,
    "document_rejected": take_document,
    "document_corrected": take_document,
    "reduced": take_reduction,
    "amendment_approved": take_amendment,
    "amendment_filed": take_amendment_step,
    "amendment_returned": take_amendment_step,
    "amendment_registered": take_amendment_step,
    "assigned": take_assignment,
    "hold_placed": take_hold,
    "hold_released": take_hold,
}


def take(packet: RegistrationPacket, policy: Policy, item: Item) -> Taken | Refusal:
    """The act on the packet, or why it cannot be taken; the packet's `as_of` is today."""
    act = ACTS.get(item.act)
    if act is None:
        if item.act in BY_ITSELF:
            return Refusal(f"“{item.act.replace('_', ' ')}” comes by itself from the facts; nobody signs for it.")
        return Refusal(f"“{item.act.replace('_', ' ')[:60]}” is not something that can be signed for a contract.")
    if ALL_STATES[packet.state].final and item.act not in (*STEPS, *AFTER_THE_END):
        return Refusal(f"“{act.label}” is not possible: the contract is closed.")
    unknown = sorted(set(item.fields) - {spec.name for spec in act.fields})
    if unknown:
        return Refusal(f"“{act.label}” has no field “{unknown[0][:40]}”.")
    missing = [spec.label for spec in act.fields if spec.needed and not item.fields.get(spec.name, "").strip()]
    if missing:
        return Refusal(f"“{act.label}” needs: {', '.join(missing)}.")
    try:
        if item.act in STEPS:
            return _step(packet, policy, act, item)
        return _OTHERS[item.act](packet, policy, act, item)
    except RowError as error:
        return Refusal(f"{error}")


def _step(packet: RegistrationPacket, policy: Policy, act: Act, item: Item) -> Taken | Refusal:
    fields = {"on": packet.as_of.isoformat(), **{k: v for k, v in item.fields.items() if v}}
    row: StepRow = step_row({"case_id": packet.case_id, "step": item.act, "reason": item.reason, **fields})
    if row.on > packet.as_of:
        return Refusal(f"{long_date(row.on)} lies in the future. Sign for it when it has happened.")
    earlier = packet.last(item.act) if item.act in ONCE else None
    if earlier is not None:
        return Refusal(
            f"“{act.label}” is recorded already, for {long_date(earlier.on)}. If that day is wrong, correct it instead."
        )
    if is_recorded(packet, row):
        return Refusal(f"“{act.label}” of {long_date(row.on)} is recorded already.")
    taken = take_step(packet, policy, row)
    if isinstance(taken, Refusal):
        return taken
    after, moves = taken
    before = _before(packet, moves)
    return Taken(before, after, moves[:-1], moves[-1], says(act, {**fields, "on": row.on.isoformat()}))


def _before(packet: RegistrationPacket, moves: tuple[Move, ...]) -> RegistrationPacket:
    for move in moves[:-1]:
        packet = moved(packet, move)
    return packet
