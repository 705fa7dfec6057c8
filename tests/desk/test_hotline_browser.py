"""The hotline in a real browser: a letter is routed within four clicks, by keyboard too, and no page has a flaw."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from deployments.desk.app import create_app
from tests.casework import BEATEN, CASEWORKER, CLEARED, FIRE, RENT, SUPERVISOR, TAKER, answered, facts, open_office
from tests.deployments.test_click_budget import Hand
from tests.desk.browsing import browsing, flaws, served, sign_in, tab_to, wait_for_caret, walk
from tests.desk.browsing import chromium as chromium
from tests.hotline_desk import PAGE, UNSURE, contacts
from tests.hotline_sample_desk import HOME as SAMPLE
from tests.hotline_sample_desk import draw, readings
from tests.signers import code_of

MOST_CLICKS = 4
LETTER = "INQ-0002"
pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)


@pytest.fixture
def browser(chromium: Browser, hotline_key: None, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser at a desk where four contacts wait, one of them for a person."""
    open_office(tmp_path, RENT, UNSURE, BEATEN, FIRE)
    with served(create_app()) as desk_url, browsing(chromium, desk_url) as context:
        yield context


def at_desk(browser: BrowserContext, staff_id: str) -> Page:
    page = browser.new_page()
    sign_in(page, staff_id)
    return page


def test_a_letter_is_routed_within_four_clicks_of_the_first_page(browser: BrowserContext, tmp_path: Path) -> None:
    page, hand = at_desk(browser, SUPERVISOR), Hand(tmp_path)
    hand.click(page.get_by_role("table").get_by_role("link", name=LETTER))
    expect(page.get_by_text("please tell me whom to ask")).to_be_visible()
    hand.click(page.get_by_role("main").get_by_role("button", name="Route to").first)
    expect(page.get_by_role("heading", name=f"Route: {LETTER}")).to_be_visible()
    hand.type_and_enter(page, code_of(SUPERVISOR))
    expect(page.get_by_text("Recorded.")).to_be_visible()
    assert len(hand.done) <= MOST_CLICKS, hand.done
    assert facts(LETTER).state == "queued"


def test_a_letter_is_routed_to_a_unit_that_triage_did_not_name_within_four_clicks(
    browser: BrowserContext, tmp_path: Path
) -> None:
    page, hand = at_desk(browser, SUPERVISOR), Hand(tmp_path)
    hand.click(page.get_by_role("table").get_by_role("link", name=LETTER))
    hand.click(page.get_by_role("link", name="Another unit…"))
    # A list is chosen from by typing, as with the Tab key.
    page.get_by_label("Unit").select_option("HEAP")
    hand.click(page.get_by_role("button", name="Show what this comes to"))
    page.get_by_label("Reason").fill("The bill of the gas company came with it.")
    page.get_by_label("Code").focus()
    hand.type_and_enter(page, code_of(SUPERVISOR))
    expect(page.get_by_text("Recorded.")).to_be_visible()
    assert len(hand.done) <= MOST_CLICKS, hand.done
    assert facts(LETTER).unit == "HEAP"


def test_a_call_is_taken_with_the_keyboard_alone(browser: BrowserContext) -> None:
    page = at_desk(browser, TAKER)
    page.goto("/calls/new")
    page.get_by_label("Could not ask").focus()
    page.keyboard.press("ArrowLeft")
    assert page.get_by_label("No", exact=True).first.is_checked()
    expect(page.locator(".alarm")).to_have_css("border-left-width", "6px")
    page.keyboard.press("ArrowLeft")
    page.get_by_label("Their words").focus()
    page.keyboard.type("I owe back rent and I was called to housing court.")
    tab_to(page, "Keep it and see where it goes")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Kept: CALL-")).to_be_visible()
    assert any(number.startswith("CALL-20261120-") for number in contacts())
    assert not flaws(page)


def test_the_blind_sample_is_read_with_the_keyboard_alone(browser: BrowserContext) -> None:
    draw()
    page = at_desk(browser, SUPERVISOR)
    page.goto(SAMPLE)
    expect(page.get_by_role("button", name="Open the next one")).to_be_focused()
    for number in ("INQ-0004", "INQ-0001"):
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=f"Contact {number}")).to_be_visible()
        # A person tabs on from what has the focus: the page gives it once it is drawn, a moment after it is there.
        expect(page.get_by_role("heading", name="What they said")).to_be_focused()
        for key in ("Tab", "h", "Tab", "Space"):
            page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Contact INQ-0002")).to_be_visible()
    assert set(readings().values()) == {(SUPERVISOR, "HOMEBASE", 1)}


def test_no_page_of_the_blind_sample_has_a_flaw(browser: BrowserContext) -> None:
    paths = [SAMPLE, f"{SAMPLE}/figures", f"{SAMPLE}/figures?week=2026-11-20"]
    assert not walk(browser, SUPERVISOR, paths)
    draw()
    contact = f"{SAMPLE}/contacts/INQ-0002"
    assert not walk(browser, SUPERVISOR, ["/hotline", *paths, contact, f"{SAMPLE}/contacts/INQ-0003"])


def test_no_page_of_the_hotline_has_a_flaw(browser: BrowserContext) -> None:
    answered("INQ-0001")
    decide = [f"{PAGE}/decide/{act}" for act in ("closed", "priority_set", "routed", "response_sent", "none")]
    letters = [f"{PAGE}/letters/new{kind}" for kind in ("", "?kind=acknowledgement", "?kind=response", "?kind=interim")]
    lists = ["/hotline", "/hotline?scope=open", "/hotline?scope=restricted", "/hotline?scope=closed"]
    assert not walk(browser, TAKER, ["/calls/new", "/hotline", "/worklist"])
    assert not walk(browser, CASEWORKER, [*lists, PAGE, "/cases/hotline/INQ-0003", *decide, *letters])
    assert not walk(
        browser, CLEARED, ["/hotline?scope=restricted", "/cases/hotline/INQ-0003", "/cases/hotline/INQ-0004"]
    )


def test_a_call_that_was_not_kept_says_so_beside_the_field_and_has_no_flaw(browser: BrowserContext) -> None:
    page = at_desk(browser, TAKER)
    page.goto("/calls/new")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("alert")).to_contain_text("Not kept yet.")
    expect(page.get_by_text("Write down what they say, in their words.")).to_be_visible()
    wait_for_caret(page)
    assert not flaws(page)
