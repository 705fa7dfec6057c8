"""The only clock. A home may be given a fixed or a demo clock at its creation."""

from datetime import UTC, date, datetime

from models.shared.calendar import new_york_date
from tasks.adapters.home import read_home


def now() -> datetime:
    """The moment, aware, in UTC, in whole seconds: what is added up on paper must add up."""
    home = read_home()
    if home.moment is not None and home.clock != "real":
        return home.moment.astimezone(UTC)
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251


def today() -> date:
    """The date in New York."""
    return new_york_date(now())
