"""Acts on documents: recorded, rejected, corrected by a person who signs for it."""

from collections.abc import Mapping
from typing import Any

from models.registration.acts import Act
from models.registration.forms import DocumentRow, document_row
from models.registration.moves import Refusal
from models.registration.packet import DocumentFacts, RegistrationPacket
from models.registration.policy import Policy
from models.registration.requirements import LABELS
from models.registration.taken import KeepDocument, Taken, milestone
from models.shared import tracker_cells as cell
from models.shared.calendar import long_date
from models.shared.money import plain
from models.shared.signing import Item


def take_document(packet: RegistrationPacket, policy: Policy, act: Act, item: Item) -> Taken | Refusal:
    """A document's facts recorded, corrected or rejected; of a correction the event keeps what was there before."""
    wide = item.fields.get("owner") != "contract"
    told = {k: v for k, v in item.fields.items() if v and k != "owner"}
    named = cell.code(told.get("document", ""))
    there = packet.documents_by_type.get(named)
    if item.act != "document_recorded" and there is None:
        return Refusal(f"Nothing is on record for “{LABELS.get(named, named)}”. Record the document first.")
    base = {} if there is None or item.act == "document_recorded" else _known(there)
    told = {"reported_on": packet.as_of.isoformat(), **base, **told}
    row = document_row({**told, "owner": packet.vendor_ein if wide else packet.case_id})
    if row.reported_on > packet.as_of:
        return Refusal(f"Received on: {long_date(row.reported_on)} lies in the future.")
    rejected = item.reason if item.act == "document_rejected" else ""
    details = {"document": row.document}
    if item.act == "document_corrected":
        before, after = base, {k: v for k, v in told.items() if base.get(k) != v}
        if not after:
            return Refusal("Nothing is changed. Give the facts of the document that are right.")
        details |= {"before": _listed({k: before.get(k, "none") for k in after}), "after": _listed(after)}
    changed = {"documents": _with(packet, row, rejected)}
    return milestone(packet, policy, act, item, details, KeepDocument(row, rejected), changed=changed)


def _known(fact: Any) -> dict[str, str]:
    """What is on record of a document, as the form writes it."""
    said = {
        "document": fact.document, "reported_on": fact.reported_on.isoformat(), "file_name": fact.file_name,
        "detail": fact.detail,
    }  # fmt: skip
    for name in ("signed_on", "expires_on", "period_end"):
        if getattr(fact, name):
            said[name] = getattr(fact, name).isoformat()
    if fact.fiscal_year:
        said["fiscal_year"] = str(fact.fiscal_year)
    if fact.amount_cents is not None:
        said["amount_cents"] = plain(fact.amount_cents)
    return {k: v for k, v in said.items() if v}


def _listed(facts: Mapping[str, str]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in sorted(facts.items()) if name != "document")


def _with(packet: RegistrationPacket, row: DocumentRow, rejected: str) -> tuple[Any, ...]:
    """The packet's documents with this one; whether its scan is there shows when the facts are read again."""
    there = packet.documents_by_type.get(row.document)
    kept = there is not None and there.file_name == row.file_name
    fact = DocumentFacts(
        **row.model_dump(exclude={"owner"}), rejected=rejected, has_file=bool(kept and there and there.has_file),
        file_sha256=there.file_sha256 if kept and there else "",
    )  # fmt: skip
    return (*(d for d in packet.documents if d.document != row.document), fact)
