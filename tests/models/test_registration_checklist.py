"""Which documents a contract needs, and whether each is good on the day on which it will count."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from models.registration.checklist import ChecklistItem, Fault, checklist
from models.registration.document_rules import describe, what_to_send
from models.registration.forecast import forecast
from models.registration.packet import RegistrationPacket
from models.registration.requirements import CHECKLIST, GRANT_DOCUMENTS, LABELS
from models.registration.states import Kind
from tests.factories import POLICY, good_documents, make_document, make_packet, make_policy, make_provider

AWARD = date(2026, 11, 24)
REGISTRATION = date(2027, 1, 1)


def items(packet: RegistrationPacket) -> dict[str, ChecklistItem]:
    found = checklist(packet, POLICY, forecast(packet, POLICY))
    return {item.requirement.document: item for item in found}


def with_document(document: str, **facts: Any) -> ChecklistItem:
    packet = make_packet(provider=make_provider(city_business_cents=50_000_000))
    return items(packet.model_copy(update={"documents": (make_document(document, **facts),)}))[document]


def needed(document: str, **overrides: Any) -> bool:
    return document in items(make_packet(**overrides))


def test_the_packet_of_these_tests_is_awarded_in_november_and_registered_in_january() -> None:
    # 15 September 2026, the documents stage to the 30th; 30 days of responsibility: 30 October; 15 business days
    # of Legal without the 3rd and 11th: 24 November; five of packaging without the 26th: 2 December; 30 days:
    # 1 January.
    expected = forecast(make_packet(), POLICY)
    assert (expected.award_on, expected.registration_on) == (AWARD, REGISTRATION)


def test_everything_good_leaves_no_fault() -> None:
    packet = make_packet()
    found = items(packet.model_copy(update={"documents": good_documents(packet)}))
    assert [item.fault for item in found.values()] == [None] * len(found)


# Thresholds of section 7, each on both sides.


@pytest.mark.parametrize(("cents", "wanted"), [(1_000_000, False), (1_000_001, True)])
def test_training_is_needed_above_ten_thousand_of_council_awards_in_all(cents: int, wanted: bool) -> None:
    # MCLR (T2): cumulative over all awards of the fiscal year, not per award.
    provider = make_provider(council_total_cents=cents)
    assert needed("training_certificate", amount_cents=500_000, provider=provider) == wanted


@pytest.mark.parametrize(
    ("start", "cents", "wanted"),
    [
        (date(2024, 7, 1), 1_000_000, False),  # MPROC (T1): above $10,000
        (date(2024, 7, 1), 1_000_001, True),
        (date(2026, 7, 1), 1, True),  # MCLR (T1): every organization
    ],
)
def test_who_must_be_prequalified_depends_on_the_year(start: date, cents: int, wanted: bool) -> None:
    provider = make_provider(council_total_cents=0)
    assert needed("prequalification", term_start=start, amount_cents=cents, provider=provider) == wanted


@pytest.mark.parametrize(("business", "wanted"), [(19_999_999, False), (20_000_000, True), (None, False)])
def test_disclosures_are_needed_from_a_quarter_million_of_city_business_on(business: int | None, wanted: bool) -> None:
    # PPB 2-08(e) (T6): with this contract of $50,000.
    assert needed("passport_disclosures", provider=make_provider(city_business_cents=business)) == wanted


@pytest.mark.parametrize(("total", "wanted"), [(24_999_999, False), (25_000_000, True)])
def test_council_awards_of_other_agencies_count_as_city_business(total: int, wanted: bool) -> None:
    assert needed("passport_disclosures", provider=make_provider(council_total_cents=total)) == wanted


@pytest.mark.parametrize(("cents", "wanted"), [(500_000, False), (500_001, True)])
def test_a_financial_statement_is_needed_above_five_thousand(cents: int, wanted: bool) -> None:
    # DYCD FY18
    assert needed("financial_statement", amount_cents=cents) == wanted


@pytest.mark.parametrize(
    ("revenue", "paper"),
    [
        (25_000_000, "IRS 990 is enough"),
        (25_000_001, "CPA review"),
        (100_000_000, "CPA review"),
        (100_000_001, "audit"),
    ],
)
def test_revenue_decides_between_form_review_and_audit(revenue: int, paper: str) -> None:
    # NY Charities thresholds since 1 July 2021 (T8)
    reason = items(make_packet(provider=make_provider(annual_revenue_cents=revenue)))["financial_statement"].reason
    assert paper in reason


@pytest.mark.parametrize(
    ("document", "provider"),
    [
        ("incorporation_papers", {"first_contract": True}),
        ("reference_letters", {"first_contract": True}),
        ("subcontract_agreements", {"uses_subcontractors": True}),
    ],
)
def test_some_documents_are_needed_only_where_we_know_the_case(document: str, provider: dict[str, bool]) -> None:
    assert needed(document, provider=make_provider(**provider))
    assert not needed(document)


def test_a_conduit_agreement_is_needed_where_the_vendor_is_not_the_beneficiary() -> None:
    packet = make_packet(beneficiary_ein="971020308", beneficiary_name="Rooftop Radio")
    assert items(packet)["conduit_agreement"].reason == "You contract on behalf of Rooftop Radio."
    assert not needed("conduit_agreement")


def test_a_grant_pilot_is_asked_for_its_few_documents_only() -> None:
    found = items(make_packet(kind=Kind.GRANT_PILOT, provider=make_provider(first_contract=True)))
    assert set(found) == GRANT_DOCUMENTS - {"conduit_agreement"}


# Validity, each document on its own day. The last good day is the day itself; a day less is too early.


@pytest.mark.parametrize(
    ("document", "facts", "fault"),
    [
        ("training_certificate", {"expires_on": AWARD}, None),
        ("training_certificate", {"expires_on": AWARD - timedelta(days=1)}, Fault.EXPIRES_TOO_EARLY),
        ("training_certificate", {"expires_on": date(2026, 9, 15)}, Fault.EXPIRES_TOO_EARLY),
        ("training_certificate", {"expires_on": date(2026, 9, 14)}, Fault.EXPIRED),
        # Six months from signature (MAPP): 24 May reaches 24 November, 23 May does not.
        ("doing_business_form", {"signed_on": date(2026, 5, 24)}, None),
        ("doing_business_form", {"signed_on": date(2026, 5, 23)}, Fault.EXPIRES_TOO_EARLY),
        ("doing_business_form", {"signed_on": date(2026, 3, 14)}, Fault.EXPIRED),
        # Less than three years old on the day of award (PPB 2-08(e), K5).
        ("passport_disclosures", {"signed_on": date(2023, 11, 25)}, None),
        ("passport_disclosures", {"signed_on": date(2023, 11, 24)}, Fault.EXPIRES_TOO_EARLY),
        # Not older than two years (DYCD FY18).
        ("financial_statement", {"period_end": date(2024, 11, 24)}, None),
        ("financial_statement", {"period_end": date(2024, 11, 23)}, Fault.EXPIRES_TOO_EARLY),
        # The report of the year to June 2025 is current until 15 November 2026 (K20).
        ("charities_registration", {"period_end": date(2025, 6, 30)}, Fault.EXPIRES_TOO_EARLY),
        ("charities_registration", {"period_end": date(2025, 7, 31)}, None),
        # The whole term (HPD).
        ("liability_insurance", {"expires_on": date(2027, 6, 30)}, None),
        ("liability_insurance", {"expires_on": date(2027, 6, 29)}, Fault.EXPIRES_TOO_EARLY),
        # The day of registration.
        ("workers_compensation", {"expires_on": REGISTRATION}, None),
        ("workers_compensation", {"expires_on": REGISTRATION - timedelta(days=1)}, Fault.EXPIRES_TOO_EARLY),
        ("prequalification", {"expires_on": AWARD}, None),
        ("prequalification", {"expires_on": AWARD - timedelta(days=1)}, Fault.EXPIRES_TOO_EARLY),
    ],
)
def test_a_document_must_be_good_on_the_day_it_counts(document: str, facts: dict[str, date], fault: Fault) -> None:
    assert with_document(document, **facts).fault == fault


def test_a_stated_expiry_shortens_what_the_rule_allows() -> None:
    item = with_document("doing_business_form", signed_on=date(2026, 9, 1), expires_on=date(2026, 10, 1))
    assert (item.valid_until, item.fault) == (date(2026, 10, 1), Fault.EXPIRES_TOO_EARLY)


def test_what_was_good_on_the_day_of_award_stays_good_after_it() -> None:
    fact = make_document("training_certificate", expires_on=date(2026, 12, 1))
    made = {"event": "award_made", "on": date(2026, 11, 20), "state": "package"}
    packet = make_packet(state="package", as_of=date(2026, 12, 15), history=(made,), documents=(fact,))
    assert items(packet)["training_certificate"].fault is None


@pytest.mark.parametrize(
    ("document", "facts", "fault"),
    [
        # DYCD FY19: signed in the current fiscal year.
        ("authorisation_resolution", {"signed_on": date(2026, 7, 1)}, None),
        ("authorisation_resolution", {"signed_on": date(2026, 6, 30)}, Fault.WRONG_YEAR),
        ("conflict_disclosure", {"signed_on": date(2026, 6, 30), "fiscal_year": 2027}, Fault.WRONG_YEAR),
        ("conflict_disclosure", {"fiscal_year": 2026}, Fault.WRONG_YEAR),
        # A contract that is late is signed for after its year.
        ("authorisation_resolution", {"signed_on": date(2027, 7, 20)}, None),
        # A scope of the year may be signed before it begins.
        ("scope_of_services", {"signed_on": date(2026, 6, 20), "fiscal_year": 2027}, None),
        ("scope_of_services", {"signed_on": date(2026, 6, 20)}, None),
        ("scope_of_services", {"fiscal_year": 2026}, Fault.WRONG_YEAR),
        # PPB 2-12(c)(1): the budget sums to the award.
        ("fiscal_year_budget", {"fiscal_year": 2027, "amount_cents": 5_000_000}, None),
        ("fiscal_year_budget", {"fiscal_year": 2027, "amount_cents": 4_999_999}, Fault.WRONG_AMOUNT),
        ("fiscal_year_budget", {"fiscal_year": 2026, "amount_cents": 1}, Fault.WRONG_YEAR),
        # Reported is not received.
        ("passport_account", {"has_file": False}, Fault.NO_FILE),
        ("passport_account", {"has_file": True}, None),
    ],
)
def test_year_amount_and_file_are_checked(document: str, facts: dict[str, Any], fault: Fault | None) -> None:
    assert with_document(document, **facts).fault == fault


@pytest.mark.parametrize(
    ("document", "undated"),
    [
        ("doing_business_form", True),
        ("passport_disclosures", True),
        ("prequalification", True),
        ("financial_statement", True),
        ("liability_insurance", True),
        ("conflict_disclosure", True),
        ("workers_compensation", False),  # a CE-200 has no date of expiry
        ("charities_registration", False),  # nor has an exemption form
        ("passport_account", False),
    ],
)
def test_a_paper_that_is_worth_nothing_without_its_date_is_marked(document: str, undated: bool) -> None:
    item = with_document(document)
    assert (item.undated, item.fault) == (undated, None)


# What a provider reads.


def test_every_sentence_for_a_provider_is_whole() -> None:
    provider = make_provider(city_business_cents=50_000_000, first_contract=True, uses_subcontractors=True)
    found = items(make_packet(beneficiary_ein="971020308", provider=provider))
    assert found.keys() == LABELS.keys()
    for item in found.values():
        for text in (item.reason, item.requirement.rule, describe(item), what_to_send(item)):
            assert re.fullmatch(r"[A-Z].*\.", text), text
            assert not re.search(r"\b(the provider|the vendor|T\d|K\d+|R\d\d)\b", text), text


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (
            with_document("training_certificate", expires_on=date(2026, 10, 1)),
            "The one we have is valid only until October 1, 2026. It must still be valid on November 24, 2026, "
            "the day on which we expect to award the contract.",
        ),
        (with_document("training_certificate", expires_on=date(2026, 9, 1)),
         "The one we have was valid only until September 1, 2026."),
        (with_document("fiscal_year_budget", amount_cents=4_800_000),
         "The total of the one we have is $48,000.00, not the amount of your award."),
        (with_document("passport_account", has_file=False), "It was reported to us, but no copy has reached us."),
    ],
)  # fmt: skip
def test_a_provider_is_told_what_is_wrong_with_what_we_have(item: ChecklistItem, text: str) -> None:
    assert describe(item) == text


def test_a_provider_is_asked_once_for_what_to_send() -> None:
    account = with_document("passport_account", has_file=False)
    assert what_to_send(account) == account.requirement.rule
    certificate = with_document("training_certificate", expires_on=date(2026, 10, 1))
    assert what_to_send(certificate) == (
        "Please send a renewal that reaches this date. It must still be valid on the day of award."
    )


def test_what_the_rules_say_in_words_is_what_the_policy_counts() -> None:
    rules = {r.document: r.rule for r in CHECKLIST}
    assert "six months" in rules["doing_business_form"] and POLICY.doing_business_months == 6
    assert "three years" in rules["passport_disclosures"] and POLICY.disclosure_years == 3
    assert "two years" in rules["financial_statement"] and POLICY.financial_statement_years == 2


def test_another_policy_counts_at_once_for_the_same_packet() -> None:
    packet = make_packet(documents=(make_document("doing_business_form", signed_on=date(2026, 9, 1)),))
    short = make_policy(doing_business_months=1)
    for policy, fault in ((POLICY, None), (short, Fault.EXPIRES_TOO_EARLY), (POLICY, None)):
        found = {i.requirement.document: i for i in checklist(packet, policy, forecast(packet, policy))}
        assert found["doing_business_form"].fault == fault


def test_a_copy_of_a_packet_forgets_what_was_derived_from_its_documents() -> None:
    packet = make_packet()
    assert packet.documents_by_type == {} and len(packet.live_awards) == 1
    copy = packet.model_copy(update={"documents": (make_document("passport_account"),), "awards": ()})
    assert set(copy.documents_by_type) == {"passport_account"} and copy.live_awards == ()
