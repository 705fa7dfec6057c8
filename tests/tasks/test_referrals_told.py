"""What registration tells those who pay: read again only where something happened, and then all of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.shared.referrals import Told
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.incoming import receive
from tasks.adapters.payments.referrals import keep_told, last_mark
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration.referrals import told_since
from tests.office import award, import_list, import_tracker, stop_clock
from tests.registered import CASE, open_contract, register
from tests.remembered import remembered
from tests.signers import sign, take_steps

STEPS = "Contract,Step,Date"
DOCUMENTS = "Owner,Document,Reported on,Signed on,Expires on,File"


@remembered
def _opened(folder: Path) -> None:
    open_contract(folder)
    register(folder)
    stop_clock(2026, 10, 1, 14)


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Iterator[Path]:
    """One contract of $50,000 that was registered on 10 September 2026; today is 1 October."""
    _opened(tmp_path)
    yield tmp_path


def told(known: str = "") -> Told | None:
    with reading() as session:
        return told_since(session, known, registration_policy(), clock.today())


def tell() -> Told:
    """As the flows do: what is told since the last time is kept, with its mark."""
    with reading() as session:
        known = last_mark(session)
    found = told(known)
    assert found is not None
    with writing() as session:
        keep_told(session, found, clock.now())
    return found


def test_a_registered_contract_is_told_once(office: Path):
    (referral,) = tell().referrals

    assert referral.contract_id == CASE and str(referral.registered_on) == "2026-09-10"
    with reading() as session:
        assert told(last_mark(session)) is None


def _insured(folder: Path) -> None:
    import_tracker(folder, "documents", DOCUMENTS, "971010012,liability_insurance,2026-09-20,,2027-06-30,all.pdf")


def _activated(folder: Path) -> None:
    take_steps(folder, STEPS, f"{CASE},activated,2026-09-21")


def _scanned(folder: Path) -> None:
    (folder / "a.pdf").write_bytes(b"%PDF-1.7")
    receive(folder / "a.pdf", "scans")


def _raised(folder: Path) -> None:
    import_list(folder, award(1, "Harbor Loom, Inc.", "971010012", "60000"), name="next.csv")


def _tomorrow(folder: Path) -> None:
    stop_clock(2026, 10, 2, 14)


@pytest.mark.parametrize("happens", [_insured, _activated, _scanned, _raised, _tomorrow])
def test_whatever_happens_in_registration_is_told_with_all_the_rest(office: Path, happens: Callable[[Path], None]):
    before = tell()

    happens(office)

    now = told(before.mark)
    assert now is not None and now == told()


def test_what_happens_to_the_vendor_alone_reaches_those_who_pay(office: Path):
    assert str(tell().referrals[0].insurance_until) == "2030-01-01"

    _insured(office)

    assert str(tell().referrals[0].insurance_until) == "2027-06-30"


def test_the_outyear_of_a_multi_year_contract_is_registered_by_its_agreed_budget(home: Path, tmp_path: Path):
    open_contract(tmp_path)
    sign("o.file", CASE, "kind_set", "A second year of the contract.", value="multi_year")
    take_steps(tmp_path, STEPS, f"{CASE},outyear budget agreed,2026-08-03")

    (referral,) = tell().referrals

    assert (referral.kind, str(referral.registered_on)) == ("multi_year", "2026-08-03")
