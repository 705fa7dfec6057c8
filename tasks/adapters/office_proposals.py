"""Proposals about the office that wait for a second administrator: their rows, and what pins them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlmodel import Session

from models.shared.office_acts import (
    POLICY_SUBJECT,
    TITLES,
    DelegateForm,
    Flaw,
    OfficeForm,
    PolicyForm,
    act_sha256,
    read_form,
)
from models.shared.office_rules import Office
from models.shared.people_records import OfficeAct
from tasks.adapters.codes import Accepted
from tasks.adapters.office_chain import POLICY_CHAIN, office_events, record, staff_chain
from tasks.adapters.policy_versions import drop_proposed
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.templating import moment

PROPOSED, REFUSED = "proposed", "proposal_refused"


def chains(form: OfficeForm) -> tuple[str, ...]:
    """The histories that an act belongs to."""
    return tuple(staff_chain(staff_id) for staff_id in form.subjects) or (POLICY_CHAIN,)


def subject_of(form: OfficeForm) -> str:
    """The account that an act is filed under, or the policy."""
    return form.subjects[0] if form.subjects else POLICY_SUBJECT


def make_way(session: Session, form: OfficeForm, office: Office, staff_id: str, at: datetime) -> None:
    """One act of a kind waits at a time; a policy that was edited again takes the place of the one before."""
    table = OfficeAct.__table__.c  # type: ignore[attr-defined]
    same = (table.kind == form.kind.value) & (table.subject == subject_of(form)) & (table.status == "open")
    for row in session.execute(select(*table).where(same)):
        if isinstance(form, PolicyForm) and row.body != form.body():
            close_refused(session, row, staff_id, "A later version of the policy was proposed.", {}, office, at)
            continue
        if isinstance(form, DelegateForm) and row.body != form.body():
            continue
        raise NotSigned(
            Refusal.PROPOSAL,
            f"{office.name(row.proposed_by)} proposed “{TITLES[form.kind]}” for {row.subject} on "
            f"{moment(row.proposed_at)}; it waits as {row.act_id} for a second administrator. Sign it or refuse it "
            "first. Nothing was changed.",
        )


def keep(session: Session, form: OfficeForm, reason: str, office: Office, accepted: Accepted, at: datetime) -> str:
    """The proposal's row, and its event with the fingerprint that the second signature must meet again."""
    number = session.execute(select(func.count()).select_from(OfficeAct)).scalar_one() + 1
    row = {
        "act_id": f"A{number:04d}", "kind": form.kind.value, "subject": subject_of(form), "body": form.body(),
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


def pinned(row: Row[Any]) -> str:
    """The fingerprint of a proposal: what its first signature covers, and the second names."""
    return _sha256_of(row._asdict())


def open_act(session: Session, act_id: str, office: Office) -> Row[Any]:
    """The row of a proposal that waits; else a sentence that says who closed it and when."""
    table = OfficeAct.__table__.c  # type: ignore[attr-defined]
    row = session.execute(select(*table).where(table.act_id == act_id.strip().upper())).first()
    if row is None:
        raise NotSigned(Refusal.PROPOSAL, f"There is no proposal {act_id[:20]}. “steward staff acts” lists what waits.")
    if row.status != "open":
        how = "signed" if row.status == "done" else "withdrew" if row.closed_by == row.proposed_by else "refused"
        why = f" ({row.closed_why})" if row.closed_why else ""
        raise NotSigned(
            Refusal.PROPOSAL,
            f"{office.name(row.closed_by)} {how} {row.act_id} on {moment(row.closed_at)}{why}. Nothing was changed "
            "now.",
        )
    return row


def form_of(row: Row[Any]) -> OfficeForm | None:
    """The form that a row holds; None when it is none, or not the one of its subject: the row was tampered with."""
    try:
        form = read_form(row.kind, json.loads(row.body))
    except (ValueError, TypeError):
        return None
    return None if isinstance(form, Flaw) or subject_of(form) != row.subject else form


def changed() -> NotSigned:
    """The refusal of a proposal that somebody tampered with."""
    return NotSigned(
        Refusal.CHANGED,
        "This proposal is not what was shown, or not what its proposer signed. Look at it again; if it differs from "
        "what was agreed, refuse it and tell the auditor. Nothing was changed.",
    )


def as_proposed(session: Session, row: Row[Any], shown_sha256: str) -> tuple[OfficeForm, dict[str, Any]]:
    """The act, if it is what the second signer was shown and what the first one signed."""
    form, sha = form_of(row), pinned(row)
    if form is None or shown_sha256.strip().lower() != sha:
        raise changed()
    history = [e for e in office_events(session, chains(form)[0]) if e.payload.get("act") == row.act_id]
    if [e.event for e in history] != [PROPOSED] or history[0].payload["shown"] != sha:
        raise changed()
    return form, history[0].payload


def close(session: Session, row: Row[Any], status: str, staff_id: str, why: str, at: datetime) -> None:
    """Let a proposal wait no longer. Raises NotSigned when somebody was faster."""
    table = OfficeAct.__table__  # type: ignore[attr-defined]
    still = (table.c.act_id == row.act_id) & (table.c.status == "open")
    values = {"status": status, "closed_by": staff_id, "closed_at": at, "closed_why": why}
    if session.connection().execute(update(table).where(still).values(values)).rowcount != 1:
        raise NotSigned(Refusal.PROPOSAL, f"Somebody else closed {row.act_id} at this moment. Nothing was changed now.")


def close_refused(
    session: Session, row: Row[Any], staff_id: str, why: str, counters: dict[str, int], office: Office, at: datetime
) -> None:
    """Close a proposal as refused, with its event."""
    close(session, row, "refused", staff_id, why, at)
    form = form_of(row)
    if isinstance(form, PolicyForm):
        drop_proposed(session, form.sha256)
    payload = {"act": row.act_id, "kind": row.kind, "reason": why, "refused_by": staff_id, "counters": counters}
    of_acts = chains(form) if form is not None else (staff_chain(row.subject),)
    record(session, of_acts, REFUSED, office.name(staff_id), payload, at)
