"""Invented contracts with a year's budget and an advance, and what their vendors send: good, wrong, late, twice."""

import random
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from models.payments.budget_file import BudgetForm
from models.shared.documents import canonical, sha256
from models.shared.money import plain
from models.shared.referrals import ContractReferral
from tasks.adapters.ledger import Happening

# Budget line: category, title, the papers that a claim on it needs.
KINDS = {
    1: ("PS", "Program manager", ("payroll_register", "time_records")),
    2: ("fringe", "Fringe benefits", ("payroll_register",)),
    3: ("OTPS", "Supplies and rent", ("vendor_bill", "proof_of_payment")),
    4: ("consultant", "Bookkeeper", ("vendor_bill", "proof_of_payment")),
    5: ("OTPS", "Workshops", ()),
    6: ("indirect", "Indirect", ()),
}  # fmt: skip
DELIVERABLE, PRICE = 5, 5_000
ADDRESS, SUPPLIER = "14 Quayside Mews Queens", "Fennimore Tallow Law Office"
FRINGE, INDIRECT, FEE = 25, 10, 17_500
WRONG: tuple[dict[str, str], ...] = (
    {"place": ""}, {"payee_address": "1 Nowhere Lane"}, {"contract_no": "CT0"}, {"total": "1.00"},
)  # fmt: skip
Form = dict[str, Any]


@dataclass
class Contract:
    """One history: a contract of a vendor of its own, and what was sent on it so far, by the number of the case."""

    number: int
    rng: random.Random
    budget: dict[int, int]
    advance: int
    recoup: int
    most: int
    sent: dict[str, Form] = field(default_factory=dict)
    last: str = ""
    pending: bool = False

    @property
    def id(self) -> str:
        return f"R27-97{self.number:07d}"

    @property
    def registered_no(self) -> str:
        return f"CT1801202797{self.number:07d}"

    @property
    def ein(self) -> str:
        return f"97{self.number:07d}"

    @property
    def total(self) -> int:
        return sum(self.budget.values())

    def chance(self, of_a_hundred: float) -> bool:
        return self.rng.random() * 100 < of_a_hundred


def make_contract(number: int) -> Contract:
    """A budget of some lines, mostly an advance, and a maximum that is often the year's budget."""
    rng = random.Random(number)
    budget = {no: rng.randrange(50_000, 900_000) for no in KINDS if no in (1, 3) or rng.random() < 0.75}
    total = sum(budget.values())
    advance = rng.randrange(total // 2) if rng.random() < 0.65 else 0
    recoup = rng.randrange(advance // 2 + 1) if advance and rng.random() < 0.8 else 0
    return Contract(number, rng, budget, advance, recoup, total + rng.choice((0, 0, rng.randrange(total))))


def month(place: int) -> tuple[date, date]:
    """Each requisition has a month of its own, so that the month's reports are about it alone."""
    first = date(2026 + (6 + place) // 12, (6 + place) % 12 + 1, 1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def made(contract: Contract, lines: list[Form], place: int) -> Form:
    """A proper invoice over some lines for a month."""
    first, last = month(place)
    no = len(contract.sent) + 1
    return summed(
        {
            "number": f"{contract.id}-{no:02d}", "revision": 1, "contract_no": contract.registered_no,
            "invoice_no": f"I-{contract.number}-{no}", "invoice_date": str(last), "service_from": str(first),
            "service_to": str(last), "place": "Queens", "description": "Help for worker cooperatives",
            "payee_address": ADDRESS, "lines": [{**line, "no": n} for n, line in enumerate(lines, 1)],
        }
    )  # fmt: skip


def summed(form: Form) -> Form:
    """The form with the total that its lines come to."""
    return {**form, "total": plain(sum(cents(line["amount"]) for line in form["lines"]))}


def first_form(contract: Contract) -> Form:
    """A requisition for the next month: claims on most budget lines, now and then a credit, or something wrong."""
    place = len(contract.sent)
    lines = list(_claims(contract))
    if contract.sent and contract.chance(20):
        lines.append(_credit(contract))
    form = made(contract, lines, place)
    return {**form, **contract.rng.choice(WRONG)} if contract.chance(8) else form


def _claims(contract: Contract) -> Iterator[Form]:
    rng, before = contract.rng, dict[int, int]()
    for no, budget in contract.budget.items():
        if no != 1 and not contract.chance(75):
            continue
        amount = rng.randrange(100, max(200, budget // rng.choice((1, 2, 3, 5))))
        # Mostly what the rates allow of what is claimed, so that not everything is cut.
        if no == 2 and contract.chance(70):
            amount = max(1, before.get(1, 0) * FRINGE // 100)
        if no == 6 and contract.chance(70):
            amount = max(1, sum(before.values()) * INDIRECT // 100)
        before[no] = amount
        yield _claim(contract, no, amount)


def _claim(contract: Contract, no: int, amount: int) -> Form:
    _, title, papers = KINDS[no]
    line: Form = {"budget_line": no, "description": title, "amount": plain(amount), "evidence": list(papers)}
    if papers and contract.chance(22):
        line["evidence"] = line["evidence"][1:]
    if contract.chance(4):
        line["sales_tax"] = plain(contract.rng.randrange(amount + 1))
    if no == 4:
        line["supplier"] = SUPPLIER if contract.chance(90) else "Pellworm Bookkeeping"
    if no == DELIVERABLE:
        line["units"] = amount // PRICE + 1
    return line


def _credit(contract: Contract) -> Form:
    of = contract.rng.choice(list(contract.sent.values()))
    line = contract.rng.choice(of["lines"])
    amount = abs(cents(line["amount"])) // contract.rng.choice((1, 2, 4)) or 1
    return {
        "budget_line": line["budget_line"], "description": "Credit", "amount": plain(-amount),
        "credit_of": of["invoice_no"],
    }  # fmt: skip


def repeated(contract: Contract) -> Form:
    """An invoice that was sent before, under another number of the case and mostly of the invoice."""
    of = contract.rng.choice(list(contract.sent.values()))
    form = mended({**deepcopy(of), "revision": 1, "number": f"{contract.id}-{len(contract.sent) + 1:02d}"}, contract)
    return form if contract.chance(25) else {**form, "invoice_no": f"{form['invoice_no']}-AGAIN"}


def mended(form: Form, contract: Contract) -> Form:
    """The form with all papers, and with what was wrong put right."""
    lines = [{**line, "evidence": list(KINDS[line["budget_line"]][2])} for line in deepcopy(form["lines"])]
    right = {"place": "Queens", "payee_address": ADDRESS, "contract_no": contract.registered_no}
    return summed({**form, **right, "lines": lines})


def revised(form: Form, contract: Contract, open_lines: set[int]) -> tuple[Form, bool]:
    """The next revision: mostly what was missing, now and then a changed or dropped line, allowed or not.

    True with it where it may well be refused.
    """
    rng, chosen = contract.rng, contract.rng.random()
    after = {**mended(form, contract), "revision": form["revision"] + 1}
    lines = after["lines"]
    if chosen < 0.05:
        # Any line: where it is decided already, that is refused.
        rng.choice(lines)["amount"] = plain(rng.randrange(1, 200_000))
    elif chosen < 0.12 and open_lines:
        line = next(line for line in lines if line["no"] == min(open_lines))
        line["amount"] = plain(max(1, abs(cents(line["amount"])) * rng.choice((1, 3, 5)) // 4))
    elif chosen < 0.18 and len(lines) > 1:
        lines.remove(rng.choice([line for line in lines if line["no"] in open_lines] or lines))
    elif chosen < 0.20:
        after["description"] = "Help for worker cooperatives and their members"
    elif chosen < 0.22:
        lines.append({**deepcopy(lines[0]), "no": max(line["no"] for line in lines) + 1, "amount": "12.34"})
    elif chosen < 0.30:
        # Still not complete.
        rng.choice(lines)["evidence"] = []
    return summed(after), chosen < 0.22


# --- what is known before the first requisition -----------------------------------------------------------------------


def referral(contract: Contract, today: date = date(2026, 7, 1)) -> ContractReferral:
    """What registration tells of it; a change of it is on its way, or landed today."""
    return ContractReferral(
        contract_id=contract.id, contract_no=contract.registered_no, fiscal_year=2027, kind="standard",
        vendor_ein=contract.ein, vendor_name=f"Invented {contract.number}", payee_address=ADDRESS,
        max_cents=contract.most, term_start=date(2026, 7, 1), term_end=date(2027, 6, 30),
        registered_on=date(2026, 7, 1), active_on=date(2026, 7, 1), insurance_until=date(2028, 6, 30),
        charities_until=date(2028, 6, 30), pql_until=date(2028, 6, 30), disclosures_until=date(2028, 6, 30),
        pending="amendment" if contract.pending else "", change_landed_on=None if contract.pending else today,
    )  # fmt: skip


def budget_row(contract: Contract, at: datetime) -> dict[str, Any]:
    """The year's budget as it is kept."""
    lines = [
        {"no": no, "category": KINDS[no][0], "title": KINDS[no][1], "amount_cents": amount}
        | ({"basis": "deliverable", "unit_price_cents": PRICE, "units": amount // PRICE} if no == 5 else {})
        for no, amount in contract.budget.items()
    ]
    form = BudgetForm(contract_no=contract.registered_no, fy=2027, lines=lines)
    return {
        "contract_id": contract.id, "fiscal_year": 2027, "version": 1, "total_cents": form.total_cents,
        "body": canonical(form.model_dump(mode="json")), "file_id": "", "recorded_at": at,
    }  # fmt: skip


def kept_event(row: dict[str, Any], at: datetime) -> Happening:
    """The event of a budget that was kept before budgets were signed."""
    told = {"contract": row["contract_id"], "fiscal_year": row["fiscal_year"], "version": row["version"]}
    return Happening("budget_kept", "import", "", at, {**told, "body": sha256(row["body"])})


def changed(contracts: Iterable[Contract], today: date) -> list[ContractReferral]:
    """A change of a contract begins now and then, and lands with the next round."""
    moved = [contract for contract in contracts if contract.pending or contract.chance(2)]
    for contract in moved:
        contract.pending = not contract.pending
    return [referral(contract, today) for contract in moved]


# --- facts, as rows of the office's tracker ---------------------------------------------------------------------


def opening_facts(contract: Contract) -> Iterator[str]:
    """Rates, the approved supplier, and the advance with its schedule."""
    yield f"{contract.id},fringe_rate,2026-07-01,,,,0.{FRINGE},"
    yield f"{contract.id},indirect_rate,2026-07-01,,,,0.{INDIRECT},2027-06-30"
    yield f"{contract.id},supplier,2026-07-01,4,{SUPPLIER},,,"
    if contract.advance:
        yield f"{contract.id},advance,2026-07-01,,,{plain(contract.advance)},,"
    if contract.recoup:
        yield f"{contract.id},recoupment,2026-07-01,,,{plain(contract.recoup)},,"


def reports(contract: Contract, form: Form) -> list[str]:
    """The month's reports, which agree with a requisition; of less than nothing there is none."""
    if cents(form["total"]) < 0:
        return []
    told = ("monthly_report", form["total"]), ("ledger", form["total"]), ("outcome_report", "")
    return [f"{contract.id},{fact},{form['service_to']},,,{amount},," for fact, amount in told]


def facts_with(contract: Contract, form: Form, today: date) -> Iterator[str]:
    """What the office notes of a requisition when it comes: units, whether it is the last, what is disputed."""
    for line in form["lines"]:
        if line["budget_line"] == DELIVERABLE and contract.chance(90):
            units = contract.rng.randrange(abs(cents(line["amount"])) // PRICE + 2) if contract.chance(30) else 999
            yield f"{form['number']},units_verified,{today},{line['no']},,,{units},"
    if not contract.last and contract.chance(40):
        contract.last = form["number"]
        yield f"{form['number']},last_requisition,{today},,,,,"
    no = contract.rng.choice(form["lines"])["no"]
    if contract.chance(8):
        yield f"{form['number']},disputed,{today},{no},,,,"
    elif contract.chance(8):
        yield f"{form['number']},unallowable,{today},{no},a fine,,,"


def later_facts(contract: Contract, today: date) -> Iterator[str]:
    """What lands on some day: reports, what was settled, verified or found."""
    for number, form in contract.sent.items():
        no = contract.rng.choice(form["lines"])["no"]
        if not contract.last and contract.chance(3):
            contract.last = number
            yield f"{number},last_requisition,{today},,,,,"
        if contract.chance(15):
            yield from reports(contract, form)
        if contract.chance(12):
            yield from (f"{number},settled,{today},{line['no']},,,," for line in form["lines"])
        if contract.chance(10):
            yield f"{number},units_verified,{today},{no},,,999,"
        if contract.chance(2):
            yield f"{number},unallowable,{today},{no},a fine,,,"
        if contract.chance(2):
            yield f"{number},disputed,{today},{no},,,,"
