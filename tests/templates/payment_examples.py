"""Invented letters about requisitions worked out by hand, and rows of a register, filled as in the office."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from models.payments.documents import DeterminationLetter, ReturnNotice
from models.payments.later_documents import AmountOfLine, DisputeDecision, LapseNotice
from models.payments.later_letters import dispute_decision, lapse_notice
from models.payments.letter_messages import Letter
from models.payments.letters import determination_letter, return_notice
from models.payments.match_lists import match_lists, voucher_position
from models.payments.register_documents import DisputeLine, VoucherPosition
from models.payments.register_documents import RefundLine as RefundOwed
from models.payments.register_rows import RegisterRow, what_is_missing
from models.payments.registers import Besides
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
    "follows": "a projector without its inventory report stays open and with it the indirect that it would earn",
    "part": "the inventory report comes and the projector is paid with its indirect",
    "part_open": "of the lines of part 2 one is paid and one stays open",
    "part_refused": "a held line whose bill shows a cost that is never paid is disallowed",
    "part_returned": "another requisition with the same invoice number sends part 2 back",
    "offset": "advance, fee and refund come off in this order",
    "offset_left": "a refund one cent above what is left takes what is left",
}
RETURNED = frozenset({"returned", "part_returned"})
NO_PAPERS = "a requisition whose only line lacks its papers is held"
# Of the case “part_open”.
CLOSED_LINES = (2,)


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


def lapsed(name: str = CASES["part_open"], lines: tuple[int, ...] = (), **changed: Any) -> LapseNotice:
    """The notice that some lines of a case, or all that are open, were closed a month after they were asked for."""
    found, verdict = reviewed(name)
    closed = lines or tuple(line.no for line in found.packet.requisition.lines)
    day = date(2026, 11, 24)
    fields: dict[str, Any] = {
        "document_id": "R27-970000001-03-PL03", "asked_on": date(2026, 10, 22), "due_on": date(2026, 11, 23),
        "dated": day, "made_at": datetime.combine(day, time(15), UTC), "policy": found.policy,
    }  # fmt: skip
    return lapse_notice(found.packet, verdict, closed, OFFICE, RECIPIENT, **fields | changed)


def decided(*, granted: bool, **changed: Any) -> DisputeDecision:
    """How a dispute over two lines was decided."""
    found, day = case(CASES["disallowed"]), date(2026, 12, 14)
    lines = (
        AmountOfLine(no=3, description="Rent and paper", cents=100_000),
        AmountOfLine(no=6, description="Indirect", cents=4_000),
    )
    fields: dict[str, Any] = {
        "document_id": "R27-970000001-03-PL04", "filed_on": date(2026, 11, 16), "policy": found.policy, "dated": day,
        "made_at": datetime.combine(day, time(15), UTC), "granted": granted,
        "reason": "The bill of September 4 is for a parking fine. The contract pays for rent and paper.\n\n"
        "The landlord’s letter that came with the dispute is about another month.",
    }  # fmt: skip
    return dispute_decision(found.packet, lines, OFFICE, RECIPIENT, **fields | changed)


def every_letter() -> dict[str, Letter]:
    """One letter of each kind."""
    reviews: dict[str, Letter] = {
        kind: returned(name) if kind in RETURNED else determined(name) for kind, name in CASES.items()
    }
    return {
        **reviews, "lapsed": lapsed(lines=CLOSED_LINES), "lapsed_whole": lapsed(NO_PAPERS),
        "granted": decided(granted=True), "denied": decided(granted=False),
    }  # fmt: skip


def row(number: int = 1, **changed: Any) -> RegisterRow:
    """One requisition of October 2026: approved in full, required on 16 November, paid two days before."""
    fields: dict[str, Any] = {
        "case_id": f"R27-970000001-{number:02d}", "contract_id": "CT180120279700001",
        "provider": "Bramblewick Cooperative Exchange", "ein": "970000001", "received_on": date(2026, 10, 15),
        "required_on": date(2026, 11, 16), "outcome": Outcome.APPROVED,
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
    {**_UNPAID, "outcome": Outcome.RETURNED, "approved_cents": 0, "net_cents": 0, "required_on": None,
     "holder": "Provider"},
    {**_UNPAID, "outcome": Outcome.WAITING, "net_cents": 0, "holder": "Budget", "required_on": date(2026, 12, 8)},
)  # fmt: skip


def parted() -> list[RegisterRow]:
    """A requisition in three parts: paid, come back in part, still open; one with a set-off, and one withdrawn."""
    open_ = {"net_cents": 0, "approved_cents": 0, "required_on": None, "outcome": Outcome.HELD, "paid_on": None}
    asked = what_is_missing((5, 6), ("P14",), date(2026, 11, 12), date(2026, 12, 14))
    back = "R27-970000009-40-V02 came back on November 17, 2026, asked for again by R27-970000009-40-V02R1"
    mine = {"provider": "Saltmarsh Bakers Cooperative Development Fund", "ein": "970000009"}
    return [
        row(40, claimed_cents=625_000, approved_cents=600_000, net_cents=582_500, outcome=Outcome.SPLIT, **mine),
        row(40, part=2, claimed_cents=300_000, approved_cents=300_000, net_cents=300_000, paid_cents=120_000,
            paid_on=None, last_paid_on=date(2026, 11, 16), voucher_no="PVE-0040R1", received_on=date(2026, 11, 5),
            notes=("$1,200.00 paid, $1,800.00 still to pay", back), **mine),
        row(40, part=3, claimed_cents=75_000, voucher_no="", notes=(asked,), **mine | open_),
        row(41, offset_cents=25_000, net_cents=975_000, notes=("$250.00 set off",), **mine),
        row(42, claimed_cents=90_000, voucher_no="", closed="Withdrawn", **mine | open_),
    ]  # fmt: skip


def beside_the_rows() -> Besides:
    """A refund that was set off in part, a dispute that was denied, and one that waits."""
    who = {"provider": "Saltmarsh Bakers Cooperative Development Fund"}
    return Besides(
        refunds=(RefundOwed(
            case_id="R27-970000009-39", due_since=date(2026, 10, 2), amount_cents=100_000, offset_cents=25_000,
            came_cents=30_000, left_cents=45_000, **who,
        ),),
        disputes=(
            DisputeLine(case_id="R27-970000009-38", filed_on=date(2026, 10, 1), decision_due_on=date(2026, 11, 2),
                        disputed_cents=100_000, decided_as="Denied", decided_on=date(2026, 10, 28), **who),
            DisputeLine(case_id="R27-970000009-37", filed_on=date(2026, 11, 10), decision_due_on=date(2026, 12, 10),
                        disputed_cents=4_000, **who),
        ),
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
