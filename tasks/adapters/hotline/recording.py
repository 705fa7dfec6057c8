"""Writes what a signature records of contacts: events, overrides, the first of two signatures."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from models.hotline.acts import SIGNED, may_not
from models.shared.documents import canonical, sha256
from models.shared.people import Capacity
from tasks.adapters.case_findings import keep_packets
from tasks.adapters.hotline.cases import PROCESS, Change, clocks, write
from tasks.adapters.hotline.deciding import CLOSE_PROPOSAL, LETTER, PreparedContact, packet_of
from tasks.adapters.hotline.letter_going import put_out
from tasks.adapters.hotline.links import dissolved, regroup_first
from tasks.adapters.ledger import Happening
from tasks.adapters.policy import policy_sha256
from tasks.adapters.proposals import close, keep_first
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.signed_fields import NOTHING, signed_part


def record(session: Session, ready: Sequence[PreparedContact], stamp: Any) -> None:
    """Write the events of a signature; the caller commits. Raises StaleCase, NotSigned."""
    judged_by = policy_sha256()
    changes = [change for number, p in enumerate(ready) for change in _changes(session, p, number, stamp, judged_by)]
    ids = [change.facts.case_id for change in changes]
    if len(ids) != len(set(ids)):
        raise NotSigned(Refusal.ILLEGAL, f"Two of these contacts are linked. Sign one after the other. {NOTHING}")
    write(session, changes, stamp.at)
    keep_packets(session, [_packet_row(prepared, judged_by) for prepared in ready])


def _changes(session: Session, prepared: PreparedContact, number: int, stamp: Any, judged_by: str) -> list[Change]:
    acting: Capacity = stamp.capacities[number]
    _check_signer(prepared, acting)
    told = _told(prepared, acting, stamp, judged_by)
    name, facts = acting.signer.name, prepared.taken.facts
    if prepared.shown.first:
        told |= _proposed(session, prepared, number, acting, stamp)
        before = prepared.loaded.facts
        return [Change(prepared.loaded, before, [Happening("act_proposed", name, before.state, stamp.at, told)])]
    if prepared.proposal:
        status = "refused" if prepared.item.act == CLOSE_PROPOSAL else "done"
        close(session, prepared.proposal.proposal_id, status, name, prepared.item.reason, stamp.at)
    if prepared.item.act == LETTER:
        told["way"] = put_out(session, prepared.item.fields, facts.case_id, acting.signer, stamp.at)
    happenings, others = _happenings(prepared, told, name, stamp), list[Change]()
    if prepared.item.act == "confidentiality_lifted":
        facts, more, others = dissolved(session, prepared.loaded, facts, name, clocks(), stamp.at)
        happenings += more
    if prepared.item.act == "priority_set":
        others = regroup_first(session, facts, name, clocks(), stamp.at)
    overrides = [prepared.taken.override] if prepared.taken.override else []
    change = Change(
        prepared.loaded, facts, happenings, overrides, str(told.get("reason", "")), acting.signer.staff_id,
        prepared.taken.undoes,
    )  # fmt: skip
    return [change, *others]


def _happenings(prepared: PreparedContact, told: dict[str, Any], name: str, stamp: Any) -> list[Happening]:
    """What an act records; what a letter does besides stands under the same signature."""
    facts, also = prepared.taken.facts, prepared.taken.also
    if also is None:
        return [Happening(prepared.item.act, name, facts.state, stamp.at, told)]
    event, more = also
    shared = {key: told[key] for key in ("packet", "policy", "signed")} if event in SIGNED else {}
    first = Happening(prepared.item.act, name, prepared.loaded.facts.state, stamp.at, told)
    return [first, Happening(event, name, facts.state, stamp.at, {"by": told["signed"]["by"], **more, **shared})]


def _check_signer(prepared: PreparedContact, acting: Capacity) -> None:
    """Clearance is a person's own and not lent; whoever works on a contact, or a supervisor, ends the work."""
    act, facts, signer = SIGNED[prepared.item.act], prepared.loaded.facts, acting.signer
    roles = signer.roles | ({acting.role} if acting.behalf and not facts.restricted else frozenset())
    wrong = may_not(act, facts, acting.ids[-1] if acting.behalf else signer.staff_id, roles)
    if wrong and prepared.item.act != CLOSE_PROPOSAL:
        raise NotSigned(Refusal.ROLE, f"{facts.case_id}: {wrong} {NOTHING}")


def _told(prepared: PreparedContact, acting: Capacity, stamp: Any, judged_by: str) -> dict[str, Any]:
    proposal, item = prepared.proposal, prepared.item
    signed = signed_part(acting, stamp)
    told: dict[str, Any] = {"packet": prepared.shown.packet, "policy": judged_by, **prepared.taken.told}
    reason = item.reason
    if proposal:
        signed |= {"proposed_by": proposal.proposed_by, "proposed_for": proposal.behalf_id}
        reason = proposal.reason or item.reason
    told |= {"reason": reason} if reason else {}
    return {**told, "signed": signed}


def _proposed(session: Session, prepared: PreparedContact, number: int, acting: Capacity, stamp: Any) -> dict[str, Any]:
    """What the first of two signatures records where the contact stands: that the act was proposed, and how."""
    first = {
        "signature": stamp.signature_id, "by": acting.signer.staff_id, "number": str(number),
        "for": acting.behalf.staff_id if acting.behalf else "",
    }  # fmt: skip
    shown, item = prepared.shown, prepared.item
    proposal_id = keep_first(session, PROCESS, item, shown.version, first, shown.packet, stamp.at)
    return {"value": item.act, "proposal": proposal_id, "fields": canonical(dict(item.fields))}


def _packet_row(prepared: PreparedContact, judged_by: str) -> dict[str, Any]:
    body = packet_of(prepared.loaded.facts)
    return {
        "sha256": sha256(body), "process": PROCESS, "case_id": prepared.item.case_id, "policy_sha256": judged_by,
        "body": body,
    }  # fmt: skip
