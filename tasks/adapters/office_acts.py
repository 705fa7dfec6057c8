"""Acts about the office itself: one administrator proposes and signs, a second one signs, and only then it counts.

A proposal stands only while its proposer is an administrator: two standing signatures, not one standing and one
revoked, let an act take effect. What a revoked administrator left open is refused and proposed again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlmodel import Session

from models.shared.documents import canonical
from models.shared.office_acts import (
    EVENTS,
    NEEDS_REASON,
    POLICY_SUBJECT,
    TITLES,
    ActKind,
    Flaw,
    NewPerson,
    OfficeForm,
    PolicyForm,
    act_sha256,
    read_form,
)
from models.shared.office_rules import Office, obstacle, says, signer_problem
from models.shared.people_records import OfficeAct
from models.shared.signing import Credential
from tasks.adapters import clock, codes
from tasks.adapters.database import reading
from tasks.adapters.office_chain import (
    POLICY_CHAIN,
    load_office,
    office_events,
    office_session,
    record,
    staff_chain,
)
from tasks.adapters.office_effects import Approval, take_effect
from tasks.adapters.policy_versions import changes_of, drop_proposed, keep_proposed, valid_policy_sha256
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.templating import moment

PROPOSED, REFUSED = "proposed", "proposal_refused"
LONGEST_REASON = 1_000


@dataclass(frozen=True)
class SignedAct:
    """An act that carries both signatures. `ticket` is shown once, to the second signer, and is kept nowhere."""

    act_id: str
    kind: ActKind
    subject: str
    ticket: str = field(default="", repr=False)


@dataclass(frozen=True)
class OpenAct:
    """A proposal that waits for a second administrator."""

    act_id: str
    kind: ActKind
    title: str
    subject: str
    reason: str
    proposed_by: str
    proposed_at: datetime


def propose(kind: str, body: Mapping[str, Any], who: Credential, reason: str = "") -> str:
    """The first signature; returns the number of the act. For a policy the file is taken as it lies here.

    Raises NotSigned.
    """
    at = clock.now()
    if kind == ActKind.POLICY:
        body = {"sha256": valid_policy_sha256()}
    with office_session() as session:
        office = load_office(session, at)
        accepted = _administrator(session, who, office, at)
        form = _understood(kind, body, office)
        reason = _reason(form.kind, reason)
        _check(form, office, who.staff_id)
        _check_twins(session, form, office, who.staff_id, at)
        codes.spend(session, accepted)
        if isinstance(form, PolicyForm):
            keep_proposed(session, form.sha256, who.staff_id, at)
        return _keep(session, form, reason, office, accepted, at)


def sign(act_id: str, shown_sha256: str, who: Credential) -> SignedAct:
    """The second signature, over exactly what was shown; the act takes effect. Raises NotSigned."""
    at = clock.now()
    with office_session() as session:
        office = load_office(session, at)
        accepted = _administrator(session, who, office, at)
        row = _open_act(session, act_id, office)
        form, proposed = _as_proposed(session, row, shown_sha256)
        _check_proposer(row, office)
        _check(form, office, who.staff_id, row.proposed_by)
        codes.spend(session, accepted)
        _close(session, row, "done", who.staff_id, "", at)
        ticket = take_effect(session, form, Approval(row.act_id, row.reason, row.proposed_by, who.staff_id), at)
        payload = {**proposed, "signed_by": who.staff_id}
        payload["counters"] = {**proposed["counters"], who.staff_id: accepted.counter}
        actor = f"{office.name(row.proposed_by)} and {office.name(who.staff_id)}"
        record(session, chains(form), EVENTS[form.kind], actor, payload, at)
        return SignedAct(row.act_id, form.kind, row.subject, ticket)


def refuse(act_id: str, who: Credential, why: str) -> None:
    """An administrator refuses a proposal, or its proposer withdraws it. Raises NotSigned."""
    at = clock.now()
    with office_session() as session:
        office = load_office(session, at)
        accepted = _administrator(session, who, office, at)
        row = _open_act(session, act_id, office)
        form = _form_of(row)
        if form is not None and (problem := signer_problem(form.subjects, who.staff_id)):
            raise NotSigned(Refusal.SEPARATION, problem)
        if not why.strip():
            raise NotSigned(Refusal.REASON, "Say why this is refused: its proposer reads it. Nothing was changed.")
        codes.spend(session, accepted)
        _refuse(session, row, who.staff_id, why.strip()[:LONGEST_REASON], {who.staff_id: accepted.counter}, office, at)


def open_acts() -> list[OpenAct]:
    """What waits for a second administrator, the oldest first."""
    table = OfficeAct.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        rows = session.execute(select(*table).where(table.status == "open").order_by(table.act_id))
        return [
            OpenAct(
                r.act_id, ActKind(r.kind), TITLES[ActKind(r.kind)], r.subject, r.reason, r.proposed_by, r.proposed_at
            )
            for r in rows
        ]


def shown(act_id: str) -> tuple[list[str], str]:
    """An open act in words, line by line, and the fingerprint that the second signature names. Raises NotSigned."""
    at = clock.now()
    with reading() as session:
        office = load_office(session, at)
        row = _open_act(session, act_id, office)
        form = _form_of(row)
        if form is None:
            raise _changed()
        words = _policy_words(session, form) if isinstance(form, PolicyForm) else says(form, office)
    lines = [f"{row.act_id}: {TITLES[form.kind]}", *(f"{label}: {text}" for label, text in words)]
    lines += [f"Why: {row.reason}"] if row.reason else []
    lines.append(f"Proposed by: {office.name(row.proposed_by)}, {moment(row.proposed_at)}")
    return lines, _sha256(row)


def chains(form: OfficeForm) -> tuple[str, ...]:
    """The histories that an act belongs to."""
    return tuple(staff_chain(staff_id) for staff_id in form.subjects) or (POLICY_CHAIN,)


def _administrator(session: Session, who: Credential, office: Office, at: datetime) -> codes.Accepted:
    """The signer's code, if they are an administrator in their own right."""
    accepted = codes.check_code(session, who.staff_id, who.code, at)
    if who.behalf or who.staff_id not in office.administrators():
        raise NotSigned(
            Refusal.ROLE,
            "Only an administrator can do this, in their own name and never for somebody else. Nothing was changed.",
        )
    return accepted


def _understood(kind: str, body: Mapping[str, Any], office: Office) -> OfficeForm:
    if kind == ActKind.END_DELEGATION and (found := office.delegations.get(str(body.get("delegation_id", "")))):
        body = {"from_id": found.from_id, "to_id": found.to_id, **body}
    elif kind == ActKind.END_DELEGATION:
        raise NotSigned(
            Refusal.FORM,
            f"There is no delegation {str(body.get('delegation_id', ''))[:40]} that still runs. “steward staff list” "
            "shows them. Nothing was changed.",
        )
    form = read_form(kind, body)
    if isinstance(form, Flaw):
        raise NotSigned(Refusal.FORM, f"{form.sentence} Nothing was changed.")
    return form


def _reason(kind: ActKind, reason: str) -> str:
    found = " ".join(reason.split())
    if kind in NEEDS_REASON and not found:
        raise NotSigned(
            Refusal.REASON, "Say why: the second administrator and the auditor read it. Nothing was changed."
        )
    return found[:LONGEST_REASON]


def _check(form: OfficeForm, office: Office, signer: str, proposer: str = "") -> None:
    if problem := signer_problem(form.subjects, signer, proposer):
        raise NotSigned(Refusal.SEPARATION, problem)
    if problem := obstacle(form, office):
        raise NotSigned(Refusal.ILLEGAL, problem)


def _check_proposer(row: Row[Any], office: Office) -> None:
    if row.proposed_by not in office.administrators():
        raise NotSigned(
            Refusal.REVOKED,
            f"{office.name(row.proposed_by)}, who proposed {row.act_id}, is no longer an administrator, so their "
            "signature does not count any more. Refuse it and propose it yourself. Nothing was changed.",
        )


def _check_twins(session: Session, form: OfficeForm, office: Office, staff_id: str, at: datetime) -> None:
    """One act of a kind waits at a time; a policy that was edited again takes the place of the one before."""
    table = OfficeAct.__table__.c  # type: ignore[attr-defined]
    same = (table.kind == form.kind.value) & (table.subject == _subject(form)) & (table.status == "open")
    for row in session.execute(select(*table).where(same)):
        if isinstance(form, PolicyForm) and row.body != form.body():
            _refuse(session, row, staff_id, "A later version of the policy was proposed.", {}, office, at)
            continue
        raise NotSigned(
            Refusal.PROPOSAL,
            f"{office.name(row.proposed_by)} proposed “{TITLES[form.kind]}” for {row.subject} on "
            f"{moment(row.proposed_at)}; it waits as {row.act_id} for a second administrator. Sign it or refuse it "
            "first. Nothing was changed.",
        )


def _subject(form: OfficeForm) -> str:
    return form.subjects[0] if form.subjects else POLICY_SUBJECT


def _keep(
    session: Session, form: OfficeForm, reason: str, office: Office, accepted: codes.Accepted, at: datetime
) -> str:
    """The proposal's row, and its event with the fingerprint that the second signature must meet again."""
    number = session.execute(select(func.count()).select_from(OfficeAct)).scalar_one() + 1
    row = {
        "act_id": f"A{number:04d}", "kind": form.kind.value, "subject": _subject(form), "body": form.body(),
        "reason": reason, "proposed_by": accepted.staff_id, "proposed_at": at, "status": "open",
    }  # fmt: skip
    session.connection().execute(insert(OfficeAct), [row])
    payload = {
        "act": row["act_id"], "kind": row["kind"], "body": json.loads(form.body()), "reason": reason,
        "proposed_by": accepted.staff_id, "shown": _sha256_of(row), "counters": {accepted.staff_id: accepted.counter},
    }  # fmt: skip
    record(session, chains(form), PROPOSED, office.name(accepted.staff_id), payload, at)
    return str(row["act_id"])


def _sha256_of(row: Mapping[str, Any]) -> str:
    return act_sha256(row["act_id"], row["kind"], row["subject"], row["body"], row["reason"], row["proposed_by"])


def _sha256(row: Row[Any]) -> str:
    return _sha256_of(row._mapping)


def _open_act(session: Session, act_id: str, office: Office) -> Row[Any]:
    """The row of a proposal that waits; else a sentence that says who closed it and when."""
    table = OfficeAct.__table__.c  # type: ignore[attr-defined]
    row = session.execute(select(*table).where(table.act_id == act_id.strip().upper())).first()
    if row is None:
        raise NotSigned(Refusal.PROPOSAL, f"There is no proposal {act_id[:20]}. “steward staff acts” lists what waits.")
    if row.status != "open":
        how = "signed" if row.status == "done" else "refused"
        why = f" ({row.closed_why})" if row.closed_why else ""
        raise NotSigned(
            Refusal.PROPOSAL,
            f"{office.name(row.closed_by)} {how} {row.act_id} on {moment(row.closed_at)}{why}. Nothing was changed now.",
        )
    return row


def _form_of(row: Row[Any]) -> OfficeForm | None:
    """The form that a row holds; None when it is none, or not the one of its subject: the row was tampered with."""
    try:
        form = read_form(row.kind, json.loads(row.body))
    except (ValueError, TypeError):
        return None
    return None if isinstance(form, Flaw) or _subject(form) != row.subject else form


def _changed() -> NotSigned:
    return NotSigned(
        Refusal.CHANGED,
        "This proposal is not what was shown, or not what its proposer signed. Look at it again; if it differs from "
        "what was agreed, refuse it and tell the auditor. Nothing was changed.",
    )


def _as_proposed(session: Session, row: Row[Any], shown_sha256: str) -> tuple[OfficeForm, dict[str, Any]]:
    """The act, if it is what the second signer was shown and what the first one signed."""
    form, sha = _form_of(row), _sha256(row)
    if form is None or shown_sha256.strip().lower() != sha:
        raise _changed()
    proposals = (e.payload for e in office_events(session, chains(form)[0]) if e.event == PROPOSED)
    first = next((p for p in proposals if p["act"] == row.act_id), None)
    if first is None or first["shown"] != sha:
        raise _changed()
    return form, first


def _close(session: Session, row: Row[Any], status: str, staff_id: str, why: str, at: datetime) -> None:
    table = OfficeAct.__table__  # type: ignore[attr-defined]
    still = (table.c.act_id == row.act_id) & (table.c.status == "open")
    values = {"status": status, "closed_by": staff_id, "closed_at": at, "closed_why": why}
    if session.connection().execute(update(table).where(still).values(values)).rowcount != 1:
        raise NotSigned(Refusal.PROPOSAL, f"Somebody else closed {row.act_id} at this moment. Nothing was changed now.")


def _refuse(
    session: Session, row: Row[Any], staff_id: str, why: str, counters: dict[str, int], office: Office, at: datetime
) -> None:
    _close(session, row, "refused", staff_id, why, at)
    form = _form_of(row)
    if isinstance(form, PolicyForm):
        drop_proposed(session, form.sha256)
    payload = {"act": row.act_id, "kind": row.kind, "reason": why, "refused_by": staff_id, "counters": counters}
    of_acts = chains(form) if form is not None else (staff_chain(row.subject),)
    record(session, of_acts, REFUSED, office.name(staff_id), payload, at)


def _policy_words(session: Session, form: PolicyForm) -> list[tuple[str, str]]:
    changes = changes_of(session, form.sha256)
    if changes is None:
        return [("Fingerprint", form.sha256), ("Changes", "everything: no policy was signed before")]
    return [
        ("Fingerprint", form.sha256),
        *(("Changes", f"{c.path} from {c.before or 'nothing'} to {c.after or 'nothing'}") for c in changes),
    ]
