"""Every check of documents fires on its boundary and not one day before it."""

from datetime import date
from typing import Any

import pytest

from models.registration.packet import RegistrationPacket
from models.registration.rules import review
from models.shared.findings import Finding, Severity
from tests.factories import POLICY, good_documents, make_document, make_packet, make_request, steps_to, walk

LOW, MEDIUM, HIGH, CRITICAL = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL


def found(packet: RegistrationPacket, code: str) -> list[Finding]:
    return [finding for finding in review(packet, POLICY).findings if finding.code == code]


@pytest.mark.parametrize(
    ("state", "facts", "expected"),
    [
        ("scope", {"expires_on": date(2026, 9, 1)}, LOW),
        ("documents", {"expires_on": date(2026, 10, 1)}, HIGH),  # R05
        ("documents", {"expires_on": date(2026, 9, 1)}, CRITICAL),  # R07
    ],
)
def test_a_prequalification_that_runs_out_holds_the_package_up(state: str, facts: Any, expected: Severity) -> None:
    packet = make_packet(state=state, documents=(make_document("prequalification", **facts),))
    findings = [f for f in review(packet, POLICY).findings if f.subject == "prequalification"]
    assert [f.severity for f in findings] == [expected]


@pytest.mark.parametrize(("start", "expected"), [(date(2026, 9, 16), HIGH), (date(2026, 9, 15), CRITICAL)])
def test_insurance_that_lapses_within_the_term_is_critical(start: date, expected: Severity) -> None:
    # R06
    fact = make_document("liability_insurance", expires_on=date(2026, 9, 14))
    findings = found(make_packet(term_start=start, documents=(fact,)), "document_expired")
    assert [(f.severity, "Fiscal" in f.tell) for f in findings] == [(expected, True)]


@pytest.mark.parametrize(("day", "expected"), [(date(2026, 12, 31), None), (date(2027, 1, 1), CRITICAL)])
def test_what_must_stay_good_is_watched_after_registration(day: date, expected: Severity | None) -> None:
    # R06, R07, P18: insurance until 31 December 2026 under a contract to June.
    fact = make_document("liability_insurance", expires_on=date(2026, 12, 31))
    packet = walk(*steps_to("active"), as_of=day, documents=(fact,))
    assert [f.severity for f in found(packet, "standing_lapsed")] == ([expected] if expected else [])


def test_insurance_may_end_with_the_term() -> None:
    fact = make_document("liability_insurance", expires_on=date(2027, 6, 30))
    packet = walk(*steps_to("active"), as_of=date(2027, 9, 1), documents=(fact,))
    assert not found(packet, "standing_lapsed")


@pytest.mark.parametrize(("day", "expected"), [(date(2026, 9, 15), None), (date(2026, 9, 16), MEDIUM)])
def test_a_request_is_overdue_the_day_after_its_date(day: date, expected: Severity | None) -> None:
    # R04: the letter says by 15 September.
    request = make_request("training_certificate")
    findings = found(make_packet(as_of=day, request=request), "document_request_overdue")
    assert [f.severity for f in findings] == ([expected] if expected else [])


def test_only_documents_that_were_asked_for_are_overdue_and_only_in_the_package_stage() -> None:
    request = make_request("training_certificate", "scope_of_services")
    late = date(2026, 10, 1)
    assert len(found(make_packet(as_of=late, request=request), "document_request_overdue")) == 2
    for state in ("designated", "scope", "legal"):
        assert not found(make_packet(as_of=late, request=request, state=state), "document_request_overdue")


def test_a_paper_without_its_date_holds_the_package_but_asks_nothing_of_the_provider() -> None:
    packet = make_packet()
    documents = [d for d in good_documents(packet) if d.document != "liability_insurance"]
    packet = packet.model_copy(update={"documents": (*documents, make_document("liability_insurance"))})
    result = review(packet, POLICY)
    assert [f.tell for f in result.findings if f.code == "document_undated"] == [("Procurement",)]
    assert (result.move, result.asks, result.missing) == (None, False, ())
