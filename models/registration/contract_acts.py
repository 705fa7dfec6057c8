"""Acts on the contract itself: reduction, amendments, who looks after it, legal hold."""

from collections.abc import Mapping
from datetime import date

from models.registration.acts import Act, is_held
from models.registration.amendment_rules import original_cents, running_cents
from models.registration.amendments import AmendmentForm, amend, reduce
from models.registration.moves import Move, Refusal, moved
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.states import ALL_STATES
from models.registration.taken import Assign, KeepAmendment, SetAdjustment, Taken, choice, milestone
from models.shared import tracker_cells as cell
from models.shared.calendar import long_date
from models.shared.money import plain
from models.shared.signing import Item

_AMENDMENT_STEPS = {
    "amendment_filed": (("approved", "returned"), "filed"),
    "amendment_returned": (("filed",), "returned"),
    "amendment_registered": (("filed",), "registered"),
}


def take_reduction(packet: RegistrationPacket, policy: Policy, act: Act, item: Item) -> Taken | Refusal:
    """The contract made smaller than its awards, before it is registered."""
    after = cell.amount(item.fields["amount"], "amount")
    adjustment = reduce(packet, policy, after or 0, item.reason or "…")
    if isinstance(adjustment, Refusal):
        return adjustment
    assert after is not None
    details = {"amount_before": plain(packet.amount_cents), "amount": plain(after)}
    changed = {"amount_cents": after, "adjustment_cents": adjustment}
    return milestone(packet, policy, act, item, details, SetAdjustment(adjustment, after), changed=changed)


def take_amendment(packet: RegistrationPacket, policy: Policy, act: Act, item: Item) -> Taken | Refusal:
    """A change of the registered contract, as the ACCO approves it."""
    told = item.fields
    form = AmendmentForm(
        type=choice(act, "type", told), delta_cents=cell.change(told.get("delta", ""), "change of the amount") or 0,
        term_end=cell.day(told.get("term_end"), "new last day"), reason=item.reason or "…",
        ccpo_reference=told.get("ccpo_reference", ""), material_scope=told.get("material_scope") == "yes",
        ccpo_approved_on=cell.day(told.get("ccpo_approved_on"), "CCPO approval"),
    )  # fmt: skip
    facts = amend(packet, policy, form)
    if isinstance(facts, Refusal):
        return facts
    details = {
        "seq_no": str(facts.seq_no), "type": facts.type, "delta": plain(facts.delta_cents),
        "amount": plain(original_cents(packet) + running_cents(packet) + facts.delta_cents),
        "needs_registration": "yes" if facts.needs_registration else "no", "ccpo_reference": facts.ccpo_reference,
        "term_end": facts.term_end.isoformat() if facts.term_end else "",
    }  # fmt: skip
    effect = KeepAmendment(facts, item.reason, form.ccpo_approved_on)
    return _with_amendment(packet, policy, act, item, {k: v for k, v in details.items() if v}, effect)


def take_amendment_step(packet: RegistrationPacket, policy: Policy, act: Act, item: Item) -> Taken | Refusal:
    """An approved change filed with the Comptroller, returned by it, or registered."""
    wanted, then = _AMENDMENT_STEPS[item.act]
    on = cell.day(item.fields.get("on"), "date") or packet.as_of
    if on > packet.as_of:
        return Refusal(f"{long_date(on)} lies in the future. Sign for it when it has happened.")
    number = item.fields["seq_no"].strip()
    facts = next((a for a in packet.amendments if str(a.seq_no) == number), None)
    if facts is None or facts.status not in wanted or not facts.needs_registration:
        known = ", ".join(str(a.seq_no) for a in packet.amendments if a.status in wanted and a.needs_registration)
        return Refusal(f"Change no. {number[:10]} is not at that point. Those that are: {known or 'none'}.")
    effect = KeepAmendment(
        facts.model_copy(update={"status": then}), filed_on=on if then == "filed" else None,
        registered_on=on if then == "registered" else None,
    )  # fmt: skip
    details = {"seq_no": number, "reference": item.fields.get("reference", "")}
    return _with_amendment(packet, policy, act, item, {k: v for k, v in details.items() if v}, effect, on)


def _with_amendment(
    packet: RegistrationPacket,
    policy: Policy,
    act: Act,
    item: Item,
    details: Mapping[str, str],
    effect: KeepAmendment,
    on: date | None = None,
) -> Taken:
    others = tuple(a for a in packet.amendments if a.seq_no != effect.facts.seq_no)
    changed = {"amendments": (*others, effect.facts)}
    return milestone(packet, policy, act, item, details, effect, on, changed)


def take_assignment(packet: RegistrationPacket, policy: Policy, act: Act, item: Item) -> Taken | Refusal:
    """Who looks after the contract, or after all contracts of the provider, from now on."""
    told = item.fields
    wide = told.get("scope") == "provider"
    effect = Assign(
        packet.vendor_ein if wide else packet.case_id, choice(act, "role", told), told["staff"].strip(),
        told.get("handover", ""),
    )  # fmt: skip
    details = {"role": effect.role, "staff": effect.staff_id, "scope": "provider" if wide else "case"}
    return milestone(packet, policy, act, item, details, effect)


def take_hold(packet: RegistrationPacket, policy: Policy, act: Act, item: Item) -> Taken | Refusal:
    """A legal hold placed on the case or released: nothing of a held case may be disposed of."""
    if is_held(packet) != (item.act == "hold_released"):
        return Refusal("The contract is under a legal hold already." if is_held(packet) else "There is no legal hold.")
    if ALL_STATES[packet.state].final:
        move = Move(item.act, packet.as_of, packet.state, {"reason": item.reason} if item.reason else {})
        return Taken(packet, moved(packet, move), (), move, ())
    return milestone(packet, policy, act, item, {})
