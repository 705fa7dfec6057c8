"""The triage report made of counts: units in words, restricted ones as one, small cells withheld."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from models.hotline.documents import (
    ChannelLine,
    LanguageLine,
    OpenLanguageLine,
    OpenLine,
    ReasonLine,
    SurgeLine,
    TriageReport,
    UnitLine,
)  # fmt: skip
from models.hotline.forms import Channel
from models.hotline.phrases import Unit
from models.hotline.small_cells import HIDDEN, Flagged, told, told_of_rows
from models.hotline.tongue import LANGUAGES, UNDETERMINED
from models.shared.calendar import NEW_YORK
from models.shared.documents import Office

RESTRICTED = "Restricted"
UNITS = {
    Unit.FAMILIES: "Families with children and adult families",
    Unit.ADULTS: "Single adults and street outreach",
    Unit.PCS: "Prevention and community support",
    Unit.HOMEBASE: "Homebase",
    Unit.FIA: "Cash assistance and SNAP",
    Unit.MEDICAID: "Medicaid",
    Unit.HOME_CARE: "Home care",
    Unit.HEAP: "Home energy assistance (HEAP)",
    Unit.IDNYC: "IDNYC",
    Unit.APS: "Adult Protective Services",
    Unit.FACILITIES: "Building conditions",
    Unit.OMBUDSMAN: "Ombudsman",
    Unit.LEGISLATIVE: "Elected officials",
    Unit.OUT_OF_SCOPE: "Other agencies",
    # Named alone, a row would say that somebody told of domestic violence or HIV. Source: domain section 8.
    Unit.DV: RESTRICTED,
    Unit.HASA: RESTRICTED,
}
NAMES = (
    "English", "Spanish", "Chinese", "Russian", "Bengali", "Haitian Creole", "Korean", "Arabic", "Urdu", "French",
    "Polish",
)  # fmt: skip
OTHER = "Other languages"
# Every row is always there: a row that comes and goes would tell of the one contact in it.
LANGUAGE_ROWS = {**dict(zip(LANGUAGES, NAMES, strict=True)), "": OTHER, UNDETERMINED: "Not determined"}
# Where nobody needs language service but who asks for it; everywhere else all contacts do.
_ASKED = ("en", UNDETERMINED)
CHANNELS = {
    Channel.HOTLINE: "Hotline",
    Channel.THREE_ONE_ONE: "311",
    Channel.NYC_GOV: "NYC.gov",
    Channel.EMAIL: "E-mail",
    Channel.LETTER: "Letter",
    Channel.WALK_IN: "Walk-in",
    Channel.ELECTED_OFFICIAL: "Elected official",
    Channel.ADVOCATE: "Advocate",
    Channel.SOCIAL_MEDIA: "Social media",
    Channel.AUTOMATED_LINE: "Automated line",
    Channel.OTHER: "Other",
}
PRIORITIES = (1, 2, 3, 4)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many contacts were decided alike. `review` says why a person must look, if so."""

    unit: str
    priority: int
    language: str
    channel: str
    confidential: bool
    needs_language_service: bool
    review: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How many contacts are open alike now. `waiting` is true where a person must say where they go."""

    unit: str
    language: str
    confidential: bool
    urgent: bool
    waiting: bool
    overdue: bool
    oldest: datetime
    count: int


Row = TypeVar("Row", Counted, Standing)


@dataclass(frozen=True, slots=True)
class Report:
    """What else a report tells: what is open now, and by the name of each event how many contacts belong to it."""

    standing: Sequence[Standing] = ()
    events: Mapping[str, int] = field(default_factory=dict)


def triage_report(
    rows: Iterable[Counted], *, document_id: str, made_at: datetime, office: Office, received_from: datetime,
    received_to: datetime, k: int = 10,
    also: Report | None = None,
) -> TriageReport:  # fmt: skip
    """The report of a period. Raises ValueError for a unit, channel or priority that the product does not have."""
    rows, also = tuple(rows), also or Report()
    return TriageReport(
        document_id=document_id,
        title=f"Triage of contacts, {_days(received_from, received_to)}",
        made_at=made_at,
        office=office,
        received_from=received_from,
        received_to=received_to,
        k=k,
        contacts=_sum(rows),
        waiting=_sum(rows, lambda row: bool(row.review)),
        urgent=_sum(rows, lambda row: row.priority == 1),
        confidential=_sum(rows, lambda row: row.confidential),
        language_service=_sum(rows, lambda row: row.needs_language_service),
        by_unit=_by_unit(rows),
        by_language=_by_language(rows, k),
        by_channel=_by_channel(rows, k),
        reasons=_reasons(rows),
        open_by_unit=_open_by_unit(also.standing),
        open_by_language=_open_by_language(also.standing, k),
        surge=surge_lines(also.events, _sum(rows), k),
    )


def _days(start: datetime, end: datetime) -> str:
    first, last = (at.astimezone(NEW_YORK) for at in (start, end))
    days = [f"{day:%B} {day.day}, {day.year}" for day in (first, last)]
    return days[0] if days[0] == days[1] else f"{days[0]} to {days[1]}"


def _sum(rows: Sequence[Counted], wanted: Callable[[Counted], bool] = lambda row: True) -> int:
    return sum(row.count for row in rows if wanted(row))


def _counts(rows: Sequence[Row], key: Callable[[Row], Key]) -> Counter[Key]:
    counts: Counter[Key] = Counter()
    for row in rows:
        counts[key(row)] += row.count
    return counts


def _by_unit(rows: Sequence[Counted]) -> tuple[UnitLine, ...]:
    wrong = sorted({row.priority for row in rows} - set(PRIORITIES))
    if wrong:
        raise ValueError(f"priorities are 1 to 4, not {wrong[0]}")
    counts = _counts(rows, lambda row: (_name_of(row), row.priority))
    waiting = _counts([row for row in rows if row.review], _name_of)
    first, second, third, fourth = PRIORITIES
    return tuple(
        UnitLine(
            unit=name,
            by_priority=(counts[name, first], counts[name, second], counts[name, third], counts[name, fourth]),
            waiting=waiting[name],
        )
        for name in dict.fromkeys(UNITS.values())
    )


def _name_of(row: Counted | Standing) -> str:
    """The unit in words. What is confidential is restricted, whichever unit has it."""
    return RESTRICTED if row.confidential else UNITS[Unit(row.unit)]


def _open_by_unit(standing: Sequence[Standing]) -> tuple[OpenLine, ...]:
    found: dict[str, list[Standing]] = {name: [] for name in dict.fromkeys(UNITS.values())}
    for row in standing:
        found[_name_of(row)].append(row)
    return tuple(
        OpenLine(
            unit=name, contacts=sum(row.count for row in rows), urgent=sum(row.count for row in rows if row.urgent),
            waiting=sum(row.count for row in rows if row.waiting),
            overdue=sum(row.count for row in rows if row.overdue),
            oldest=min((row.oldest for row in rows), default=None),
        )
        for name, rows in found.items()
    ) if standing else ()  # fmt: skip


def _open_by_language(standing: Sequence[Standing], k: int) -> tuple[OpenLanguageLine, ...]:
    if not standing:
        return ()
    whole = _counts(standing, _row_of)
    waiting = _counts([row for row in standing if row.waiting], _row_of)
    overdue = _counts([row for row in standing if row.overdue], _row_of)
    columns = [[counts[code] for code in LANGUAGE_ROWS] for counts in (whole, waiting, overdue)]
    cells = told_of_rows(Flagged(columns[0], columns[1], columns[2]), k)
    return tuple(
        OpenLanguageLine(language=name, contacts=row[0], waiting=row[1], overdue=row[2])
        for name, row in zip(LANGUAGE_ROWS.values(), cells, strict=True)
    )


def surge_lines(events: Mapping[str, int], contacts: int, k: int) -> tuple[SurgeLine, ...]:
    """How many of all contacts belong to each event, as far as it is told beside their sum."""
    return tuple(
        SurgeLine(event=name, contacts=(told((count, contacts - count), k) or (HIDDEN,))[0])
        for name, count in sorted(events.items())
    )


def _row_of(row: Counted | Standing) -> str:
    return row.language if row.language in LANGUAGE_ROWS else ""


def _by_language(rows: Sequence[Counted], k: int) -> tuple[LanguageLine, ...]:
    codes = tuple(LANGUAGE_ROWS)
    whole = _counts(rows, _row_of)
    service = _counts([row for row in rows if row.needs_language_service], _row_of)
    waiting = _counts([row for row in rows if row.review], _row_of)
    always = frozenset(place for place, code in enumerate(codes) if code not in _ASKED)
    columns = [[counts[code] for code in codes] for counts in (whole, service, waiting)]
    return tuple(
        LanguageLine(language=LANGUAGE_ROWS[code], contacts=cells[0], language_service=cells[1], waiting=cells[2])
        for code, cells in zip(codes, told_of_rows(Flagged(columns[0], columns[1], columns[2], always), k), strict=True)
    )


def _by_channel(rows: Sequence[Counted], k: int) -> tuple[ChannelLine, ...]:
    counts = _counts(rows, lambda row: Channel(row.channel))
    cells = told([counts[channel] for channel in CHANNELS], k) or (HIDDEN,) * len(CHANNELS)
    return tuple(ChannelLine(channel=name, contacts=cell) for name, cell in zip(CHANNELS.values(), cells, strict=True))


def _reasons(rows: Sequence[Counted]) -> tuple[ReasonLine, ...]:
    counts: Counter[str] = Counter()
    for row in rows:
        for reason in set(row.review):
            counts[reason] += row.count
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(ReasonLine(reason=reason, contacts=count) for reason, count in ranked)
