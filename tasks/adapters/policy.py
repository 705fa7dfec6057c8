"""Reads the policy, the City's holidays and who reviewed letters, and gives the hash that every decision carries."""

import csv
import json
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.fiscal.policy import Policy as FiscalPolicy
from models.hotline.letter_policy import LetterPolicy
from models.hotline.open311_policy import Open311Policy
from models.hotline.policy import Policy as HotlinePolicy
from models.hotline.policy import WorkPolicy
from models.payments.policy import Policy as PaymentsPolicy
from models.registration.policy import AgencyPolicy
from models.registration.policy import Policy as RegistrationPolicy
from models.shared.calendar import CityCalendar
from models.shared.documents import Office, canonical, sha256
from tasks.adapters.settings import settings

# A file as it lies there: its path, and what the system says of it. An edit changes some of it, even one that keeps
# the size or sets the time back.
_Seen = tuple[str, int, int, int, int]


class PolicyError(ValueError):
    """The policy file cannot be used; the message says which value and why."""


@dataclass(frozen=True)
class _Read:
    """Both files as they were read together."""

    document: dict[str, Any]
    calendar: CityCalendar
    text: str


def policy_text() -> str:
    """Canonical JSON of all that is signed as the policy: what a decision's policy hash is taken over."""
    return _signed()[0]


def policy_sha256() -> str:
    """Hash of the policy file, the holiday table and the texts of letters as they lie here now."""
    return _signed()[1]


def calendar() -> CityCalendar:
    """The City's business-day calendar from the reviewed table. Raises PolicyError."""
    return _calendar(_seen(settings().holidays_file))


def registration_policy() -> RegistrationPolicy:
    """The numbers of registration, checked. Raises PolicyError."""
    here = settings()
    return _registration_policy(_seen(here.policy_file), _seen(here.holidays_file))


def payments_policy() -> PaymentsPolicy:
    """The numbers of payments, checked. Raises PolicyError."""
    here = settings()
    return _payments_policy(_seen(here.policy_file), _seen(here.holidays_file))


def fiscal_policy() -> FiscalPolicy:
    """The numbers of the fiscal review, checked. Raises PolicyError."""
    here = settings()
    return _fiscal_policy(_seen(here.policy_file), _seen(here.holidays_file))


def hotline_policy() -> HotlinePolicy:
    """The numbers of triage, checked. Raises PolicyError."""
    return _hotline_policy(_seen(settings().policy_file))


def hotline_work_policy() -> WorkPolicy:
    """The numbers of the work on a contact after triage, checked. Raises PolicyError."""
    here = settings()
    return _hotline_work_policy(_seen(here.policy_file), _seen(here.holidays_file))


def letter_policy() -> LetterPolicy:
    """What letters to constituents say of the office, and their days, checked. Raises PolicyError."""
    return _letter_policy(_seen(settings().policy_file))


def open311_policy() -> Open311Policy:
    """The numbers of Open311, checked. Raises PolicyError."""
    return _open311_policy(_seen(settings().policy_file))


def _now() -> _Read:
    """A process that runs for weeks must notice an edit at once, so both files are asked each time."""
    here = settings()
    return _read(_seen(here.policy_file), _seen(here.holidays_file))


def _signed() -> tuple[str, str]:
    """What two administrators sign, and its hash: whoever reviews a text of letters changes it, too."""
    try:
        with os.scandir(settings().letters_folder) as there:
            letters = sorted(file.path for file in there if file.name.endswith(".toml"))
    except OSError as error:
        raise PolicyError(f"The texts of letters cannot be read: {error}.") from error
    return _with_letters(_now().text, tuple(map(_seen, letters)))


@lru_cache(maxsize=1)
def _with_letters(text: str, letters: tuple[_Seen, ...]) -> tuple[str, str]:
    told = {path.stem: _letters_of(path) for path in (Path(seen[0]) for seen in letters)}
    whole = canonical({**json.loads(text), "letters": told})
    return whole, sha256(whole)


def _letters_of(path: Path) -> dict[str, Any]:
    """Who has translated and reviewed the texts of a language, and a hash of them."""
    try:
        data = path.read_bytes()
        document = tomllib.loads(data.decode())
    except (OSError, ValueError) as error:
        raise PolicyError(f"The texts of letters {path.name} cannot be read: {error}.") from error
    return {**_plain(document.get("text", {})), "sha256": sha256(data)}


def _seen(path: str | Path) -> _Seen:
    try:
        found = os.stat(path)
    except OSError:
        # Whoever reads it says why it cannot be read.
        return (str(path), 0, 0, 0, 0)
    return (str(path), found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


@lru_cache(maxsize=1)
def _read(policy: _Seen, holidays: _Seen) -> _Read:
    path = Path(policy[0])
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PolicyError(f"The policy file {path.name} cannot be read: {error}.") from error
    days = _calendar(holidays)
    named = {day.isoformat(): name for day, name in sorted(days.holidays.items())}
    return _Read(document, days, canonical(_plain({"policy": document, "holidays": named})))


@lru_cache(maxsize=1)
def _calendar(holidays: _Seen) -> CityCalendar:
    path = Path(holidays[0])
    try:
        with path.open(newline="", encoding="utf-8") as source:
            return CityCalendar({date.fromisoformat(row["date"]): row["name"] for row in csv.DictReader(source)})
    except (OSError, ValueError, TypeError, KeyError, csv.Error) as error:
        raise PolicyError(f"The table of holidays {path.name} cannot be read: {error}.") from error


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


@lru_cache(maxsize=1)
def _registration_policy(policy: _Seen, holidays: _Seen) -> RegistrationPolicy:
    found = _read(policy, holidays)
    with _faults_named():
        return RegistrationPolicy.model_validate(
            {**found.document["registration"], "agency": found.document["agency"], "calendar": found.calendar}
        )


@lru_cache(maxsize=1)
def _payments_policy(policy: _Seen, holidays: _Seen) -> PaymentsPolicy:
    found = _read(policy, holidays)
    with _faults_named():
        return PaymentsPolicy.model_validate({**found.document["payments"], "calendar": found.calendar})


@lru_cache(maxsize=1)
def _fiscal_policy(policy: _Seen, holidays: _Seen) -> FiscalPolicy:
    found = _read(policy, holidays)
    with _faults_named():
        return FiscalPolicy.model_validate({**found.document["fiscal"], "calendar": found.calendar})


@lru_cache(maxsize=1)
def _hotline_policy(policy: _Seen) -> HotlinePolicy:
    found = _read(policy, _seen(settings().holidays_file))
    with _faults_named():
        section = found.document["hotline"]
        return HotlinePolicy.model_validate({key: section[key] for key in section if key not in ("work", "letters")})


@lru_cache(maxsize=1)
def _hotline_work_policy(policy: _Seen, holidays: _Seen) -> WorkPolicy:
    found = _read(policy, holidays)
    with _faults_named():
        return WorkPolicy.model_validate({**found.document["hotline"]["work"], "calendar": found.calendar})


@lru_cache(maxsize=1)
def _letter_policy(policy: _Seen) -> LetterPolicy:
    found = _read(policy, _seen(settings().holidays_file))
    with _faults_named():
        return LetterPolicy.model_validate(found.document["hotline"]["letters"])


@lru_cache(maxsize=1)
def _open311_policy(policy: _Seen) -> Open311Policy:
    found = _read(policy, _seen(settings().holidays_file))
    with _faults_named():
        return Open311Policy.model_validate(found.document["open311"])


@contextmanager
def _faults_named() -> Iterator[None]:
    """Says which value of the policy file cannot be used, and why."""
    try:
        yield
    except KeyError as error:
        raise PolicyError(f"The policy file lacks the section {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PolicyError(f"The policy file's value {where} cannot be used: {first['msg']}.") from error


def office() -> Office:
    """The letterhead of the agency."""
    agency: AgencyPolicy = registration_policy().agency
    return Office(
        agency=agency.name, unit=agency.unit, street=agency.street, city=agency.city,
        contact=agency.contact, phone=agency.phone, email=agency.email,
    )  # fmt: skip


def hotline_office() -> Office:
    """The letterhead of constituent services: what the hotline prints has the sender of its letters."""
    told = letter_policy()
    return Office(
        agency=told.agency, unit=told.unit, street=told.street, city=told.city, contact=told.unit, phone=told.phone,
        email=told.email,
    )  # fmt: skip
