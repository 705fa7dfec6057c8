"""The codes of the fiscal review: each names one condition, with its source."""

from enum import StrEnum

_SECTION_9 = "Monthly fiscal review measures (convention)"


class Code(StrEnum):
    """What a fiscal review can find of a contract and month. The numbers are ours (convention)."""

    REPORT_MISSING = "F01"
    REPORT_LATE = "F02"
    MONTHS_MISSING = "F03"
    ARITHMETIC = "F04"
    CONTINUITY = "F05"
    BUDGET_DIFFERS = "F06"
    LEDGER_MISSING = "F07"
    LEDGER_VARIANCE = "F08"
    CLAIM_VARIANCE = "F09"
    BURN_GAP = "F10"
    PLANNED_GAP = "F11"
    LINE_UTILISATION = "F12"
    PROJECTION = "F13"
    LAPSE = "F14"
    UNBILLED = "F15"
    EXPOSURE = "F16"
    FRINGE_RATE = "F17"
    INDIRECT_RATE = "F18"
    SUBCONTRACT_SHARE = "F19"
    DISALLOWANCE_RATE = "F20"
    ADVANCE_BALANCE = "F21"
    VACANCY = "F22"
    OUTCOME_COST = "F23"
    OUTCOME_GAP = "F24"
    MONTH_RESTATED = "F25"
    REASON_WANTED = "F26"


# Code: what it is called on paper, and where it comes from.
TITLES: dict[Code, tuple[str, str]] = {
    Code.REPORT_MISSING: ("Report not in", "K28 (convention; SBSF 4.1), R20"),
    Code.REPORT_LATE: ("Report late", "K28 (convention; SBSF 4.1)"),
    Code.MONTHS_MISSING: ("Three months missing", "Reporting timeliness: an advance may be withheld (ADV)"),
    Code.ARITHMETIC: ("Sums do not add up", "SBSF ch. 4; check: convention"),
    Code.CONTINUITY: ("Does not follow last month", "SBSF ch. 4; check: convention"),
    Code.BUDGET_DIFFERS: ("Not the budget in force", "SBSF ch. 4; check: convention"),
    Code.LEDGER_MISSING: ("No general ledger", "SBSF ch. 4: report plus general ledger"),
    Code.LEDGER_VARIANCE: ("GL variance", f"{_SECTION_9}; MFR = GL: SBSF 5.2"),
    Code.CLAIM_VARIANCE: ("Claim variance", _SECTION_9),
    Code.BURN_GAP: ("Burn gap", _SECTION_9),
    Code.PLANNED_GAP: ("Planned gap", _SECTION_9),
    Code.LINE_UTILISATION: ("Line utilisation", _SECTION_9),
    Code.PROJECTION: ("Projected year end", _SECTION_9),
    Code.LAPSE: ("Projected lapse", _SECTION_9),
    Code.UNBILLED: ("Unbilled", _SECTION_9),
    Code.EXPOSURE: ("Provider exposure", _SECTION_9),
    Code.FRINGE_RATE: ("Fringe rate", _SECTION_9),
    Code.INDIRECT_RATE: ("Indirect rate", "Accepted indirect cost rate (ICR)"),
    Code.SUBCONTRACT_SHARE: ("Subcontract share", "T15 (DYCD required documents 2019)"),
    Code.DISALLOWANCE_RATE: ("Disallowance rate", _SECTION_9),
    Code.ADVANCE_BALANCE: ("Advance balance", _SECTION_9),
    Code.VACANCY: ("Vacancy", _SECTION_9),
    Code.OUTCOME_COST: ("Cost per outcome", _SECTION_9),
    Code.OUTCOME_GAP: ("Outcome gap", _SECTION_9),
    Code.MONTH_RESTATED: ("Month restated", "Revisions supersede, never overwrite (convention)"),
    Code.REASON_WANTED: ("Reason not given", "A variance is carried until it is resolved (convention)"),
}
# What a provider gives a reason for in its next report, until the measure is within its limit. Source: convention.
EXPLAINED = (Code.BURN_GAP, Code.PLANNED_GAP, Code.LINE_UTILISATION)
