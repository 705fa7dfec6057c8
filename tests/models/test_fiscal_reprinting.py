"""When a month's review is printed anew: not where its report is still missing and nothing else is news."""

from typing import Any

import pytest

from models.fiscal.reprinting import says_more

PRINTED = {"value": "F01"}


def waits(*opened: str, **changed: Any) -> tuple[str, dict[str, Any]]:
    """An event of a month whose report is still missing, longer than before."""
    return "findings_changed", {"value": "F01", "opened": list(opened), "closed": [], **changed}


def test_a_month_of_which_nothing_happened_since_is_not_printed_anew() -> None:
    assert not says_more(PRINTED, [])


@pytest.mark.parametrize("events", [[waits("F01//low")], [waits("F01//low"), waits("F01//medium")]])
def test_a_report_that_is_missing_for_longer_is_no_news(events: list[tuple[str, dict[str, Any]]]) -> None:
    assert not says_more(PRINTED, events)


@pytest.mark.parametrize(
    "event",
    [
        waits("F01//high"),
        waits("F01//medium", "F03//high", value="F01 F03"),
        waits("F01//medium", closed=["F03/"]),
        waits("F01//medium", value="F01 F26"),
        ("findings_changed", {"value": "F01"}),
        ("report_came", {"value": ""}),
        ("figures_changed", {"value": "F01", "opened": ["F01//low"], "closed": []}),
        ("question_asked", {}),
    ],
)
def test_what_else_happened_is_printed_also_where_it_waited_before_and_after(event: tuple[str, dict[str, Any]]) -> None:
    assert says_more(PRINTED, [waits("F01//low"), event])
    assert says_more(PRINTED, [event, waits("F01//medium")])
