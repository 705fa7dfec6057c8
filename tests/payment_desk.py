"""People who sign lists of requisitions without spending codes: what is read, and what is committed later.

The door itself, with its codes and pages, is proven by `deciding_machine.py`; here two people read the same and commit
one after the other.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError, OperationalError

from models.shared.money import plain
from models.shared.people import Capacity, Role, Unit
from models.shared.people_records import Signature
from models.shared.signing import Credential, Item, Shown, signature_number
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.decisions import Stamp
from tasks.adapters.judging import load_judge
from tasks.adapters.ledger import StaleCase
from tasks.adapters.payments import deciding, recording
from tasks.adapters.payments.deciding import Prepared
from tasks.adapters.policy import policy_sha256
from tasks.adapters.refusals import NotSigned
from tests.payment_bounds import Row
from tests.payment_contracts import Contract
from tests.signers import CAST, hire

PROGRAM, FISCAL, ISSUING = ("m.ortiz", "n.reyes", "p.lead"), ("f.ana", "f.lead"), ("f.bea", "f.cyr")
HEAD = "h.head"
# What only one of them may sign.
ALONE = {"dispute_granted": HEAD, "dispute_denied": HEAD, "offset_ordered": "f.lead"}
# What a commit that came too late is refused with; whoever it was looks again.
TOO_LATE = (StaleCase, IntegrityError, OperationalError)


def hire_everybody() -> None:
    """The cast, and two analysts who approve nothing, so that they may reissue."""
    more = [(staff, f"Fiscal {staff}", Unit.FISCAL, (Role.FISCAL_ANALYST,)) for staff in ISSUING]
    hire(*CAST, *more)


@dataclass(frozen=True)
class Page:
    """A list as one person read it."""

    staff: str
    at: datetime
    ready: Sequence[Prepared]
    capacities: Sequence[Capacity]
    refused: Sequence[tuple[Item, NotSigned]]


class Desk:
    """Where people read and sign; counts how often each kind of act was done or refused."""

    def __init__(self) -> None:
        self.codes: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()

    def read(self, staff: str, *items: Item) -> Page:
        """What of a list this person may sign now, each in which capacity."""
        at, acting, refused = clock.now(), list[Capacity](), list[tuple[Item, NotSigned]]()
        with reading() as session:
            judge = load_judge(session, Credential(staff, ""), at)
            ready = deciding.prepare(session, items, at, lambda item: acting.append(judge.capacity(item)), refused)
        return Page(staff, at, ready, acting, refused)

    def commit(self, page: Page) -> None:
        """Record a page as it was read, all of it or nothing. Raises one of TOO_LATE."""
        if not page.ready:
            return
        shown = Shown(process="payments", policy=policy_sha256(), items=tuple(p.shown for p in page.ready))
        self.codes[page.staff] += 1
        told = (page.staff, self.codes[page.staff], shown.sha256(), "desk", page.at, shown.policy)
        number = signature_number("payments", *told)
        row = {
            "signature_id": number, "at": page.at, "process": "payments", "door": "desk", "staff_id": page.staff,
            "behalf_id": "", "counter": self.codes[page.staff], "shown_sha256": shown.sha256(), "shown": shown.text(),
            "policy_sha256": shown.policy, "followed_at": None,
        }  # fmt: skip
        stamp = Stamp(number, page.at, "desk", shown.sha256(), dict(enumerate(page.capacities)))
        with writing() as session:
            recording.record(session, page.ready, stamp)
            session.connection().execute(insert(Signature), [row])
        self.counts.update(f"done: {p.item.act}" for p in page.ready)

    def sign(self, staff: str, *items: Item) -> Page:
        """Read and commit at once what may be signed of a list."""
        page = self.read(staff, *items)
        self.commit(page)
        self.counts.update(f"refused: {item.act}" for item, _ in page.refused)
        return page


# --- what is likely to be signed where a requisition stands ------------------------------------------------------


def for_program(contract: Contract, case: Row) -> str:
    """What somebody of Program is likely to sign about a requisition; empty where nothing."""
    state, outcome = case["state"], case["outcome"]
    if state == "with_program":
        if outcome == "returned":
            return "requisition_returned"
        if outcome == "held" and contract.chance(60):
            return "determination_sent"
        return "withdrawn" if contract.chance(2) else "program_approved"
    if state in ("paid", "offset", "disallowed", "lapsed") and contract.chance(25):
        return "disputed"
    return ""


def for_fiscal(contract: Contract, case: Row) -> str:
    """The same for somebody of Fiscal; a set-off is tried where it may well be refused."""
    state, outcome = case["state"], case["outcome"]
    if state == "with_fiscal":
        if outcome == "returned":
            return "requisition_returned"
        if outcome == "disallowed":
            return "rest_disallowed" if case["part"] > 1 else "disallowed"
        if contract.chance(40 if contract.last and contract.advance else 2):
            return "offset_ordered"
        if contract.chance(8):
            return contract.rng.choice(("sent_back", "determination_sent"))
        return "fiscal_approved"
    if state in ("vouchered", "approved", "with_program", "partly_remitted") and contract.chance(10):
        return "voucher_voided"
    return ""


def for_others(contract: Contract, case: Row) -> str:
    """The same for the agency head, and for those who send money again."""
    if case["state"] == "disputed":
        return "dispute_granted" if contract.chance(70) else "dispute_denied"
    # Whatever state it is in: refused where nothing is to be reissued.
    return "reissued" if case["state"] == "payment_returned" or contract.chance(3) else ""


def payments_on(contract: Contract, voucher: Row, paid: int, today: date, files: int) -> Iterator[str]:
    """What the finance office's list says of a voucher: all, a part, twice the same, too much, or what came back."""
    number, left = voucher["voucher_no"], voucher["net_cents"] - paid
    way = contract.rng.choice(("all", "all", "all", "all", "half", "halves", "twice", "much", "none", "none"))
    if voucher["reissued_as"] or voucher["voided_on"] or not voucher["batch_no"]:
        way = "much" if contract.chance(10) else "none"
    elif paid and contract.chance(12):
        way = "back"
    amounts = {
        "all": [left], "half": [left // 2], "halves": [left // 2, left // 2], "twice": [left, left],
        "much": [left + 1], "none": [], "back": [-paid if contract.chance(60) else -(paid // 2)],
    }[way]  # fmt: skip
    day = today - timedelta(days=contract.rng.choice((0, 0, 1)))
    for n, amount in enumerate(amounts):
        if amount:
            # The same row twice is one payment; two halves of a day have a number each.
            reference = f"EFT-{files}" + (f"-{n}" if way == "halves" else "")
            yield f"{number},{plain(amount)},{day},{reference}"
