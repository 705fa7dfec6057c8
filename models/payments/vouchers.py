"""Vouchers: what the finance system is asked to pay, one for each approved part of a requisition, sent in batches."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from models.payments.packet import RequisitionPacket
from models.payments.verdicts import RELEASING, Verdict
from models.shared.documents import canonical, sha256
from models.shared.money import dollars

_NUMBER = re.compile(r".+-V\d{2,}", re.IGNORECASE | re.ASCII)
# Enough of the hash that two batches of one day and sequence never share it.
_DIGEST = 10


class VoucherError(ValueError):
    """The batch cannot be made; nothing of it was. Carries one sentence for each thing that is wrong."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(self.sentences))


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class VoucherLine(_Facts):
    """An amount and the budget line that it is charged to; None for what comes off the requisition as a whole."""

    budget_line: int | None
    title: str
    amount_cents: int


class Voucherable(_Facts):
    """A part of a requisition that both signatures have released. The lines come to `net_cents`, which is what is paid.

    `issue` counts how often what came back, or was voided, was asked for again.
    """

    case_id: str = Field(min_length=1)
    part: int = Field(default=1, ge=1)
    issue: int = Field(default=0, ge=0)
    revision: int = Field(ge=1)
    contract_id: str = Field(min_length=1)
    fms_contract_id: str = Field(min_length=1)
    vendor_ein: str = Field(pattern=r"^[0-9]{9}$")
    vendor_name: str = Field(min_length=1)
    invoice_no: str = Field(min_length=1)
    net_cents: int
    required_on: date
    lines: tuple[VoucherLine, ...]

    @property
    def number(self) -> str:
        """The number of its voucher."""
        return voucher_number(self.case_id, self.part, self.issue)

    def reissued(self, owed_cents: int) -> "Voucherable":
        """The next issue, over what is still owed of this one, charged to its last lines."""
        rest, lines = owed_cents, list[VoucherLine]()
        for line in reversed(self.lines):
            charged = min(rest, line.amount_cents)
            if charged > 0:
                lines.insert(0, line.model_copy(update={"amount_cents": charged}))
                rest -= charged
        return self.model_copy(update={"issue": self.issue + 1, "net_cents": owed_cents, "lines": tuple(lines)})


@dataclass(frozen=True, slots=True)
class Voucher:
    """One payment that the finance system is asked for, and the day on which it was asked."""

    number: str
    made_on: date
    item: Voucherable


@dataclass(frozen=True, slots=True)
class VoucherBatch:
    """The vouchers that go to the finance system together, those that must be paid first in front."""

    number: str
    made_on: date
    vouchers: tuple[Voucher, ...]

    @property
    def total_cents(self) -> int:
        """What the vouchers come to."""
        return sum(voucher.item.net_cents for voucher in self.vouchers)

    @property
    def line_count(self) -> int:
        """How many lines all vouchers have."""
        return sum(len(voucher.item.lines) for voucher in self.vouchers)


def made_on(batch_no: str) -> date:
    """The day of a batch, which stands in its number."""
    day = batch_no.split("-")[1]
    return date(int(day[:4]), int(day[4:6]), int(day[6:]))


def voucher_number(case_id: str, part: int, issue: int = 0) -> str:
    """The natural key of a voucher: it is made of the requisition's own, so that none ever gets a second one."""
    return f"{case_id}-V{part:02d}" + (f"R{issue}" if issue else "")


def is_voucher_number(text: str) -> bool:
    """Whether a text has the form of our voucher numbers."""
    return _NUMBER.fullmatch(text) is not None


def voucher_lines(packet: RequisitionPacket, verdict: Verdict) -> tuple[VoucherLine, ...]:
    """What a review lets each budget line pay, then what comes off the whole: together the net amount.

    None where the review releases no money.
    """
    if verdict.outcome not in RELEASING:
        return ()
    paid: Counter[int] = Counter()
    for claim, line in zip(packet.claims, verdict.lines, strict=True):
        paid[claim.line.budget_line] += line.amount_cents
    charged = [
        VoucherLine(budget_line=no, title=packet.budget_lines[no].title, amount_cents=cents)
        for no, cents in sorted(paid.items())
        if cents
    ]
    deducted = verdict.deductions
    off = {
        "Advance taken back": deducted.recouped_cents, "Name-check fee": deducted.fee_cents,
        "Refund set off": deducted.offset_cents,
    }  # fmt: skip
    taken = [VoucherLine(budget_line=None, title=why, amount_cents=-cents) for why, cents in off.items() if cents]
    return (*charged, *taken)


def batch(items: Sequence[Voucherable], made_on: date, sequence: int) -> VoucherBatch:
    """One batch of a day. The same items give the same batch in whatever order they come. Raises VoucherError.

    The number follows from the day, the sequence within the day, and what is in it. An item that is given twice
    with the same facts is one item.
    """
    once = list(dict.fromkeys(items))
    problems = [*_wrong_batch(once, sequence), *_repeats(once), *(text for item in once for text in _wrong_sums(item))]
    if problems:
        raise VoucherError(problems)
    ordered = sorted(once, key=lambda item: (item.required_on, item.number))
    told = (item.model_dump(mode="json", exclude_defaults=True) for item in ordered)
    digest = sha256(canonical([made_on.isoformat(), *told]))
    return VoucherBatch(
        number=f"VB-{made_on:%Y%m%d}-{sequence:02d}-{digest[:_DIGEST].upper()}",
        made_on=made_on,
        vouchers=tuple(Voucher(item.number, made_on, item) for item in ordered),
    )


def _wrong_batch(items: Sequence[Voucherable], sequence: int) -> Iterator[str]:
    if not items:
        yield "The batch has no requisition in it. Choose at least one that is approved for payment."
    if sequence < 1:
        yield "The batches of a day are counted from 1. Give the batch its number within the day."


def _repeats(items: Sequence[Voucherable]) -> Iterator[str]:
    """One part of a requisition claims its services once: only one voucher of it can be paid."""
    seen: set[tuple[str, int]] = set()
    for item in sorted(items, key=lambda item: item.number):
        if (item.case_id, item.part) in seen:
            yield (
                f"Part {item.part} of requisition {item.case_id} is in the batch twice with different facts. Leave the "
                "one that was signed."
            )
        seen.add((item.case_id, item.part))


def _wrong_sums(item: Voucherable) -> Iterator[str]:
    come_to = sum(line.amount_cents for line in item.lines)
    if item.net_cents <= 0:
        yield (
            f"Requisition {item.case_id}, part {item.part}, comes to {dollars(item.net_cents)}: there is "
            "nothing to pay. Take it out of the batch."
        )
    elif come_to != item.net_cents:
        yield (
            f"Requisition {item.case_id}, part {item.part}: its lines come to {dollars(come_to)} and its net "
            f"amount is {dollars(item.net_cents)}. Review it again before it is paid."
        )
