"""Many histories of payments at once on the real tables: each a contract of its own, a round does a step for all.

What vendors, reviewers, signers and the finance office do is left to chance, by seed; `payment_races.py` lets several
of them act at the same moment. After each round an oracle holds all rows against what must never happen.
"""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from models.payments.records import FiscalYearBudget
from models.payments.rules import review
from models.shared.calendar import new_york_date
from models.shared.money import plain
from models.shared.records import Provider
from models.shared.signing import Item
from tasks.adapters import clock
from tasks.adapters.audit import audit
from tasks.adapters.database import reading, writing
from tasks.adapters.ledger import append_batch
from tasks.adapters.payments import referrals, requests, reviews, vouchers
from tasks.adapters.payments.cases import load_requisitions, undecided_case_ids
from tasks.adapters.payments.reviews import ReviewedRequisition
from tasks.adapters.policy import payments_policy
from tests import payment_races as races
from tests.deciding_oracle import Violation, must
from tests.office import stop_clock
from tests.payment_bounds import OWED, Row
from tests.payment_contracts import (
    Contract,
    Form,
    budget_row,
    changed,
    facts_with,
    first_form,
    kept_event,
    later_facts,
    make_contract,
    mended,
    month,
    opening_facts,
    referral,
    repeated,
    reports,
    revised,
)
from tests.payment_desk import (
    ALONE,
    FISCAL,
    HEAD,
    ISSUING,
    PROGRAM,
    Desk,
    for_fiscal,
    for_others,
    for_program,
    hire_everybody,
    payments_on,
)
from tests.payment_oracle import PaymentOracle, by, rows
from tests.payments_office import bring, facts_csv

START, ROUNDS, MOST_IN_A_FILE = datetime(2026, 10, 1, 14, tzinfo=UTC), 7, 500


class Season:
    """Some contracts in the home that is in use, from their first requisition to wherever chance leaves them."""

    def __init__(self, folder: Path, first: int, count: int) -> None:
        self.folder, self.files = folder, 0
        self.rng = random.Random(f"season {first}")
        self.contracts = [make_contract(number) for number in range(first, first + count)]
        self.of = {contract.id: contract for contract in self.contracts}
        self.desk, self.oracle, self.counts = Desk(), PaymentOracle(self.contracts), Counter[str]()
        self.at, self.turn = START, self.rng.randrange(6)

    def open(self) -> None:
        """Everybody hired; each contract registered, with its budget, rates and advance."""
        stop_clock(*START.timetuple()[:4])
        hire_everybody()
        at = clock.now()
        with writing() as session:
            vendors = [(c.ein, f"Invented {c.number}") for c in self.contracts]
            people = [{"ein": ein, "legal_name": name, "email": "a@b.example"} for ein, name in vendors]
            session.connection().execute(insert(Provider), people)
            referrals.keep_referrals(session, [referral(c) for c in self.contracts], at)
            budgets = [budget_row(c, at) for c in self.contracts]
            session.connection().execute(insert(FiscalYearBudget), budgets)
            append_batch(session, "payments", "import:budgets", [kept_event(row, at) for row in budgets], at)
        self.tell(row for contract in self.contracts for row in opening_facts(contract))

    def play(self, rounds: int = ROUNDS) -> None:
        """All rounds, each looked at by the oracle; then what must hold at the end. Raises Violation."""
        for _ in range(rounds):
            self.step()
            self.counts.update(f"stood: {s}" for s in self.oracle.check())
        with reading() as session:
            problems = audit(session).problems
            vouchers.store_batches(session)
        must(not problems, f"the audit says: {problems[:1]}")

    def step(self) -> None:
        """One round: days pass, facts land, vendors send, reviews, signatures, vouchers, payments."""
        self.at += timedelta(days=self.rng.choice((1, 4, 9, 16, 24, 33)))
        stop_clock(*self.at.timetuple()[:4])
        self.tell(row for contract in self.contracts for row in later_facts(contract, self.today))
        with writing() as session:
            referrals.keep_referrals(session, changed(self.contracts, self.today), clock.now())
        # In turn, so that in every season each of them happens.
        self.turn += 1
        for act in ((self.send, self.lapse), (self.lapse, self.send), (self.send_as_it_lapses,))[self.turn % 3]:
            act()
        (Season.review, races.review_comes_between, races.review_comes_after)[self.turn // 2 % 3](self)
        self.sign((races.signers_meet, races.signers_at_once)[self.turn % 2])
        self.finance()

    @property
    def today(self) -> date:
        return new_york_date(self.at)

    def cases(self) -> list[Row]:
        return rows("requisition", "order by case_id")

    def name(self, kind: str, ending: str) -> str:
        self.files += 1
        return f"{kind}-{self.files}.{ending}"

    # --- what comes in ---------------------------------------------------------------------------------------

    def tell(self, told: Iterable[str]) -> None:
        """Facts, as one file of the office's tracker."""
        if found := list(told):
            result = bring(self.folder, "payment-facts", self.name("facts", "csv"), facts_csv(*found))
            must(isinstance(result, dict) and not result["rejected"], f"facts were refused: {result}")

    def send(self) -> None:
        """New requisitions, old ones under another number, and revisions; most with the month's reports."""
        cases, still = by(self.cases(), "contract_id"), defaultdict[str, set[int]](set)
        for row in rows("approved_line", "where open_cents != 0"):
            still[row["case_id"]].add(row["no"])
        fresh = [form for contract in self.contracts for form in self._fresh(contract)]
        again = [form for c in self.contracts for form in self._revisions(c, cases[c.id], still)]
        told: list[str] = []
        for forms in (fresh, [form for form, bold in again if not bold], *([form] for form, bold in again if bold)):
            self.submit(forms, told)
        self.tell(told)
        self.oracle.watch()

    def send_as_it_lapses(self) -> None:
        """Some complete what they were asked for in the instant in which its day passes."""
        over = rows("evidence_request", f"where closed_as = '' and due_on < '{self.today}'")
        late = [row["case_id"] for row in over if self.rng.random() < 0.5][:20]
        forms = [self._completed(number) for number in late]
        told: list[str] = []
        races.last_day_meets(self, [lambda form=form: self.submit([form], told) for form in forms if form])
        self.tell(told)
        self.send()

    def _completed(self, number: str) -> Form | None:
        contract = self.of[number.rpartition("-")[0]]
        form = contract.sent[number]
        return {**mended(form, contract), "revision": form["revision"] + 1}

    def _fresh(self, contract: Contract) -> Iterator[Form]:
        over = month(len(contract.sent))[1] < self.today
        if len(contract.sent) >= 4 or not over or not contract.chance(80 if not contract.sent else 20):
            return
        yield repeated(contract) if contract.sent and contract.chance(20) else first_form(contract)

    def _revisions(
        self, contract: Contract, cases: Sequence[Row], still: Mapping[str, set[int]]
    ) -> Iterator[tuple[Form, bool]]:
        for case in cases:
            chance = {"received": 5, "with_program": 10, "with_fiscal": 6, "returned": 50}.get(case["state"], 2)
            if case["state"] in OWED and case["open_lines"]:
                chance = 35
            if case["case_id"] in contract.sent and contract.chance(chance):
                yield revised(contract.sent[case["case_id"]], contract, still[case["case_id"]])

    def submit(self, forms: Sequence[Form], told: list[str]) -> None:
        """Bring in forms as files of many; where one of a file is refused, each half by itself."""
        if not forms or (len(forms) <= MOST_IN_A_FILE and self.take(forms, told)):
            return
        if len(forms) == 1:
            self.counts["requisitions refused"] += 1
            return
        half = len(forms) // 2
        self.submit(forms[:half], told)
        self.submit(forms[half:], told)

    def take(self, forms: Sequence[Form], told: list[str]) -> bool:
        """One file, and what is told of it; what it brings is known to the contract only when it was kept."""
        by = "n.reyes" if self.rng.random() < 0.3 else ""
        if isinstance(bring(self.folder, "requisitions", self.name("sent", "json"), json.dumps(forms), by), str):
            return False
        for form in forms:
            contract = self.of[form["number"].rpartition("-")[0]]
            if form["number"] not in contract.sent:
                told += facts_with(contract, form, self.today)
            if contract.chance(88):
                told += reports(contract, form)
            contract.sent[form["number"]] = form
            self.counts["requisitions"] += 1
        return True

    # --- what the office does ----------------------------------------------------------------------------------

    def looked_at(self) -> list[ReviewedRequisition]:
        """The reviews of all that is not decided, not kept yet."""
        policy = payments_policy()
        with reading() as session:
            loaded = load_requisitions(session, undecided_case_ids(session), policy, clock.today(), rest=True)
        return [ReviewedRequisition(case.head, case.packet, review(case.packet, policy)) for case in loaded]

    def review(self) -> None:
        """Review everything, as the flow does."""
        reviewed = self.looked_at()
        with writing() as session:
            self.counts.update(reviews.record(session, reviewed, clock.now()))
        self.oracle.watch()

    def lapse(self) -> None:
        with writing() as session:
            self.counts["lapsed"] += len(requests.lapse(session, clock.now()))
        self.oracle.watch()

    def sign(self, meet: Callable[["Season"], None] = races.signers_meet) -> None:
        """Program, Fiscal, then those who reissue and the agency head: each signs what is possible and likely."""
        for chosen, staff in ((for_program, PROGRAM), (for_fiscal, FISCAL), (for_others, (*ISSUING, HEAD))):
            if staff is FISCAL:
                meet(self)
            items: dict[str, list[Item]] = {person: [] for person in staff}
            for case in self.cases():
                contract = self.of[case["contract_id"]]
                if contract.chance(85) and (act := chosen(contract, case)):
                    person = ALONE.get(act) or contract.rng.choice(staff[:2])
                    items[person].append(Item(case["case_id"], act, {}, "for a reason"))
            for person, mine in items.items():
                if mine:
                    self.desk.sign(person, *mine)
        self.oracle.watch()

    # --- the finance office --------------------------------------------------------------------------------------

    def finance(self) -> None:
        """A batch of vouchers on most days, then the list of what was paid and what came back."""
        if self.rng.random() < 0.15:
            races.batches_at_once(self)
        elif self.rng.random() < 0.85:
            with writing() as session:
                vouchers.record_batch(session, clock.now())
        paid = Counter[str]()
        for row in rows("voucher_payment"):
            paid[row["voucher_no"]] += row["cents"]
        made = rows("voucher", "order by voucher_no")
        told = [
            line
            for one in made
            for line in payments_on(self.of[one["contract_id"]], one, paid[one["voucher_no"]], self.today, self.files)
        ]
        if told:
            self.pay(told)

    def pay(self, told: Sequence[str]) -> None:
        """Bring in the list; each of its rows is there afterwards, or was rejected."""
        name, text = self.name("paid", "csv"), "\n".join(["voucher,amount,paid on,reference", *told])
        try:
            result = bring(self.folder, "payments", name, text)
        except IntegrityError as twice:
            raise Violation(f"a list of payments cannot be kept: {twice.orig}") from twice
        must(isinstance(result, dict), f"payments were refused: {result}")
        kept = {
            f"{r['voucher_no']},{plain(r['cents'])},{r['on']},{r['reference']}" for r in rows("voucher_payment")
        }  # fmt: skip
        there = sum(line in kept for line in told)
        must(there == len(told) - result["rejected"], f"of {len(told)} payments {there} are kept, {result}")
        self.counts["payments rejected"] += result["rejected"]
        self.counts["payments came back"] += result["returned"]
