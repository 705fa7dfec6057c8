"""Invented documents of every kind, as large as real ones."""

import os
import signal
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from models.registration.documents import (
    AgeBand,
    AwardLine,
    ChecklistLine,
    CheckpointLine,
    ClockLine,
    ContractLine,
    ContractSheet,
    DocumentRequest,
    HolderTime,
    Lateness,
    LatenessBand,
    MissingDocumentsLetter,
    RegistrationReport,
    RiskLine,
    RiskList,
    StateCount,
    TimelineEntry,
)
from models.shared.documents import Office, Recipient, Term
from models.shared.findings import Finding, Severity

DAY = 86_400
OFFICE = Office(
    agency="Department of Neighborhood Enterprise",
    unit="Office of Community Programs",
    street="120 Harbor Street, 6th Floor",
    city="New York, NY 10004",
    contact="Dana Whitfield",
    phone="212-555-0140",
    email="programs@dne.example.gov",
)
MADE_AT = datetime(2026, 11, 2, 14, 5, tzinfo=UTC)
NAMES = ("Scope of services", "Fiscal-year budget with attachments", "Doing Business Data Form", "Liability insurance")


def request(name: str = NAMES[0], **changed: Any) -> DocumentRequest:
    fields = {
        "name": name,
        "state": "Expires too early",
        "problem": "the one we have ends on January 31, 2027; the contract runs to June 30",
        "send": "a certificate that covers the whole term, with the broker’s certification",
        "why": "it cannot be waived",
        "citation": "HPD discretionary contracts page",
    }
    return DocumentRequest(**fields | changed)


def award(number: int, cents: int, cleared: bool = True) -> AwardLine:
    return AwardLine(
        award_id=f"FY27 {number:05d}",
        source="Worker Cooperative Business Development Initiative",
        program="Cooperative incubation and legal clinic",
        amount_cents=cents,
        status="Cleared" if cleared else "Pending",
        cleared=cleared,
        cleared_on=date(2026, 9, 14) if cleared else None,
    )


def contract(*awards: AwardLine, **changed: Any) -> ContractLine:
    awards = awards or (award(1234, 12_000_000), award(2871, 2_500_000))
    fields = {
        "contract_id": "DNE-27-0042",
        "kind": "standard contract",
        "term": Term(start=date(2026, 7, 1), end=date(2027, 6, 30)),
        "amount_cents": sum(line.amount_cents for line in awards),
        "awards": awards,
    }
    return ContractLine(**fields | changed)


def letter_fields(**changed: Any) -> dict[str, Any]:
    return {
        "document_id": "DNE-27-0042-MD01",
        "title": "Documents needed for your contract DNE-27-0042",
        "made_at": MADE_AT,
        "office": OFFICE,
        "dated": date(2026, 11, 2),
        "fiscal_year": 2027,
        "recipient": Recipient(
            name="Riverbend Cooperative Alliance, Inc.",
            attention="Executive Director",
            lines=("2280 Grand Concourse, Suite 4B", "Bronx, NY 10458"),
        ),
        "ein": "123456789",
        "send_by": date(2026, 11, 20),
        "send_to": "documents@dne.example.gov",
        "how_to_send": "upload each file in PASSPort where it has a place there, and e-mail the rest",
        "requests": (request(),),
        "contracts": (contract(),),
        "clearance": "all",
        "review_days": 5,
        "registration_days": 30,
    } | changed


def letter(**changed: Any) -> MissingDocumentsLetter:
    return MissingDocumentsLetter(**letter_fields(**changed))


def nine_documents() -> MissingDocumentsLetter:
    """As long as letters get: nine documents, two awards of which one is pending."""
    requests = tuple(request(f"{NAMES[number % 4]}, part {number}") for number in range(9))
    awards = (award(1234, 12_000_000), award(2871, 2_500_000, cleared=False))
    in_order = ("IRS 501(c)(3) letter", "Bylaws")
    return letter(requests=requests, contracts=(contract(*awards),), clearance="some", in_order=in_order)


LEDGER = tuple(
    HolderTime(holder=holder, seconds=seconds)
    for holder, seconds in (("MOCS", 75 * DAY + 7_200), ("Provider", 47 * DAY + 61), ("Procurement", 12 * DAY))
)
OPENED_AT = datetime(2026, 7, 1, 13, tzinfo=UTC)


def sheet(**changed: Any) -> ContractSheet:
    fields = {
        "document_id": "DNE-27-0042-S20261123",
        "title": "Contract sheet DNE-27-0042",
        "made_at": MADE_AT,
        "office": OFFICE,
        "contract": contract(),
        "fiscal_year": 2027,
        "provider": "Riverbend Cooperative Alliance, Inc.",
        "ein": "123456789",
        "original_amount_cents": 12_000_000,
        "as_of": MADE_AT,
        "opened_at": OPENED_AT,
        "state": "Document package",
        "stage": "S5",
        "holder": "Provider",
        "in_state_seconds": 6 * DAY + 3_600,
        "elapsed_seconds": sum(row.seconds for row in LEDGER),
        "summary": "Waiting for the provider, 6 days: 2 of 3 documents are missing.",
        "tone": "due",
        "ledger": LEDGER,
        "timeline": tuple(_entry(number) for number in range(12)),
        "checklist": _checklist(),
        "clocks": _clocks(),
        "findings": _findings(),
    }
    return ContractSheet(**fields | changed)


def _entry(number: int) -> TimelineEntry:
    return TimelineEntry(
        at=OPENED_AT + timedelta(days=12 * number),
        what=f"Step {number} of the case was recorded",
        by="document tracker",
        state="Document package",
        holder="Provider",
        held_seconds=None if number % 3 else 5 * DAY + 60,
    )


def _checklist() -> tuple[ChecklistLine, ...]:
    return (
        ChecklistLine(name=NAMES[0], state="In order", tone="ok", received_on=date(2026, 9, 21), citation="HPD"),
        ChecklistLine(name=NAMES[3], state="Expired", tone="bad", valid_until=date(2026, 6, 30), note="send a new one"),
        ChecklistLine(name=NAMES[2], state="Never received", tone="due", citation="DYCD FY18"),
    )


def _clocks() -> tuple[ClockLine, ...]:
    common = {"started_on": date(2026, 11, 5), "state": "Running", "tone": "plain"}
    return (
        ClockLine(clock_id="K4", name="DOI vendor name check", length=30, kind="calendar", source="PPB 2-08(f)",
                  due_on=date(2026, 12, 5), **common),
        ClockLine(clock_id="SLA S5", name="Document package", length=1, kind="business", source="convention",
                  due_on=date(2026, 11, 6), **common),
    )  # fmt: skip


def _findings() -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code=f"finding_{severity}",
            severity=severity,
            message="The insurance ends before the term does",
            citation="R07",
            remedy="call the provider",
            tell=("Program",),
        )
        for severity in reversed(Severity)
    )


def risk(number: int) -> RiskLine:
    return RiskLine(
        contract_id=f"DNE-27-{number:04d}",
        provider="Harborlight Community Development Corporation",
        amount_cents=3_150_000 + number,
        state="Document package",
        holder="Provider",
        days=20 + number,
        reason="insurance ends on January 31, 2027, before the term does",
        next_step="call the provider; ask the broker for a renewal certificate by December 1",
    )


STATES = (
    ("S2", "Designated, waiting for clearance", "MOCS", 120),
    ("S5", "Document package", "Provider", 172),
    ("S10", "Registered", "Budget", 58),
)
BY_STATE = tuple(
    StateCount(stage=stage, state=state, holder=holder, contracts=n, amount_cents=n * 4_213_700, overdue=n // 7)
    for stage, state, holder, n in STATES
)
OPEN_AGES = (
    AgeBand(label="30 days or less", contracts=21, amount_cents=63_400_000),
    AgeBand(label="31 to 90 days", contracts=271, amount_cents=881_000_000),
)
DAYS_BY_HOLDER = (
    HolderTime(holder="Provider", seconds=9_150 * DAY + 10_800, contracts=231),
    HolderTime(holder="MOCS", seconds=8_212 * DAY, contracts=287),
)
LATENESS = Lateness(
    bands=tuple(
        LatenessBand(label=label, from_start=start, from_clearance=clearance)
        for label, start, clearance in (("On time or early", 2, 9), ("1 to 30 days", 15, 38), ("31 to 90 days", 41, 11))
    ),
    counted_from_start=58,
    counted_from_clearance=58,
    median_from_start=118,
    median_from_clearance=None,
)


def report(**changed: Any) -> RegistrationReport:
    fields = {
        "document_id": "REG-2027-W47",
        "title": "Registration in the week to November 22, 2026",
        "made_at": MADE_AT,
        "office": OFFICE,
        "as_of": MADE_AT,
        "fiscal_year": 2027,
        "year_end_on": date(2027, 6, 30),
        "days_to_year_end": 219,
        "headlines": ("58 of 350 contracts are registered, 6 of them this week.", "Providers hold 172 contracts."),
        "contracts": 350,
        "amount_cents": sum(row.amount_cents for row in BY_STATE),
        "registered": 58,
        "registered_cents": BY_STATE[2].amount_cents,
        "registered_this_week": 6,
        "by_state": BY_STATE,
        "open_ages": OPEN_AGES,
        "days_by_holder": DAYS_BY_HOLDER,
        "lateness": LATENESS,
        "at_risk": RiskList(
            rows=tuple(risk(n) for n in range(12)), contracts=43, amount_cents=218_730_000, annex="registration.xlsx"
        ),
        "year_end": RiskList(rows=(risk(40),), contracts=1, amount_cents=3_150_040),
        "checkpoint": CheckpointLine(made_at=MADE_AT, cases=350, sha256="a3f0" * 16),
    }
    return RegistrationReport(**fields | changed)


class EndlessLetter(MissingDocumentsLetter):
    """Takes a minute to draw."""

    @classmethod
    def template(cls) -> str:
        return MissingDocumentsLetter.template()

    def packet(self) -> str:
        time.sleep(60)
        return super().packet()


class WorkerKillingLetter(MissingDocumentsLetter):
    """Kills the process that draws it, as the system does when memory runs out; once, until its trace is there.

    `how_to_send` is the path of the trace.
    """

    @classmethod
    def template(cls) -> str:
        return MissingDocumentsLetter.template()

    def packet(self) -> str:
        trace = Path(self.how_to_send)
        if not trace.exists():
            trace.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().packet()
