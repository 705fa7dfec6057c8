"""Acts about the office itself, which two administrators sign: the form of each, its words, and what is signed."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from models.shared.documents import canonical, sha256
from models.shared.people import Role, Unit, roles_problem

POLICY_SUBJECT = "policy"
_STAFF_ID = re.compile(r"[a-z][a-z0-9]*([.-][a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")


class ActKind(StrEnum):
    """What two administrators can do."""

    ADD = "add"
    CHANGE = "change"
    ENROL = "enrol"
    REVOKE = "revoke"
    DELEGATE = "delegate"
    END_DELEGATION = "end_delegation"
    POLICY = "policy"


# Each kind as a heading, as a clause after “proposed to”, and as its event in the history.
TITLES = {
    ActKind.ADD: "Add a person", ActKind.CHANGE: "Change a person’s unit and roles",
    ActKind.ENROL: "Give a person a new authenticator", ActKind.REVOKE: "Revoke a person’s account",
    ActKind.DELEGATE: "Let somebody act for a person who is out", ActKind.END_DELEGATION: "End a delegation",
    ActKind.POLICY: "Put a policy in force",
}  # fmt: skip
EVENTS = {
    ActKind.ADD: "staff_added", ActKind.CHANGE: "staff_changed", ActKind.ENROL: "enrollment_signed",
    ActKind.REVOKE: "staff_revoked", ActKind.DELEGATE: "delegated", ActKind.END_DELEGATION: "delegation_ended",
    ActKind.POLICY: "policy_signed",
}  # fmt: skip
NEEDS_REASON = frozenset({ActKind.REVOKE, ActKind.DELEGATE, ActKind.END_DELEGATION})


@dataclass(frozen=True)
class Flaw:
    """Why a form cannot be used, as a sentence."""

    sentence: str


def normal_staff_id(text: str) -> str:
    """An account's id: small letters and digits, parts joined by a period or a hyphen. Raises ValueError."""
    found = text.strip().casefold()
    if not _STAFF_ID.fullmatch(found) or not 3 <= len(found) <= 40 or found == POLICY_SUBJECT:
        raise ValueError(f"The id “{text[:60]}” cannot be used: write 3 to 40 letters and digits, such as m.osei.")
    return found


def normal_identity(text: str) -> str:
    """An employee number as its digits, without leading zeros, so that one number is one person. Raises ValueError."""
    found = re.sub(r"[\s.\-]", "", unicodedata.normalize("NFKC", text)).lstrip("0")
    if not re.fullmatch(r"[0-9]{3,12}", found):
        raise ValueError(f"The employee number “{text[:40]}” cannot be used: write its digits, such as 0412345.")
    return found


def normal_email(text: str) -> str:
    """An e-mail address in small letters, so that one address is one person. Raises ValueError."""
    found = unicodedata.normalize("NFKC", text).strip().casefold()
    if not _EMAIL.fullmatch(found) or len(found) > 254:
        raise ValueError(f"“{text[:80]}” is no e-mail address. Write it as name@agency.example.")
    return found


def plain_name(text: str) -> str:
    """A person's name with single blanks. Raises ValueError."""
    found = " ".join(text.split())
    if not 2 <= len(found) <= 120 or not all(c.isprintable() for c in found) or not any(c.isalpha() for c in found):
        raise ValueError("The name cannot be used: write the person's first and last name.")
    return found


def _sorted_roles(roles: Any) -> Any:
    if isinstance(roles, str):
        roles = [part.strip() for part in roles.split(",")]
    return tuple(sorted(set(roles))) if isinstance(roles, list | tuple | set | frozenset) else roles


StaffId = Annotated[str, BeforeValidator(normal_staff_id)]
Roles = Annotated[tuple[Role, ...], BeforeValidator(_sorted_roles)]


class OfficeForm(BaseModel):
    """Base of what is signed; `subjects` are the accounts that it is about: none of them signs it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    kind: ClassVar[ActKind]

    @property
    def subjects(self) -> tuple[str, ...]:
        return ()

    def body(self) -> str:
        return canonical(self.model_dump(mode="json"))


class _AboutOne(OfficeForm):
    staff_id: StaffId

    @property
    def subjects(self) -> tuple[str, ...]:
        return (self.staff_id,)


class _Post(_AboutOne):
    unit: Unit
    roles: Roles

    @model_validator(mode="after")
    def _roles_are_one_persons(self) -> "_Post":
        if problem := roles_problem(self.roles):
            raise ValueError(problem)
        return self


class AddForm(_Post):
    """A new person; `identity` is the City's own number of the person: whoever has one account gets no second."""

    kind = ActKind.ADD
    name: Annotated[str, BeforeValidator(plain_name)]
    email: Annotated[str, BeforeValidator(normal_email)]
    identity: Annotated[str, BeforeValidator(normal_identity)]


class ChangeForm(_Post):
    """Another unit, other roles."""

    kind = ActKind.CHANGE


class EnrolForm(_AboutOne):
    """A ticket with which the person takes up a secret for an authenticator; a revoked person comes back by it."""

    kind = ActKind.ENROL


class RevokeForm(_AboutOne):
    """The account signs nothing any more."""

    kind = ActKind.REVOKE


class DelegateForm(OfficeForm):
    """From the first to the last day `to_id` may act for `from_id`."""

    kind = ActKind.DELEGATE
    from_id: StaffId
    to_id: StaffId
    first_day: date
    last_day: date

    @property
    def subjects(self) -> tuple[str, ...]:
        return (self.from_id, self.to_id)


class EndDelegationForm(OfficeForm):
    """A delegation ends before its last day."""

    kind = ActKind.END_DELEGATION
    delegation_id: str
    from_id: StaffId
    to_id: StaffId

    @property
    def subjects(self) -> tuple[str, ...]:
        return (self.from_id, self.to_id)


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class PolicyForm(OfficeForm):
    """The agency's numbers and holidays, by the hash of their text; the surge files that count with them, by theirs."""

    kind = ActKind.POLICY
    sha256: Sha256
    surge: Mapping[str, Sha256] = Field(default_factory=dict)


FORMS: dict[ActKind, type[OfficeForm]] = {
    form.kind: form
    for form in (AddForm, ChangeForm, EnrolForm, RevokeForm, DelegateForm, EndDelegationForm, PolicyForm)
}


@dataclass(frozen=True)
class NewPerson:
    """One of the first two administrators; `identity` is the City's employee number."""

    staff_id: str
    name: str
    email: str
    identity: str

    def form(self) -> OfficeForm | Flaw:
        return read_form(
            ActKind.ADD, {**vars(self), "unit": Unit.ADMINISTRATION.value, "roles": [Role.ADMINISTRATOR.value]}
        )


def read_form(kind: str, body: Mapping[str, Any]) -> OfficeForm | Flaw:
    """The form of an act from its fields, or what is wrong with it."""
    if kind not in set(ActKind):
        return Flaw(f"There is no act “{kind[:40]}”. Known: {', '.join(ActKind)}.")
    try:
        return FORMS[ActKind(kind)].model_validate(dict(body))
    except ValidationError as error:
        return Flaw(_sentence(dict(error.errors()[0])))


_WORDS = {
    "staff_id": "id", "name": "name", "email": "e-mail address", "identity": "employee number", "unit": "unit",
    "roles": "role", "from_id": "id of the person who is out", "to_id": "id of the person who acts for them",
    "first_day": "first day", "last_day": "last day", "delegation_id": "number of the delegation",
    "sha256": "fingerprint of the policy", "surge": "fingerprint of a surge file",
}  # fmt: skip
_KNOWN: dict[str, type[StrEnum]] = {"unit": Unit, "roles": Role}


def _sentence(error: dict[str, Any]) -> str:
    where = str(error["loc"][0]) if error["loc"] else ""
    word = _WORDS.get(where, where)
    if error["type"] == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "missing":
        return f"The {word} is missing."
    if error["type"] == "enum":
        return f"There is no such {word}. Known: {', '.join(_KNOWN[where])}."
    if error["type"] == "extra_forbidden":
        return f"The field “{where[:40]}” does not belong to this act."
    if where.endswith("_day"):
        return f"The {word} is no date. Write it as 2026-12-24."
    return f"The {word} cannot be used."


def act_sha256(act_id: str, kind: str, subject: str, body: str, reason: str, proposed_by: str) -> str:
    """What the second signature covers: everything that the first one proposed, and who proposed it."""
    return sha256(canonical([act_id, kind, subject, body, reason, proposed_by]))


@dataclass(frozen=True)
class Difference:
    """One value of the policy that two versions do not share; None where a version lacks it."""

    path: str
    before: str | None
    after: str | None


def differences(before: Any, after: Any) -> list[Difference]:
    """What differs between two policies, by the path of each value, in the order of the paths."""
    old, new = dict(_leaves("", before)), dict(_leaves("", after))
    return [Difference(p, old.get(p), new.get(p)) for p in sorted({*old, *new}) if old.get(p) != new.get(p)]


def _leaves(path: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, dict) and value:
        return [leaf for key in value for leaf in _leaves(f"{path}.{key}" if path else str(key), value[key])]
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return [leaf for n, item in enumerate(value) for leaf in _leaves(f"{path}[{_label(n, item)}]", item)]
    return [(path, value if isinstance(value, str) else canonical(value))]


def _label(number: int, row: dict[str, Any]) -> str:
    """Rows are told apart by their names, not their places: a row put in between changes no other."""
    return f"{row['id']} from {row['from']}" if {"id", "from"} <= row.keys() else str(number)
