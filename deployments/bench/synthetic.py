"""Invented awards and contracts in any number: the Council's own layout, and cases with real event chains."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session
from xlsxwriter import Workbook

from models.registration.records import Award, DocumentReport, RegistrationCase
from models.registration.requirements import CHECKLIST
from models.registration.states import LIFECYCLES, Kind
from models.shared.calendar import fiscal_year_bounds, new_york_date, start_of_day
from models.shared.documents import canonical, sha256
from models.shared.lifecycle import State, advance
from models.shared.office_acts import EVENTS as OFFICE_EVENTS
from models.shared.office_acts import POLICY_SUBJECT, ActKind
from models.shared.people import Role, Unit
from models.shared.records import CaseEvent, Contract, IncomingFile, PolicyVersion, Provider, ProviderName
from tasks.adapters.codes import new_secret
from tasks.adapters.database import writing
from tasks.adapters.ledger import Happening, append_batch, chain, new_case
from tasks.adapters.people import OFFICE
from tasks.adapters.policy import policy_sha256, policy_text, registration_policy
from tasks.adapters.sealing import seal

HEADER = (
    "MOCS ID#", "Fiscal Year", "Source", "Council Member", "Legal Name", "Tax ID", "Status", "Amount", "Agency",
    "Program Name", "Grantee Street Address 1", "Grantee Street Address 2", "City", "State", "Postal Code",
    "Purpose of Funds", "Fiscal Conduit", "Fiscal Conduit EIN",
)  # fmt: skip
YEAR, OTHERS = 2027, ("DYCD", "DFTA", "DOHMH", "DCLA", "DSS", "HPD", "DPR")
# Of 10,040 awards of the Council's list 355 are the office's own, and they make about 145 contracts.
EVERY_OURS, AWARDS_EACH = 28, 2.45
EVENTS, DOCUMENTS = 10, 12
_PATH = (
    "cleared", "scope_and_budget_agreed", "package_complete", "found_responsible", "notice_completed", "award_made",
    "filed", "registered", "activated",
)  # fmt: skip
_CHUNK = 1_000


def award_list(path: Path, rows: int) -> Path:
    """Write an award list of so many rows as XLSX: one in twenty-eight is the office's own."""
    book = Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet(f"FY{YEAR % 100}")
    for number, row in enumerate((HEADER, *map(_award_row, range(rows)))):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def _award_row(number: int) -> tuple[Any, ...]:
    ours = number % EVERY_OURS == 0
    body = int(number / EVERY_OURS / AWARDS_EACH) if ours else 1_000 + number // 3
    ein = 970_000_000 + body
    behind = ours and body % 25 == 7
    return (
        f"FY{YEAR % 100} {number:05d}", YEAR, ("Local", "Speaker's Initiative", "Borough")[number % 3],
        f"Invented Member {number % 51}", f"Sample Neighborhood Body {body:05d}, Inc.", float(ein),
        "Cleared" if body % 3 else "Pending", 5_000.0 + 250 * (number % 97), "SBS" if ours else OTHERS[number % 7],
        f"Invented program {number % 40}", f"{number % 900 + 1} Sample Street", "Suite 2" if number % 4 == 0 else "",
        "New York", "NY", f"100{number % 90 + 10}",
        f"Funds will support workshops, outreach and advice to people and small shops of district {number % 51}.",
        "Sample Fiscal Sponsor, Inc." if behind else "", 979_999_999.0 if behind else "",
    )  # fmt: skip


def case_id(number: int) -> str:
    """The id of an invented contract."""
    return f"R{YEAR % 100}-{971_000_000 + number}"


def fill(contracts: int, now: datetime, every: int = 1) -> None:
    """Insert invented contracts, each with its provider, an award, a scan, twelve documents and ten events.

    How far each has come follows from its number; `every` tenth only are those that have come to be active.
    """
    with writing() as session:
        everyone = range(every - 1, every * contracts, every)
        for start in range(0, contracts, _CHUNK):
            numbers = everyone[start : start + _CHUNK]
            cases, events = _cases(numbers, now)
            for table, rows in (
                (Provider, map(_provider, numbers)),
                (ProviderName, map(_name, numbers)),
                (Contract, map(_contract, numbers)),
                (Award, map(_award, numbers)),
                (IncomingFile, (_scan(number, now) for number in numbers)),
                (DocumentReport, (row for number in numbers for row in _documents(number, now))),
                (RegistrationCase, cases),
                (CaseEvent, events),
            ):
                session.connection().execute(insert(table), list(rows))
        sign_policy(session, now)


def sign_policy(session: Session, now: datetime) -> None:
    """The policy of here as two invented administrators have signed it."""
    sha, first, second = policy_sha256(), "a.bench", "b.bench"
    session.merge(
        PolicyVersion(
            sha256=sha, body=policy_text(), proposed_at=now, proposed_by=first, signed_at=now, signed_by=second
        )
    )
    session.flush()
    told = {"kind": "policy", "body": {"sha256": sha}, "proposed_by": first, "signed_by": second}
    signed = Happening(OFFICE_EVENTS[ActKind.POLICY], f"{first} and {second}", "", now, told)
    append_batch(session, OFFICE, POLICY_SUBJECT, [signed], now)


def signers(people: int, now: datetime) -> list[tuple[dict[str, Any], str]]:
    """Rows of invented program managers who can sign in this home, each with the secret of their authenticator."""
    made = []
    for number in range(people):
        staff_id, secret = f"p{number:03d}", new_secret()
        row = {
            "staff_id": staff_id, "name": f"Invented Person {number}", "email": f"{staff_id}@agency.example",
            "identity": str(100_000 + number), "unit": Unit.PROGRAM.value,
            "roles": canonical([Role.PROGRAM_MANAGER.value]), "added_at": now, "enrolled_at": now,
            "enrolled_by": canonical(["a.bench", "b.bench"]), "secret": seal(secret, staff_id), "last_counter": 0,
        }  # fmt: skip
        made.append((row, secret))
    return made


def _cases(numbers: range, now: datetime) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of cases and of their events, chained as the ledger chains them."""
    due = registration_policy().stage_due
    cases: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for number in numbers:
        rows, head = chain("registration", new_case(case_id(number)), _history(number), now)
        events += rows
        cases.append(
            {
                "case_id": head.case_id, "kind": Kind.STANDARD.value, "fiscal_year": YEAR, "state": head.state,
                "state_since": head.state_since, "opened_at": rows[0]["occurred_at"], "version": head.version,
                "head_hash": head.head_hash, "due_on": due(head.state, new_york_date(head.state_since)),
            }
        )  # fmt: skip
    return cases, events


def _history(number: int) -> Iterator[Happening]:
    """Ten events of a contract that has come as far as its number says; each second week brings one."""
    at = start_of_day(date(YEAR - 1, 7, 1)) + timedelta(hours=10)
    lifecycle, state = LIFECYCLES[Kind.STANDARD], "designated"
    yield Happening("opened", "import awards", state, at, {"amount": "25000.00", "awards": [_mocs_id(number)]})
    steps = number % (len(_PATH) + 1)
    for position in range(1, EVENTS):
        at += timedelta(days=14)
        if position <= steps:
            event, details = _PATH[position - 1], {"reference": f"invented {number}-{position}"}
            target = advance(lifecycle, state, event)
            assert isinstance(target, State)
            state = target.name
        else:
            event, details = "award_changed", {"award": _mocs_id(number), "amount": f"{25_000 + position}.00"}
        yield Happening(event, "import registration steps", state, at, details)


def _documents(number: int, now: datetime) -> Iterator[dict[str, Any]]:
    """Twelve reports: most are in order, some have no scan, some expire too early."""
    for position in range(DOCUMENTS):
        document = CHECKLIST[position].document
        owner = case_id(number) if position < 2 else str(971_000_000 + number)
        short = (number + position) % 11 == 0
        yield {
            "report_id": sha256(f"{owner}/{document}")[:32], "owner": owner, "document": document,
            "position": position, "recorded_at": now, "reported_on": date(2026, 9, 1),
            "signed_on": date(2026, 8, 20), "expires_on": date(2026, 12, 31) if short else date(2028, 6, 30),
            "period_end": date(2026, 6, 30), "fiscal_year": YEAR, "amount_cents": 2_500_000 + number,
            "file_name": "" if (number + position) % 13 == 0 else f"invented_{number}.pdf", "detail": "",
        }  # fmt: skip


def _scan(number: int, now: datetime) -> dict[str, Any]:
    name = f"invented_{number}.pdf"
    return {
        "file_id": sha256(name)[:16], "kind": "scans", "name": name, "sha256": sha256(f"scan {number}"),
        "options": "{}", "received_at": now, "status": "done", "reason": "", "result": "",
    }  # fmt: skip


def _body(number: int) -> tuple[str, str]:
    return str(971_000_000 + number), f"Invented Cooperative {number:05d}, Inc."


def _mocs_id(number: int) -> str:
    return f"FY{YEAR % 100} {number:05d}"


def _provider(number: int) -> dict[str, Any]:
    ein, name = _body(number)
    return {
        "ein": ein, "legal_name": name, "street": f"{number} Sample Street", "city": "New York", "state": "NY",
        "postcode": "10001", "email": f"office{number}@cooperative.example", "contact_name": "The Director",
        "annual_revenue_cents": 40_000_000 + 1_000 * number, "has_employees": True, "uses_subcontractors": False,
        "first_contract": False, "new_to_council": False,
    }  # fmt: skip


def _name(number: int) -> dict[str, Any]:
    ein, name = _body(number)
    return {"ein": ein, "name": name, "source": f"award {_mocs_id(number)}"}


def _contract(number: int) -> dict[str, Any]:
    ein, name = _body(number)
    start, end = fiscal_year_bounds(YEAR)
    return {
        "contract_id": case_id(number), "fiscal_year": YEAR, "agency": "SBS", "kind": Kind.STANDARD.value,
        "vendor_ein": ein, "vendor_name": name, "beneficiary_ein": ein, "beneficiary_name": name,
        "amount_cents": 2_500_000 + number, "original_amount_cents": 2_500_000 + number, "term_start": start,
        "term_end": end,
    }  # fmt: skip


def _award(number: int) -> dict[str, Any]:
    ein, name = _body(number)
    return {
        "mocs_id": _mocs_id(number), "base_key": _mocs_id(number), "fiscal_year": YEAR, "agency": "SBS",
        "source": "Local", "council_member": "Invented Member", "legal_name": name, "ein": ein,
        "status": "Cleared" if number % 9 else "Pending", "amount_cents": 2_500_000 + number,
        "program_name": "Invented program", "street": "", "street_2": "", "city": "", "state": "", "postcode": "",
        "purpose": "Workshops for small shops", "conduit_name": "", "conduit_ein": "",
        "row_hash": sha256(_mocs_id(number)), "contract_id": case_id(number), "held_out": "", "vanished_at": None,
    }  # fmt: skip
