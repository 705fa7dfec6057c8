"""Acts about the office itself: one administrator proposes and signs, a second one signs, and only then it counts.

A proposal stands only while its proposer is an administrator: two standing signatures, not one standing and one
revoked, let an act take effect. What a revoked administrator left open is refused and proposed again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from models.shared.office_acts import (
    EVENTS,
    NEEDS_REASON,
    TITLES,
    ActKind,
    Flaw,
    OfficeForm,
    PolicyForm,
    read_form,
)
from models.shared.office_acts import NewPerson as NewPerson
from models.shared.office_rules import Office, obstacle, says, signer_problem
from models.shared.people_records import OfficeAct
from models.shared.signing import Credential
from tasks.adapters import clock, codes
from tasks.adapters.database import reading
from tasks.adapters.office_bootstrap import bootstrap as bootstrap
from tasks.adapters.office_chain import load_office, office_session, record
from tasks.adapters.office_effects import Approval, take_effect
from tasks.adapters.office_proposals import (
    as_proposed,
    chains,
    changed,
    close,
    close_refused,
    form_of,
    keep,
    make_way,
    open_act,
    pinned,
)
from tasks.adapters.policy import surge_sha256s
from tasks.adapters.policy_versions import changes_of, keep_proposed, valid_policy_sha256
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.templating import moment

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
        body = {"sha256": valid_policy_sha256(), "surge": surge_sha256s()}
    with office_session() as session:
        office = load_office(session, at)
        accepted = _administrator(session, who, office, at)
        form = _understood(kind, body, office)
        reason = _reason(form.kind, reason)
        _check(form, office, who.staff_id)
        make_way(session, form, office, who.staff_id, at)
        codes.spend(session, accepted)
        if isinstance(form, PolicyForm):
            keep_proposed(session, form, who.staff_id, at)
        return keep(session, form, reason, office, accepted, at)


def sign(act_id: str, shown_sha256: str, who: Credential) -> SignedAct:
    """The second signature, over exactly what was shown; the act takes effect. Raises NotSigned."""
    at = clock.now()
    with office_session() as session:
        office = load_office(session, at)
        accepted = _administrator(session, who, office, at)
        row = open_act(session, act_id, office)
        form, proposed = as_proposed(session, row, shown_sha256)
        _check_proposer(row, office)
        _check(form, office, who.staff_id, row.proposed_by)
        codes.spend(session, accepted)
        close(session, row, "done", who.staff_id, "", at)
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
        row = open_act(session, act_id, office)
        form = form_of(row)
        if form is not None and (problem := signer_problem(form.subjects, who.staff_id)):
            raise NotSigned(Refusal.SEPARATION, problem)
        if not why.strip():
            raise NotSigned(Refusal.REASON, "Say why this is refused: its proposer reads it. Nothing was changed.")
        codes.spend(session, accepted)
        close_refused(
            session, row, who.staff_id, why.strip()[:LONGEST_REASON], {who.staff_id: accepted.counter}, office, at
        )


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
        row = open_act(session, act_id, office)
        form = form_of(row)
        if form is None:
            raise changed()
        words = _policy_words(session, form) if isinstance(form, PolicyForm) else says(form, office)
    lines = [f"{row.act_id}: {TITLES[form.kind]}", *(f"{label}: {text}" for label, text in words)]
    lines += [f"Why: {row.reason}"] if row.reason else []
    lines.append(f"Proposed by: {office.name(row.proposed_by)}, {moment(row.proposed_at)}")
    return lines, pinned(row)


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


def _policy_words(session: Session, form: PolicyForm) -> list[tuple[str, str]]:
    changes, words = changes_of(session, form), [("Fingerprint", form.sha256)]
    words += [("Surge file", f"{name}.toml, {sha}") for name, sha in sorted(form.surge.items())]
    if changes is None:
        return [*words, ("Changes", "everything: no policy was signed before")]
    return [*words, *(("Changes", f"{c.path} from {c.before or 'nothing'} to {c.after or 'nothing'}") for c in changes)]
