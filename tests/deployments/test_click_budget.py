"""From the page that Prefect opens with to a signed decision: how many clicks it takes in a real browser."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

from models.registration.records import RegistrationCase
from models.shared.people_records import Signature
from models.shared.records import CaseEvent
from tasks.adapters.database import reading
from tests.deployments.browser import browser_page, know_sign_in
from tests.deployments.conftest import FERN, GORSE
from tests.deployments.offices import Office, await_true, inside

MOST_WITH_SIGN_IN, MOST_WHEN_SIGNED_IN = 6, 4


@dataclass
class Hand:
    """A hand that counts: each click and each Enter. Typing, and the Tab key between two fields, count nothing."""

    folder: Path
    done: list[str] = field(default_factory=list)

    def click(self, link: Locator) -> None:
        """Click, and note on what."""
        self.done.append(link.inner_text().strip())
        link.click()

    def type_and_enter(self, page: Page, *texts: str) -> None:
        """Type into the fields from the one that has the focus, then press Enter, which counts as a click."""
        # A person sees the caret before typing.
        page.wait_for_function("['INPUT', 'TEXTAREA'].includes(document.activeElement?.tagName)")
        for number, text in enumerate(texts):
            if number:
                page.keyboard.press("Tab")
            page.keyboard.type(text)
        page.screenshot(path=self.folder / f"{len(self.done)}-typed.png")
        self.done.append("Enter")
        page.keyboard.press("Enter")

    def see(self, page: Page) -> None:
        """Keep what the page looks like now."""
        page.screenshot(path=self.folder / f"{len(self.done)}.png", full_page=True)


def decide(office: Office, context: BrowserContext, case_id: str, hand: Hand) -> str:
    """What a program manager does who begins at Prefect's first page; returns the signature's id."""
    page = context.new_page()
    page.goto(f"{office.where['ui_url']}/")
    ways = page.get_by_role("navigation", name="Worklists")
    expect(page.get_by_text("Flow Runs").first).to_be_visible()
    hand.see(page)
    hand.click(ways.get_by_role("link", name="Program", exact=True))
    row = page.get_by_role("row").filter(has_text=case_id)
    expect(row).to_be_visible()
    hand.see(page)
    with context.expect_page() as opened:
        hand.click(row.get_by_role("link", name="Scope and budget agreed"))
    desk = opened.value
    desk.wait_for_load_state()
    if "/sign-in" in desk.url:
        hand.type_and_enter(desk, "m.ortiz", office.code("m.ortiz"))
    expect(desk.get_by_role("heading", name=f"Scope and budget agreed: {case_id}")).to_be_visible()
    hand.see(desk)
    hand.type_and_enter(desk, office.code("m.ortiz"))
    expect(desk.get_by_text("Recorded.")).to_be_visible()
    hand.see(desk)
    return desk.url.rsplit("/", 1)[1]


def assert_recorded_and_followed(office: Office, case_id: str, signature_id: str) -> None:
    """The case has moved under this signature, and the sitting that follows has looked at it again by itself."""
    (run,) = await_true("the sitting to be asked for", lambda: office.follow_ups(signature_id))
    assert run["parameters"] == {"signature": signature_id}
    assert office.ended(run["id"])["state_type"] == "COMPLETED"
    with inside(office.home), reading() as session:
        case = session.get_one(RegistrationCase, case_id)
        decided, reviewed = (
            session.get_one(CaseEvent, ("registration", case_id, seq)) for seq in (case.version - 1, case.version)
        )
        signed = session.get_one(Signature, signature_id)
    assert (case.state, decided.event, decided.actor) == ("documents", "scope_and_budget_agreed", "Maria Ortiz")
    assert f'"signature":"{signature_id}"' in decided.payload
    assert (reviewed.event, reviewed.actor) == ("findings_changed", "review registrations")
    assert (signed.staff_id, signed.door, signed.followed_at is not None) == ("m.ortiz", "desk", True)


def test_a_decision_is_a_few_clicks_from_the_first_page_of_prefect(reviewed: Office, tmp_path: Path) -> None:
    with browser_page() as (page, hosts):
        # Prefect's own sign-in, one shared text that a browser keeps, is given once and is no part of the way.
        know_sign_in(page, reviewed.where["ui_url"], reviewed.sign_in)
        for case_id, most in ((FERN, MOST_WITH_SIGN_IN), (GORSE, MOST_WHEN_SIGNED_IN)):
            hand = Hand(tmp_path / case_id)
            signature_id = decide(reviewed, page.context, case_id, hand)
            assert len(hand.done) <= most, hand.done
            assert_recorded_and_followed(reviewed, case_id, signature_id)
        assert {host.partition(":")[0] for host in hosts} == {"127.0.0.1"}
