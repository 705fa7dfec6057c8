"""What people sign: what is asked for, the list exactly as it is shown, and the hash that the signature covers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from models.shared.documents import canonical, sha256
from models.shared.evidence import moment


@dataclass(frozen=True)
class Item:
    """One thing to be signed: an act on a case with its fields as text, and the signer's reason.

    `proposal_id` is the proposal that it answers, empty where the signer begins.
    """

    case_id: str
    act: str
    fields: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    proposal_id: str = ""


@dataclass(frozen=True)
class Asked:
    """A list to be signed as a whole: all of it is recorded, or nothing."""

    process: str
    items: tuple[Item, ...]


class ShownItem(BaseModel):
    """One line of a shown list. `says` are the act's fields in words; `letter` the hash of the letter that it orders.

    `version` and `packet` pin the case and its facts; `first` is true when a second signature is still to come, and
    `proposed_by` names whose first signature this one completes.
    """

    model_config = ConfigDict(frozen=True)

    case_id: str
    version: int
    packet: str
    act: str
    label: str
    says: tuple[tuple[str, str], ...]
    stands: str
    then: str
    holder: str
    findings: tuple[str, ...] = ()
    letter: str = ""
    proposal_id: str = ""
    proposed_by: str = ""
    proposed_why: str = ""
    first: bool = False


class Shown(BaseModel):
    """A list exactly as it is shown, with the policy that it is judged by."""

    model_config = ConfigDict(frozen=True)

    process: str
    policy: str
    items: tuple[ShownItem, ...]

    def text(self) -> str:
        return canonical(self.model_dump(mode="json"))

    def sha256(self) -> str:
        return sha256(self.text())


def signature_number(
    process: str, staff_id: str, counter: int, shown_sha256: str, door: str, at: datetime, policy_sha256: str
) -> str:
    """The number of a signature, which follows from all that it says: a row that was changed later shows."""
    return sha256(canonical([process, staff_id, counter, shown_sha256, door, moment(at), policy_sha256]))[:24]


def made_by(signature_id: str, number: int) -> str:
    """The key of the row that an item of a signed list brought about, by the item's number, from 0."""
    return sha256(f"{signature_id}/{number}")[:24]


@dataclass(frozen=True)
class SignedEvent:
    """One event of a case's history as far as signatures go: `by` is empty where nobody signed it."""

    event: str
    on: date
    by: tuple[str, ...] = ()


def signers(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """Who signed an event, first or second, and for whom; nobody where it came by itself."""
    signed = payload.get("signed")
    if not signed:
        return ()
    told = (signed["by"], signed["for"], signed.get("proposed_by", ""), signed.get("proposed_for", ""))
    return tuple(dict.fromkeys(staff for staff in told if staff))


@dataclass(frozen=True)
class Credential:
    """Who signs, by which code, and for whom, where they stand in for somebody."""

    staff_id: str
    code: str = field(repr=False)
    behalf: str = ""


@dataclass(frozen=True)
class Receipt:
    """What a signature recorded: its id, and for each item of the list whether it is done or waits for a second one."""

    signature_id: str
    done: tuple[str, ...]
    waiting: tuple[str, ...]
