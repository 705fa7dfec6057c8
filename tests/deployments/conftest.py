"""One office, open for all tests that look at it."""

from collections.abc import Iterator

import pytest

from tests.deployments.offices import HOLIDAY, Office, steward
from tests.flows.small_season import fill_inbox


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A real home on a City holiday, served; a small season lies in its inbox."""
    opened = Office(tmp_path_factory.mktemp("office") / "home")
    made = steward(opened.home, "init", "--fixed-clock", HOLIDAY)
    assert made.returncode == 0, made.stderr
    fill_inbox(opened.home)
    opened.open()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def holiday_run(office: Office) -> str:
    """The id of a review that was told to keep to business days; the office's clock stands on a holiday."""
    return office.start("review-registrations", only_on_business_days=True)


@pytest.fixture(scope="session")
def reviewed(office: Office, holiday_run: str) -> Office:
    """The office after a first import and review, both started through Prefect's API."""
    for name in ("import-awards", "review-registrations"):
        run = office.ended(office.start(name))
        assert run["state_type"] == "COMPLETED", run["state"]["message"]
    return office
