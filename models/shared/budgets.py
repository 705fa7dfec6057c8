"""What a budget line is for: a noun of all who look at budgets."""

from enum import StrEnum

# A year's budget of a small provider has ten to thirty lines; more than this is another list. Source: convention.
MOST_LINES = 500


class Category(StrEnum):
    """What a budget line is for. Source: DYCD fiscal manual index; list: convention."""

    PS = "PS"
    FRINGE = "fringe"
    OTPS = "OTPS"
    CONSULTANT = "consultant"
    SUBCONTRACT = "subcontract"
    EQUIPMENT = "equipment"
    INDIRECT = "indirect"
    OTHER = "other"
