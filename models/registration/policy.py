"""The agency's numbers for registration: an argument of every rule, never an import."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field

from models.registration.states import Kind
from models.shared.calendar import CityCalendar, DayKind, due_date


class Threshold(BaseModel):
    """One dated value of a threshold; the latest row that has begun counts."""

    model_config = ConfigDict(frozen=True)

    id: str
    value: int
    from_: date = Field(alias="from")
    source: str


class StageLimit(BaseModel):
    """How long a stage may take. Source of the lengths: convention unless the row says otherwise."""

    model_config = ConfigDict(frozen=True)

    days: int
    kind: DayKind
    source: str


class AgencyPolicy(BaseModel):
    """Who the office is, how lists spell agencies, and which EIN is the City's own."""

    model_config = ConfigDict(frozen=True)

    code: str
    name: str
    unit: str
    street: str
    city: str
    contact: str
    phone: str
    email: str
    aliases: dict[str, str] = {}
    city_eins: frozenset[str] = frozenset()


class Policy(BaseModel):
    """Everything that the registration rules need to know besides the case. Days are counts, thresholds cents.

    `stages` limits each state; `path` is the order of stages by which award and registration are forecast.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    agency: AgencyPolicy
    stages: dict[str, StageLimit]
    thresholds: tuple[Threshold, ...]
    reply_business_days: int
    document_review_business_days: int
    clearance_alarm_days: int
    scope_alarm_business_days: int
    name_check_days: int
    name_check_alarm_day: int
    registration_days: int
    answered_days: int
    registration_alarm_days: tuple[int, int]
    hearing_notice_days: int
    comment_notice_days: int
    no_speaker_business_days: int
    denial_mail_business_days: int
    appeal_days: int
    disclosure_years: int
    doing_business_months: int
    financial_statement_years: int
    charities_month: int
    charities_day: int
    late_start_days: tuple[int, int, int, int]
    year_end_alarms: tuple[str, str]
    ageing_bands: tuple[int, ...]
    calendar: CityCalendar = Field(default_factory=CityCalendar, exclude=True)

    @cached_property
    def _thresholds(self) -> Mapping[str, tuple[Threshold, ...]]:
        found: dict[str, list[Threshold]] = {}
        for row in sorted(self.thresholds, key=lambda t: t.from_):
            found.setdefault(row.id, []).append(row)
        return {key: tuple(rows) for key, rows in found.items()}

    def threshold(self, id_: str, on: date) -> Threshold:
        """The value of a threshold in force on a day; a day before the first row takes the first row."""
        rows = self._thresholds[id_]
        begun = [row for row in rows if row.from_ <= on]
        return (begun or rows[:1])[-1]

    def stage_due(self, state: str, since: date) -> date | None:
        """Last day of a stage that began on `since`; None where no clock runs."""
        limit = self.stages.get(state)
        return due_date(since, limit.days, limit.kind, self.calendar) if limit else None


STANDARD_PATH = ("designated", "scope", "documents", "responsibility", "public_notice", "legal", "package", "filed")
PATHS: dict[Kind, tuple[str, ...]] = {
    Kind.STANDARD: STANDARD_PATH,
    Kind.MULTI_YEAR: STANDARD_PATH,
    Kind.GRANT_PILOT: ("designated", "scope", "documents", "agreement"),
}
