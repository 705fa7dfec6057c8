"""When a month's review is printed anew: when it says something to do that the printed one does not say.

A month without a report grows more serious as it waits: a few days, two months, three (R20). That it waits longer is
told by the reminders, the worklists and the portfolio, as it happens; its review would say no more than the printed one
until it is a red flag, or another finding comes or goes. Source: convention.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from models.fiscal.codes import Code
from models.shared.findings import Severity

_WAITS_LONGER = {f"{Code.REPORT_MISSING.value}//{level}" for level in (Severity.LOW, Severity.MEDIUM)}


def says_more(printed: Mapping[str, Any], since: Sequence[tuple[str, Mapping[str, Any]]]) -> bool:
    """Whether a month's events since its printed review say more than that its report is still missing.

    `printed` is what the event told on which the printed review stands; `since` are the later events by their names,
    with what they told.
    """
    return any(not _only_waits(name, told, printed) for name, told in since)


def _only_waits(name: str, told: Mapping[str, Any], printed: Mapping[str, Any]) -> bool:
    opened, closed = set(told.get("opened", ())), told.get("closed", ())
    same = told.get("value") == printed.get("value")
    return name == "findings_changed" and same and not closed and bool(opened) and opened <= _WAITS_LONGER
