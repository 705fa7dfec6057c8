"""Versions of the policy: proposed by one administrator, signed by a second one, and what differs between two."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlmodel import Session

from models.hotline.phrases import PhraseError
from models.shared.documents import sha256
from models.shared.office_acts import POLICY_SUBJECT, Difference, PolicyForm, differences
from models.shared.records import CaseEvent, PolicyVersion
from tasks.adapters.hotline.phrase_files import read_tables
from tasks.adapters.people import OFFICE
from tasks.adapters.policy import (
    PolicyError,
    phrases_sha256,
    policy_sha256,
    policy_text,
    registration_policy,
    surge_sha256s,
)
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.settings import settings
from tasks.adapters.signed_policy import last_signing, open_policy_act, signings
from tasks.adapters.templating import moment


@dataclass(frozen=True)
class PolicyState:
    """The policy file as it lies here: its fingerprint, who proposed and signed it, and what is new in it.

    `last_signed` is the fingerprint of the version that was signed last; `changes` are measured from it, or from the
    one before when the file is that version itself. A file that was set back to an earlier version is not in force:
    `signed_before` is when it was signed then, `replaced_by` and `replaced_at` who signed the newer one and when.
    `surge_waits` are the surge files, by name, that are not as they were signed last, whatever the policy is.
    """

    sha256: str
    proposed_by: str
    proposed_at: datetime | None
    signed_by: str
    signed_at: datetime | None
    last_signed: str
    changes: tuple[Difference, ...]
    signed_before: datetime | None = None
    replaced_by: str = ""
    replaced_at: datetime | None = None
    surge_waits: tuple[str, ...] = ()

    @property
    def is_in_force(self) -> bool:
        return self.signed_at is not None

    def as_json(self) -> dict[str, Any]:
        """The state for `--json`."""
        times = {
            "proposed_at": self.proposed_at, "signed_at": self.signed_at, "signed_before": self.signed_before,
            "replaced_at": self.replaced_at,
        }  # fmt: skip
        return {
            "in_force": self.is_in_force, "sha256": self.sha256, "proposed_by": self.proposed_by,
            "signed_by": self.signed_by, "replaced_by": self.replaced_by,
            **{k: at.isoformat() if at else None for k, at in times.items()},
            "last_signed": self.last_signed, "changes": [asdict(change) for change in self.changes],
            "surge_waits": list(self.surge_waits),
        }  # fmt: skip


def valid_policy_sha256() -> str:
    """The fingerprint of the policy file, if it can be decided by. Raises NotSigned with what is wrong in it."""
    try:
        sha = policy_sha256()
        registration_policy()
        _read_whole(phrases_sha256())
        return sha
    except PhraseError as error:
        raise NotSigned(Refusal.POLICY, f"A phrase table cannot be used: {error} Nothing was proposed.") from error
    except (ValueError, TypeError, KeyError, OSError) as error:
        why = str(error) if isinstance(error, PolicyError) else f"The policy or the holidays are broken: {error}."
        raise NotSigned(Refusal.POLICY, f"{why} Nothing was proposed.") from error


@lru_cache(maxsize=4)
def _read_whole(_sha256: str) -> None:
    """Read every row of the phrase tables: triage reads a language only when somebody speaks it. Raises PhraseError."""
    read_tables()


def keep_proposed(session: Session, form: PolicyForm, staff_id: str, at: datetime) -> None:
    """Keep the text of the proposed policy. Raises NotSigned when it is in force, with the same surge files."""
    table, sha = PolicyVersion.__table__, form.sha256  # type: ignore[attr-defined]
    found, newest, text = _version(session, sha), last_signing(session), policy_text()
    if sha256(text) != sha:
        raise NotSigned(Refusal.CHANGED, "The policy file was changed just now. Propose it again. Nothing was changed.")
    if found is not None and found.signed_at is not None and newest is not None and newest.covers(sha, form.surge):
        raise NotSigned(
            Refusal.PROPOSAL,
            f"This policy is in force already: {newest.proposed_by} and {newest.signed_by} signed it on "
            f"{moment(newest.at)}. Nothing was changed.",
        )
    if found is not None and found.signed_at is not None:
        # Decisions of its time rest on an earlier version, so its row stays whatever becomes of the proposal.
        session.connection().execute(update(table).where(table.c.sha256 == sha).values(body=text))
        return
    session.connection().execute(delete(table).where(table.c.sha256 == sha))
    row = {"sha256": sha, "body": text, "proposed_at": at, "proposed_by": staff_id}
    session.connection().execute(insert(PolicyVersion), [row])


def drop_proposed(session: Session, sha: str) -> None:
    """A proposal that was refused leaves no version behind that would seem to wait for a signature."""
    table = PolicyVersion.__table__  # type: ignore[attr-defined]
    unsigned = (table.c.sha256 == sha) & table.c.signed_at.is_(None)
    session.connection().execute(delete(table).where(unsigned))


def put_in_force(session: Session, form: PolicyForm, staff_id: str, at: datetime) -> None:
    """The second signature. Raises NotSigned when a file or the kept text is no longer what was proposed."""
    sha = form.sha256
    found = _version(session, sha)
    if found is None or sha256(found.body) != sha:
        raise NotSigned(
            Refusal.CHANGED,
            "The text of the proposed policy was changed after it was proposed. Propose the policy again. Nothing was "
            "changed.",
        )
    if valid_policy_sha256() != sha or surge_sha256s() != form.surge:
        raise NotSigned(
            Refusal.CHANGED,
            f"The policy ({settings().policy_file.name}, the table of holidays, a text of letters, a phrase table or a "
            "surge file) was changed after it was proposed. Propose it again (“steward policy propose”), so that what "
            "is signed is what will count. Nothing was changed.",
        )
    table = PolicyVersion.__table__  # type: ignore[attr-defined]
    values = {"signed_at": at, "signed_by": staff_id, **_proposed(session, form)}
    session.connection().execute(update(table).where(table.c.sha256 == sha).values(values))


def _proposed(session: Session, form: PolicyForm) -> dict[str, Any]:
    """Who proposed a version last and when: an earlier one that is signed again has a new first signature too."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == OFFICE) & (table.case_id == POLICY_SUBJECT) & (table.event == "proposed")
    for row in session.execute(select(table.at, table.payload).where(mine).order_by(table.seq.desc())):
        told = json.loads(row.payload)
        if told["body"]["sha256"] == form.sha256 and told["body"].get("surge", {}) == form.surge:
            return {"proposed_at": row.at, "proposed_by": told["proposed_by"]}
    return {}


def policy_state(session: Session) -> PolicyState:
    """How the policy file stands. Raises PolicyError when it cannot be read."""
    sha, surge = policy_sha256(), surge_sha256s()
    own, newest = _version(session, sha), last_signing(session)
    found: dict[str, Any] = {"sha256": sha, "last_signed": newest.sha256 if newest else ""}
    found["changes"] = changes_since(last_signed(session, but=(sha, surge)), _whole(policy_text(), surge))
    signed = newest.surge if newest else {}
    found["surge_waits"] = tuple(sorted(n for n in {*signed, *surge} if signed.get(n) != surge.get(n)))
    proposed: Any = own
    if own is not None and own.signed_at is not None and newest is not None:
        if newest.sha256 == sha:
            found |= {"signed_by": own.signed_by, "signed_at": own.signed_at}
        else:
            proposed = open_policy_act(session, sha)
            found |= {"signed_before": own.signed_at, "replaced_at": newest.at}
            found["replaced_by"] = f"{newest.proposed_by} and {newest.signed_by}"
    said = {"proposed_by": "", "proposed_at": None, "signed_by": "", "signed_at": None}
    if proposed is not None:
        said |= {"proposed_by": proposed.proposed_by, "proposed_at": proposed.proposed_at}
    return PolicyState(**{**said, **found})


def changes_of(session: Session, form: PolicyForm) -> tuple[Difference, ...] | None:
    """What a proposed version changes against the last signed one; None when it is the first."""
    found, last = _version(session, form.sha256), last_signed(session, but=(form.sha256, form.surge))
    if found is None or last is None:
        return None
    return changes_since(last, _whole(found.body, form.surge))


def changes_since(last: Mapping[str, Any] | None, whole: Mapping[str, Any]) -> tuple[Difference, ...]:
    """The values in which what is signed differs from what was; none for the first."""
    return tuple(differences(last, whole)) if last is not None else ()


def last_signed(session: Session, but: tuple[str, Mapping[str, str]] | None = None) -> dict[str, Any] | None:
    """All that was signed last: the policy's text with its surge files; `but` leaves out one policy with its files."""
    others = (found for found in reversed(signings(session)) if but is None or not found.covers(*but))
    newest = next(others, None)
    version = _version(session, newest.sha256) if newest else None
    return _whole(version.body, newest.surge) if newest and version is not None else None


def _whole(body: str, surge: Mapping[str, str]) -> dict[str, Any]:
    return {**json.loads(body), **({"surge": dict(surge)} if surge else {})}


def _version(session: Session, sha: str) -> Row[Any] | None:
    table = PolicyVersion.__table__.c  # type: ignore[attr-defined]
    return session.execute(select(*table).where(table.sha256 == sha)).first()
