"""Which cells of the fiscal workbook turn yellow or red: by the limits in its own policy cells, so that they follow."""

from collections.abc import Iterator

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from models.fiscal.workbook_cells import FIRST_ROW, Layout

# From and to which column, when red, when yellow; names in braces are cells of the row.
_Rule = tuple[str, str, str, str]
_GAP = "ROUND({burn}-{elapsed}-"
_STANDING = ('{standing}="far over"', '{standing}="over"')
_YEAR_END = 'AND({projected}<>"",OR({projected}>{budget},{projected}<projected_low*{budget}))'
_LAPSE = 'AND({lapse}<>"",{lapse}>MIN(lapse_dollars,lapse_share*{budget}))'


def _severe(what: str) -> tuple[str, str]:
    return f'OR({{{what}}}="critical",{{{what}}}="high")', f'{{{what}}}="medium"'


_RULES: dict[str, tuple[_Rule, ...]] = {
    "Summary": (
        (
            "burn", "pace",
            'AND(OR({pace}="ahead",{pace}="behind"),OR('
            f"{_GAP}severe_times*burn_gap_high,9)>0,{_GAP}severe_times*burn_gap_low,9)<0))",
            f'AND({{pace}}<>"too early",{{burn}}<>"",OR({_GAP}burn_gap_high,9)>0,{_GAP}burn_gap_low,9)<0))',
        ),
        ("projected", "projected", "", _YEAR_END),
        (
            "lapse", "lapse", 'AND({lapse}<>"",{lapse}>severe_times*MIN(lapse_dollars,lapse_share*{budget}))',
            _LAPSE,
        ),
        ("worst", "worst", *_severe("worst")),
    ),
    "Lines": (("share", "standing", *_STANDING),),
    "Projection": (("projected", "projected", "", _YEAR_END),),
    "Months": (
        ("report", "report", '{report}="not in"', ""), ("late", "late", "", 'AND({late}<>"",{late}>0)'),
        ("apart", "apart", "", 'AND({apart}<>"",ROUND({apart},2)<>0)'),
        ("unclaimed", "unclaimed", "", 'AND({unclaimed}<>"",ROUND(ABS({unclaimed})-claim_variance_dollars,4)>0)'),
    ),
    "Measures": (("value", "standing", *_STANDING),),
    "Findings": (("severity", "severity", *_severe("severity")),),
    "Requisitions": (
        (
            "apart", "apart", 'AND({apart}<>"",ROUND({apart}-severe_times*claim_variance_dollars,4)>0)',
            'AND({apart}<>"",ROUND({apart}-claim_variance_dollars,4)>0)',
        ),
    ),
}  # fmt: skip


def color(page: Worksheet, layout: Layout, count: int, looks: tuple[Format, Format]) -> None:
    """Give a sheet its rules; `looks` are red and yellow."""
    cells = {column.key: layout.at(column.key, FIRST_ROW) for column in layout.columns}
    last = FIRST_ROW + max(count, 1) - 2
    for first, until, rule, look in _rules(layout.name, looks):
        area = (FIRST_ROW - 1, layout.position(first), last, layout.position(until))
        told = {"type": "formula", "criteria": f"={rule.format_map(cells)}", "format": look, "stop_if_true": True}
        page.conditional_format(*area, told)


def _rules(name: str, looks: tuple[Format, Format]) -> Iterator[tuple[str, str, str, Format]]:
    for first, until, *rules in _RULES.get(name, ()):
        for rule, look in zip(rules, looks, strict=True):
            if rule:
                yield first, until, rule, look
