"""A requisition in parts: what earlier parts decided of its lines, and what is still open for the next one.

Paying what is clean at once while the rest is queried: P21 (PPB 4-06(d)(3)(i)); that held lines follow as parts of the
same requisition: convention. Amounts in cents.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from models.payments.forms import RequisitionForm, RequisitionLine
from models.payments.packet import EarlierLine, Status
from models.shared.money import dollars


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """What one part decided of one line. `open_cents` is what of it the next part looks at.

    `granted` tells that a dispute over what was refused of it was decided for the vendor.
    """

    part: int
    no: int
    invoice_no: str
    budget_line: int
    service_from: date
    service_to: date
    claimed_cents: int
    approved_cents: int
    open_cents: int
    status: Status
    credit_of: str = ""
    granted: bool = False

    def as_earlier(self, *, own: bool = False) -> EarlierLine:
        """The line as another requisition sees it, or with `own` a later part of the same one."""
        return EarlierLine(
            invoice_no=self.invoice_no, budget_line=self.budget_line, service_from=self.service_from,
            service_to=self.service_to, claimed_cents=self.claimed_cents, approved_cents=self.approved_cents,
            status=self.status, credit_of=self.credit_of, own=own,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line of the next part: the vendor's line with the amount that is open of it."""

    line: RequisitionLine
    granted: bool


def open_lines(form: RequisitionForm, decided: Iterable[DecidedLine]) -> tuple[OpenLine, ...]:
    """The lines that earlier parts left open, each with its open amount, in the order of the form."""
    still = {row.no: row for row in decided if row.open_cents}
    paid = _approved(decided)
    return tuple(
        OpenLine(_remainder(line, still[line.no], paid.get(line.no, 0)), still[line.no].granted)
        for line in form.lines
        if line.no in still
    )


def _remainder(line: RequisitionLine, row: DecidedLine, approved_cents: int) -> RequisitionLine:
    if not approved_cents:
        # Nothing was paid of it: it is as the vendor's latest revision has it.
        return line
    # What was cut for tax was cut before.
    return line.model_copy(update={"amount_cents": row.open_cents, "sales_tax_cents": 0})


def _approved(decided: Iterable[DecidedLine]) -> dict[int, int]:
    found: dict[int, int] = {}
    for row in decided:
        found[row.no] = found.get(row.no, 0) + row.approved_cents
    return found


def refused(form: RequisitionForm, decided: Sequence[DecidedLine]) -> dict[int, int]:
    """What the parts so far refused of each line of the latest revision, by its number: neither approved nor open.

    A line that the vendor gave up is not in it, and credits are left out.
    """
    approved, seen = _approved(decided), {row.no for row in decided}
    still = {row.no: row.open_cents for row in decided if row.open_cents}
    left = {
        line.no: line.amount_cents - approved[line.no] - still.get(line.no, 0) for line in form.lines if line.no in seen
    }
    return {no: cents for no, cents in sorted(left.items()) if cents > 0}


# What a part may be returned for besides its lines (P3, P4, P6); nothing that was decided rests on it.
_OF_THE_INVOICE = frozenset({"invoice_no", "invoice_date", "contract_no", "payee_address"})


def changed_though_decided(
    before: RequisitionForm, after: RequisitionForm, decided: Sequence[DecidedLine], *, returned: bool
) -> str:
    """Why a revision of what is open cannot be taken, as a sentence; empty where it can.

    What earlier parts decided stays as it was; a line that is wholly held may change or go. Where the part is returned,
    what the invoice says of itself may change too: that is what a return asks for. Source: convention.
    """
    still = {row.no for row in decided if row.open_cents}
    held = {row.no for row in decided if row.open_cents and not _approved(decided)[row.no] and not row.granted}
    was, now = ({line.no: line for line in form.lines} for form in (before, after))
    for no, line in was.items():
        if no not in held and now.get(no) != line:
            return f"Line {no} ({dollars(line.amount_cents)}) is decided already. Leave it as it was."
    if more := sorted(now.keys() - was.keys()):
        return f"Line {more[0]} is new. Claim it in a requisition of its own."
    if not (still if returned else held) & now.keys():
        return "No line is left that could still be reviewed. Leave at least one of those that were held."
    free = {"revision", "lines", "total_cents"} | (_OF_THE_INVOICE if returned else set())
    if before.model_dump(exclude=free) != after.model_dump(exclude=free):
        also = " and the number, date, contract number and payee address of the invoice" if returned else ""
        return f"Part of the requisition is approved already. Change nothing but the lines that were held{also}."
    return ""
