"""An office that pays: one contract, its budget and facts as files, requisitions, and what the flows do with them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from models.payments.records import BudgetChange
from models.payments.rules import review
from models.shared.records import Provider
from models.shared.referrals import ContractReferral
from models.shared.signing import Asked, Item, Receipt
from tasks.adapters import clock, outbox
from tasks.adapters.database import reading, writing
from tasks.adapters.decisions import decide, show
from tasks.adapters.follow_up import mark_followed, to_follow
from tasks.adapters.incoming import BROUGHT_BY, receive, refuse
from tasks.adapters.letter_orders import ordered_letters, register_letters
from tasks.adapters.payments import (
    budget_intake,
    intake,
    payments_made,
    referrals,
    requests,
    reviews,
    spending,
    vouchers,
)
from tasks.adapters.payments.budget_notices import NOTICES
from tasks.adapters.payments.cases import load_requisitions, undecided_case_ids
from tasks.adapters.payments.letters_due import LETTERS
from tasks.adapters.payments.reviews import ReviewedRequisition
from tasks.adapters.policy import payments_policy
from tests.drawn import drawn
from tests.office import stop_clock
from tests.remembered import remembered
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


@remembered
def open_office(folder: Path) -> None:
    """Staff, a registered contract with its signed budget and facts, on October 9, 2026."""
    stop_clock(2026, 10, 9, 14)
    hire()
    refer()
    bring(folder, "budgets", "budget.csv", budget_csv())
    sign_budget(f"{CONTRACT}-FY27-B01")
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


def budget_csv(*lines: tuple[int, str, str, str], fy: int = 2027) -> str:
    """A budget as a file; without lines the one that the office opens with."""
    head = "contract_no,fy,no,category,title,amount,basis,unit_price,units"
    told = (
        f"{NUMBER},{fy},{no},{category},{title},{amount},line_item,," for no, category, title, amount in lines or BUDGET
    )
    return "\n".join([head, *told])


def sign_budget(case_id: str, *, second: str = "b.funds", act: str = "budget_approved") -> Receipt:
    """Program approves a budget, then Budget does; or Fiscal, where it changes no amount."""
    sign("m.ortiz", "program_approved", case_id, process="budgets")
    return sign(second, act, case_id, process="budgets")


def budget_row(case_id: str) -> BudgetChange:
    """A budget that came in, as it stands."""
    with reading() as session:
        return session.get_one(BudgetChange, case_id)


def tell(folder: Path, *rows: str) -> Any:
    """Import facts, one row of the tracker each."""
    return bring(folder, "payment-facts", f"facts-{len(list(folder.iterdir()))}.csv", facts_csv(*rows))


def facts_csv(*rows: str) -> str:
    """Facts as a file, one row of the tracker each."""
    head = "contract or requisition,fact,date,line,name,amount,value,until,first month"
    return "\n".join([head, *rows])


def reports(month_end: str, total: str) -> tuple[str, ...]:
    """The month's reports, which agree."""
    told = ("monthly_report", total), ("ledger", total), ("outcome_report", "")
    return tuple(f"{CONTRACT},{fact},{month_end},,,{amount},," for fact, amount in told)


def bring(folder: Path, kind: str, name: str, text: str, submitted_by: str = "") -> Any:
    """Import a file of these words; the result, or what it was refused for."""
    path = folder / name
    path.write_text(text)
    file_id = receive(path, kind, {BROUGHT_BY: submitted_by})
    result = {
        "budgets": budget_intake.record_budget,
        "payment-facts": intake.record_facts, "payments": payments_made.record_payments,
        "requisitions": intake.record_requisitions, "spending": spending.record_spending,
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
        loaded = load_requisitions(session, undecided_case_ids(session), policy, clock.today(), rest=True)
    reviewed = [ReviewedRequisition(case.head, case.packet, review(case.packet, policy)) for case in loaded]
    with writing() as session:
        return reviews.record(session, reviewed, clock.now())


def sign(staff: str, act: str, *case_ids: str, reason: str = "", process: str = "payments") -> Receipt:
    """Sign an act about requisitions, or budgets, as one list; of several each gets a reason."""
    reason = reason or ("Read line by line." if len(case_ids) > 1 else "")
    asked = Asked(process, tuple(Item(case_id, act, {}, reason) for case_id in case_ids))
    return decide(asked, show(asked).sha256(), credential(staff), "desk")


def follow() -> int:
    """What follows signatures: letters printed and sent; returns how many letters."""
    with reading() as session:
        letters = [*ordered_letters(session, "payments", LETTERS), *ordered_letters(session, "budgets", NOTICES)]
        signed = [*to_follow(session, "payments").signature_ids, *to_follow(session, "budgets").signature_ids]
    pdfs = drawn(letters)
    with writing() as session:
        count = register_letters(session, pdfs, clock.now())
        mark_followed(session, signed, clock.now())
    outbox.send_waiting()
    return count


def voucher() -> dict[str, Any]:
    """The day's batch, and its files."""
    with writing() as session:
        told = vouchers.record_batch(session, clock.now())
    with reading() as session:
        return {**told, "files": vouchers.store_batches(session)}


def pay(folder: Path, number: str, amount: str, on: str = "2026-10-09", reference: str = "EFT-1") -> Any:
    """Import a list with one payment on a voucher."""
    text = f"voucher,amount,paid on,reference\n{number},{amount},{on},{reference}"
    return bring(folder, "payments", f"paid-{len(list(folder.iterdir()))}.csv", text)


def lapse() -> list[str]:
    """Close what was asked for and did not come by its last day."""
    with writing() as session:
        return requests.lapse(session, clock.now())


def approve(*case_ids: str) -> None:
    """Program, then Fiscal, by different people."""
    sign("m.ortiz", "program_approved", *case_ids)
    sign("f.ana", "fiscal_approved", *case_ids)


def vouchered(folder: Path, *sent: dict[str, Any]) -> None:
    """Requisitions that came in, were approved by both, and stand on a batch of October 9, 2026."""
    send(folder, *(sent or (requisition(),)))
    review_all()
    approve(*(one["number"] for one in sent or (requisition(),)))
    voucher()


def spent_csv(*rows: str) -> str:
    """What the City paid as Checkbook lists it: document, day, amount, contract."""
    head = "Document ID,Payee Name,Issue Date,Check Amount,Contract ID,Agency"
    told = (row.split(",") for row in rows)
    lines = [
        f"{document},BRAMBLEWICK COOPERATIVE EXCHANGE,{day},{cents},{contract},Department of Small Business Services"
        for document, day, cents, contract in told
    ]  # fmt: skip
    return "\n".join([head, *lines])
