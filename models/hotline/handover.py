"""The handover sheet of a unit: what is open when a shift ends, the most urgent first, by ids and neutral words.

Of contacts that are confidential there are ids alone, on a sheet of their own. Source: domain sections 4, 5 and 8.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from pydantic import Field, model_validator

from models.hotline.clocks import LABELS
from models.hotline.phrases import Unit
from models.hotline.policy import ClockName
from models.hotline.report import PRIORITIES, RESTRICTED, UNITS
from models.hotline.states import ALL_STATES
from models.shared.calendar import NEW_YORK
from models.shared.documents import Document, Line, Office

# Besides the units: what a person must route first, and what only cleared staff may see.
TRIAGE_DESK, RESTRICTED_DESK = "TRIAGE", "RESTRICTED"
DESKS: Mapping[str, str] = {
    TRIAGE_DESK: "A person decides where they go",
    **{unit.value: name for unit, name in UNITS.items() if name != RESTRICTED},
    RESTRICTED_DESK: RESTRICTED,
}


@dataclass(frozen=True, slots=True)
class OpenContact:
    """One open contact as it stands: `owner` is somebody's name or empty, `clock` and `due_at` are what runs now.

    `stands_still`: no clock runs, while the constituent is asked or since it was settled.
    """

    contact_id: str
    priority: int
    state: str
    clock: str
    received_at: datetime
    due_at: datetime | None
    owner: str
    is_overdue: bool
    stands_still: bool


class HandoverLine(Line):
    """One open contact. `subject` and `stands` are empty where it is confidential, `owner` where nobody has it."""

    contact_id: str
    subject: str
    stands: str
    since: datetime
    due_at: datetime | None
    is_overdue: bool
    owner: str


class PriorityGroup(Line):
    """The open contacts of one priority: how many, how many are overdue, and the first ones of them."""

    priority: int = Field(ge=1, le=4)
    contacts: int = Field(ge=1)
    overdue: int = Field(ge=0)
    rows: tuple[HandoverLine, ...] = ()

    @model_validator(mode="after")
    def counts_hold(self) -> Self:
        if max(len(self.rows), self.overdue) > self.contacts:
            raise ValueError("more contacts are listed or overdue than are open")
        return self


class HandoverSheet(Document):
    """What one unit has open, by priority; `is_restricted` where it is what only cleared staff may see."""

    process: ClassVar[str] = "hotline"
    unit: str
    is_restricted: bool
    groups: tuple[PriorityGroup, ...]

    @property
    def kind(self) -> str:
        """Which kind of paper the register knows it as: it says who reads it."""
        return "handover restricted" if self.is_restricted else "handover"


def sheet_number(desk: str, at: datetime) -> str:
    """`HS-2026-11-20-17-FIA`: the sheet of a desk made in one hour of New York."""
    return f"HS-{at.astimezone(NEW_YORK):%Y-%m-%d-%H}-{desk}"


def handover_sheet(
    desk: str, counts: Mapping[int, tuple[int, int]], first: Iterable[OpenContact], *, office: Office, at: datetime
) -> HandoverSheet:
    """The sheet of a desk. `counts` are open and overdue contacts by priority, `first` those that are listed."""
    rows = sorted(first, key=lambda row: (row.priority, row.due_at or at, row.received_at, row.contact_id))
    return HandoverSheet(
        document_id=sheet_number(desk, at),
        title=f"Handover: {DESKS[desk]}",
        made_at=at,
        office=office,
        unit=DESKS[desk],
        is_restricted=desk == RESTRICTED_DESK,
        groups=tuple(
            PriorityGroup(
                priority=priority, contacts=counts[priority][0], overdue=counts[priority][1],
                rows=_lines([row for row in rows if row.priority == priority], desk),
            )
            for priority in PRIORITIES
            if counts.get(priority, (0, 0))[0]
        ),
    )  # fmt: skip


def _lines(rows: Sequence[OpenContact], desk: str) -> tuple[HandoverLine, ...]:
    hidden = desk == RESTRICTED_DESK
    return tuple(
        HandoverLine(
            contact_id=row.contact_id,
            subject="" if hidden or not row.clock else LABELS[ClockName(row.clock)],
            stands="" if hidden else ALL_STATES[row.state].label,
            since=row.received_at,
            due_at=None if row.stands_still else row.due_at,
            is_overdue=row.is_overdue,
            owner=row.owner,
        )
        for row in rows
    )


def desk_of(unit: str, restricted: bool, state: str) -> str:
    """Which desk has an open contact. Source: domain sections 1 (rules 2 and 9) and 8."""
    if restricted or Unit(unit) in (Unit.DV, Unit.HASA):
        return RESTRICTED_DESK
    return TRIAGE_DESK if state == "to_person" else unit
