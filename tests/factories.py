"""Facts for tests: a packet of an ordinary contract, and the policy as it is shipped; each takes overrides."""

import tomllib
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from models.registration.checklist import checklist
from models.registration.forecast import forecast
from models.registration.packet import (
    AwardFacts,
    DocumentFacts,
    EventFacts,
    ProviderFacts,
    RegistrationPacket,
    RequestFacts,
)
from models.registration.policy import Policy
from models.registration.states import LIFECYCLES, Kind
from models.shared.calendar import CityCalendar
from models.shared.lifecycle import State, advance

ROOT = Path(__file__).parents[1]
# Weekdays of fiscal year 2027 on which City offices are closed.
HOLIDAYS = {
    date(2026, 7, 3): "Independence Day (observed)",
    date(2026, 9, 7): "Labor Day",
    date(2026, 10, 12): "Columbus Day",
    date(2026, 11, 3): "Election Day",
    date(2026, 11, 11): "Veterans Day",
    date(2026, 11, 26): "Thanksgiving Day",
    date(2026, 12, 25): "Christmas Day",
    date(2027, 1, 1): "New Year's Day",
    date(2027, 1, 18): "Martin Luther King Jr. Day",
    date(2027, 2, 15): "Washington's Birthday",
    date(2027, 5, 31): "Memorial Day",
    date(2027, 6, 18): "Juneteenth (observed)",
}
CALENDAR = CityCalendar(HOLIDAYS)


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads((ROOT / "deployments" / "policy.toml").read_text(encoding="utf-8"))


def make_policy(**overrides: Any) -> Policy:
    """The shipped policy on the calendar above."""
    text = _shipped()
    return Policy.model_validate({**text["registration"], "agency": text["agency"], "calendar": CALENDAR, **overrides})


POLICY = make_policy()


def make_award(**overrides: Any) -> AwardFacts:
    """A cleared award of $50,000."""
    facts = {
        "mocs_id": "FY27 00001", "legal_name": "Harbor Loom, Inc.", "source": "Worker Cooperative Initiative",
        "council_member": "", "purpose": "Technical assistance", "amount_cents": 5_000_000, "status": "Cleared",
    }  # fmt: skip
    return AwardFacts.model_validate(facts | overrides)


def make_provider(**overrides: Any) -> ProviderFacts:
    """A vendor with one award of $50,000, employees and $500,000 of revenue."""
    facts = {
        "ein": "971010012", "legal_name": "Harbor Loom, Inc.", "names": ("Harbor Loom, Inc.",),
        "email": "office@harborloom.example", "council_total_cents": 5_000_000, "annual_revenue_cents": 50_000_000,
        "has_employees": True,
    }  # fmt: skip
    return ProviderFacts.model_validate(facts | overrides)


def make_document(document: str, **overrides: Any) -> DocumentFacts:
    """A document reported on 2 September 2026, with its file."""
    facts = {"document": document, "reported_on": date(2026, 9, 2), "has_file": True}
    return DocumentFacts.model_validate(facts | overrides)


def make_event(event: str, on: date, state: str = "", **overrides: Any) -> EventFacts:
    """One event of the history."""
    return EventFacts.model_validate({"event": event, "on": on, "state": state} | overrides)


def make_request(*items: str, **overrides: Any) -> RequestFacts:
    """Our first letter, of 1 September 2026, answered by the 15th."""
    facts = {"on": date(2026, 9, 1), "due_on": date(2026, 9, 15), "round": 1, "items": items}
    return RequestFacts.model_validate(facts | overrides)


def make_packet(**overrides: Any) -> RegistrationPacket:
    """A standard contract of fiscal year 2027 over $50,000 whose documents are being collected."""
    facts = {
        "case_id": "R27-971010012", "kind": Kind.STANDARD, "fiscal_year": 2027, "state": "documents",
        "state_since": date(2026, 9, 1), "opened_on": date(2026, 7, 1), "as_of": date(2026, 9, 15),
        "vendor_ein": "971010012", "vendor_name": "Harbor Loom, Inc.", "beneficiary_ein": "971010012",
        "beneficiary_name": "Harbor Loom, Inc.", "amount_cents": 5_000_000, "term_start": date(2026, 7, 1),
        "term_end": date(2027, 6, 30), "provider": make_provider(), "awards": (make_award(),),
    }  # fmt: skip
    return RegistrationPacket.model_validate(facts | overrides)


def walk(*steps: tuple[str, date] | tuple[str, date, str], **overrides: Any) -> RegistrationPacket:
    """The packet after some steps (event, day, value) from the start; a step that is not legal fails the test."""
    lifecycle = LIFECYCLES[overrides.get("kind", Kind.STANDARD)]
    state, since, history = "designated", date(2026, 7, 1), []
    for event, on, *value in steps:
        target = advance(lifecycle, state, event)
        assert isinstance(target, State), target.sentence
        since = on if target.name != state else since
        state = target.name
        history.append(make_event(event, on, state, value=value[0] if value else ""))
    return make_packet(**{"state": state, "state_since": since, "history": tuple(history), **overrides})


def steps_to(state: str, start: date = date(2026, 7, 6), days: int = 7) -> Sequence[tuple[str, date]]:
    """Steps of a standard contract as far as `state`, one every `days`."""
    path = (
        ("scope", "cleared"), ("documents", "scope_and_budget_agreed"), ("responsibility", "package_complete"),
        ("public_notice", "found_responsible"), ("legal", "notice_completed"), ("package", "award_made"),
        ("filed", "filed"), ("registered", "registered"), ("active", "activated"),
    )  # fmt: skip
    wanted = [event for _, event in path[: [name for name, _ in path].index(state) + 1]]
    return [(event, start + timedelta(days=days * number)) for number, event in enumerate(wanted)]


def good_documents(packet: RegistrationPacket, policy: Policy = POLICY) -> tuple[DocumentFacts, ...]:
    """Everything that the contract needs, good for years."""
    return tuple(
        make_document(
            item.requirement.document,
            signed_on=packet.as_of if item.requirement.document != "prequalification" else None,
            expires_on=date(2030, 1, 1) if item.requirement.document in _EXPIRING else None,
            period_end=date(2026, 6, 30),
            fiscal_year=packet.fiscal_year,
            amount_cents=packet.amount_cents,
        )
        for item in checklist(packet, policy, forecast(packet, policy))
    )


_EXPIRING = {"training_certificate", "prequalification", "liability_insurance", "workers_compensation"}
