"""The numbers of triage and of the work after it that the office sets."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.shared.calendar import CityCalendar


class ClockName(StrEnum):
    """Clocks of a contact, by its subject. Source: domain section 4."""

    LIFE_SAFETY = "life_safety"
    OUTREACH = "outreach"
    OUTREACH_CHRONIC = "outreach_chronic"
    SAME_DAY = "same_day"
    HEAP_LIFE_THREATENING = "heap_life_threatening"
    HEAP_CRISIS = "heap_crisis"
    APS_LIFE_THREATENING = "aps_life_threatening"
    APS_VISIT = "aps_visit"
    REPAIR = "repair"
    STAFF_CONDUCT = "staff_conduct"
    TRANSFER = "transfer"
    EXPEDITED_SNAP = "expedited_snap"
    URGENT = "urgent"
    ELECTED_OFFICE = "elected_office"
    RESPONSE = "response"
    COMMENT = "comment"
    RESOLUTION = "resolution"


class ClockKind(StrEnum):
    """How a clock counts. Hours run day and night; after-hours days begin on the next business day after closing."""

    MINUTES = "minutes"
    HOURS = "hours"
    HANDOFF = "handoff"
    CALENDAR = "calendar days"
    BUSINESS = "business days"
    BUSINESS_AFTER_HOURS = "business days, after hours from the next"


class ClockLength(BaseModel):
    """How long a clock runs, counted how, and who says so. A `handoff` clock ends then, or `length` hours later."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    length: int = Field(ge=1, le=366)
    kind: ClockKind
    source: str = Field(min_length=1)


class OnCall(BaseModel):
    """Who is told at a level of the ladder: the duty's address in office hours, and after them."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    role: str = Field(min_length=1)
    office: str = Field(pattern="@")
    after_hours: str = Field(pattern="@")


class WorkPolicy(BaseModel):
    """The numbers of the work after triage. Hours are of the day in New York, shares parts of a clock.

    The roster has the on-call person first and then levels E1 to E5; `urgent_minutes` says after how many minutes
    without an acknowledgement a contact of priority 1 climbs to each of the five. A contact that was received more than
    `alert_days` before it was decided about is an archive's, and alerts nobody. The last five are triggers: as many
    contacts of one caller about one matter within as many days, as many complaints about one facility within as many
    days, and after how many hours a danger to life that is not resolved goes to the top. Source: domain section 5.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True)

    clocks: dict[ClockName, ClockLength]
    opening_hour: int = Field(ge=0, le=23)
    closing_hour: int = Field(ge=1, le=23)
    attempt_days: int = Field(ge=1, le=10)
    alert_days: int = Field(ge=1, le=366)
    urgent_minutes: tuple[int, int, int, int, int]
    climb_hours: int = Field(ge=1, le=168)
    early_share: float = Field(gt=0, lt=1)
    late_share: float = Field(gt=0, lt=1)
    misroutes: int = Field(ge=1, le=10)
    matter_contacts: int = Field(ge=2, le=100)
    matter_days: int = Field(ge=1, le=366)
    facility_complaints: int = Field(ge=2, le=1000)
    facility_days: int = Field(ge=1, le=90)
    unresolved_hours: int = Field(ge=1, le=168)
    roster: tuple[OnCall, OnCall, OnCall, OnCall, OnCall, OnCall]
    calendar: CityCalendar = Field(default_factory=CityCalendar, exclude=True)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if missing := set(ClockName) - set(self.clocks):
            raise ValueError(f"the clock {sorted(missing)[0]} has no length")
        if list(self.urgent_minutes) != sorted(set(self.urgent_minutes)):
            raise ValueError("urgent_minutes must rise from level to level")
        if self.early_share >= self.late_share:
            raise ValueError("early_share must be below late_share")
        return self


class Policy(BaseModel):
    """Shares of one, and days. Below `certain` a person looks; `named` is the least share of a named alternative.

    Above `urgent_above` a contact is of priority 1, in another language than English above `urgent_above_other`: fewer
    of its words are known. By a rule that says so it is from `urgent_least` on (below it of 2). Above `protected_above`
    it is confidential, above `again_above` somebody speaks again. From `restricted_from` on, what may be about domestic
    violence or HIV is held restricted until a person looked. A contact is linked with an earlier one of the same caller
    within `repeat_days` (and then with the first of that matter), by a surname or rare name alone within
    `repeat_days_by_surname`, by a bed or flat alone within `repeat_days_by_place`, and within `repeat_days_by_words` by
    as many rare words as `repeat_words`, or `repeat_words_again` where it says that somebody speaks again; such a one
    may be for another unit within `repeat_days_again`. One word fewer does for the same unit within
    `repeat_days_by_fewer`. Who says that they speak again, and nothing of these, is linked with the likest of the
    contacts that came for the same unit within `repeat_lone_days`, where these are at most `repeat_lone_most` and it is
    as like as `repeat_lone_likeness` (two for a rare word, one for another that not all use). A telephone, name or
    address that more than `repeat_crowd` contacts have, a surname, rare name, bed, flat or word that more than
    `repeat_crowd_weak` have, does not say who calls.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    certain: float = Field(gt=0, le=1)
    urgent_above: float = Field(gt=0, le=1)
    urgent_above_other: float = Field(gt=0, le=1)
    urgent_least: float = Field(ge=0, le=1)
    protected_above: float = Field(gt=0, le=1)
    restricted_from: float = Field(gt=0, le=1)
    again_above: float = Field(gt=0, le=1)
    named: float = Field(ge=0, lt=1)
    alternatives: int = Field(ge=1, le=5)
    repeat_days: int = Field(ge=1, le=366)
    repeat_days_by_surname: int = Field(ge=1, le=366)
    repeat_days_by_place: int = Field(ge=1, le=366)
    repeat_days_by_fewer: int = Field(ge=1, le=366)
    repeat_days_by_words: int = Field(ge=1, le=366)
    repeat_days_again: int = Field(ge=1, le=366)
    repeat_lone_days: int = Field(ge=1, le=366)
    repeat_lone_most: int = Field(ge=0, le=20)
    repeat_lone_likeness: int = Field(ge=1, le=100)
    repeat_words: int = Field(ge=2, le=12)
    repeat_words_again: int = Field(ge=2, le=12)
    repeat_crowd: int = Field(ge=2, le=1000)
    repeat_crowd_weak: int = Field(ge=2, le=100)
    small_cell: int = Field(ge=0, le=100)
    handover_rows: int = Field(ge=1, le=2000)
    sample_least: int = Field(ge=50, le=5000)
