"""The sheets of the fiscal workbook: their columns, and what each is for."""

from datetime import date
from functools import cache

from models.fiscal.workbook_cells import CONTRACTS, PLACE, WHO, Column, Kind, Layout

# A month by the name of its cell: the workbook tells formulas which month it is about by it.
MONTH = "review_month"


def _money(key: str, heading: str, width: int = 13) -> Column:
    return Column(key, heading, Kind.MONEY, width)


def _share(key: str, heading: str) -> Column:
    return Column(key, heading, Kind.SHARE, 10)


def _day(key: str, heading: str) -> Column:
    return Column(key, heading, Kind.DAY, 11)


def _whole(key: str, heading: str) -> Column:
    return Column(key, heading, Kind.WHOLE, 9)


SUMMARY = Layout(
    "Summary",
    "A row a contract, the worst first. The sums are of the rows that a filter leaves; red and yellow follow the "
    "limits on the sheet Policy.",
    (
        WHO[0], Column("provider", "Provider", Kind.LONG, 34),
        _money("budget", "Budget"), _money("spent", "Spent to date"),
        _money("remaining", "Remaining"),
        _share("burn", "Budget spent"), _share("elapsed", "Term elapsed"),
        Column("ratio", "Burn ratio", Kind.RATIO, 8), Column("pace", "Pace", width=11),
        _money("projected", "Projected year end"), _money("least", "Lowest estimate"),
        _money("most", "Highest estimate"), _money("lapse", "Lapse forecast"),
        Column("worst", "Worst finding", width=10),
        Column("found", "Findings", Kind.WHOLE, 10), Column("codes", "Codes", Kind.LONG, 16),
        Column("state", "Where it stands", Kind.LONG, 15), Column("holder", "Held by", width=9),
        PLACE,
    ),
    sums=("budget", "spent", "remaining", "projected", "least", "most", "lapse", "found"),
)  # fmt: skip

CONTRACT = Layout(
    CONTRACTS,
    "Blue: facts as they were told. Black: worked out, also from the other sheets.",
    (
        *WHO, Column("contract_no", "Contract number", width=21), _day("first", "First day in the year"),
        _day("last", "Last day in the year"), _day("ends", "Counted until"), _whole("days", "Days so far"),
        _whole("all_days", "Days in all"), _share("elapsed", "Term elapsed"), _whole("months", "Months so far"),
        _whole("left", "Months left"), _day("active", "Can be paid since"), _day("as_of", "Reviewed on"),
        _day("due", "Report due"), _day("received", "Report came"), Column("reported", "Report in", width=8),
        _money("budget", "Budget"), _money("spent", "Spent to date"), _money("current", "Spent this month"),
        _money("ledger", "Ledger this month"), _money("invoiced", "Invoiced"), _money("paid", "Paid"),
        _money("advanced", "Advanced"), _money("recouped", "Recouped"), _money("out", "Advance still out"),
        _money("planned", "Planned so far"), _money("salaries", "Salaries"), _money("fringe", "Fringe"),
        _money("indirect", "Indirect"), _money("subs", "Subcontractors and consultants"),
        _share("fringe_rate", "Budgeted fringe rate"), _share("indirect_rate", "Accepted indirect rate"),
        _day("indirect_until", "Accepted until"), _money("decided", "Claims decided lately"),
        _money("refused", "Of these refused"), Column("posts", "Budgeted FTE", Kind.DECIMAL, 9),
        Column("paid_posts", "Paid FTE", Kind.DECIMAL, 9), _whole("target", "Outcomes wanted"),
        _whole("verified", "Outcomes verified"), _money("unit_cost", "Planned cost of one"),
    ),
    pages=3,
    sums=(
        "budget", "spent", "current", "invoiced", "paid", "advanced", "recouped", "out", "salaries", "fringe",
        "indirect", "subs", "decided", "refused",
    ),
    inputs=frozenset((
        "contract_no", "first", "last", "active", "as_of", "advanced", "recouped", "fringe_rate", "indirect_rate",
        "indirect_until", "posts", "target", "verified", "unit_cost",
    )),
)  # fmt: skip

PROJECTION = Layout(
    "Projection",
    "What the year will come to, three ways: by the pace so far, by the last three months that are in, by the "
    "provider's plan for the rest. The plan counts where it covers every month left, else the pace so far; lowest and "
    "highest are over all ways.",
    (
        *WHO, _money("budget", "Budget"), _money("spent", "Spent to date"), _share("elapsed", "Term elapsed"),
        _money("pace", "By the pace so far"), _money("recent", "Last three months"),
        _whole("counted", "Months of these"),
        _whole("left", "Months left"), _money("by_recent", "By the last three months"),
        _money("planned", "Planned for the rest"), _money("by_plan", "By the plan"),
        Column("method", "What counts", width=15), _money("projected", "Projected year end"),
        _money("least", "Lowest estimate"), _money("most", "Highest estimate"), _money("apart", "Budget less that"),
        PLACE,
    ),
    sums=("budget", "spent", "projected", "least", "most"),
)  # fmt: skip

MONTHS = Layout(
    "Months",
    "A row a contract and month of its term in the fiscal year: is the report in, what it comes to, and what ledger, "
    "plan and claims say beside it. A claim stands in the month with which its services end.",
    (
        *WHO, Column("month", "Month", Kind.MONTH, 10), Column("report", "Report", width=9), _day("due", "Due"),
        _day("received", "Received"), _whole("late", "Days late"), _whole("revision", "Revision"),
        _money("total", "Reported"), _money("ledger", "General ledger"), _money("apart", "Reported less ledger"),
        _money("planned", "Planned"), _money("claimed", "Claimed"), _money("unclaimed", "Reported less claimed"),
        Column("posts", "Paid FTE", Kind.DECIMAL, 8), _whole("later", "Reports after it"), PLACE,
    ),
    fixed=3,
    sums=("total", "ledger", "planned", "claimed"),
    inputs=frozenset(("received", "revision", "ledger", "planned", "posts")),
)  # fmt: skip

CLAIMS = Layout(
    "Requisitions",
    "What was claimed, paid and refused, as payments tells it. A claim for whole months that all have reports is held "
    "beside them, together with the others for the same days.",
    (
        *WHO, Column("number", "Requisition", width=22), _day("first", "Services from"), _day("last", "Services to"),
        _money("claimed", "Claimed"), _money("paid", "Paid"), _day("decided", "Decided on"),
        _money("refused", "Refused"), Column("month", "Ends with", Kind.MONTH, 10),
        Column("compared", "Compared", width=10), _money("together", "Claimed for these days"),
        _money("reported", "Reported for them"), _money("apart", "Apart"), _whole("shared", "Claims for these days"),
        _money("part", "Reported less claimed, its part"), PLACE,
    ),
    fixed=3,
    sums=("claimed", "paid", "refused"),
    inputs=frozenset(("number", "first", "last", "claimed", "paid", "decided", "refused")),
)  # fmt: skip

MEASURES = Layout(
    "Measures",
    "The measures of the monthly review. To see one for all contracts, filter the column Measure. The last column is "
    "what the review printed; it does not follow when you change a figure.",
    (
        *WHO, Column("measure", "Measure", width=19), Column("value", "Value", Kind.MONEY, 14),
        Column("low", "Least allowed", Kind.MONEY, 14), Column("high", "Most allowed", Kind.MONEY, 14),
        Column("standing", "Standing", width=10), Column("formula", "Formula", Kind.LONG, 40),
        Column("source", "Source", Kind.LONG, 26), Column("said", "In the review", Kind.LONG, 40), PLACE,
    ),
    fixed=3,
)  # fmt: skip

FINDINGS = Layout(
    "Findings",
    "Everything that the reviews of the month found, contract by contract, the most serious first.",
    (
        *WHO, Column("code", "Code", width=7), Column("severity", "Severity", width=10),
        Column("title", "What", Kind.LONG, 20), Column("subject", "About", Kind.LONG, 14),
        Column("message", "Finding", Kind.LONG, 58), Column("citation", "Source", Kind.LONG, 26),
        Column("remedy", "What to do", Kind.LONG, 34),
    ),
)  # fmt: skip

POLICY = Layout(
    "Policy",
    "The numbers that the review is reckoned by. Each value in blue is a cell with a name, which formulas and colors "
    "use: change one here and everything follows. The office's own numbers stay as they are.",
    (
        Column("name", "Name in formulas", width=26), Column("value", "Value", Kind.DECIMAL, 14),
        Column("meaning", "What it says", Kind.LONG, 64), Column("source", "Source", Kind.LONG, 44),
    ),
    fixed=1,
    inputs=frozenset(("value",)),
)  # fmt: skip

ABOUT = Layout(
    "About", "", (Column("label", "", width=24), Column("text", "", Kind.LONG, 110)), fixed=0,
)  # fmt: skip


def month_key(month: date) -> str:
    """How the column of a month is called."""
    return f"{month:%Y-%m}"


@cache
def lines_layout(months: tuple[date, ...]) -> Layout:
    """The sheet of budget lines, with a column for each month of the fiscal year so far."""
    columns = tuple(_money(month_key(month), f"{month:%b %Y}", 12) for month in months)
    keys = tuple(column.key for column in columns)
    after = (
        _money("elsewhere", "Months not in"), _money("spent", "Year to date"), _money("remaining", "Remaining"),
        _share("share", "Of budget"), _money("straight", "Straight line to date"),
        _money("variance", "Over or under the line"), _money("pace", "Year end at this pace"),
        Column("standing", "Standing", width=10), PLACE,
    )  # fmt: skip
    return Layout(
        "Lines",
        "The straight line is the budget times the part of the term that is over. What was spent in months without a "
        "report comes with the next one.",
        (
            *WHO, Column("no", "Line", Kind.WHOLE, 7),
            Column("category", "Category", width=13), Column("title", "Title", Kind.LONG, 26),
            _money("budget", "Budget"),
            *columns, *after,
        ),
        pages=2, sums=("budget", *keys, "elsewhere", "spent", "remaining", "straight", "variance", "pace"),
        inputs=frozenset(("no", "category", "title", "budget", *keys, "elsewhere")),
    )  # fmt: skip
