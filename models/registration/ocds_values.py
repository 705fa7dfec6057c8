"""Single values of an OCDS record: ids, moments, amounts, terms."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from models.registration.ocds_facts import PublishedContract
from models.registration.ocds_history import Standing
from models.registration.policy import AgencyPolicy
from models.shared.calendar import NEW_YORK
from models.shared.money import to_decimal

Section = dict[str, Any]


def ocid(agency: AgencyPolicy, contract_id: str) -> str:
    """The open contracting id of a contract's whole process."""
    return f"{agency.ocid_prefix}-{contract_id}"


def release_id(agency: AgencyPolicy, contract_id: str, seq: int) -> str:
    """The id of the release that an event brought, by the event's number."""
    return f"{ocid(agency, contract_id)}-{seq:04d}"


def stamp(moment: datetime) -> str:
    """`2026-10-05T14:00:00Z`: sorts as text in the order of time, as merging needs it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def number(cents: int) -> int | float:
    """Dollars as a JSON number: fifteen digits keep the cents of every amount that we can hold."""
    return cents // 100 if cents % 100 == 0 else float(to_decimal(cents))


def value(cents: int) -> Section:
    """An amount of cents as the standard writes it."""
    return {"amount": number(cents), "currency": "USD"}


def term(contract: PublishedContract, last: date) -> Section:
    """The term of a contract to its last day, in New York time."""
    return {
        "startDate": _wall_clock(contract.term_start, time(0, 0, 0)),
        "endDate": _wall_clock(last, time(23, 59, 59)),
    }


@lru_cache(maxsize=256)
def _wall_clock(day: date, at: time) -> str:
    return datetime.combine(day, at, NEW_YORK).isoformat()


def folded(standing: Standing, agency: AgencyPolicy) -> Section:
    """Says where the awards of a contract went that gave them all away: the standard relates earlier processes only."""
    if not standing.folded_into:
        return {}
    taker = standing.folded_into
    return {"description": f"All awards of this contract moved to contract {taker} ({ocid(agency, taker)})."}
