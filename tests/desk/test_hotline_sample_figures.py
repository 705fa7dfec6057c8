"""What the blind sample says about triage, at the desk: the figures of the command line, each with its sentence."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from deployments.cli.app import app
from models.hotline.records import HotlineSample
from tasks.adapters import clock
from tasks.adapters.database import writing
from tests.casework import CASEWORKER, STAFF, SUPERVISOR
from tests.desk.conftest import read_page, words
from tests.desk.deciding import at_desk
from tests.hotline_decided import decided
from tests.hotline_desk import OTHERS
from tests.hotline_sample_desk import HOME, draw
from tests.office import stop_clock
from tests.signers import hire

PAGE, AUDITOR = f"{HOME}/figures", "u.audit"


@pytest.fixture(autouse=True)
def office(home: Path) -> None:
    stop_clock(2026, 11, 24, 14)
    hire(*STAFF, *OTHERS)


def sampled(urgent: int, others: int, read: int | None = None) -> None:
    """A week's sample; of it so many are read, as triage said, but one of priority 1 less urgent and elsewhere."""
    for number in range(urgent + others):
        decided(f"A{number:03}", priority=1 if number < urgent else 3)
    draw()
    with writing() as session:
        rows = list(session.execute(select(HotlineSample).order_by(HotlineSample.contact_id)).scalars())  # type: ignore[arg-type]
        for row in rows[:read]:
            is_other = row.contact_id == "A000"
            row.read_at, row.read_by, row.unit = clock.now(), CASEWORKER, "HEAP" if is_other else "FIA"
            row.priority = 1 if row.why == "priority 1" and not is_other else 3


def table(staff_id: str = SUPERVISOR, asked: str = "") -> Any:
    return read_page(at_desk(staff_id).get(f"{PAGE}{asked}").text)


def typed() -> list[tuple[str, str]]:
    """Names and values as the command line prints them."""
    said = CliRunner().invoke(app, ["sample", "report"], catch_exceptions=False).stdout
    lines = [re.split(r"\s{2,}", line.strip()) for line in said.splitlines()[2:]]
    return [(line[0], line[1]) for line in lines]


@pytest.mark.parametrize("staff_id", [SUPERVISOR, AUDITOR])
def test_the_figures_are_those_of_the_command_line_with_what_they_mean(staff_id: str) -> None:
    sampled(12, 40)
    found, page = typed(), table(staff_id).text
    assert [value for _, value in found] == ["52", "11", "1.00", "0.08", "0.00", "0.94", "0.98"]
    for name, value in found:
        assert f"{name[0].upper()}{name[1:]} {value} " in page
    assert "Of 100 contacts that triage called priority 1 about 8 were less urgent" in page
    assert "Of 100 matters of life safety triage called about 0 less urgent" in page


def test_a_share_of_fewer_than_ten_is_not_told() -> None:
    sampled(4, 5)
    page = table().text
    assert page.count("n<10") == 5 and "Fewer than ten contacts say this so far" in page


def test_where_all_have_one_priority_agreement_beyond_chance_is_not_told() -> None:
    sampled(0, 12)
    page = table().text
    assert "(Cohen's kappa) none All were given one and the same priority" in page


def test_each_week_says_how_much_of_it_was_read_and_leads_to_its_figures() -> None:
    sampled(4, 60, read=9)
    page = table()
    assert "Of what triage called priority 1 4 of 4 read Of the others, drawn by lot 5 of 50 read" in page.text
    assert f"{PAGE}?week=2026-11-16" in page.links
    assert "9" in table(asked="?week=2026-11-20").text.split("Contacts read")[1][:3]


def test_a_week_without_a_sample_says_so() -> None:
    assert "No sample was drawn of this week" in table(asked="?week=2026-01-05").text


@pytest.mark.parametrize("week", ["last", "2026-13-01", "9999-12-31", "x" * 500, "%00", "2026-11-20;--"])
def test_a_day_that_is_none_is_told_in_a_sentence(week: str) -> None:
    answer = at_desk(SUPERVISOR).get(f"{PAGE}?week={week}")
    assert answer.status_code == 400 and "is no day" in words(answer)


def test_the_figures_are_a_click_from_the_hotline_for_who_sees_them() -> None:
    assert [PAGE in table_links(staff_id) for staff_id in (SUPERVISOR, AUDITOR, CASEWORKER)] == [True, True, False]
    assert at_desk(CASEWORKER).get(PAGE).status_code == 403


def table_links(staff_id: str) -> list[str]:
    return read_page(at_desk(staff_id).get("/hotline").text).links
