"""The worklist: what waits for whom, filters, search, pages."""

from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from deployments.desk.asked import PAGE, Asked, NotUnderstood, read
from models.registration.records import RegistrationCase
from models.shared.records import Contract
from tasks.adapters.database import writing
from tests.desk.conftest import HOSTILE, LOOM, NOW, RADIO, SONS, read_page
from tests.signers import hire, take_steps


def shown(desk: TestClient, address: str) -> list[str]:
    """The contracts that a worklist shows, in its order."""
    links = read_page(desk.get(address).text).links
    return [link.rsplit("/", 1)[1] for link in links if link.startswith("/cases/")]


def test_the_worklist_shows_each_open_contract_with_its_holder_and_amount(desk: TestClient) -> None:
    text = read_page(desk.get("/worklist").text).text
    assert sorted(shown(desk, "/worklist")) == [LOOM, SONS, RADIO]
    assert "Harbor Loom, Inc. $190,000.00 S4 Scope and budget Program nobody Nov 9, 2026 0" in text
    assert "Stonebridge Fiscal Partners, Inc. for Rooftop Radio, Inc. $15,000.00" in text
    assert f"{HOSTILE} $25,000.00 S2 Designated, waiting for clearance MOCS" in text


def test_the_counts_by_holder_lead_to_the_contracts_that_they_count(desk: TestClient) -> None:
    page = read_page(desk.get("/worklist").text)
    assert "1 MOCS none overdue 2 Program none overdue 0 Procurement none overdue" in page.text
    assert "/worklist?holder=Program" in page.links
    assert sorted(shown(desk, "/worklist?holder=Program")) == [LOOM, RADIO]


def test_a_holder_of_two_words_is_found_in_any_case_of_letters(desk: TestClient) -> None:
    assert desk.get("/worklist?holder=agency%20HEAD").status_code == 200
    assert "/worklist?holder=Agency+head" in read_page(desk.get("/worklist").text).links


def test_an_overdue_contract_says_so_in_words_and_comes_first(desk: TestClient) -> None:
    with writing() as session:
        late = RegistrationCase.__table__.update().values(due_on=date(2026, 10, 30))  # type: ignore[attr-defined]
        session.execute(late.where(RegistrationCase.case_id == RADIO))
    assert shown(desk, "/worklist")[0] == RADIO
    assert "Oct 30, 2026 Overdue by 10 days" in read_page(desk.get("/worklist").text).text
    assert shown(desk, "/worklist?overdue=yes") == [RADIO]


def test_a_contract_that_is_due_today_is_not_overdue(desk: TestClient) -> None:
    with writing() as session:
        session.execute(RegistrationCase.__table__.update().values(due_on=date(2026, 11, 9)))  # type: ignore[attr-defined]
    assert "Overdue by" not in desk.get("/worklist").text
    assert shown(desk, "/worklist?overdue=yes") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("harbor", [LOOM]),
        ("LOOM harbor", [LOOM]),
        ("rooftop", [RADIO]),
        ("stonebridge", [RADIO]),
        ("971010012", [LOOM]),
        ("97-1010012", [LOOM]),
        ("97102", [RADIO]),
        ("r27-97101", [LOOM, SONS]),
        ("%", []),
        ("_", []),
        ("harbor radio", []),
        ("'; drop table contract; --", []),
        ("\x00\x07harbor", [LOOM]),
    ],
)
def test_a_search_finds_names_numbers_and_eins(desk: TestClient, words: str, found: list[str]) -> None:
    answer = desk.get("/worklist", params={"q": words})
    links = read_page(answer.text).links
    assert sorted(link.rsplit("/", 1)[1] for link in links if link.startswith("/cases/")) == found


def test_a_hostile_search_is_shown_as_text_in_its_own_field(desk: TestClient) -> None:
    words = '"><script>alert(1)</script>'
    page = read_page(desk.get("/worklist", params={"q": words}).text)
    assert next(field["value"] for field in page.all("input") if field.get("name") == "q") == words
    assert page.all("script") == []


def test_closed_contracts_are_shown_only_when_asked_for(desk: TestClient, tmp_path: Path) -> None:
    hire()
    take_steps(tmp_path, "Contract,Step,Date,Reason", f"{RADIO},Withdrawn,2026-11-09,gave up")
    assert sorted(shown(desk, "/worklist")) == [LOOM, SONS]
    assert sorted(shown(desk, "/worklist?state=all")) == [LOOM, SONS, RADIO]
    assert shown(desk, "/worklist?state=withdrawn") == [RADIO]


def many(number: int) -> None:
    """Open contracts beyond those of the desk, each due a day after the one before it."""
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(number)]
    contract = {
        "fiscal_year": 2027, "agency": "SBS", "kind": "standard", "vendor_ein": "971010012", "vendor_name": "Many",
        "beneficiary_ein": "971010012", "beneficiary_name": "Many", "amount_cents": 1, "original_amount_cents": 1,
        "term_start": date(2026, 7, 1), "term_end": date(2027, 6, 30),
    }  # fmt: skip
    case = {
        "state": "documents", "state_since": NOW, "opened_at": NOW, "version": 1, "head_hash": "", "kind": "standard",
        "fiscal_year": 2027,
    }  # fmt: skip
    with writing() as session:
        rows = [{**contract, "contract_id": f"R27-M{n:04d}"} for n in range(number)]
        session.connection().execute(insert(Contract), rows)
        cases = [{**case, "case_id": f"R27-M{n:04d}", "due_on": day} for n, day in enumerate(days)]
        session.connection().execute(insert(RegistrationCase), cases)


def test_a_long_list_comes_in_pages_that_miss_nothing_and_keep_the_filter(client: TestClient) -> None:
    many(2 * PAGE + 5)
    first, second, third = (shown(client, f"/worklist?holder=Provider&page={number}") for number in (1, 2, 3))
    assert [len(first), len(second), len(third)] == [PAGE, PAGE, 5]
    assert first + second + third == [f"R27-M{n:04d}" for n in range(2 * PAGE + 5)]
    page = read_page(client.get("/worklist?holder=Provider&page=2").text)
    assert "/worklist?holder=Provider&page=3" in page.links and "/worklist?holder=Provider" in page.links
    assert "Page 2 of 3: contracts 101 to 200 of 205" in page.text


def test_a_page_after_the_last_says_which_is_the_last(desk: TestClient) -> None:
    answer = desk.get("/worklist?page=7")
    assert answer.status_code == 404
    assert "There is no page 7; the list ends on page 1." in read_page(answer.text).text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("state=nowhere", "There is no state “nowhere”."),
        ("holder=Nobody+Else", "Nobody is called “Nobody Else”."),
        ("page=zero", "“zero” is not the number of a page."),
        ("page=0", "“0” is not the number of a page."),
        ("page=-1", "“-1” is not the number of a page."),
        ("page=²", "“²” is not the number of a page."),
        ("page=99999999999999999999", "is not the number of a page."),
        ("q=" + "a" * 101, "A search is at most 100 characters long."),
        ("state=" + "<b>" * 30, "There is no state “<b>"),
    ],
)
def test_an_address_that_asks_for_what_is_not_there_gets_a_sentence(
    client: TestClient, query: str, sentence: str
) -> None:
    answer = client.get(f"/?{query}")
    assert answer.status_code == 400
    assert sentence in read_page(answer.text).text


def test_an_empty_home_says_how_to_begin(client: TestClient) -> None:
    answer = client.get("/worklist")
    assert answer.status_code == 200
    assert "There is no open contract. Import an award list" in read_page(answer.text).text


@given(st.dictionaries(st.sampled_from(["state", "holder", "overdue", "q", "page"]), st.text(max_size=120)))
def test_any_address_is_either_understood_or_refused_in_words(query: dict[str, str]) -> None:
    try:
        asked = read(query)
    except NotUnderstood as refusal:
        assert str(refusal).endswith((".", "name."))
    else:
        assert asked.search.isprintable() and len(asked.search) <= 100


@given(st.sampled_from(["", "all", "filed"]), st.sampled_from(["", "Legal"]), st.booleans(), st.integers(1, 9))
def test_the_address_of_a_worklist_leads_back_to_it(state: str, holder: str, overdue: bool, page: int) -> None:
    asked = Asked(state, holder, overdue, "a & b", page)
    assert read(dict(parse_qsl(urlsplit(asked.address(page=page)).query))) == asked
