"""HTML pages from documents: one Jinja environment, filters that spell values out, the hash of a template."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined, meta

from models.shared.calendar import NEW_YORK, long_date
from models.shared.documents import Document, sha256
from models.shared.money import dollars, percent, to_decimal
from tasks.adapters.budget_chart import budget_chart
from tasks.adapters.charts import bar_chart
from tasks.adapters.isolating import as_bdi
from tasks.adapters.languages import direction

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
STYLES = ("fonts", "page", "type", "tables", "letter", "report", "fiscal", "constituent", "proof")
DAY, HOUR, MINUTE = 86_400, 3_600, 60


def short_date(day: date) -> str:
    """`Nov 3, 2026`: for tables."""
    return f"{day:%b} {day.day}, {day.year}"


def weekday_date(day: date) -> str:
    """`Friday, November 20, 2026`: for the day that counts."""
    return f"{day:%A}, {long_date(day)}"


def moment(at: datetime) -> str:
    """`Nov 3, 2026, 2:05 PM` in New York."""
    return f"{short_date(new_york_day(at))}, {clock_time(at)}"


def clock_time(at: datetime) -> str:
    """`2:05 PM` in New York."""
    local = at.astimezone(NEW_YORK)
    return f"{local.hour % 12 or 12}:{local:%M %p}"


def is_midnight(at: datetime) -> bool:
    """True for a moment of which only the day is known: trackers give dates, kept as the day's first moment."""
    return at.astimezone(NEW_YORK).time() == time()


def new_york_day(at: datetime) -> date:
    """The date in New York of an aware moment."""
    return at.astimezone(NEW_YORK).date()


def utc_stamp(at: datetime) -> str:
    """`2026-11-03T19:05:00Z`: for the file's own dates."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def duration(seconds: int) -> str:
    """Exactly, and no longer than needed: `43 days 2 h 5 min`, `1 day`, `0 min`."""
    days, rest = divmod(seconds, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, left = divmod(rest, MINUTE)
    parts = [count(days, "day")] if days else []
    parts += [f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min"), (left, "s")) if number]
    return " ".join(parts) or "0 min"


def in_days(seconds: int) -> str:
    """Days with one decimal: `1,234.5`."""
    return f"{days_number(seconds):,.1f}"


def days_number(seconds: int) -> float:
    """Days with one decimal as a number: for charts."""
    return round(seconds * 10 / DAY) / 10


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 document`, `9 documents`, `0 copies` (given the plural)."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def sentence(words: str) -> str:
    """`signed this year` becomes `Signed this year.`: notes of a checklist as they stand in a letter."""
    text = words.strip()
    return (text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")) if text else ""


def ein(digits: str) -> str:
    """`12-3456789`, as the IRS prints it."""
    return f"{digits[:2]}-{digits[2:]}" if len(digits) == 9 and digits.isdigit() else digits


def grouped(text: str, size: int = 8) -> str:
    """Blanks between groups, so that a hash can be read aloud."""
    return " ".join(text[start : start + size] for start in range(0, len(text), size))


def share(part: int, whole: int) -> str:
    """`12.5%`; `0.0%` when there is no whole."""
    return f"{percent(part, whole)}%"


def percent_number(part: int, whole: int) -> float:
    """A share in percent with one decimal as a number: for charts."""
    return float(percent(part, whole))


def dollars_number(cents: int) -> float:
    """Dollars as a number: for charts."""
    return float(to_decimal(cents))


def qr_code(text: str) -> str:
    """A QR code as an SVG data URI."""
    return segno.make(text, error="m", micro=False).svg_data_uri(border=0, dark="#14232f", xmldecl=False)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "dollars": dollars,
    "long_date": long_date,
    "short_date": short_date,
    "weekday_date": weekday_date,
    "moment": moment,
    "clock_time": clock_time,
    "is_midnight": is_midnight,
    "new_york_day": new_york_day,
    "utc_stamp": utc_stamp,
    "duration": duration,
    "in_days": in_days,
    "days_number": days_number,
    "count": count,
    "sentence": sentence,
    "ein": ein,
    "grouped": grouped,
    "percent": share,
    "percent_number": percent_number,
    "dollars_number": dollars_number,
    "isolated": as_bdi,
}


@cache
def environment() -> Environment:
    """The one environment: escapes everything, and stops at a name that the document does not have."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    made.globals.update(bar_chart=bar_chart, budget_chart=budget_chart, qr_code=qr_code)
    return made


def html(document: Document) -> str:
    """The page of a document, complete. Raises jinja2.UndefinedError when the template asks for what it has not."""
    template = environment().get_template(document.template())
    return template.render(
        {name: getattr(document, name) for name in type(document).model_fields},
        packet_sha256=document.packet_sha256(),
        direction=direction(document.language),
    )


def styles() -> str:
    """The style sheets, in their order, as one text."""
    return "\n".join((TEMPLATES / "_css" / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)


@cache
def template_sha256(name: str) -> str:
    """SHA-256 over a template, all that it extends, includes or imports, and the style sheets."""
    seen: dict[str, str] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        source, _, _ = environment().loader.get_source(environment(), current)  # type: ignore[union-attr]
        seen[current] = source
        waiting += [found for found in meta.find_referenced_templates(environment().parse(source)) if found]
    return sha256("\n".join([*(seen[key] for key in sorted(seen)), styles()]))
