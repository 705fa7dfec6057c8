"""What a budget that came in changes of the one in force: line by line, and what that makes of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.payments.budget_states import Kind
from models.payments.packet import BudgetLineFacts, Category


@dataclass(frozen=True)
class PendingChange:
    """A change of a budget that is not decided, as rule P2 names it, the lines that it touches, and who has it."""

    name: str
    lines: tuple[int, ...]
    holder: str


@dataclass(frozen=True)
class LineChange:
    """One line before and after. Amounts in cents, None where there is no such line. Words are those of after."""

    no: int
    category: Category
    title: str
    before_cents: int | None
    after_cents: int | None
    is_touched: bool
    was: str = ""

    @property
    def difference_cents(self) -> int:
        return (self.after_cents or 0) - (self.before_cents or 0)


def compare(before: Iterable[BudgetLineFacts], after: Iterable[BudgetLineFacts]) -> tuple[LineChange, ...]:
    """Every line of either budget, by its number."""
    was, now = {line.no: line for line in before}, {line.no: line for line in after}
    return tuple(_line(was.get(no), now.get(no)) for no in sorted(was.keys() | now.keys()))


def _line(was: BudgetLineFacts | None, now: BudgetLineFacts | None) -> LineChange:
    known = now or was
    assert known is not None
    other = was and now and (was.category, was.title, was.basis, was.unit_price_cents, was.units) != (
        now.category, now.title, now.basis, now.unit_price_cents, now.units
    )  # fmt: skip
    return LineChange(
        known.no, known.category, known.title, was.amount_cents if was else None, now.amount_cents if now else None,
        was != now, _words(was) if was and other else "",
    )  # fmt: skip


def _words(line: BudgetLineFacts) -> str:
    paid = f", {line.units:,} units" if line.basis == "deliverable" else ""
    return f"{line.title} ({line.category}{paid})"


def touched(before: Iterable[BudgetLineFacts], after: Iterable[BudgetLineFacts]) -> tuple[int, ...]:
    """The numbers of the lines that are new, gone or different."""
    return tuple(line.no for line in compare(before, after) if line.is_touched)


def kind_of(in_force_cents: int | None, total_cents: int) -> Kind:
    """What a budget is beside the one in force. Source: S4, S13 (a modification changes no amount)."""
    if in_force_cents is None:
        return Kind.BUDGET
    return Kind.MODIFICATION if total_cents == in_force_cents else Kind.AMENDED
