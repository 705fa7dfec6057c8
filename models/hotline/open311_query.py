"""Which requests a client asks to see: filters of GeoReport v2 within its bounds."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models.hotline.open311_errors import NOT_FOUND, WRONG, Parameters, one, quoted, refuse
from models.hotline.open311_moments import moment_of
from models.hotline.open311_services import ServiceList

# Source: GeoReport v2, GET Service Requests: at most a span of 90 days, the first 1,000.
SPAN, MOST = timedelta(days=90), 1_000
_STATUSES = frozenset({"open", "closed"})
_FIRST, _LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@dataclass(frozen=True)
class Query:
    """Requests by id, which overrides all else; or those of a span of time (both ends count), of services, in statuses.

    Without `codes` those of every service, without `statuses` in each.
    """

    ids: tuple[str, ...] = ()
    start: datetime = _FIRST
    end: datetime = _LAST
    codes: tuple[str, ...] = ()
    statuses: frozenset[str] = frozenset()


def query_of(parameters: Parameters, services: ServiceList, now: datetime) -> Query:
    """The query from the parameters of a GET; `now` is aware. Raises Refused."""
    codes = _list(parameters, "service_code")
    for code in codes:
        if services.find(code) is None:
            raise refuse(NOT_FOUND, f"The service_code{quoted(code)} was not found. GET services lists the codes.")
    statuses = frozenset(_list(parameters, "status"))
    if not statuses <= _STATUSES:
        raise refuse(WRONG, "status is not open or closed.")
    start, end = _moment(parameters, "start_date"), _moment(parameters, "end_date")
    ids = _list(parameters, "service_request_id")
    return Query(ids[:MOST]) if ids else Query((), *_span(start, end, now), codes, statuses)


def _list(parameters: Parameters, name: str) -> tuple[str, ...]:
    """Values of a parameter that may be sent several times, with commas between values."""
    parts = (part.strip() for value in parameters.get(name, ()) for part in value.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _span(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """Start and end; who names one of them gets the 90 days beside it, who names none the last 90 days."""
    if start and end:
        if end < start:
            raise refuse(WRONG, "end_date is before start_date.")
        if end - start > SPAN:
            raise refuse(WRONG, f"start_date and end_date are more than {SPAN.days} days apart. Ask for less.")
        return start, end
    if start:
        return start, min(start, _LAST - SPAN) + SPAN
    end = end or now
    return max(end, _FIRST + SPAN) - SPAN, end


def _moment(parameters: Parameters, name: str) -> datetime | None:
    told = one(parameters, name)
    found = moment_of(told) if told else None
    if told and found is None:
        raise refuse(WRONG, f"{name} is no date and time with an offset, such as 2026-11-20T00:00:00-05:00.")
    return found
