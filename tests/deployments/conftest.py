"""One office, open for all tests that look at it."""

from pathlib import Path

import pytest

from tests.deployments.offices import HOLIDAY, Office, inside, steward
from tests.flows.small_season import fill_inbox
from tests.office import award, sign_policy
from tests.prefect_homes import give_prefect
from tests.signers import hire
from tests.together import SERVED, until_last

# Contracts that only one test each touches; the small season's are looked at by many.
FERN, GORSE, HAZEL, IVY = (f"R27-97100000{number}" for number in (6, 7, 8, 9))
_OWN = (("Fern Clinic", 6), ("Gorse Fields", 7), ("Hazel Choir", 8), ("Ivy Gate", 9))


def add_awards(home: Path) -> None:
    """Lay the contracts of single tests onto the award list that waits."""
    lines = [award(number, f"{name}, Inc.", f"97100000{number}", "30000") for name, number in _OWN]
    with (home / "inbox" / "awards" / "list.csv").open("a") as listed:
        listed.write("".join(f"{line}\n" for line in lines))


@pytest.fixture(scope="session")
def office(migrated_prefect: Path, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A real home on a City holiday, served: people, a signed policy, a small season in its inbox."""
    opened = Office(tmp_path_factory.mktemp("office") / "home")
    made = steward(opened.home, "init", "--fixed-clock", HOLIDAY)
    assert made.returncode == 0, made.stderr
    with inside(opened.home):
        sign_policy()
        hire()
    give_prefect(migrated_prefect, opened.home)
    fill_inbox(opened.home)
    add_awards(opened.home)
    opened.open()
    until_last(SERVED).callback(opened.close)
    return opened


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
