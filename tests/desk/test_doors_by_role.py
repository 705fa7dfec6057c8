"""Every address of the desk, asked by one person of each kind: nobody but those it is for gets more than a refusal."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from deployments.desk.app import CALLS, CASES, FIGURES, HOTLINE, OFFICE, SAMPLE, SIGNED, SIGNED_IN
from tests.casework import BEATEN, CASEWORKER, CLEARED, RENT, SUPERVISOR, TAKER, open_office, opened_cases
from tests.desk.conftest import read_page, visit
from tests.desk.deciding import at_desk, post
from tests.hotline_desk import OTHERS, contacts
from tests.signers import hire

# Who may come in is the same whatever database stands behind it.
pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)
HOTLINE_STAFF = {TAKER, CASEWORKER, SUPERVISOR, CLEARED}
MANAGER, AUDITOR, ADMINISTRATOR = (row[0] for row in OTHERS)
EVERYBODY = sorted({*HOTLINE_STAFF, MANAGER, AUDITOR, ADMINISTRATOR})
GROUPS: dict[str, tuple[Sequence[APIRouter], set[str]]] = {
    "office": (OFFICE, {ADMINISTRATOR}),
    "contracts": (CASES, {MANAGER, AUDITOR}),
    "signatures and papers": (SIGNED, {*EVERYBODY} - {ADMINISTRATOR}),
    "calls": (CALLS, HOTLINE_STAFF),
    "contacts": (HOTLINE, HOTLINE_STAFF | {AUDITOR}),
    "blind sample": (SAMPLE, HOTLINE_STAFF - {TAKER}),
    "what the sample says": (FIGURES, {SUPERVISOR, AUDITOR}),
}
# Pages that ask for more than reading contracts or contacts: letters are written by who works on a contact.
NARROWER = {"/vouchers/payment", "/cases/hotline/INQ-0001/letters/new"}
# What stands for the variable parts of an address; contacts have these numbers.
KNOWN = {"case_id": "INQ-0001", "process": "registration", "act_name": "claimed", "staff_id": TAKER}


@pytest.fixture(autouse=True)
def office(hotline_key: None, tmp_path: Path) -> None:
    open_office(tmp_path, RENT, BEATEN)
    hire(*OTHERS)


def addresses(routers: Sequence[APIRouter]) -> Iterator[tuple[str, str]]:
    """Method and address of every page and form."""
    for router in routers:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            path = re.sub(r"\{(\w+)(:\w+)?\}", lambda found: KNOWN.get(found[1], "none"), route.path)
            yield from ((method, path) for method in sorted(route.methods))


def asked(browser: TestClient, method: str, path: str, key: str) -> int:
    """The status that somebody gets who sends a form of their own sign-in, or opens the page."""
    answer = post(browser, path, {"csrf": key}) if method == "POST" else browser.request(
        method, path, follow_redirects=False
    )  # fmt: skip
    return answer.status_code


def key_of(browser: TestClient) -> str:
    inputs = read_page(browser.get("/policy").text).all("input")
    return next(a["value"] for a in inputs if a.get("name") == "csrf")


@pytest.mark.parametrize("group", GROUPS)
def test_nobody_but_those_it_is_for_opens_a_page_or_sends_a_form(group: str) -> None:
    routers, intended = GROUPS[group]
    pages = list(addresses(routers))
    assert pages
    for staff_id in EVERYBODY:
        browser = at_desk(staff_id)
        key = key_of(browser)
        for method, path in pages:
            status = asked(browser, method, path, key)
            assert status < 500, (staff_id, method, path)
            if staff_id not in intended:
                assert status == 403, (staff_id, method, path)
            elif method == "GET" and path not in NARROWER:
                assert status != 403, (staff_id, method, path)
    assert (contacts(), opened_cases()) == (["INQ-0001", "INQ-0002"], [])


def test_who_is_not_signed_in_is_sent_to_sign_in_or_refused() -> None:
    everything = [*SIGNED_IN, *(router for routers, _ in GROUPS.values() for router in routers)]
    stranger = visit()
    for method, path in addresses(everything):
        expected = 403 if method == "POST" else 303
        assert asked(stranger, method, path, "") == expected, (method, path)


def test_a_form_without_the_key_of_the_sign_in_changes_nothing() -> None:
    for group, staff_id in (("calls", TAKER), ("contacts", CLEARED), ("blind sample", CLEARED)):
        browser = at_desk(staff_id)
        for method, path in addresses(GROUPS[group][0]):
            if method == "POST":
                assert asked(browser, method, path, "") == 403, path
                assert asked(browser, method, path, "ü" * 64) == 403, path
    assert (contacts(), opened_cases()) == (["INQ-0001", "INQ-0002"], [])


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_no_address_of_the_hotline_takes_another_method(method: str) -> None:
    browser = at_desk(CLEARED)
    for path in sorted({path for _, path in addresses([*CALLS, *HOTLINE, *SAMPLE, *FIGURES])}):
        assert browser.request(method, path).status_code == 405, path
