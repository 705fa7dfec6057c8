"""Nothing is decided under a policy that two administrators have not signed."""

from sqlalchemy import select
from sqlmodel import Session

from models.shared.records import PolicyVersion
from tasks.adapters.policy import PolicyError, policy_sha256
from tasks.adapters.settings import settings


class PolicyUnsigned(PolicyError):
    """The policy file in force is not signed; the message says who has to do what."""


def require_signed_policy(session: Session) -> None:
    """Raise PolicyUnsigned unless the policy in force carries both signatures."""
    table = PolicyVersion.__table__.c  # type: ignore[attr-defined]
    found = session.execute(select(table.signed_at, table.proposed_by).where(table.sha256 == policy_sha256())).first()
    if found is not None and found.signed_at is not None:
        return
    name = settings().policy_file.name
    if found is None:
        raise PolicyUnsigned(
            f"The policy ({name} and the table of holidays) is not signed, so nothing was changed. An administrator "
            "proposes it with “steward policy propose”, a second one signs it with “steward policy sign”."
        )
    raise PolicyUnsigned(
        f"The policy ({name}) was proposed by {found.proposed_by} and waits for the signature of a second "
        "administrator (“steward policy sign”). Nothing was changed."
    )
