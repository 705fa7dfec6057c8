"""What is typed at the page of a call, kept, refused or sent again, stands in clear in no file and in no log."""

import logging
from pathlib import Path

import pytest

from tasks.adapters.settings import settings
from tests.canaries import Canary, canaries, leaks, secrets_in
from tests.casework import STAMPS, TAKER
from tests.desk.conftest import set_clock
from tests.desk.deciding import at_desk
from tests.hotline_desk import NOW, call, contacts, let_in, loaded
from tests.hotline_office import KEY

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)
FIELDS = ("caller", "phone", "email", "address", "facility", "summary", "safe_times", "other_language", "zip",
          "borough")  # fmt: skip
WRONG = ("channel", "language", "safe_now", "child_report", "received_on", "once", "began", "safe_channel")


def told(one: Canary) -> dict[str, str]:
    """The secret in every field in which somebody may type."""
    return {name: f"{one.word} {one.phone}" for name in FIELDS}


def test_no_secret_of_a_call_is_in_the_home_or_in_a_log(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", KEY)
    settings.cache_clear()
    set_clock(NOW)
    let_in()
    caplog.set_level(logging.DEBUG)
    browser, first = at_desk(TAKER), canaries(0, 1)[0]
    for one in canaries(1, 12):
        assert call(browser, one.said, **{**told(one), "borough": "", "other_language": ""}).status_code == 200
        call(browser, one.said, **told(one))
    form = loaded(browser)
    assert call(browser, STAMPS, form).status_code == 200
    assert call(browser, first.said, form).status_code == 409
    for name in WRONG:
        call(browser, first.said, **{name: first.word})
    browser.get(f"/calls/new?caller={first.word}&phone={first.phone}")
    assert len(contacts()) >= 13
    assert leaks(home.resolve()) == {}
    assert secrets_in("\n".join(r.getMessage() for r in caplog.records if r.name != "httpx").encode()) == []
