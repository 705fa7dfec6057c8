"""The fiscal workbook's sheets of words: the policy, each number a named cell, and how to read it all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models.fiscal.workbook_cells import FIRST_ROW, Cell, Given, Kind
from models.fiscal.workbook_facts import YearBook
from models.fiscal.workbook_layouts import ABOUT, MONTH, POLICY
from models.shared.calendar import NEW_YORK, long_date, new_york_date
from models.shared.money import dollars

_OURS = "convention"


@dataclass(frozen=True)
class Number:
    """A number of the policy: the field that holds it, its name in formulas, what it says, and where it is from."""

    field: str
    kind: Kind
    meaning: str
    source: str = _OURS

    @property
    def name(self) -> str:
        return self.field.replace("_cents", "_dollars")


NUMBERS = (
    Number(
        "due_day", Kind.WHOLE, "A report is due on this day of the next month",
        "convention (K28); SBSF 4.1 sets the day, and its text could not be read",
    ),
    Number("burn_gap_low", Kind.POINTS, "Budget spent less term elapsed: the least that is no flag"),
    Number("burn_gap_high", Kind.POINTS, "Budget spent less term elapsed: the most that is no flag"),
    Number("burn_gap_after_months", Kind.WHOLE, "The gap is looked at after so many months of the term"),
    Number("planned_gap", Kind.SHARE, "Spent more or less than planned: the most, as part of what was planned so far"),
    Number("line_utilisation", Kind.SHARE, "Of a line's budget: the most that is no flag"),
    Number("line_ahead", Kind.SHARE, "A line ahead of the elapsed part of the term: the most that is no flag"),
    Number("projected_low", Kind.SHARE, "Projected year end: the least, as part of the budget"),
    Number("lapse_cents", Kind.MONEY, "Projected lapse: the most that is no flag; this or the share below"),
    Number("lapse_share", Kind.SHARE, "Projected lapse: the most, as part of the budget; the smaller one counts"),
    Number("unbilled_months", Kind.WHOLE, "Spent and not invoiced: the most, in months of average spending"),
    Number("exposure_months", Kind.WHOLE, "Neither paid nor advanced: the most, in months of average spending"),
    Number("claim_variance_cents", Kind.MONEY, "Between claim and reports: the most that is no flag"),
    Number("fringe_points", Kind.SHARE, "Fringe rate above the budgeted one: the most that is no flag"),
    Number(
        "default_indirect_rate", Kind.SHARE, "Indirect rate without an accepted one, or after its last day",
        "HHS Cost Manual (T14)",
    ),
    Number(
        "subcontract_share", Kind.SHARE, "Subcontractors and consultants: the most, of direct spending",
        "DYCD required documents 2019 (T15); another agency's number",
    ),
    Number("disallowance_share", Kind.SHARE, "Refused of what was claimed: the most that is no flag"),
    Number("disallowance_months", Kind.WHOLE, "The refused share is over the decisions of so many months"),
    Number("vacancy_fte", Kind.DECIMAL, "Vacant posts (FTE): the most that is no flag"),
    Number("vacancy_months", Kind.WHOLE, "Posts count as vacant after so many months in a row"),
    Number("outcome_cost_times", Kind.DECIMAL, "Cost of an outcome: the most, in times of what was planned for one"),
    Number("outcome_gap", Kind.POINTS, "Outcomes verified less term elapsed: the least that is no flag"),
    Number("severe_times", Kind.WHOLE, "So many times beyond its limit a measure is far over: a red flag", "R21"),
)  # fmt: skip


def names() -> dict[str, str]:
    """The cells that formulas call by name."""
    value = POLICY.letter("value")
    rows = enumerate([MONTH, *(number.name for number in NUMBERS)], FIRST_ROW)
    return {name: f"={POLICY.name}!${value}${row}" for row, name in rows}


def policy_rows(book: YearBook) -> Iterator[list[Cell]]:
    """A row a number, the month first."""
    yield POLICY.row({
        "name": MONTH, "value": Given(book.month, Kind.MONTH), "meaning": "The month that was reviewed",
        "source": "the figures are of its review; leave it as it is",
    })  # fmt: skip
    for number in NUMBERS:
        value = getattr(book.policy, number.field)
        yield POLICY.row({
            "name": number.name, "value": Given(value, number.kind), "meaning": number.meaning, "source": number.source,
        })  # fmt: skip


def about_rows(book: YearBook, made_at: datetime) -> Iterator[list[Cell]]:
    """What this is, how it came about and how to read it."""
    when = made_at.astimezone(NEW_YORK)
    told = [row for row in book.contracts if row.reported]
    budget = sum(row.standing.budget_cents for row in book.contracts)
    rows = {
        "What this is": f"The fiscal review of all contracts for {book.month:%B %Y}, fiscal year {book.fiscal_year}, "
        "to be reckoned on. It says what the review PDFs and the portfolio report of the month say.",
        "Made": f"{long_date(new_york_date(made_at))}, {when:%H:%M} in New York, from the office's records. The file "
        "does not follow what comes in later: export it again.",
        "What is in it": f"{len(book.contracts)} contracts with {dollars(budget)} of budgets; the report of the month "
        f"is in for {len(told)}.",
        "Blue and black": "Blue cells hold facts: reports, ledgers, claims, plans and limits as they were told. Black "
        "cells are worked out. Change a blue cell and all that follows from it changes, on every sheet.",
        "What if": "To see what a change would do, work in a copy. To undo it, export again. Nothing that is "
        "changed here goes back into the office's records.",
        "Sorting": "Every table can be filtered and sorted; formulas find their contract by its number. The sums above "
        "the headings are of the rows that a filter leaves.",
        "Without a report": "A contract without the month's report has no pace, projection or measures that need one; "
        "what it spent is that of the months that are in.",
        "What does not follow": "Findings, codes, where a case stands and who holds it, and the column “In the review” "
        "are as the review left them. Standing and colors follow.",
        "Standing": "within: inside its limits; over: beyond one; far over: beyond it by the times that the policy "
        "says; not known: a fact is missing. Limits are conventions unless the sheet Policy names a source.",
        "Summary": "A row a contract: budget, spending, pace, projection, lapse, and what was found.",
        "Lines": "Each budget line with its months, beside a straight line through the year.",
        "Projection": "Three ways to reckon the year's end, and the one that counts.",
        "Months": "Each month: is its report in, how late, and what ledger, plan and claims say beside it.",
        "Measures": "The measures of the review with formula, source, limits and standing.",
        "Findings": "What was found, where it comes from, and what to do.",
        "Requisitions": "What was claimed, paid and refused.",
        "Contracts": "The facts about each contract on which the other sheets stand.",
        "Policy": "The limits, each with its source. “Convention” is a number of our own: no source was found.",
    }  # fmt: skip
    for label, text in rows.items():
        yield ABOUT.row({"label": label, "text": text})
