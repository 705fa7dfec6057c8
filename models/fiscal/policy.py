"""The agency's numbers for the monthly fiscal review: an argument of every rule, never an import."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.shared.calendar import CityCalendar

Share = Annotated[Decimal, Field(ge=0, le=1)]
Signed = Annotated[Decimal, Field(ge=-1, le=1)]


class Policy(BaseModel):
    """Limits of the measures of section 9 and days of the clocks. Shares are parts of one, amounts cents.

    `due_day` is the day of the next month by which a report is due (K28), `review_business_days` how many business days
    later it is reviewed. `severe_times` is how far beyond its limit a measure becomes a red flag (R21).
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    due_day: int = Field(ge=1, le=28)
    review_business_days: int = Field(ge=0)
    late_low_days: int = Field(ge=0)
    late_medium_months: int = Field(ge=1)
    late_high_months: int = Field(ge=1)
    missing_months: int = Field(ge=1)
    burn_gap_low: Signed
    burn_gap_high: Share
    burn_gap_after_months: int = Field(ge=0)
    planned_gap: Share
    line_utilisation: Decimal = Field(gt=0)
    line_ahead: Share
    projected_low: Share
    lapse_cents: int = Field(ge=0)
    lapse_share: Share
    unbilled_months: int = Field(ge=0)
    exposure_months: int = Field(ge=0)
    claim_variance_cents: int = Field(ge=0)
    fringe_points: Share
    default_indirect_rate: Share
    subcontract_share: Share
    disallowance_share: Share
    disallowance_months: int = Field(ge=1)
    vacancy_fte: Decimal = Field(ge=0)
    vacancy_months: int = Field(ge=1)
    outcome_cost_times: Decimal = Field(gt=0)
    outcome_gap: Signed
    severe_times: int = Field(ge=1)
    answer_days: int = Field(ge=1)
    plan_days: int = Field(ge=1)
    calendar: CityCalendar = Field(default_factory=CityCalendar, exclude=True)
