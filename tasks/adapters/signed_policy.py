"""Nothing is decided under a policy that two administrators have not signed, nor under one that was replaced since."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, Subquery, bindparam, select, true
from sqlmodel import Session

from models.shared.office_acts import EVENTS, POLICY_SUBJECT, ActKind
from models.shared.people_records import OfficeAct
from models.shared.records import CaseEvent, PolicyVersion
from tasks.adapters.people import OFFICE
from tasks.adapters.policy import PolicyError, policy_sha256, policy_text
from tasks.adapters.settings import settings


class PolicyUnsigned(PolicyError):
    """The policy file is not the one that was signed last; the message says who has to do what."""


@dataclass(frozen=True)
class Signing:
    """One time that two administrators put a policy in force, as the office's history says it.

    `surge` are the hashes of the surge files that they signed with it, by name.
    """

    sha256: str
    at: datetime
    proposed_by: str
    signed_by: str
    surge: Mapping[str, str] = field(default_factory=dict)

    def covers(self, sha: str, surge: Mapping[str, str]) -> bool:
        """True of the signing of this very policy with these very surge files."""
        return self.sha256 == sha and self.surge == surge


def require_signed_policy(session: Session) -> None:
    """Raise PolicyUnsigned unless the policy file is the version that was signed last, with both signatures."""
    try:
        sha = policy_sha256()
    except PolicyError as error:
        raise PolicyUnsigned(f"{error} Nothing was changed. Mend the file, or put the signed one back.") from error
    found = session.execute(_check(), {"sha": sha}).first()
    newest = signing(found) if found is not None and found.payload is not None else None
    if found is not None and found.signed_at is not None and newest is not None and newest.sha256 == sha:
        return
    raise PolicyUnsigned(_why_not(session, sha, found, newest))


@lru_cache(maxsize=1)
def _check() -> Select[Any]:
    """The version of a hash beside the last signing; made once, as every decision asks it."""
    table, last = PolicyVersion.__table__, _last_event()  # type: ignore[attr-defined]
    columns = (table.c.proposed_by, table.c.signed_at, last.c.at, last.c.payload)
    query = select(*columns).select_from(table.outerjoin(last, true()))
    return query.where(table.c.sha256 == bindparam("sha"))


def last_signing(session: Session) -> Signing | None:
    """When two administrators last put a policy in force; None where they never did."""
    found = session.execute(select(_last_event())).first()
    return signing(found) if found is not None else None


def signings(session: Session) -> list[Signing]:
    """Each time that two administrators put a policy in force, the first one first."""
    rows = session.execute(policy_events().order_by(CaseEvent.__table__.c.seq))  # type: ignore[attr-defined]
    return [signing(row) for row in rows]


def signing(row: Row[Any]) -> Signing:
    """A signing from its event's `at` and `payload`."""
    told = json.loads(row.payload)
    body = told["body"]
    return Signing(body["sha256"], row.at, told["proposed_by"], told["signed_by"], body.get("surge", {}))


def policy_events() -> Any:
    """The query for every signing of a policy, as events of the office's history."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    return select(table.at, table.payload, table.seq).where(
        table.process == OFFICE, table.case_id == POLICY_SUBJECT, table.event == EVENTS[ActKind.POLICY]
    )


def _last_event() -> Subquery:
    # The place in the chain counts, not the moment: a clock may stand still or be set back.
    found: Subquery = policy_events().order_by(CaseEvent.__table__.c.seq.desc()).limit(1).subquery()  # type: ignore[attr-defined]
    return found


def open_policy_act(session: Session, sha: str) -> Row[Any] | None:
    """The proposal of this version that waits for a second administrator."""
    table = OfficeAct.__table__.c  # type: ignore[attr-defined]
    waits = (table.kind == ActKind.POLICY.value) & (table.subject == POLICY_SUBJECT) & (table.status == "open")
    rows = session.execute(select(table.body, table.proposed_by, table.proposed_at).where(waits))
    return next((row for row in rows if json.loads(row.body).get("sha256") == sha), None)


def _why_not(session: Session, sha: str, found: Row[Any] | None, newest: Signing | None) -> str:
    name = settings().policy_file.name
    whole = f"{name}, the table of holidays, the texts of letters and the phrase tables"
    if found is None or (found.signed_at is not None and sha not in {one.sha256 for one in signings(session)}):
        return (
            f"The policy ({whole}) is not signed, so nothing was changed.{_tables_told(session)} An "
            "administrator proposes it with “steward policy propose”, a second one signs it with “steward policy sign”."
        )
    again = open_policy_act(session, sha) if found.signed_at is not None else None
    if again is not None or found.signed_at is None:
        who = again.proposed_by if again is not None else found.proposed_by
        return (
            f"The policy ({name}) was proposed by {who} and waits for the signature of a second administrator "
            "(“steward policy sign”). Nothing was changed."
        )
    # Whoever only reads cases must not import what draws paper.
    from tasks.adapters.templating import moment

    assert newest is not None  # where the history tells of a signing, it tells of a last one
    return (
        f"The policy ({whole}) was set back to an earlier version. {newest.proposed_by} and {newest.signed_by} signed "
        f"a newer one on {moment(newest.at)}, and only the version that was signed last counts. Put the newer one "
        "back, or propose this one again (“steward policy propose”) to go back to it. Nothing was changed."
    )


def _tables_told(session: Session) -> str:
    """Which phrase tables are not those that were signed last: triage may have stopped for them alone."""
    newest = last_signing(session)
    kept = session.get(PolicyVersion, newest.sha256) if newest else None
    before = json.loads(kept.body).get("phrases", {}) if kept else {}
    now = json.loads(policy_text())["phrases"]
    names = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    if not before or not names:
        return ""
    noun = "table that differs" if len(names) == 1 else "tables that differ"
    return f" Phrase {noun} from what was signed: {', '.join(names)}."
