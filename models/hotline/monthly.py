"""The monthly summary made of contacts: types, categories, timeliness by the month received, rates, and breaks.

Source: domain sections 9 and 10 (LL 171/2019). No figure is made up: what is not known is not there.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median_low

from models.hotline.categories import RESTRICTED as RESTRICTED_SUBJECTS
from models.hotline.categories import UNCATEGORIZED, Category, Kind, categories_of, kind_of
from models.hotline.forms import Channel
from models.hotline.monthly_documents import (
    Break,
    CategoryLine,
    KindLine,
    MonthlySummary,
    Named,
    Rate,
    TimelyLine,
)
from models.hotline.phrases import Unit
from models.hotline.report import LANGUAGE_ROWS, RESTRICTED, UNITS, surge_lines
from models.hotline.small_cells import HIDDEN, SMALL, Cell, Flagged, told, told_of_rows
from models.shared.documents import Office

TOP = 20
# Source: domain section 9 (backlog age).
AGES = ((3, "0 to 3 days"), (7, "4 to 7 days"), (14, "8 to 14 days"), (30, "15 to 30 days"), (60, "31 to 60 days"))
OLDER = "More than 60 days"
_WRITTEN = {Channel.LETTER: "Letters", Channel.EMAIL: "E-mails and web forms", Channel.NYC_GOV: "E-mails and web forms"}
_ALL_ELSE = "All other channels"


@dataclass(frozen=True, slots=True)
class Received:
    """One contact of the month as it stands. `unit` is None's where a person has not said yet: `is_routed` is false.

    `answer_by` is the end of the fourteen days, None where no answer is needed; `answered_at` the first substantive or
    final answer. An automatic acknowledgement is none.
    """

    unit: str
    restricted: bool
    language: str
    channel: str
    signals: frozenset[str]
    answer_by: datetime | None
    answered_at: datetime | None
    is_routed: bool
    was_misrouted: bool
    is_repeat: bool


@dataclass(frozen=True)
class Around:
    """What else the summary tells, as far as it is known. `ages` are days of what was open when the month ended.

    `last_month` and `year_before` are categories' counts of those months, None where there is no record of them.
    """

    undecided: int = 0
    last_month: tuple[int, Mapping[str, int]] | None = None
    year_before: tuple[int, Mapping[str, int]] | None = None
    year_to_date: int | None = None
    reopened: Rate = field(default_factory=lambda: Rate(met=0, of=0))
    ages: Sequence[int] = ()
    escalations: Mapping[str, int] = field(default_factory=dict)
    events: Mapping[str, int] = field(default_factory=dict)
    judged_since: Sequence[date] = ()


def monthly_summary(
    rows: Sequence[Received], around: Around, categories: Sequence[Category], *, document_id: str, month: date,
    made_at: datetime, office: Office, k: int,
) -> MonthlySummary:  # fmt: skip
    """The summary of a month; `month` is its first day."""
    lines, others, uncategorized = _categories(rows, around, categories, month, made_at, k)
    return MonthlySummary(
        document_id=document_id, title=f"Hotline, {month:%B %Y}", made_at=made_at, office=office, month=month, k=k,
        contacts=len(rows), undecided=around.undecided,
        last_month=around.last_month[0] if around.last_month else None,
        year_before=around.year_before[0] if around.year_before else None, year_to_date=around.year_to_date,
        kinds=_kinds(rows, k), categories=lines, other_categories=others,
        uncategorized=uncategorized, by_unit=_by_unit(rows, made_at, k),
        by_language=_by_language(rows, made_at, k),
        by_channel=_by_channel(rows, made_at, k), timely=timely(rows, made_at),
        rates={
            "Misrouted, of contacts that a unit had": _misrouted(rows),
            "Repeats, of all contacts": Rate(met=sum(row.is_repeat for row in rows), of=len(rows)),
            "Reopened within 30 days, of closed ones": around.reopened,
        },
        backlog=_backlog(around.ages, k), open_at_end=len(around.ages), oldest_days=max(around.ages, default=None),
        median_days=median_low(around.ages) if around.ages else None,
        escalations=tuple(Named(name=name, count=small(count, k)) for name, count in around.escalations.items()),
        elected=small(sum(row.channel == Channel.ELECTED_OFFICIAL for row in rows), k),
        surge=surge_lines(around.events, len(rows), k), breaks=_breaks(around, categories, month),
    )  # fmt: skip


def timely(rows: Iterable[Received], at: datetime) -> Rate:
    """Answered in time, of those whose time is over or who were answered. Nobody drops out for being unanswered."""
    met = of = maturing = 0
    for row in rows:
        if row.answer_by is None:
            continue
        if row.answered_at is None and row.answer_by >= at:
            maturing += 1
            continue
        of += 1
        met += row.answered_at is not None and row.answered_at <= row.answer_by
    return Rate(met=met, of=of, maturing=maturing)


def count_categories(rows: Iterable[tuple[frozenset[str], bool]], categories: Sequence[Category]) -> dict[str, int]:
    """Contacts by category, of signals and whether they are confidential: a contact counts once under each of its."""
    counts: Counter[str] = Counter()
    for signals, restricted in rows:
        counts.update(categories_of(signals, restricted, categories))
    return dict(counts)


def top_with_ties(counts: Mapping[str, int], top: int = TOP) -> list[tuple[int, str, int]]:
    """Rank, name and count of the most frequent; all that are tied with the last one too. Equals share a rank."""
    ranked = sorted(((name, count) for name, count in counts.items() if count), key=lambda pair: (-pair[1], pair[0]))
    found: list[tuple[int, str, int]] = []
    for place, (name, count) in enumerate(ranked, 1):
        rank = found[-1][0] if found and found[-1][2] == count else place
        if rank > top:
            break
        found.append((rank, name, count))
    return found


def small(count: int, k: int) -> Cell:
    """A count of which no sum is told."""
    return SMALL if 0 < count < k else count


def _kinds(rows: Sequence[Received], k: int) -> tuple[KindLine, ...]:
    counts = Counter(kind_of(row.signals) for row in rows)
    cells = told([counts[kind] for kind in Kind], k) or (HIDDEN,) * len(Kind)
    return tuple(KindLine(kind=kind, contacts=cell) for kind, cell in zip(Kind, cells, strict=True))


def _categories(
    rows: Sequence[Received], around: Around, categories: Sequence[Category], at_month: date, at: datetime, k: int
) -> tuple[tuple[CategoryLine, ...], int, Cell]:
    """The most frequent categories with their types, how many others there are, and who is in none."""
    members: dict[str, list[Received]] = {}
    for row in rows:
        for label in categories_of(row.signals, row.restricted, categories):
            members.setdefault(label, []).append(row)
    counts = {label: len(mine) for label, mine in members.items()}
    subjects = {label: count for label, count in counts.items() if label != UNCATEGORIZED}
    top = top_with_ties(subjects)
    since = {one.label: one.since for one in categories if _is_break(one.since, at_month)}
    lines = [_line(rank, label, members[label], around, since.get(label), at, k) for rank, label, _ in top]
    return tuple(lines), len(subjects) - len(top), small(counts.get(UNCATEGORIZED, 0), k)


def _line(
    rank: int, label: str, mine: Sequence[Received], around: Around, since: date | None, at: datetime, k: int
) -> CategoryLine:
    whole = small(len(mine), k)
    counts = Counter(kind_of(row.signals) for row in mine)
    # What kind of contact a restricted one is says more than its number.
    hidden = isinstance(whole, str) or label == RESTRICTED_SUBJECTS
    kinds = None if hidden else told([counts[kind] for kind in Kind], k)
    due, met = (HIDDEN, HIDDEN) if isinstance(whole, str) else _told_timely(mine, at, k)
    return CategoryLine(
        rank=rank, label=label, contacts=whole, kinds=kinds or (HIDDEN,) * len(Kind),
        last_month=_before(around.last_month, label, k), year_before=_before(around.year_before, label, k),
        since=since, due=due, met=met,
    )  # fmt: skip


def _told_timely(mine: Sequence[Received], at: datetime, k: int) -> tuple[Cell, Cell]:
    """Those whose time is over and those answered in it, as far as both are told beside the whole."""
    rate = timely(mine, at)
    cells = told([rate.met, rate.of - rate.met, len(mine) - rate.of], k)
    if cells is None or isinstance(cells[0], str) or isinstance(cells[2], str):
        return HIDDEN, HIDDEN
    return small(rate.of, k), cells[0]


def _before(then: tuple[int, Mapping[str, int]] | None, label: str, k: int) -> Cell | None:
    return None if then is None else small(then[1].get(label, 0), k)


def _misrouted(rows: Sequence[Received]) -> Rate:
    routed = [row for row in rows if row.is_routed or row.was_misrouted]
    return Rate(met=sum(row.was_misrouted for row in routed), of=len(routed))


def _by_unit(rows: Sequence[Received], at: datetime, k: int) -> tuple[TimelyLine, ...]:
    found: dict[str, list[Received]] = {name: [] for name in dict.fromkeys(UNITS.values())}
    for row in rows:
        found[RESTRICTED if row.restricted else UNITS[Unit(row.unit)]].append(row)
    counts = [_misrouted(mine).met for mine in found.values()]
    misrouted = told(counts, k) or (HIDDEN,) * len(counts)
    return tuple(
        line.model_copy(update={"misrouted": cell})
        for line, cell in zip(_timely_lines(found, at, k), misrouted, strict=True)
    )


def _by_language(rows: Sequence[Received], at: datetime, k: int) -> tuple[TimelyLine, ...]:
    found: dict[str, list[Received]] = {code: [] for code in LANGUAGE_ROWS}
    for row in rows:
        found[row.language if row.language in LANGUAGE_ROWS else ""].append(row)
    return _timely_lines(dict(zip(LANGUAGE_ROWS.values(), found.values(), strict=True)), at, k)


def _by_channel(rows: Sequence[Received], at: datetime, k: int) -> tuple[TimelyLine, ...]:
    found: dict[str, list[Received]] = {name: [] for name in (*dict.fromkeys(_WRITTEN.values()), _ALL_ELSE)}
    for row in rows:
        found[_WRITTEN.get(Channel(row.channel), _ALL_ELSE)].append(row)
    return _timely_lines(found, at, k)


def _timely_lines(found: Mapping[str, Sequence[Received]], at: datetime, k: int) -> tuple[TimelyLine, ...]:
    rates = [timely(mine, at) for mine in found.values()]
    table = Flagged([len(mine) for mine in found.values()], [r.of for r in rates], [r.met for r in rates])
    return tuple(
        TimelyLine(name=name, contacts=cells[0], due=cells[1], met=cells[2])
        for name, cells in zip(found, told_of_rows(table, k), strict=True)
    )


def _backlog(ages: Sequence[int], k: int) -> tuple[Named, ...]:
    counts = Counter(next((name for most, name in AGES if age <= most), OLDER) for age in ages)
    names = (*(name for _, name in AGES), OLDER)
    cells = told([counts[name] for name in names], k) or (HIDDEN,) * len(names)
    return tuple(Named(name=name, count=cell) for name, cell in zip(names, cells, strict=True))


def _is_break(day: date, month: date) -> bool:
    """True where a definition began after the month a year before, and not after this one."""
    return month.replace(year=month.year - 1) < day < (month + timedelta(days=32)).replace(day=1)


def _breaks(around: Around, categories: Sequence[Category], month: date) -> tuple[Break, ...]:
    """Days on which figures began to mean something else: within this month, or since the one a year before."""
    by_day: dict[date, int] = Counter(one.since for one in categories if _is_break(one.since, month))
    found = [
        Break(day=day, what=f"{count} {'category is' if count == 1 else 'categories are'} defined as now")
        for day, count in by_day.items()
    ]
    found += [Break(day=day, what="triage judges by other tables or numbers") for day in around.judged_since]
    return tuple(sorted(found, key=lambda one: (one.day, one.what)))
