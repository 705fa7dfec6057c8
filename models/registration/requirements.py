"""Which documents a contract needs, why, and until when each is good: one row a document."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from models.registration.clocks import charities_due, months_after, years_after
from models.registration.forecast import Forecast
from models.registration.packet import DocumentFacts, RegistrationPacket
from models.registration.policy import Policy
from models.shared.money import dollars

Need = Callable[[RegistrationPacket, Policy], str]
# (document, packet, policy, forecast) -> last day on which it is valid, or None when it does not run out
Until = Callable[[DocumentFacts, RegistrationPacket, Policy], date | None]
# the day on which it must still be valid
Counts = Callable[[RegistrationPacket, Forecast], date]


@dataclass(frozen=True)
class Requirement:
    """One line of the checklist. `need` gives the reason in plain words, empty when the case does not need it."""

    document: str
    label: str
    need: Need
    rule: str
    citation: str
    until: Until | None = None
    counts: Counts | None = None
    this_year: bool = False
    sums_to_contract: bool = False


def _always(text: str) -> Need:
    return lambda packet, policy: text


def _expires(fact: DocumentFacts, packet: RegistrationPacket, policy: Policy) -> date | None:
    return fact.expires_on


def _award_day(packet: RegistrationPacket, forecast: Forecast) -> date:
    return forecast.award_on


def _registration_day(packet: RegistrationPacket, forecast: Forecast) -> date:
    return forecast.registration_on


def _term_end(packet: RegistrationPacket, forecast: Forecast) -> date:
    return packet.term_end


def _doing_business(fact: DocumentFacts, packet: RegistrationPacket, policy: Policy) -> date | None:
    return months_after(fact.signed_on, policy.doing_business_months) if fact.signed_on else fact.expires_on


def _disclosure(fact: DocumentFacts, packet: RegistrationPacket, policy: Policy) -> date | None:
    return years_after(fact.signed_on, policy.disclosure_years) if fact.signed_on else fact.expires_on


def _charities(fact: DocumentFacts, packet: RegistrationPacket, policy: Policy) -> date | None:
    """The report of the year after the one on file falls due on the day the one on file stops being current."""
    if fact.period_end is None:
        return fact.expires_on
    return fact.expires_on or charities_due(years_after(fact.period_end, 1), policy)


def _statement(fact: DocumentFacts, packet: RegistrationPacket, policy: Policy) -> date | None:
    if fact.period_end is None:
        return fact.expires_on
    return years_after(fact.period_end, policy.financial_statement_years)


def _training(packet: RegistrationPacket, policy: Policy) -> str:
    limit = policy.threshold("T2", packet.term_start).value
    total = packet.provider.council_total_cents
    return f"your Council awards this year total {dollars(total)}, above {dollars(limit)}" if total > limit else ""


def _prequalification(packet: RegistrationPacket, policy: Policy) -> str:
    limit = policy.threshold("T1", packet.term_start).value
    if packet.provider.council_total_cents <= limit:
        return ""
    return f"Council awards above {dollars(limit)} need prequalification" if limit else "every awardee is prequalified"


def _disclosures(packet: RegistrationPacket, policy: Policy) -> str:
    limit = policy.threshold("T6", packet.term_start).value
    known = packet.provider.city_business_cents or 0
    total = known + packet.amount_cents
    return f"your City business with this award reaches {dollars(total)}" if total >= limit else ""


def _statement_need(packet: RegistrationPacket, policy: Policy) -> str:
    limit = policy.threshold("STATEMENT", packet.term_start).value
    if packet.amount_cents <= limit:
        return ""
    revenue = packet.provider.annual_revenue_cents
    audit = policy.threshold("T8_AUDIT", packet.term_start).value
    review = policy.threshold("T8_REVIEW", packet.term_start).value
    if revenue is None:
        return "audit, CPA review or IRS 990, by the size of your annual revenue"
    if revenue > audit:
        return f"an audit: your annual revenue is above {dollars(audit)}"
    if revenue > review:
        return f"a CPA review: your annual revenue is above {dollars(review)}"
    return "your latest IRS 990"


def _workers(packet: RegistrationPacket, policy: Policy) -> str:
    if packet.provider.has_employees is False:
        return "the exemption certificate (CE-200), because you have no employees"
    return "every employer shows both proofs; without employees, the exemption certificate (CE-200)"


def _first_contract(text: str) -> Need:
    return lambda packet, policy: text if packet.provider.first_contract else ""


def _subcontracts(packet: RegistrationPacket, policy: Policy) -> str:
    return "you use subcontractors or consultants" if packet.provider.uses_subcontractors else ""


def _conduit(packet: RegistrationPacket, policy: Policy) -> str:
    if not packet.has_conduit:
        return ""
    return f"{packet.vendor_name} contracts for {packet.beneficiary_name}; the paper names both EINs"


CHECKLIST: tuple[Requirement, ...] = (
    Requirement(
        "scope_of_services",
        "Scope of services (workscope)",
        _always("it says what the award pays for"),
        "activities, deliverables, outcome targets and sites; matches the purpose of the award",
        "HPD discretionary contracts page",
        this_year=True,
    ),
    Requirement(
        "fiscal_year_budget",
        "Fiscal-year budget with attachments",
        _always("one contract budget is filed at registration"),
        "sums to the award total of the fiscal year",
        "PPB 2-12(c)(1)",
        this_year=True,
        sums_to_contract=True,
    ),
    Requirement(
        "authorisation_resolution",
        "Letter of authorization and board resolution",
        _always("it names who may sign for you"),
        "notarized; signed in the current fiscal year",
        "DYCD discretionary document list FY19",
        this_year=True,
    ),
    Requirement(
        "conflict_disclosure",
        "Conflict-of-interest disclosure and compliance certification",
        _always("every contractor certifies it each year"),
        "notarized; signed in the current fiscal year",
        "DYCD discretionary document lists FY15, FY19",
        this_year=True,
    ),
    Requirement(
        "doing_business_form",
        "Doing Business Data Form",
        _always("every contractor files it"),
        "counts for six months from signature",
        "MOCS Council application requirements; DYCD FY18",
        until=_doing_business,
        counts=_award_day,
    ),
    Requirement(
        "training_certificate",
        "Capacity Building Training certificate",
        _training,
        "valid certificate",
        "MOCS clearance process (T2)",
        until=_expires,
        counts=_award_day,
    ),
    Requirement(
        "passport_account",
        "PASSPort account filed and PIP (payee) account activated",
        _always("the City contracts and pays through them"),
        "payee address must match your invoices",
        "MOCS get ready to contract",
    ),
    Requirement(
        "passport_disclosures",
        "PASSPort disclosures (vendor and principals)",
        _disclosures,
        "less than three years old and certified current at award",
        "PPB 2-08(e) (T6, K5)",
        until=_disclosure,
        counts=_award_day,
    ),
    Requirement(
        "prequalification",
        "Prequalification (discretionary PQL or HHS PQL)",
        _prequalification,
        "approved and unexpired",
        "MOCS discretionary PQL; PPB 3-10(j) (T1, K21)",
        until=_expires,
        counts=_award_day,
    ),
    Requirement(
        "charities_registration",
        "Charities Bureau registration with current CHAR500, or the exemption form",
        _always("a nonprofit's registration must be current"),
        "current on the day of award; an exemption is notarized",
        "DYCD FY19; Executive Law 172-b (K20)",
        until=_charities,
        counts=_award_day,
    ),
    Requirement(
        "financial_statement",
        "Most recent audit, CPA review or IRS 990",
        _statement_need,
        "not older than two years",
        "DYCD FY18; Charities thresholds (T8)",
        until=_statement,
        counts=_award_day,
    ),
    Requirement(
        "liability_insurance",
        "Certificate of liability insurance with broker's certification",
        _always("it cannot be waived"),
        "names the City as additional insured and covers the whole term; broker's form notarized",
        "HPD discretionary contracts page; DYCD FY15",
        until=_expires,
        counts=_term_end,
    ),
    Requirement(
        "workers_compensation",
        "Workers' compensation and disability proof, or CE-200",
        _workers,
        "unexpired on the day of registration",
        "NYS Workers' Compensation Board, permits page",
        until=_expires,
        counts=_registration_day,
    ),
    Requirement(
        "incorporation_papers",
        "Certificate of incorporation, IRS 501(c)(3) letter, bylaws and board list",
        _first_contract("this is your first contract with us"),
        "on file",
        "SBS discretionary funds page",
    ),
    Requirement(
        "reference_letters",
        "Reference letters (one programme, one fiscal)",
        _first_contract("this is your first contract with us"),
        "one of each",
        "DYCD FY19",
    ),
    Requirement(
        "subcontract_agreements",
        "Subcontract and consultant agreements",
        _subcontracts,
        "written, notarized, approved before the work",
        "DYCD required documents; PPB 4-13",
    ),
    Requirement(
        "conduit_agreement",
        "Fiscal-conduit agreement",
        _conduit,
        "names both EINs",
        "DYCD standard contract; Council data set",
    ),
)
# A grant pilot has an agreement and no contract steps, so only what shows who is paid is asked. Source: GRANT.
GRANT_DOCUMENTS = frozenset(
    {"scope_of_services", "fiscal_year_budget", "passport_account", "charities_registration", "conduit_agreement"}
)
LABELS = {r.document: r.label for r in CHECKLIST}
