"""The fiscal workbook's measures: each one's value and limits for a contract, and how it stands beside them."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from models.fiscal.codes import TITLES
from models.fiscal.measures import Measure
from models.fiscal.review_documents import standing_of
from models.fiscal.workbook_cells import FIRST_ROW, Cell, Formula, Given, Kind, Value
from models.fiscal.workbook_contracts import of_contract, place
from models.fiscal.workbook_facts import ContractYear, YearBook
from models.fiscal.workbook_formulas import MEASURED, Reckoned
from models.fiscal.workbook_layouts import CLAIMS, MEASURES, MONTH, MONTHS, PROJECTION, lines_layout
from models.fiscal.workbook_limits import limits_of

_CONVENTION = "Monthly fiscal review measures (convention)"


class _Cells(Mapping[str, str]):
    """What a formula's names stand for in one row: its own cells, its contract's figures, counts on other sheets."""

    def __init__(self, book: YearBook, row: int) -> None:
        self._row, self._id = row, MEASURES.at("contract", row)
        lines, months = lines_layout(book.months), MONTHS
        mine = f"{lines.whole('contract')},{self._id}"
        vacant = (
            f'{months.whole("contract")},{self._id},{months.whole("month")},">="&EDATE({MONTH},1-vacancy_months),'
            f'{months.whole("month")},"<="&{MONTH},{months.whole("posts")}'
        )
        self._counted = {
            "unbudgeted": f'COUNTIFS({mine},{lines.whole("budget")},0,{lines.whole("spent")},">0")',
            "budgeted": f'COUNTIFS({mine},{lines.whole("budget")},"<>0")',
            "lines_over": f'COUNTIFS({mine},{lines.whole("standing")},"over")',
            "lines_far": f'COUNTIFS({mine},{lines.whole("standing")},"far over")',
            "top_line": self._most(lines.span("contract", book.line_count), lines.span("share", book.line_count)),
            "held": (
                f"COUNTIFS({CLAIMS.whole('contract')},{self._id},{CLAIMS.whole('month')},{MONTH},"
                f'{CLAIMS.whole("compared")},"yes")'
            ),
            "most_apart": self._most(
                CLAIMS.span("contract", book.invoice_count),
                f"IF({CLAIMS.span('month', book.invoice_count)}={MONTH},{CLAIMS.span('apart', book.invoice_count)})",
            ),
            "projected": (
                f"INDEX({PROJECTION.whole('projected')},MATCH({self._id},{PROJECTION.whole('contract')},0))"
            ),
            "vacant": vacant,
        }  # fmt: skip

    def _most(self, among: str, values: str) -> str:
        return f"MAX(IF({among}={self._id},{values}))"

    def __getitem__(self, key: str) -> str:
        if key in ("value", "low", "high"):
            return MEASURES.at(key, self._row)
        return self._counted.get(key) or of_contract(MEASURES, key, self._row)

    def __iter__(self) -> Iterator[str]:
        return iter(self._counted)

    def __len__(self) -> int:
        return len(self._counted)


def measure_rows(book: YearBook) -> Iterator[list[Cell]]:
    """A row a contract and measure, in the order of the review."""
    row = FIRST_ROW
    for position, contract in enumerate(book.contracts):
        for measure in contract.review.measures.values():
            reckoned, cells = MEASURED[measure.name], _Cells(book, row)
            yield MEASURES.row({
                "contract": contract.id, "provider": contract.provider, "measure": measure.title,
                "value": _value(measure, reckoned, cells), **_limits(book, contract, measure, reckoned, cells),
                "standing": _standing(measure, reckoned, cells), "formula": reckoned.words,
                "source": TITLES[measure.code][1] if measure.code else _CONVENTION,
                "said": f"{measure.title}: {measure.shown}. {measure.formula}", "place": place(MEASURES, position, row),
            })  # fmt: skip
            row += 1


def _value(measure: Measure, reckoned: Reckoned, cells: _Cells) -> Formula:
    text, known = reckoned.value, reckoned.known
    if known:
        text = f'IF({known},{text},"")'
    if reckoned.of_report:
        text = f'IF({{reported}}="no","",{text})'
    value: Value = measure.shown if _unbudgeted(measure) else measure.value
    return Formula(f"={text.format_map(cells)}", value, reckoned.kind, is_array="{top_line}" in text or "apart" in text)


def _unbudgeted(measure: Measure) -> bool:
    """Whether it is the share of a line that has no budget and is spent on."""
    return measure.value is None and measure.flagged


def _limits(
    book: YearBook, contract: ContractYear, measure: Measure, reckoned: Reckoned, cells: _Cells
) -> dict[str, Cell]:
    low, high = limits_of(measure.name, contract, book.policy)
    told = measure.value is not None or _unbudgeted(measure)
    return {
        "low": _limit(reckoned.low, low if told else None, reckoned.kind, cells),
        "high": _limit(reckoned.high, high if told else None, reckoned.kind, cells),
    }


def _limit(text: str, value: Fraction | None, kind: Kind, cells: _Cells) -> Cell:
    if not text:
        return Given(None, kind)
    return Formula(f'=IF({{value}}="","",{text})'.format_map(cells), value, kind)


def _standing(measure: Measure, reckoned: Reckoned, cells: _Cells) -> Formula:
    found = standing_of(measure)
    if not (reckoned.low or reckoned.high):
        text = '"no limit"'
    else:
        text = f'IF({reckoned.beyond},"over","within")'
        if reckoned.far:
            text = f'IF({reckoned.far},"far over",{text})'
    return Formula(
        f'=IF({{value}}="","not known",{text})'.format_map(cells), "no limit" if found == "none" else found
    )  # fmt: skip
