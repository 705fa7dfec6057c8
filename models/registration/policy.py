"""The agency's numbers for registration: an argument of every rule, never an import."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from models.registration.states import ALL_STATES, UNREGISTERED, Kind
from models.shared.calendar import CityCalendar, DayKind, due_date

# Every threshold that a rule asks for. Source: domain section 7; NO_SPEAKER is part of K6, STATEMENT of section 6.
THRESHOLDS = frozenset({"T1", "T2", "T3", "T5", "NO_SPEAKER", "T6", "STATEMENT", "T8_REVIEW", "T8_AUDIT", "T12"})

# Stands where an agency has no prefix of its own yet; nobody has registered it.
UNREGISTERED_PREFIX = "ocds-000000"


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

    days: int = Field(ge=0)
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
    ocid_prefix: str = Field(default=UNREGISTERED_PREFIX, pattern=r"^ocds-[a-z0-9]{6}$")


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
    comment_from: date
    no_speaker_business_days: int
    denial_mail_business_days: int
    appeal_days: int
    mail_days: int
    appeal_decision_days: int
    mayor_days: int
    comptroller_address: str
    disclosure_years: int
    doing_business_months: int
    financial_statement_years: int
    charities_month: int
    charities_day: int
    charities_extension_days: int
    late_start_days: tuple[int, int, int, int]
    year_end_alarms: tuple[str, str]
    ageing_bands: tuple[int, ...]
    change_limit_percent: int = Field(ge=0, le=100)
    change_limit_cents: int = Field(ge=0)
    change_alarm_percent: int = Field(ge=0)
    change_alarm_cents: int = Field(ge=0)
    extension_months: int = Field(ge=0)
    multi_year_percent: int = Field(ge=0, le=100)
    vendor_copy_days: int = Field(ge=0)
    calendar: CityCalendar = Field(default_factory=CityCalendar, exclude=True)

    @field_validator("thresholds")
    @classmethod
    def _all_thresholds_are_there(cls, rows: tuple[Threshold, ...]) -> tuple[Threshold, ...]:
        if missing := THRESHOLDS - {row.id for row in rows}:
            raise ValueError(f"no row gives {', '.join(sorted(missing))}")
        return rows

    @field_validator("stages")
    @classmethod
    def _all_stages_are_limited(cls, limits: dict[str, StageLimit]) -> dict[str, StageLimit]:
        if missing := UNREGISTERED - limits.keys():
            raise ValueError(f"no limit is given for {', '.join(sorted(missing))}")
        if unknown := limits.keys() - ALL_STATES.keys():
            raise ValueError(f"no such stage: {', '.join(sorted(unknown))}")
        return limits

    @field_validator("year_end_alarms")
    @classmethod
    def _alarms_are_days_of_the_year(cls, alarms: tuple[str, str]) -> tuple[str, str]:
        first, second = (date.fromisoformat(f"2001-{day}") for day in alarms)
        if first > second:
            raise ValueError("the first alarm comes after the second")
        return alarms

    @field_validator("change_alarm_percent", "change_alarm_cents")
    @classmethod
    def _alarm_comes_before_the_limit(cls, alarm: int, info: ValidationInfo) -> int:
        limit = info.data.get(str(info.field_name).replace("alarm", "limit"))
        if limit is not None and alarm > limit:
            raise ValueError("the alarm comes after the limit")
        return alarm

    @cached_property
    def _thresholds(self) -> Mapping[str, tuple[list[date], list[Threshold]]]:
        found: dict[str, tuple[list[date], list[Threshold]]] = {}
        for row in sorted(self.thresholds, key=lambda t: t.from_):
            dates, rows = found.setdefault(row.id, ([], []))
            dates.append(row.from_)
            rows.append(row)
        return found

    def threshold(self, id_: str, on: date) -> Threshold:
        """The value of a threshold in force on a day; a day before the first row takes the first row."""
        dates, rows = self._thresholds[id_]
        return rows[max(0, bisect_right(dates, on) - 1)]

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
