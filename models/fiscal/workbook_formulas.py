"""How each measure is reckoned in the fiscal workbook. Names in braces stand for cells of its contract.

`value`, `low` and `high` are those of the measure's own row; other names in lower case are cells of the policy. Source:
section 9 (convention), but for what is named.
"""

from dataclasses import dataclass

from models.fiscal.workbook_cells import Kind


@dataclass(frozen=True)
class Reckoned:
    """A measure's formula in words and in cells; where `known` does not hold it is empty. `far` is beyond its red flag.

    `over` takes the place of being above `high` or below `low`; what takes no report is always known.
    """

    words: str
    kind: Kind
    value: str
    known: str = ""
    low: str = ""
    high: str = ""
    over: str = ""
    far: str = ""
    of_report: bool = True

    @property
    def beyond(self) -> str:
        """When it is flagged. Rounded, since sums of binary fractions are a hair apart where amounts are equal."""
        digits = 4 if self.kind is Kind.MONEY else 9
        above = f"ROUND({{value}}-{{high}},{digits})>0" if self.high else ""
        below = f"ROUND({{low}}-{{value}},{digits})>0" if self.low else ""
        both = f"OR({above},{below})" if above and below else above or below
        return self.over or both


_FAR_MONEY = "ROUND({value}-severe_times*{high},4)>0"
_DIRECT = "({spent}-{indirect})"
# A rate is held beside its limit to the cent.
_PART = "ROUND({part}-ROUND({base}*{times}{{high}},2),4)>0"


def _rate(part: str, base: str) -> tuple[str, str]:
    return _PART.format(part=part, base=base, times=""), _PART.format(part=part, base=base, times="severe_times*")


_INDIRECT, _SUBS = _rate("{indirect}", _DIRECT), _rate("{subs}", _DIRECT)
_FRINGE_FAR = "ROUND({fringe}-ROUND({salaries}*({fringe_rate}+severe_times*fringe_points),2),4)>0"

MEASURED: dict[str, Reckoned] = {
    "elapsed": Reckoned(
        "Days of the term so far / all its days in the fiscal year", Kind.SHARE, "{elapsed}", of_report=False
    ),
    "burn": Reckoned("Spent to date / budget", Kind.SHARE, "{spent}/{budget}", "{budget}<>0"),
    "burn_gap": Reckoned(
        "Budget spent less term elapsed; looked at after the first months", Kind.POINTS,
        "{spent}/{budget}-{elapsed}", "{budget}<>0", "burn_gap_low", "burn_gap_high",
        "AND({months}>burn_gap_after_months,OR(ROUND({value}-{high},9)>0,ROUND({low}-{value},9)>0))",
        "AND({months}>burn_gap_after_months,"
        "OR(ROUND({value}-severe_times*{high},9)>0,ROUND(severe_times*{low}-{value},9)>0))",
    ),
    "planned_gap": Reckoned(
        "Spent to date less what the provider planned to spend by now", Kind.MONEY, "{spent}-{planned}",
        '{planned}<>""', "-planned_gap*ABS({planned})", "planned_gap*ABS({planned})",
        far="ROUND(ABS({value})-severe_times*{high},4)>0",
    ),
    "line_utilisation": Reckoned(
        "The line that is spent most: spent to date / its budget. Each line is on the sheet Lines", Kind.SHARE,
        'IF({unbudgeted}>0,"no budget",{top_line})', "{unbudgeted}+{budgeted}>0",
        high="MIN(line_utilisation,{elapsed}+line_ahead)",
        over="{lines_over}>0", far="{lines_far}>0",
    ),
    "projected": Reckoned(
        "Spent to date + the plan for the months left; without a plan, spent to date / term elapsed", Kind.MONEY,
        "{projected}", low="projected_low*{budget}", high="{budget}",
    ),
    "lapse": Reckoned(
        "Budget less projected year end", Kind.MONEY, "{budget}-{projected}",
        high="MIN(lapse_dollars,lapse_share*{budget})", far=_FAR_MONEY,
    ),
    "unbilled": Reckoned(
        "Spent to date less invoiced, from the day on which the contract can be paid", Kind.MONEY,
        "{spent}-{invoiced}", 'AND({active}<>"",{active}<={ends})', high="unbilled_months*{spent}/{months}",
        far=_FAR_MONEY,
    ),
    "exposure": Reckoned(
        "Spent to date less paid less the advance still out", Kind.MONEY, "{spent}-{paid}-{out}",
        high="exposure_months*{spent}/{months}", far=_FAR_MONEY,
    ),
    "gl_variance": Reckoned(
        "Reported for the month less its general ledger, without sign", Kind.MONEY, "ABS({current}-{ledger})",
        '{ledger}<>""', high="0",
    ),
    "claim_variance": Reckoned(
        "Claimed for whole months less what their reports come to, without sign; the largest of those that end with "
        "the month", Kind.MONEY, "{most_apart}", "{held}>0", high="claim_variance_dollars", far=_FAR_MONEY,
    ),
    "fringe_rate": Reckoned(
        "Fringe / salaries, to date", Kind.SHARE, "{fringe}/{salaries}", "{salaries}>0",
        high="{fringe_rate}+fringe_points", over=_rate("{fringe}", "{salaries}")[0], far=_FRINGE_FAR,
    ),
    "indirect_rate": Reckoned(
        "Indirect cost / all other spending, to date; beside the accepted rate while it is good", Kind.SHARE,
        "{indirect}/({spent}-{indirect})", f"{_DIRECT}>0",
        high='IF(AND({indirect_until}<>"",{indirect_until}>={ends}),{indirect_rate},default_indirect_rate)',
        over=_INDIRECT[0], far=_INDIRECT[1],
    ),
    "subcontract_share": Reckoned(
        "Subcontractors and consultants / all spending but indirect cost, to date", Kind.SHARE,
        "{subs}/({spent}-{indirect})", f"{_DIRECT}>0", high="subcontract_share", over=_SUBS[0], far=_SUBS[1],
    ),
    "disallowance_rate": Reckoned(
        "Refused / claimed, of the claims that were decided in the last months", Kind.SHARE, "{refused}/{decided}",
        "{decided}>0", high="disallowance_share", far="ROUND({value}-severe_times*{high},9)>0",
    ),
    "advance_balance": Reckoned(
        "Advanced less recouped, beside what is left to invoice", Kind.MONEY, "{out}",
        high="MAX(0,{budget}-{invoiced})", far=f"AND({{high}}>0,{_FAR_MONEY})",
    ),
    "timeliness": Reckoned(
        "Days from the day on which the report was due to the one on which it came; below zero: before it", Kind.WHOLE,
        'IF({received}="",{as_of},{received})-{due}', high="0", of_report=False,
    ),
    "vacancy": Reckoned(
        "Budgeted less paid posts (FTE), in each of the last months", Kind.DECIMAL, "{posts}-{paid_posts}",
        'AND({posts}<>"",{paid_posts}<>"")', high="vacancy_fte",
        over='COUNTIFS({vacant},"<"&({posts}-vacancy_fte))>=vacancy_months',
        far='COUNTIFS({vacant},"<"&({posts}-severe_times*vacancy_fte))>=vacancy_months',
    ),
    "cost_per_outcome": Reckoned(
        "Spent to date / verified outcomes", Kind.MONEY, "{spent}/{verified}", 'AND({target}<>"",{verified}>0)',
        high="outcome_cost_times*{unit_cost}", far=_FAR_MONEY,
    ),
    "outcome_gap": Reckoned(
        "Verified outcomes / outcomes wanted, less term elapsed", Kind.POINTS, "{verified}/{target}-{elapsed}",
        "{target}>0", low="outcome_gap", far="ROUND(severe_times*{low}-{value},9)>0",
    ),
}  # fmt: skip
