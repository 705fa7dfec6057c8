"""What an act's form offers to choose from on one case: people, uploaded files, awards, events, changes."""

from collections.abc import Mapping

from sqlmodel import Session

from models.registration.acts import Act, Choices, FieldSpec
from models.registration.packet import RegistrationPacket
from models.registration.requirements import LABELS
from models.registration.sheets import label
from models.registration.states import STEPS
from models.shared.calendar import long_date
from models.shared.money import dollars
from models.shared.people import Person
from tasks.adapters.people import load_people
from tasks.adapters.registration.history import PROCESS, load_recorded
from tasks.adapters.uploads import uploaded_files

_AMENDMENT_STATUS = {"amendment_filed": ("approved", "returned")}


def act_choices(
    session: Session, packet: RegistrationPacket, act: Act, fields: Mapping[str, str]
) -> dict[str, Choices]:
    """The choices of each field of an act that has some, by the field's name; `fields` are those filled in so far."""
    found: dict[str, Choices] = {}
    for spec in act.fields:
        choices = _choices(session, packet, act, spec, fields)
        if choices is not None:
            found[spec.name] = choices
    return found


def _choices(
    session: Session, packet: RegistrationPacket, act: Act, spec: FieldSpec, fields: Mapping[str, str]
) -> Choices | None:
    match spec.shape, spec.name:
        case "person", _:
            return people_choices(load_people(session), fields.get("role", ""))
        case "file", _:
            return _files(session, packet, fields.get(spec.name, ""))
        case "awards", _:
            return tuple((a.mocs_id, f"{a.mocs_id}: {a.source}, {dollars(a.amount_cents)}") for a in packet.awards)
        case _, "seq":
            return _events(session, packet, act.name)
        case _, "seq_no":
            return _changes(packet, act.name)
        case _, "document" if act.name != "document_recorded":
            return tuple((fact.document, LABELS.get(fact.document, fact.document)) for fact in packet.documents)
        case "choice", _:
            return spec.choices
    return None


def people_choices(people: Mapping[str, Person], role: str) -> Choices:
    """Those who can look after a case, in the chosen role where one is chosen."""
    wanted = {role} if role else {"program manager", "fiscal analyst"}
    able = [p for p in people.values() if p.is_active and wanted & {each.value for each in p.roles}]
    said = sorted((p.name, p.staff_id, ", ".join(sorted(p.roles))) for p in able)
    return tuple((staff_id, f"{name}, {roles}") for name, staff_id, roles in said)


def _files(session: Session, packet: RegistrationPacket, chosen: str) -> Choices:
    """Scans that were uploaded for the contract, the newest first; one that an address names stays to be chosen."""
    names = [found.name for found in uploaded_files(session, PROCESS, packet.case_id)]
    names += [f.file_name for f in packet.documents if f.has_file]
    return tuple((name, name) for name in dict.fromkeys([*names, *([chosen] if chosen else [])]))


def _events(session: Session, packet: RegistrationPacket, act: str) -> Choices:
    """The events that a correction, or the undoing of a regrouping, can be about; the newest first."""
    events = [
        event for event in load_recorded(session, packet.case_id)
        if (event.event == "awards_regrouped" if act == "regrouping_undone" else event.event in STEPS)
    ]  # fmt: skip
    return tuple((str(e.seq), f"{label(e.event)}, {long_date(e.on)}") for e in reversed(events))


def _changes(packet: RegistrationPacket, act: str) -> Choices:
    wanted = _AMENDMENT_STATUS.get(act, ("filed",))
    found = [a for a in packet.amendments if a.needs_registration and a.status in wanted]
    return tuple(
        (str(a.seq_no), f"No. {a.seq_no}, approved {long_date(a.approved_on)}, {dollars(a.delta_cents)}") for a in found
    )
