"""Changing what a contract is worth or how long it runs: an amendment after registration, a reduction before it."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.registration.amendment_rules import (
    AMENDABLE,
    approved_term_end,
    change_limit_cents,
    counts,
    cumulative_cents,
    lowest_cents,
    original_cents,
    original_term_end,
)
from models.registration.moves import Refusal
from models.registration.packet import AmendmentFacts, RegistrationPacket
from models.registration.policy import Policy
from models.registration.states import ALL_STATES, UNREGISTERED, Kind
from models.shared.calendar import long_date, months_after
from models.shared.money import dollars

AmendmentType = Literal["amount", "term", "amount_and_term", "scope"]

# In the office's words. Source: PPB 4-02(b) (T9); scope that changes the amount is an amount change.
AMENDMENT_LABELS: dict[AmendmentType, str] = {
    "amount": "Amount change",
    "term": "Term extension",
    "amount_and_term": "Amount change and term extension",
    "scope": "Budget-neutral scope clarification",
}
_OF_AMOUNT = frozenset({"amount", "amount_and_term"})
_OF_TERM = frozenset({"term", "amount_and_term"})
# While the Comptroller has the package, the amount is the one that was filed. Source: PPB 2-12(a).
_AT_COMPTROLLER = frozenset({"filed", "objected", "answered"})


class AmendmentForm(BaseModel):
    """A change of a registered contract as somebody asks for it. `delta_cents` is negative where it shrinks.

    `term_end` is the new last day. `material_scope` says that what is bought becomes something else.
    """

    model_config = ConfigDict(frozen=True)

    type: AmendmentType
    delta_cents: int = Field(default=0, strict=True)
    term_end: date | None = None
    reason: str
    ccpo_reference: str = ""
    ccpo_approved_on: date | None = None
    material_scope: bool = False


def amend(
    packet: RegistrationPacket, policy: Policy, form: AmendmentForm, original_end: date | None = None
) -> AmendmentFacts | Refusal:
    """The change as it is approved on the packet's day, or why it cannot be. Source: PPB 4-02 (T9), MDF (T11).

    One change may wait for registration while the next is approved: both count toward every limit. `original_end` is
    the contract's last day before any extension, where that is not the end of its fiscal year (multi-year).
    """
    end = original_end or original_term_end(packet)
    problem = (
        _not_amendable(packet)
        or _not_filled_in(form)
        or _amount_problem(packet, form)
        or _term_problem(packet, policy, form, end)
        or _ccpo_problem(packet, policy, form)
    )
    if problem:
        return Refusal(problem)
    return AmendmentFacts(
        seq_no=max((a.seq_no for a in packet.amendments), default=0) + 1,
        type=form.type,
        delta_cents=form.delta_cents,
        approved_on=packet.as_of,
        needs_registration=_needs_registration(packet, policy, form),
        status="approved",
        term_end=form.term_end,
        ccpo_reference=form.ccpo_reference.strip(),
    )


def reduce(packet: RegistrationPacket, policy: Policy, amount_after_cents: int, reason: str) -> int | Refusal:
    """The new adjustment in cents, negative, or why the contract cannot be reduced. Source: Sx (convention).

    It replaces the packet's adjustment: awards and this together are the amount after.
    """
    now = packet.amount_cents
    if packet.state not in UNREGISTERED:
        amends = packet.kind is not Kind.GRANT_PILOT and packet.state in AMENDABLE
        return Refusal(
            f"A contract is reduced before registration; this one stands at “{ALL_STATES[packet.state].label}”. "
            + ("Record an amendment instead." if amends else "Its amount stays as it is.")
        )
    if packet.state in _AT_COMPTROLLER:
        return Refusal(
            f"The package is with the Comptroller for {dollars(now)}. Ask for it back and record that it was returned; "
            "then reduce the contract and file again."
        )
    if not reason.strip():
        return Refusal("Say why the contract is reduced.")
    if not 0 < amount_after_cents < now:
        return Refusal(
            f"{dollars(amount_after_cents)} is no reduction of {dollars(now)}. Give an amount below it and above zero; "
            "where nothing is to be left, withdraw the contract."
        )
    return packet.adjustment_cents + amount_after_cents - now


def _not_amendable(packet: RegistrationPacket) -> str:
    if packet.kind is Kind.GRANT_PILOT:
        return (
            "This is a grant agreement, and only a registered contract is amended. Agree the change in a new agreement."
        )
    if packet.state in AMENDABLE:
        return ""
    remedy = (
        "Before registration, reduce the contract or bring the change into its scope and budget."
        if packet.state in UNREGISTERED
        else "The change needs a new contract."
    )
    here = ALL_STATES[packet.state].label
    return f"Only a registered or active contract can be amended; this one stands at “{here}”. {remedy}"


def _not_filled_in(form: AmendmentForm) -> str:
    label = AMENDMENT_LABELS[form.type]
    if form.material_scope:
        return "A material change of scope cannot be an amendment (PPB 4-02(b)). Start a new procurement for it."
    if not form.reason.strip():
        return "Say why the contract is changed: the package to the Comptroller carries the reason."
    if form.type in _OF_AMOUNT and form.delta_cents == 0:
        return "The amount does not change. Give by how much it grows, or with a minus by how much it shrinks."
    if form.type not in _OF_AMOUNT and form.delta_cents != 0:
        return (
            f"“{label}” leaves the amount as it is, but {dollars(form.delta_cents)} is given. Choose an amount change."
        )
    if form.type in _OF_TERM and form.term_end is None:
        return "Give the new last day of the term."
    if form.type not in _OF_TERM and form.term_end is not None:
        day = long_date(form.term_end)
        return f"“{label}” leaves the term as it is, but a new last day, {day}, is given. Choose a term extension."
    return ""


def _amount_problem(packet: RegistrationPacket, form: AmendmentForm) -> str:
    if original_cents(packet) <= 0:
        return "The amount for which this contract was registered is not on record. Correct it before any amendment."
    lowest = lowest_cents(packet)
    if form.delta_cents >= 0 or lowest + form.delta_cents >= 0:
        return ""
    waits = any(not counts(amendment) for amendment in packet.amendments)
    left = f"{dollars(lowest)} is left of it" + (", without increases that wait for registration" if waits else "")
    return f"The contract cannot shrink by {dollars(-form.delta_cents)}: {left}. Give a smaller amount."


def _term_problem(packet: RegistrationPacket, policy: Policy, form: AmendmentForm, original_end: date) -> str:
    if form.term_end is None:
        return ""
    present = max(approved_term_end(packet), original_end)
    latest = months_after(original_end, policy.extension_months)
    if form.term_end <= present:
        return (
            f"The term already runs to {long_date(present)}. Give a later day; where the contract ends earlier, record "
            "the step “Term ended” when it does."
        )
    if form.term_end > latest:
        return (
            f"All extensions together may be {policy.extension_months} months beyond {long_date(original_end)}, so to "
            f"{long_date(latest)} at most (PPB 4-02(b)). Give an earlier day, or start a new contract."
        )
    return ""


def _ccpo_problem(packet: RegistrationPacket, policy: Policy, form: AmendmentForm) -> str:
    if form.ccpo_approved_on and form.ccpo_approved_on > packet.as_of:
        day = long_date(form.ccpo_approved_on)
        return f"The CCPO's approval is dated {day}, which is still to come. Correct the date."
    total, limit = cumulative_cents(packet) + abs(form.delta_cents), change_limit_cents(packet, policy)
    if total <= limit or (form.ccpo_reference.strip() and form.ccpo_approved_on):
        return ""
    return (
        f"With this one the changes of the contract come to {dollars(total)}, increases and decreases added up. Above "
        f"{dollars(limit)}, the greater of {dollars(policy.change_limit_cents)} and {policy.change_limit_percent} "
        f"percent of the original {dollars(original_cents(packet))}, the City Chief Procurement Officer (CCPO) "
        "approves first (PPB 4-02(b)). Give the reference and the date of that approval."
    )


def _needs_registration(packet: RegistrationPacket, policy: Policy, form: AmendmentForm) -> bool:
    """False where amount and term stay, and for the first share of a multi-year contract's changes of amount (T11)."""
    if packet.kind is Kind.MULTI_YEAR and form.type == "amount":
        total = cumulative_cents(packet) + abs(form.delta_cents)
        return total * 100 > original_cents(packet) * policy.multi_year_percent
    return form.type != "scope"
