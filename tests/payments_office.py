"""An office that pays: one contract, its budget and facts as files, requisitions, and what the flows do with them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from models.payments.rules import review
from models.shared.records import Provider
from models.shared.referrals import ContractReferral
from models.shared.signing import Asked, Item, Receipt
from tasks.adapters import clock, outbox
from tasks.adapters.database import reading, writing
from tasks.adapters.decisions import decide, show
from tasks.adapters.follow_up import mark_followed, to_follow
from tasks.adapters.incoming import receive, refuse
from tasks.adapters.letter_orders import ordered_letters, register_letters
from tasks.adapters.payments import intake, referrals, reviews, vouchers
from tasks.adapters.payments.cases import load_requisitions, undecided_case_ids
from tasks.adapters.payments.letters_due import LETTERS
from tasks.adapters.payments.reviews import ReviewedRequisition
from tasks.adapters.policy import payments_policy
from tests.drawn import drawn
from tests.office import stop_clock
from tests.signers import credential, hire

CONTRACT, NUMBER = "R27-970000001", "CT180120279700001"
BUDGET = (
    (1, "PS", "Program manager", "60000.00"), (2, "fringe", "Fringe benefits", "15000.00"),
    (3, "OTPS", "Supplies and rent", "12000.00"), (6, "indirect", "Indirect", "10800.00"),
)  # fmt: skip
FACTS = (
    f"{CONTRACT},fringe_rate,2026-07-01,,,,0.25,", f"{CONTRACT},indirect_rate,2026-07-01,,,,0.10,2027-06-30",
    f"{CONTRACT},payee_address,2026-07-01,,14 Quayside Mews Queens,,,",
)  # fmt: skip


def open_office(folder: Path) -> None:
    """Staff, a registered contract with its budget and facts, on October 9, 2026."""
    stop_clock(2026, 10, 9, 14)
    hire()
    refer()
    bring(folder, "budgets", "budget.csv", budget_csv())
    tell(folder, *FACTS)


def refer(**changed: Any) -> None:
    """What registration tells of the contract."""
    told = ContractReferral(
        contract_id=CONTRACT, contract_no=NUMBER, fiscal_year=2027, kind="standard", vendor_ein="970000001",
        vendor_name="Bramblewick Cooperative Exchange", payee_address="14 Quayside Mews Queens",
        max_cents=12_000_000, term_start=date(2026, 7, 1), term_end=date(2027, 6, 30),
        registered_on=date(2026, 8, 20), active_on=date(2026, 8, 27), insurance_until=date(2027, 6, 30),
        charities_until=date(2027, 5, 15), pql_until=date(2027, 6, 30), disclosures_until=date(2027, 9, 30),
    )  # fmt: skip
    with writing() as session:
        session.merge(Provider(ein="970000001", legal_name=told.vendor_name, email="pay@bramblewick.example"))
        referrals.keep_referrals(session, [told.model_copy(update=changed)], clock.now())


def budget_csv() -> str:
    """The budget as a file."""
    head = "contract_no,fy,no,category,title,amount,basis,unit_price,units"
    lines = (f"{NUMBER},2027,{no},{category},{title},{amount},line_item,," for no, category, title, amount in BUDGET)
    return "\n".join([head, *lines])


def tell(folder: Path, *rows: str) -> Any:
    """Import facts, one row of the tracker each."""
    return bring(folder, "payment-facts", f"facts-{len(list(folder.iterdir()))}.csv", facts_csv(*rows))


def facts_csv(*rows: str) -> str:
    """Facts as a file, one row of the tracker each."""
    return "\n".join(["contract or requisition,fact,date,line,name,amount,value,until", *rows])


def reports(month_end: str, total: str) -> tuple[str, ...]:
    """The month's reports, which agree."""
    told = ("monthly_report", total), ("ledger", total), ("outcome_report", "")
    return tuple(f"{CONTRACT},{fact},{month_end},,,{amount},," for fact, amount in told)


def bring(folder: Path, kind: str, name: str, text: str, submitted_by: str = "") -> Any:
    """Import a file of these words; the result, or what it was refused for."""
    path = folder / name
    path.write_text(text)
    file_id = receive(path, kind)
    result = {
        "budgets": intake.record_budget, "payment-facts": intake.record_facts, "payments": vouchers.record_payments,
        "requisitions": lambda file: intake.record_requisitions(file, submitted_by),
    }[kind](file_id)  # fmt: skip
    if isinstance(result, str):
        refuse(file_id, result)
    return result


def requisition(number: int = 1, **changed: Any) -> dict[str, Any]:
    """A clean requisition for September 2026 as a vendor's program sends it."""
    lines = [
        {"no": 1, "budget_line": 1, "description": "Program manager", "amount": "5000.00",
         "evidence": ["payroll_register", "time_records"]},
        {"no": 2, "budget_line": 2, "description": "Fringe benefits", "amount": "1250.00",
         "evidence": ["payroll_register"]},
        {"no": 3, "budget_line": 3, "description": "Rent and paper", "amount": "1000.00",
         "evidence": ["vendor_bill", "proof_of_payment"]},
    ]  # fmt: skip
    return {
        "number": f"{CONTRACT}-{number:02d}", "revision": 1, "contract_no": NUMBER, "invoice_no": f"BCE-{number:02d}",
        "invoice_date": "2026-10-05", "service_from": "2026-09-01", "service_to": "2026-09-30",
        "place": "Bramblewick Cooperative Exchange, Queens", "description": "Help for worker cooperatives",
        "payee_address": "14 Quayside Mews Queens", "total": "7250.00", "lines": lines, **changed,
    }  # fmt: skip


def send(folder: Path, *sent: dict[str, Any], submitted_by: str = "") -> Any:
    """Import requisitions, and the month's reports that agree with the first."""
    name = f"requisition-{len(list(folder.iterdir()))}.json"
    result = bring(folder, "requisitions", name, json.dumps(list(sent)), submitted_by)
    tell(folder, *reports("2026-09-30", sent[0]["total"]))
    return result


def review_all() -> dict[str, int]:
    """Review what is not decided, as the flow does."""
    policy = payments_policy()
    with reading() as session:
        loaded = load_requisitions(session, undecided_case_ids(session), policy, clock.today())
    reviewed = [ReviewedRequisition(case.head, case.packet, review(case.packet, policy)) for case in loaded]
    with writing() as session:
        return reviews.record(session, reviewed, clock.now())


def sign(staff: str, act: str, *case_ids: str, reason: str = "") -> Receipt:
    """Sign an act about requisitions, as one list."""
    asked = Asked("payments", tuple(Item(case_id, act, {}, reason) for case_id in case_ids))
    return decide(asked, show(asked).sha256(), credential(staff), "desk")


def follow() -> int:
    """What follows signatures: letters printed and sent; returns how many letters."""
    with reading() as session:
        letters, signed = ordered_letters(session, "payments", LETTERS), to_follow(session, "payments")
    pdfs = drawn(letters)
    with writing() as session:
        count = register_letters(session, pdfs, clock.now())
        mark_followed(session, signed.signature_ids, clock.now())
    outbox.send_waiting()
    return count


def voucher() -> dict[str, Any]:
    """The day's batch, and its files."""
    with writing() as session:
        told = vouchers.record_batch(session, clock.now())
    with reading() as session:
        return {**told, "files": vouchers.store_batches(session)}


def approve(*case_ids: str) -> None:
    """Program, then Fiscal, by different people."""
    sign("m.ortiz", "program_approved", *case_ids)
    sign("f.ana", "fiscal_approved", *case_ids)
