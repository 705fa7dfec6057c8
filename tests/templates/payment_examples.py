"""Invented letters about requisitions worked out by hand, and rows of a register, filled as in the office."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from models.payments.documents import DeterminationLetter, ReturnNotice
from models.payments.letters import determination_letter, return_notice
from models.payments.match_lists import match_lists, voucher_position
from models.payments.register_documents import VoucherPosition
from models.payments.registers import RegisterRow
from models.payments.rules import review
from models.payments.verdicts import Outcome, Verdict
from models.payments.year_end_documents import ContractPosition, OwedLine, RefundLine, UnclearItem, YearEndPosition
from models.shared.documents import Recipient
from tests.golden_payments import GoldenCase, golden_cases
from tests.templates.examples import OFFICE
from tests.vouchers import make_payment, make_voucher, matched

RECIPIENT = Recipient(
    name="Bramblewick Cooperative Exchange", attention="Pat Hale", lines=("14 Quayside Mews", "Queens, NY 11101")
)
AS_OF = date(2026, 11, 20)
MADE_AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
# One case for each kind of letter.
CASES = {
    "clean": "a clean requisition is approved in full",
    "split": "supplies without proof of payment are held",
    "late": "a requisition with a bit of everything",
    "held": "insurance that ends the day before the required payment date holds all lines",
    "disallowed": "a requisition of nothing but a cost that is never paid is disallowed",
    "returned": "a requisition with every reason to return it names every one",
    "advance": "an advance is recouped from what was approved of a split requisition",
    "refund": "what the last requisition cannot take back is a refund due",
    "unregistered": "a contract that is not registered is reviewed and nothing is released",
    "blocked": "a blocked requisition still shows its short-paid line",
    "waiting": "a waiting requisition still shows its held line",
}


@cache
def case(name: str) -> GoldenCase:
    """The case of that name."""
    return next(found for found in golden_cases() if found.name == name)


def reviewed(name: str) -> tuple[GoldenCase, Verdict]:
    """A case with what its review comes to."""
    found = case(name)
    return found, review(found.packet, found.policy)


def _dated(found: GoldenCase) -> dict[str, Any]:
    day = max(found.packet.as_of, found.packet.paid_on or found.packet.as_of)
    return {"dated": day, "made_at": datetime.combine(day, time(15), UTC)}


def determined(name: str, **changed: Any) -> DeterminationLetter:
    """The letter on a case that was not returned, made on the day of its review or payment."""
    found, verdict = reviewed(name)
    fields = {"document_id": "R27-970000001-03-DT01", "policy": found.policy, **_dated(found)} | changed
    return determination_letter(found.packet, verdict, OFFICE, RECIPIENT, **fields)


def returned(name: str = CASES["returned"], **changed: Any) -> ReturnNotice:
    """The notice that returns a case."""
    found, verdict = reviewed(name)
    fields = {"document_id": "R27-970000001-03-RN01", **_dated(found)} | changed
    return return_notice(found.packet, verdict, OFFICE, RECIPIENT, **fields)


def every_letter() -> dict[str, DeterminationLetter | ReturnNotice]:
    """One letter of each kind."""
    return {kind: returned(name) if kind == "returned" else determined(name) for kind, name in CASES.items()}


def row(number: int = 1, **changed: Any) -> RegisterRow:
    """One requisition of October 2026: approved in full, required on 16 November, paid two days before."""
    fields: dict[str, Any] = {
        "case_id": f"R27-970000001-{number:02d}", "contract_id": "CT180120279700001",
        "provider": "Bramblewick Cooperative Exchange", "ein": "970000001", "received_on": date(2026, 10, 15),
        "ira_on": date(2026, 10, 15), "required_on": date(2026, 11, 16), "outcome": Outcome.APPROVED,
        "claimed_cents": 1_000_000, "approved_cents": 1_000_000, "net_cents": 1_000_000,
        "voucher_no": f"PVE-{number:04d}", "paid_on": date(2026, 11, 14), "holder": "Fiscal",
    }  # fmt: skip
    return RegisterRow(**fields | changed)


_UNPAID: dict[str, Any] = {"paid_on": None, "voucher_no": ""}
_KINDS: tuple[dict[str, Any], ...] = (
    {},
    {"outcome": Outcome.SPLIT, "approved_cents": 912_345, "net_cents": 712_345},
    {"paid_on": date(2026, 11, 19), "days_late": 3, "interest_cents": 2_611, "cause": "Review by Program took 12 days"},
    {**_UNPAID, "holder": "Program", "forecast_cents": 3_040, "cause": "Review by Program took 12 days"},
    {**_UNPAID, "required_on": date(2026, 11, 24), "holder": "Fiscal"},
    {**_UNPAID, "outcome": Outcome.HELD, "approved_cents": 0, "net_cents": 0, "holder": "Provider"},
    {**_UNPAID, "outcome": Outcome.BLOCKED, "net_cents": 0, "holder": "Procurement", "forecast_cents": 8_125,
     "required_on": date(2026, 10, 12), "cause": "Contract not registered"},
    {**_UNPAID, "outcome": Outcome.RETURNED, "approved_cents": 0, "net_cents": 0, "ira_on": None, "required_on": None,
     "holder": "Provider"},
    {**_UNPAID, "outcome": Outcome.WAITING, "net_cents": 0, "holder": "Budget", "required_on": date(2026, 12, 8)},
)  # fmt: skip
_NAMES = (
    "Bramblewick Cooperative Exchange", "Harbor Loom, Inc.", "Saltmarsh Bakers Cooperative Development Fund",
    "Tidewrack Repair Guild", "Oakum Street Legal Aid", "Lantern Yard Childcare Cooperative", "Fenwick Cleaners United",
    "Quillfeather Translation Collective", "Mudlark Riders Association", "Copperbeech Food Workers Center",
)  # fmt: skip


def rows() -> list[RegisterRow]:
    """Thirty requisitions of ten providers, of every outcome."""
    return [
        row(
            number, provider=_NAMES[number % 10], ein=f"9700000{number % 10:02d}",
            contract_id=f"CT1801202797000{number % 10:02d}", received_on=date(2026, 10, 1) + timedelta(days=number),
            **_KINDS[number % len(_KINDS)],
        )
        for number in range(30)
    ]  # fmt: skip


def year_end() -> YearEndPosition:
    """A position with everything that one can have: owed of two years, refunds, lines in no year."""
    owed = (
        OwedLine(case_id="R27-970000001-03", invoice_no="BCE-3", fiscal_year=2026, approved_cents=50_000,
                 deducted_cents=0, undecided_cents=0),
        OwedLine(case_id="R27-970000001-04", invoice_no="", fiscal_year=2027, approved_cents=725_000,
                 deducted_cents=17_500, undecided_cents=100_000),
    )  # fmt: skip
    refund = RefundLine(
        case_id="R27-970000001-04", reason="The advance could not be taken back. Ask the vendor for it.",
        due_since=date(2027, 6, 15), amount_cents=175_000,
    )  # fmt: skip
    unclear = UnclearItem(
        case_id="R27-970000001-05", line=2, claimed_cents=30_000,
        reason="Its services run past 30 June. Ask the vendor to split it at the end of the fiscal year.",
    )  # fmt: skip
    contracts = (
        ContractPosition(contract_id="R27-970000001", contract_no="CT180120279700001", provider=_NAMES[0], owed=owed,
                         refunds=(refund,), unclear=(unclear,)),
        ContractPosition(contract_id="R27-970000002", contract_no="R27-970000002", provider=_NAMES[1],
                         owed=(owed[0].model_copy(update={"case_id": "R27-970000002-01", "fiscal_year": 2027}),)),
    )  # fmt: skip
    return YearEndPosition(
        document_id="PAY-YE-2027-20270701-1100", title="Year-end position, fiscal year 2027",
        made_at=datetime(2027, 7, 1, 11, tzinfo=UTC), office=OFFICE, fiscal_year=2027, closed_on=date(2027, 6, 30),
        as_of=date(2027, 7, 1), contracts=contracts, accrued_cents=925_000, payable_cents=807_500,
        undecided_cents=100_000, refund_cents=175_000, unclear=1,
    )  # fmt: skip


def empty_year_end() -> YearEndPosition:
    """A position without anything owed."""
    nothing = {"contracts": (), "accrued_cents": 0, "payable_cents": 0, "undecided_cents": 0, "refund_cents": 0}
    return year_end().model_copy(update={**nothing, "unclear": 0})


def voucher_figures() -> VoucherPosition:
    """Vouchers of every standing, with one that waits for its payment."""
    found = matched(
        [make_voucher(1), make_voucher(2, 700_000), make_voucher(3, 800_000)],
        [make_payment("a"), make_payment("b", 1_000), make_payment("c", 801_000, voucher_no="R27-970000001-03-V01")],
    )
    position = voucher_position(match_lists(found, {"R27-970000001-01-V01": date(2026, 11, 12)}, AS_OF))
    assert position is not None
    return position
