"""Reads the policy, the City's holidays, who reviewed letters and phrase tables; gives the hash of each decision."""

import csv
import json
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
from tasks.adapters.signed_files import PolicyError as PolicyError
from tasks.adapters.signed_files import Seen, letters, phrase_tables, plain, seen, seen_in, surge_files, tables_sha256


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
    """Hash of the policy file, the holiday table, the texts of letters and the phrase tables as they lie here now."""
    return _signed()[1]


def calendar() -> CityCalendar:
    """The City's business-day calendar from the reviewed table. Raises PolicyError."""
    return _calendar(seen(settings().holidays_file))


def registration_policy() -> RegistrationPolicy:
    """The numbers of registration, checked. Raises PolicyError."""
    here = settings()
    return _registration_policy(seen(here.policy_file), seen(here.holidays_file))


def payments_policy() -> PaymentsPolicy:
    """The numbers of payments, checked. Raises PolicyError."""
    here = settings()
    return _payments_policy(seen(here.policy_file), seen(here.holidays_file))


def fiscal_policy() -> FiscalPolicy:
    """The numbers of the fiscal review, checked. Raises PolicyError."""
    here = settings()
    return _fiscal_policy(seen(here.policy_file), seen(here.holidays_file))


def hotline_policy() -> HotlinePolicy:
    """The numbers of triage, checked. Raises PolicyError."""
    return _hotline_policy(seen(settings().policy_file))


def hotline_work_policy() -> WorkPolicy:
    """The numbers of the work on a contact after triage, checked. Raises PolicyError."""
    here = settings()
    return _hotline_work_policy(seen(here.policy_file), seen(here.holidays_file))


def letter_policy() -> LetterPolicy:
    """What letters to constituents say of the office, and their days, checked. Raises PolicyError."""
    return _letter_policy(seen(settings().policy_file))


def open311_policy() -> Open311Policy:
    """The numbers of Open311, checked. Raises PolicyError."""
    return _open311_policy(seen(settings().policy_file))


def _now() -> _Read:
    """A process that runs for weeks must notice an edit at once, so both files are asked each time."""
    here = settings()
    return _read(seen(here.policy_file), seen(here.holidays_file))


def _signed() -> tuple[str, str]:
    """What two administrators sign, and its hash: whoever reviews a text or changes a phrase table changes it, too."""
    texts = seen_in(settings().letters_folder, (".toml",), "texts of letters")
    return _with_files(_now().text, texts, _phrases_seen())


@lru_cache(maxsize=1)
def _with_files(text: str, texts: tuple[Seen, ...], phrases: tuple[Seen, ...]) -> tuple[str, str]:
    whole = canonical({**json.loads(text), "letters": letters(texts), "phrases": phrase_tables(phrases)})
    return whole, sha256(whole)


def phrases_sha256() -> str:
    """Hash of the phrase tables as they lie here now. Raises PolicyError."""
    return tables_sha256(phrase_tables(_phrases_seen()))


def surge_sha256s() -> dict[str, str]:
    """By name the hash of each surge file as it lies here now: administrators sign them with the policy, beside it.

    They are no part of its own hash. An event comes over night, and a file that nobody has signed yet must stop no
    decision: it alone does not count.
    """
    found = surge_files(settings().surge_folder)
    return {name: sha256(data) for name, data in found if data is not None}


def _phrases_seen() -> tuple[Seen, ...]:
    return seen_in(settings().phrases_folder, (".csv", ".toml"), "phrase tables")


@lru_cache(maxsize=1)
def _read(policy: Seen, holidays: Seen) -> _Read:
    path = Path(policy[0])
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PolicyError(f"The policy file {path.name} cannot be read: {error}.") from error
    days = _calendar(holidays)
    named = {day.isoformat(): name for day, name in sorted(days.holidays.items())}
    return _Read(document, days, canonical(plain({"policy": document, "holidays": named})))


@lru_cache(maxsize=1)
def _calendar(holidays: Seen) -> CityCalendar:
    path = Path(holidays[0])
    try:
        with path.open(newline="", encoding="utf-8") as source:
            return CityCalendar({date.fromisoformat(row["date"]): row["name"] for row in csv.DictReader(source)})
    except (OSError, ValueError, TypeError, KeyError, csv.Error) as error:
        raise PolicyError(f"The table of holidays {path.name} cannot be read: {error}.") from error


@lru_cache(maxsize=1)
def _registration_policy(policy: Seen, holidays: Seen) -> RegistrationPolicy:
    found = _read(policy, holidays)
    with _faults_named():
        return RegistrationPolicy.model_validate(
            {**found.document["registration"], "agency": found.document["agency"], "calendar": found.calendar}
        )


@lru_cache(maxsize=1)
def _payments_policy(policy: Seen, holidays: Seen) -> PaymentsPolicy:
    found = _read(policy, holidays)
    with _faults_named():
        return PaymentsPolicy.model_validate({**found.document["payments"], "calendar": found.calendar})


@lru_cache(maxsize=1)
def _fiscal_policy(policy: Seen, holidays: Seen) -> FiscalPolicy:
    found = _read(policy, holidays)
    with _faults_named():
        return FiscalPolicy.model_validate({**found.document["fiscal"], "calendar": found.calendar})


@lru_cache(maxsize=1)
def _hotline_policy(policy: Seen) -> HotlinePolicy:
    found = _read(policy, seen(settings().holidays_file))
    with _faults_named():
        section = found.document["hotline"]
        return HotlinePolicy.model_validate({key: section[key] for key in section if key not in ("work", "letters")})


@lru_cache(maxsize=1)
def _hotline_work_policy(policy: Seen, holidays: Seen) -> WorkPolicy:
    found = _read(policy, holidays)
    with _faults_named():
        return WorkPolicy.model_validate({**found.document["hotline"]["work"], "calendar": found.calendar})


@lru_cache(maxsize=1)
def _letter_policy(policy: Seen) -> LetterPolicy:
    found = _read(policy, seen(settings().holidays_file))
    with _faults_named():
        return LetterPolicy.model_validate(found.document["hotline"]["letters"])


@lru_cache(maxsize=1)
def _open311_policy(policy: Seen) -> Open311Policy:
    found = _read(policy, seen(settings().holidays_file))
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
