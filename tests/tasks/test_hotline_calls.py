"""What staff write down is kept once, however often and by however many hands it is sent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from models.hotline.calls import call_id, call_of
from models.hotline.forms import ContactForm
from tasks.adapters import clock
from tasks.adapters.hotline.calls import keep_call
from tasks.adapters.hotline.one_contact import ContactDiffers
from tasks.adapters.hotline.triaging import judge
from tasks.adapters.policy import hotline_policy
from tests.hotline_office import stored
from tests.office import stop_clock


@pytest.fixture(autouse=True)
def now(hotline_key: None) -> None:
    stop_clock(2026, 11, 20, 14)


def form(text: str = "I owe back rent and I was called to court.", once: str = "a-form") -> ContactForm:
    """The contact of a call that began a minute ago."""
    began = (clock.now() - timedelta(minutes=1)).isoformat()
    told = {"once": once, "began": began, "channel": "hotline", "safe_now": "yes", "language": "en", "text": text}
    made, problems = call_of(told, "t.one", clock.now())
    assert made is not None, problems
    return made


def test_a_form_that_is_sent_by_many_clicks_at_once_is_one_contact() -> None:
    judging, contact, now = judge(hotline_policy()), form(), clock.now()
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: keep_call(contact, judging, now), range(4)))
    assert [row.contact_id for row in stored()] == [contact.contact_id]
    assert sorted(one.is_new for one in taken) == [False, False, False, True]
    assert len({one.decision.unit for one in taken}) == 1


def test_the_same_form_with_other_words_is_refused_and_the_first_words_stay() -> None:
    judging = judge(hotline_policy())
    keep_call(form(), judging, clock.now())
    with pytest.raises(ContactDiffers):
        keep_call(form("No, it was about my food stamps."), judging, clock.now())
    assert len(stored()) == 1


def test_two_calls_have_two_numbers_that_can_be_read_out() -> None:
    numbers = {call_id(f"form {number}", "t.one", clock.now()) for number in range(2_000)}
    assert len(numbers) == 2_000
    assert all(number[14:].replace("-", "").isalnum() and not set(number[14:]) & set("AEIOU01LY") for number in numbers)
