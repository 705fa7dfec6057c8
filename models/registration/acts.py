"""What can be signed about a registration case: each act with its fields, and the acts that are possible now."""

from dataclasses import dataclass
from typing import Literal

from models.registration.amendment_rules import AMENDABLE
from models.registration.amendments import AMENDMENT_LABELS
from models.registration.duties import DUTIES
from models.registration.packet import RegistrationPacket
from models.registration.requirements import LABELS
from models.registration.sheets import label
from models.registration.states import ALL_STATES, LIFECYCLES, STEPS, Kind
from models.shared.duties import Duty

Shape = Literal["day", "text", "choice", "money", "awards", "person", "file"]
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FieldSpec:
    """One field of an act's form. `choices` are (value, words); `today` says that an empty day means today."""

    name: str
    label: str
    shape: Shape = "text"
    needed: bool = False
    choices: Choices = ()
    hint: str = ""
    today: bool = False


@dataclass(frozen=True)
class Act:
    """One thing that can be signed; its name is the event that it records."""

    name: str
    label: str
    duty: Duty
    fields: tuple[FieldSpec, ...]


_ON = FieldSpec("on", "Date on which it happened", "day", today=True)
_REFERENCE = FieldSpec("reference", "Reference number", hint="The number on the paper, if it has one.")
_KINDS = (("standard", "standard contract"), ("multi_year", "multi-year contract"), ("grant_pilot", "grant (pilot)"))
_NOTICES = (("comment", "online comment period"), ("hearing", "hearing"))
_ENDS = (("held", "held"), ("cancelled", "canceled, nobody signed up"))
_OWNERS = (("provider", "all contracts of the provider"), ("contract", "this contract only"))
_SCOPES = (("case", "this contract"), ("provider", "all contracts of the provider"))
_LOOKERS_AFTER = (("program manager", "program manager"), ("fiscal analyst", "fiscal analyst"))
_YES_NO = (("no", "no"), ("yes", "yes"))
_VALUES: dict[str, FieldSpec] = {
    "kind_set": FieldSpec("value", "Kind of contract", "choice", True, _KINDS),
    "notice_published": FieldSpec("value", "Kind of notice", "choice", choices=_NOTICES),
    "notice_completed": FieldSpec("value", "How it ended", "choice", choices=_ENDS),
}  # fmt: skip
_DOCUMENT = FieldSpec("document", "Document", "choice", True, tuple(LABELS.items()))
_DOCUMENT_FIELDS = (
    _DOCUMENT,
    FieldSpec("owner", "Good for", "choice", choices=_OWNERS),
    FieldSpec("reported_on", "Received on", "day", today=True),
    FieldSpec("signed_on", "Signed on", "day"),
    FieldSpec("expires_on", "Expires on", "day"),
    FieldSpec("period_end", "End of the period that it covers", "day"),
    FieldSpec("fiscal_year", "Fiscal year that it is for", hint="For example 2027."),
    FieldSpec("amount_cents", "Amount", "money"),
    FieldSpec("file_name", "Scan", "file", hint="A file that was uploaded for this contract."),
    FieldSpec("detail", "Note"),
)  # fmt: skip
_AMENDMENT = (
    FieldSpec("type", "Type of change", "choice", True, tuple(AMENDMENT_LABELS.items())),
    FieldSpec("delta", "Change of the amount", "money", hint="With a minus sign for a decrease."),
    FieldSpec("term_end", "New last day of the term", "day"),
    FieldSpec("material_scope", "Does it change the scope materially?", "choice", choices=_YES_NO),
    FieldSpec("ccpo_reference", "CCPO approval: reference", hint="Needed above the limit of PPB 4-02(b)."),
    FieldSpec("ccpo_approved_on", "CCPO approval: date", "day"),
)  # fmt: skip
_SEQ = FieldSpec("seq_no", "Number of the change", needed=True)
_OTHERS: dict[str, tuple[FieldSpec, ...]] = {
    "document_recorded": _DOCUMENT_FIELDS,
    "document_corrected": _DOCUMENT_FIELDS,
    "document_rejected": (_DOCUMENT, _DOCUMENT_FIELDS[1]),
    "reduced": (FieldSpec("amount", "Amount after the reduction", "money", True),),
    "awards_regrouped": (
        FieldSpec("awards", "Awards to move", "awards", True),
        FieldSpec("to", "Into contract", hint="A contract of the same provider and year; empty opens a new one."),
    ),
    "regrouping_undone": (FieldSpec("seq", "Event that is undone", needed=True),),
    "amendment_approved": _AMENDMENT,
    "amendment_filed": (_SEQ, _ON, _REFERENCE),
    "amendment_returned": (_SEQ, _ON),
    "amendment_registered": (_SEQ, _ON, _REFERENCE),
    "corrected": (
        FieldSpec("seq", "Event that is corrected", needed=True),
        FieldSpec("on", "Right date", "day"),
        FieldSpec("value", "Right detail"),
        FieldSpec("reference", "Right reference number"),
        FieldSpec("because", "Right reason", hint="Where the reason that was recorded is what is wrong."),
    ),
    "assigned": (
        FieldSpec("role", "As", "choice", True, _LOOKERS_AFTER),
        FieldSpec("staff", "Person", "person", True),
        FieldSpec("scope", "For", "choice", choices=_SCOPES),
        FieldSpec("handover", "Hand-over: what the next person must know"),
    ),
    "hold_placed": (),
    "hold_released": (),
}  # fmt: skip
# What facts and clocks bring by themselves: nobody signs for it.
BY_ITSELF = frozenset({"package_complete", "notice_not_required"})
# What happens once in a contract's life, though it moves nothing.
ONCE = frozenset({"orientation_attended"})
# What can be signed about a closed contract too.
AFTER_THE_END = frozenset({"corrected", "hold_placed", "hold_released"})
_LABELS = {
    "awards_regrouped": "Regroup awards", "regrouping_undone": "Undo a regrouping", "assigned": "Assign",
    "corrected": "Correct what was recorded", "document_corrected": "Correct a document's facts",
    "document_recorded": "Record a document", "document_rejected": "Reject a document", "reduced": "Reduce",
    "withdrawn": "Withdraw", "hold_placed": "Place a legal hold", "hold_released": "Release the legal hold",
    "amendment_approved": "Amend the contract",
}  # fmt: skip


def _step(name: str) -> tuple[FieldSpec, ...]:
    value = (_VALUES[name],) if name in _VALUES else ()
    return (_ON, *value, _REFERENCE)


ACTS: dict[str, Act] = {
    name: Act(name, _LABELS.get(name, label(name)), DUTIES[name], _OTHERS.get(name) or _step(name))
    if name not in ("hold_placed", "hold_released")
    else Act(name, _LABELS[name], DUTIES[name], ())
    for name in (*sorted(STEPS - BY_ITSELF), *_OTHERS)
}
_BEFORE_FILING = frozenset({"designated", "scope", "documents", "responsibility", "public_notice", "legal", "package"})


def possible(packet: RegistrationPacket) -> list[Act]:
    """The acts that the case allows where it stands: the procedure's own next steps first."""
    return [act for act in ACTS.values() if _is_possible(packet, act.name) and not _is_done(packet, act.name)]


def is_next_step(act: Act) -> bool:
    """True for a step of the procedure; the other acts can come at many of its stages."""
    return act.name not in _OTHERS and act.name not in ("withdrawn", "lapsed", "kind_set", "orientation_attended")


def _is_done(packet: RegistrationPacket, name: str) -> bool:
    return name in ONCE and packet.last(name) is not None


def _is_possible(packet: RegistrationPacket, name: str) -> bool:
    is_open = not ALL_STATES[packet.state].final
    match name:
        case "corrected":
            return any(event.event in STEPS for event in packet.history)
        case "document_recorded" | "assigned":
            return is_open
        case "document_rejected" | "document_corrected":
            return is_open and bool(packet.documents)
        case "reduced":
            return packet.state in _BEFORE_FILING and packet.amount_cents > 0
        case "awards_regrouped":
            return packet.state in _BEFORE_FILING
        case "regrouping_undone":
            return packet.state in _BEFORE_FILING and any(packet.happened("awards_regrouped"))
        case "amendment_approved":
            return packet.state in AMENDABLE and packet.kind is not Kind.GRANT_PILOT
        case "amendment_filed" | "amendment_returned" | "amendment_registered":
            wanted = {"amendment_filed": ("approved", "returned")}.get(name, ("filed",))
            return any(a.status in wanted and a.needs_registration for a in packet.amendments)
        case "hold_placed" | "hold_released":
            return is_held(packet) == (name == "hold_released")
    return (packet.state, name) in LIFECYCLES[packet.kind].table


def is_held(packet: RegistrationPacket) -> bool:
    """True while a legal hold is on the case."""
    last = packet.last("hold_placed", "hold_released")
    return last is not None and last.event == "hold_placed"
