"""Budgets in random histories: one at a time is open, each version was signed once, what is decided stays decided."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models.payments.budget_states import FINAL
from models.payments.records import BudgetChange, FiscalYearBudget
from tasks.adapters.audit import audit
from tasks.adapters.database import reading
from tasks.adapters.ledger import StaleCase
from tasks.adapters.payments.budget_standing import load_changes
from tasks.adapters.refusals import NotSigned
from tests.budgets import FIRST, MORE, MOVED, SECOND, THIRD, bring_budget, states, versions
from tests.payments_office import BUDGET, NUMBER, bring, budget_csv, open_office, refer, sign

SENT = (BUDGET, MOVED, MORE, (*MOVED[:3], (6, "indirect", "Indirect", "9000.00")))
ACTS = {
    "m.ortiz": ("program_approved", "withdrawn"), "p.lead": ("budget_returned",), "b.funds": ("budget_approved",),
    "f.ana": ("fiscal_approved",),
}  # fmt: skip
STEPS = st.one_of(
    st.tuples(st.just("bring"), st.integers(0, len(SENT) - 1)),
    # Approvals are drawn more often, or next to nothing would take effect.
    st.tuples(st.just("approve"), st.just(0)),
    st.tuples(st.just("sign"), st.sampled_from([(staff, act) for staff, acts in ACTS.items() for act in acts])),
)
_numbers = count(1)


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    open_office(tmp_path)


class History:
    """One contract of its own, and what was decided of its budgets so far."""

    def __init__(self, folder: Path) -> None:
        number = next(_numbers)
        self.folder, self.contract, self.number = folder, f"R27-972{number:06d}", f"CT972{number:06d}"
        self.decided: dict[str, str] = {}
        refer(contract_id=self.contract, contract_no=self.number)

    def take(self, step: tuple[str, object]) -> None:
        kind, what = step
        if kind == "bring":
            assert isinstance(what, int)
            text = budget_csv(*SENT[what]).replace(NUMBER, self.number)
            bring(self.folder, "budgets", f"{self.contract}-{what}.csv", text)
        elif self.rows():
            last = self.rows()[-1].case_id
            pairs = [what] if kind == "sign" else [(s, a) for s, acts in ACTS.items() for a in acts if "approved" in a]
            for staff, act in pairs:  # type: ignore[misc]
                self._try(staff, act, last)

    def _try(self, staff: str, act: str, case_id: str) -> None:
        try:
            sign(staff, act, case_id, reason="So it is.", process="budgets")
        except NotSigned:
            return

    def rows(self) -> list[BudgetChange]:
        table = BudgetChange.__table__.c  # type: ignore[attr-defined]
        with reading() as session:
            query = select(BudgetChange).where(table.contract_id == self.contract).order_by(table.case_id)
            return list(session.execute(query).scalars())

    def assert_sound(self) -> None:
        rows, kept = self.rows(), FiscalYearBudget.__table__.c  # type: ignore[attr-defined]
        open_ = [row for row in rows if row.state not in FINAL]
        assert len(open_) <= 1 and all(row.state in FINAL for row in rows[:-1])
        with reading() as session:
            pending = load_changes(session, [self.contract]).pending
            mine = select(kept.version, kept.body).where(kept.contract_id == self.contract).order_by(kept.version)
            there = [tuple(row) for row in session.execute(mine)]
        assert [change.name.split()[-1] for change in pending.values()] == [
            row.case_id for row in open_ if row.kind != "budget"
        ]
        active = [row for row in rows if row.state == "active"]
        assert [(row.budget_version, row.body) for row in active] == there
        assert [number for number, _ in there] == list(range(1, len(there) + 1))
        assert all(row.budget_version == 0 for row in rows if row.state != "active")
        decided = {row.case_id: row.state for row in rows if row.state in FINAL}
        assert decided.items() >= self.decided.items()
        self.decided = decided


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=8))
def test_whatever_comes_in_and_is_signed_one_budget_is_open_and_each_version_was_signed_once(
    tmp_path: Path, steps: list[tuple[str, object]]
) -> None:
    history = History(tmp_path)
    for step in steps:
        history.take(step)
        history.assert_sound()


def test_of_a_newer_file_and_a_last_signature_at_the_same_moment_one_finds_the_other(tmp_path: Path) -> None:
    bring_budget(tmp_path, *MOVED)
    sign("m.ortiz", "program_approved", SECOND, process="budgets")

    def bring_more() -> str:
        try:
            return str(bring_budget(tmp_path, *MORE)["supersedes"])
        except StaleCase:
            # The flow does the same: its task is tried again.
            return str(bring_budget(tmp_path, *MORE)["supersedes"])

    def approve() -> str:
        try:
            return sign("f.ana", "fiscal_approved", SECOND, process="budgets").signature_id
        except NotSigned:
            return ""

    jobs: list[Callable[[], str]] = [bring_more, approve]
    with ThreadPoolExecutor(2) as pool:
        superseded, signed = [job.result() for job in [pool.submit(job) for job in jobs]]
    assert bool(superseded) is not bool(signed)
    assert states() == {FIRST: "active", SECOND: "superseded" if superseded else "active", THIRD: "proposed"}
    assert len(versions()) == (1 if superseded else 2)
    with reading() as session:
        assert list(audit(session).problems) == []
