"""The people of the demo: let in by two administrators, then they sign what waits, each their own list."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from models.payments.records import Requisition
from models.payments.same_checks import checks_of
from models.shared.office_acts import NewPerson
from models.shared.records import Contract
from models.shared.signing import Asked, Credential, Item
from tasks.adapters import clock, office_acts
from tasks.adapters.assignments import looked_after
from tasks.adapters.case_history import histories
from tasks.adapters.codes import code_at, step
from tasks.adapters.database import reading
from tasks.adapters.decisions import decide, show, sort_out
from tasks.adapters.enrolment import confirm, next_code, take_up
from tasks.adapters.fiscal.month_list import MonthFilter, month_rows
from tasks.adapters.payments.budget_cases import open_budgets
from tasks.adapters.people import load_people
from tasks.adapters.proposals import item_of, open_proposals
from tasks.adapters.registration.history import load_history

PROCESS, PAYMENTS, BUDGETS, FISCAL = "registration", "payments", "budgets", "fiscal"
# Who signs a budget where it stands, and what.
_FOR_BUDGETS = (
    ("proposed", "program manager", "program_approved"), ("with_budget", "budget officer", "budget_approved"),
    ("with_fiscal", "fiscal analyst", "fiscal_approved"),
)  # fmt: skip
# What Program signs where a review came to this outcome.
_CALLED_FOR = {
    "approved": "program_approved", "split": "program_approved", "returned": "requisition_returned",
    "held": "determination_sent",
}  # fmt: skip


class Cast:
    """Everybody in the demo's office, and what they do at each moment."""

    def __init__(self, file: Path) -> None:
        self._told = tomllib.loads(file.read_text())
        self._first, self._second = (person["staff_id"] for person in self._told["administrator"])

    def come_in(self) -> None:
        """The first two administrators, then everybody else by their signatures; and the policy that they sign."""
        with reading() as session:
            if load_people(session):
                return
        first, second = (NewPerson(**person) for person in self._told["administrator"])
        office_acts.bootstrap(first, second)
        self._two("policy", {}, "The policy that the office begins with")
        for person in self._told["person"]:
            self._two("add", person)
            ticket = self._two("enrol", {"staff_id": person["staff_id"]})
            secret, _ = take_up(ticket)
            confirm(ticket, code_at(secret, step(clock.now(), 0)))
        for delegation in self._told["delegation"]:
            told = {key: value for key, value in delegation.items() if key != "reason"}
            self._two("delegate", told, delegation["reason"])

    def _two(self, kind: str, body: Mapping[str, Any], reason: str = "") -> str:
        """An act that one administrator proposes and the other signs; the ticket of an enrolment."""
        act = office_acts.propose(kind, body, _credential(self._first), reason)
        _, fingerprint = office_acts.shown(act)
        return office_acts.sign(act, fingerprint, _credential(self._second)).ticket

    def assign(self) -> None:
        """The lead gives every provider without one a program manager, in turn, and the fiscal analyst: one list."""
        lead, *_ = self._with("program lead")
        managers, analysts = self._with("program manager"), self._with("fiscal analyst")
        with reading() as session:
            columns = Contract.__table__.c  # type: ignore[attr-defined]
            rows = session.execute(select(columns.contract_id, columns.vendor_ein).order_by(columns.contract_id))
            first_case: dict[str, str] = {}
            for contract_id, ein in rows:
                first_case.setdefault(ein, contract_id)
            known = looked_after(session, PROCESS, {case_id: ein for ein, case_id in first_case.items()})
        items = [
            Item(case_id, "assigned", {"role": role, "staff": people[number % len(people)], "scope": "provider"})
            for number, (_, case_id) in enumerate(sorted(first_case.items()))
            if not known.get(case_id)
            for role, people in (("program manager", managers), ("fiscal analyst", analysts))
        ]
        if items:
            asked = Asked(PROCESS, tuple(items))
            decide(asked, show(asked).sha256(), _credential(lead), "desk")

    def sign_waiting(self) -> int:
        """Everybody signs what of the open lists is theirs to sign, until nobody can go on; returns how many acts."""
        count, before = 0, -1
        while count > before:
            before = count
            for person in self._told["person"]:
                count += self._sign(person)
        return count

    def _sign(self, person: Mapping[str, Any]) -> int:
        staff_id = person["staff_id"]
        if self._is_out(staff_id):
            return 0
        with reading() as session:
            rows = open_proposals(session, PROCESS)
            if "program manager" in person["roles"]:
                rows = self._own(session, rows, staff_id)
            items = tuple(item_of(row) for row in rows)
        if not items:
            return 0
        found = sort_out(Asked(PROCESS, items), staff_id)
        if found.items:
            decide(Asked(PROCESS, found.items), found.shown.sha256(), _credential(staff_id), "desk")
        return len(found.items)

    def _own(self, session: Any, rows: Sequence[Any], staff_id: str) -> list[Any]:
        """What is proposed for the contracts that a program manager looks after."""
        columns = Contract.__table__.c  # type: ignore[attr-defined]
        cases = sorted({row.case_id for row in rows})
        query = select(columns.contract_id, columns.vendor_ein).where(columns.contract_id.in_(cases))
        found = looked_after(session, PROCESS, dict(map(tuple, session.execute(query))))
        mine = {case_id for case_id, people in found.items() if staff_id in {p.staff_id for p in people}}
        return [row for row in rows if row.case_id in mine]

    def sign(self, acts: Sequence[Mapping[str, Any]]) -> None:
        """What single people decide at the desk at a moment of the season, as the season's file says."""
        for told in acts:
            fields = {key: str(value) for key, value in told.get("fields", {}).items()}
            if "event" in fields:
                fields["seq"] = _latest(told["case"], fields.pop("event"))
            _sign(told["by"], Item(told["case"], told["act"], fields, told.get("reason", "")))
            if "second" in told:
                with reading() as session:
                    waiting = open_proposals(session, PROCESS, case_id=told["case"])
                    item = next(item_of(row) for row in waiting if row.act == told["act"])
                _sign(told["second"], item)

    def pay(self) -> None:
        """Program signs what the reviews of requisitions call for, then Fiscal approves: equal ones at once."""
        manager, *_ = self._with("program manager")
        analyst, *_ = self._with("fiscal analyst")
        _sign_alike(manager, _for_program())
        _sign_alike(analyst, _for_fiscal())
        lead, *_ = self._with("fiscal lead")
        with reading() as session:
            came_back = [case_id for case_id, _ in _requisitions(session, "payment_returned")]
        for case_id in came_back:
            _sign_list(lead, PAYMENTS, [Item(case_id, "reissued", reason="The provider gave its new account.")])

    def sign_budgets(self) -> None:
        """Program signs the budgets that came in, then Budget or Fiscal does: one list each."""
        for state, role, act in _FOR_BUDGETS:
            with reading() as session:
                items = [Item(row.case_id, act) for row in open_budgets(session) if row.state == state]
            _sign_list(self._there(role), BUDGETS, items)

    def decide_months(self, moment: Mapping[str, Any]) -> None:
        """What Fiscal decides about months at a moment; where the season says so, it signs off those in order."""
        if "months_in_order" in moment:
            with reading() as session:
                rows = month_rows(session, MonthFilter(state="with_fiscal"))
            _sign_list(
                self._there("fiscal analyst"), FISCAL, [Item(r.case_id, "signed_off") for r in rows if not r.codes]
            )
        for told in moment.get("months", []):
            fields = {key: str(value) for key, value in told.get("fields", {}).items()}
            _sign_list(told["by"], FISCAL, [Item(told["case"], told["act"], fields, told.get("reason", ""))])

    def _there(self, role: str) -> str:
        """The first with a role who is not out of the office, else who stands in for the first of them."""
        people = self._with(role)
        there = [staff_id for staff_id in people if not self._is_out(staff_id)]
        lent = {delegation["from_id"]: delegation["to_id"] for delegation in self._told["delegation"]}
        return there[0] if there else str(lent[people[0]])

    def _with(self, role: str) -> list[str]:
        return [person["staff_id"] for person in self._told["person"] if role in person["roles"]]

    def _is_out(self, staff_id: str) -> bool:
        today = clock.today()
        return any(
            delegation["from_id"] == staff_id and delegation["first_day"] <= today <= delegation["last_day"]
            for delegation in self._told["delegation"]
        )


def _sign(staff_id: str, item: Item) -> None:
    _sign_list(staff_id, PROCESS, [item])


def _sign_list(staff_id: str, process: str, items: Sequence[Item]) -> None:
    if items:
        asked = Asked(process, tuple(items))
        decide(asked, show(asked).sha256(), _credential(staff_id), "desk")


def _sign_alike(staff_id: str, items: Sequence[Item]) -> None:
    """Sign requisitions that ask for the same act and pass the same checks as one list, with a reason for each."""
    left = tuple(items)
    while left:
        found = sort_out(Asked(PAYMENTS, left), staff_id)
        for _, why in found.refused:
            raise why
        kinds = [(one.item.act, checks_of(one.taken)) for one in found.ready]
        alike = [item for item, kind in zip(left, kinds, strict=True) if kind == kinds[0]]
        reason = f"Read line by line: {kinds[0][1].words}."
        _sign_list(staff_id, PAYMENTS, [replace(item, reason=reason) for item in alike])
        left = tuple(item for item in left if item not in alike)


def _for_program() -> list[Item]:
    """The step that each review calls for; what a held requisition lacks is told only once."""
    with reading() as session:
        rows = _requisitions(session, "with_program")
        known = histories(session, PAYMENTS, [case_id for case_id, _ in rows])
    wanted = [(case_id, _CALLED_FOR[outcome]) for case_id, outcome in rows if outcome in _CALLED_FOR]
    return [
        Item(case_id, act)
        for case_id, act in wanted
        if act != "determination_sent" or act not in {event.event for event in known[case_id]}
    ]


def _for_fiscal() -> list[Item]:
    """Approvals of what Program approved, where the review releases money."""
    with reading() as session:
        rows = _requisitions(session, "with_fiscal")
    return [Item(case_id, "fiscal_approved") for case_id, outcome in rows if outcome in ("approved", "split")]


def _requisitions(session: Any, state: str) -> list[tuple[str, str]]:
    """The requisitions in a state, in order, and what their reviews came to."""
    table = Requisition.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id, table.outcome).where(table.state == state).order_by(table.case_id)
    return [(case_id, outcome) for case_id, outcome in session.execute(query)]


def _latest(case_id: str, event: str) -> str:
    """The number of the latest event of a name in a case."""
    with reading() as session:
        return str(max(row.seq for row in load_history(session, [case_id])[case_id] if row.event == event))


def _credential(staff_id: str) -> Credential:
    return Credential(staff_id, next_code(staff_id))
