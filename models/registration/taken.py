"""What taking an act comes to: the packet before and after it, its event, and what else has to be written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.registration.acts import Act, FieldSpec
from models.registration.forms import DocumentRow
from models.registration.moves import Move, moved, settle
from models.registration.packet import AmendmentFacts, RegistrationPacket
from models.registration.policy import Policy
from models.shared import tracker_cells as cell
from models.shared.calendar import long_date
from models.shared.money import dollars
from models.shared.signing import Item
from models.shared.tracker_cells import RowError

Says = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class KeepDocument:
    """A document's facts, as a person recorded, corrected or rejected them."""

    row: DocumentRow
    rejected: str = ""


@dataclass(frozen=True)
class SetAdjustment:
    """What the contract is to differ from its awards by, and its amount then; in cents."""

    adjustment_cents: int
    amount_cents: int


@dataclass(frozen=True)
class KeepAmendment:
    """A change of the contract in its new standing; `filed_on` and `registered_on` where this act brings them."""

    facts: AmendmentFacts
    reason: str = ""
    ccpo_approved_on: date | None = None
    filed_on: date | None = None
    registered_on: date | None = None


@dataclass(frozen=True)
class Assign:
    """Who looks after a case, or after all cases of a provider (an EIN), from now on."""

    subject: str
    role: str
    staff_id: str
    handover: str


@dataclass(frozen=True)
class Taken:
    """An act as taken: the packet where it is taken and after it, the moves that came by themselves before it."""

    before: RegistrationPacket
    after: RegistrationPacket
    automatic: tuple[Move, ...]
    signed: Move
    says: Says
    effect: object | None = None


def says(act: Act, fields: Mapping[str, str]) -> Says:
    """The fields of an act in words."""
    told = [(spec.label, _say(spec, fields.get(spec.name, ""))) for spec in act.fields]
    return tuple((name, words) for name, words in told if words)


def milestone(
    packet: RegistrationPacket,
    policy: Policy,
    act: Act,
    item: Item,
    details: Mapping[str, str],
    effect: object | None = None,
    on: date | None = None,
    changed: Mapping[str, Any] | None = None,
) -> Taken:
    """An act that moves nothing: what clocks and facts bring comes first, then its event; `changed` facts after it."""
    automatic, found = settle(packet, policy)
    here = found.packet
    reason = {"reason": item.reason} if item.reason else {}
    move = Move(item.act, on or packet.as_of, here.state, {**details, **reason})
    after = moved(here, move).model_copy(update=dict(changed or {}))
    return Taken(here, after, automatic, move, says(act, item.fields), effect)


def choice(act: Act, name: str, fields: Mapping[str, str]) -> Any:
    """The value of a field of choices. Raises RowError for one that there is not."""
    spec = next(spec for spec in act.fields if spec.name == name)
    value = fields.get(name, "").strip()
    if value not in dict(spec.choices):
        raise RowError(f"{spec.label}: “{value[:40]}” is not one of: {', '.join(dict(spec.choices))}.")
    return value


def _say(spec: FieldSpec, value: str) -> str:
    if not value:
        return ""
    if spec.shape == "choice":
        return dict(spec.choices).get(value, value)
    if spec.shape == "day":
        day = cell.day(value, spec.label)
        return long_date(day) if day else ""
    if spec.shape == "money":
        cents = cell.change(value, spec.label)
        return dollars(cents) if cents is not None else ""
    return value
