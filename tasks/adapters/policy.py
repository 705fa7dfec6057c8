"""Reads the policy and the City's holidays, and gives the hash that every decision carries."""

import csv
import tomllib
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from models.registration.policy import AgencyPolicy
from models.registration.policy import Policy as RegistrationPolicy
from models.shared.calendar import CityCalendar
from models.shared.documents import Office, canonical, sha256
from tasks.adapters.settings import settings


class PolicyError(ValueError):
    """The policy file cannot be used; the message says which value and why."""


@lru_cache(maxsize=1)
def policy_text() -> str:
    """Canonical JSON of the policy file and the holiday table: what a decision's policy hash is taken over."""
    try:
        document = tomllib.loads(settings().policy_file.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"The policy file {settings().policy_file.name} cannot be read: {error}.") from error
    holidays = {day.isoformat(): name for day, name in sorted(calendar().holidays.items())}
    return canonical(_plain({"policy": document, "holidays": holidays}))


def policy_sha256() -> str:
    """Hash of the policy in force."""
    return sha256(policy_text())


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


@lru_cache(maxsize=1)
def calendar() -> CityCalendar:
    """The City's business-day calendar from the reviewed table."""
    with settings().holidays_file.open(newline="", encoding="utf-8") as source:
        return CityCalendar({date.fromisoformat(row["date"]): row["name"] for row in csv.DictReader(source)})


@lru_cache(maxsize=1)
def registration_policy() -> RegistrationPolicy:
    """The numbers of registration, checked."""
    document = tomllib.loads(settings().policy_file.read_text())
    try:
        return RegistrationPolicy.model_validate(
            {**document["registration"], "agency": document["agency"], "calendar": calendar()}
        )
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
