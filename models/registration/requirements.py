"""Which documents a contract needs, how each must be made out, and until when each is good: one row a document.

A provider reads `label`, `rule`, `absent` and the reason in our letters: whole sentences that say “you”.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.registration import reasons, validity
from models.registration.packet import DocumentFacts
from models.registration.policy import Policy
from models.registration.reasons import Need, always

Until = Callable[[DocumentFacts, Policy], date | None]


class CountsOn(StrEnum):
    """The day on which a document must still be good. Source: domain section 18, trap 6."""

    AWARD = "the day on which we expect to award the contract"
    REGISTRATION = "the day on which we expect the contract to be registered"
    TERM_END = "the last day of the contract"


@dataclass(frozen=True)
class Requirement:
    """One line of the checklist. `need` gives the reason, empty when the case does not need the document.

    `until` and `counts_on` say how long it is good and when that matters; `dated`, that it is worth nothing without
    its date. `for_year`: it belongs to the contract's fiscal year; `signed_in_year`: it must be signed in it.
    """

    document: str
    label: str
    need: Need
    rule: str
    citation: str
    until: Until | None = None
    counts_on: CountsOn | None = None
    dated: bool = False
    for_year: bool = False
    signed_in_year: bool = False
    sums_to_contract: bool = False
    absent: str = "We have not received it."


CHECKLIST: tuple[Requirement, ...] = (
    Requirement(
        "scope_of_services",
        "Scope of services (workscope)",
        always("It says what your award pays for."),
        "List activities, deliverables, outcome targets and sites; they must match the purpose of your award.",
        "HPD discretionary contracts page",
        for_year=True,
    ),
    Requirement(
        "fiscal_year_budget",
        "Fiscal-year budget with attachments",
        always("It says how your award will be spent."),
        "Its total must equal your award for the fiscal year.",
        "PPB Rules 2-12(c)(1)",
        for_year=True,
        sums_to_contract=True,
    ),
    Requirement(
        "authorisation_resolution",
        "Letter of authorization and board resolution",
        always("It names who may sign for your organization."),
        "Have it notarized; it must be signed in the current fiscal year.",
        "DYCD discretionary document list FY19",
        signed_in_year=True,
    ),
    Requirement(
        "conflict_disclosure",
        "Conflict-of-interest disclosure and compliance certification",
        always("Every contractor certifies it for each fiscal year."),
        "Have it notarized; it must be signed in the current fiscal year.",
        "DYCD discretionary document lists FY15, FY19",
        signed_in_year=True,
    ),
    Requirement(
        "doing_business_form",
        "Doing Business Data Form",
        always("Every City contractor files it."),
        "It counts for six months from the day you sign it and must still count on the day of award.",
        "MOCS Council application requirements; DYCD FY18",
        until=validity.doing_business,
        counts_on=CountsOn.AWARD,
        dated=True,
    ),
    Requirement(
        "training_certificate",
        "Capacity Building Training certificate",
        reasons.training,
        "It must still be valid on the day of award.",
        "MOCS clearance process",
        until=validity.as_stated,
        counts_on=CountsOn.AWARD,
    ),
    Requirement(
        "passport_account",
        "PASSPort account filed and PIP (payee) account activated",
        always("The City contracts with you and pays you through them."),
        "Send a page that shows both accounts as active; the payee address must match your invoices.",
        "MOCS get ready to contract",
        absent="We have no confirmation of them.",
    ),
    Requirement(
        "passport_disclosures",
        "PASSPort disclosures (vendor and principals)",
        reasons.disclosures,
        "They must be less than three years old on the day of award, and you certify then that they are current.",
        "PPB Rules 2-08(e)",
        until=validity.disclosures,
        counts_on=CountsOn.AWARD,
        dated=True,
        absent="We have no record of them.",
    ),
    Requirement(
        "prequalification",
        "Prequalification (discretionary PQL or HHS PQL)",
        reasons.prequalification,
        "It must be approved, and unexpired on the day of award.",
        "MOCS discretionary PQL; PPB Rules 3-10(j)",
        until=validity.as_stated,
        counts_on=CountsOn.AWARD,
        dated=True,
        absent="We have no record of your approval.",
    ),
    Requirement(
        "charities_registration",
        "Charities Bureau registration with current CHAR500, or the exemption form",
        always("A nonprofit must be registered or exempt."),
        "It must be current on the day of award; an exemption form must be notarized.",
        "DYCD FY19; Executive Law 172-b",
        until=validity.charities,
        counts_on=CountsOn.AWARD,
    ),
    Requirement(
        "financial_statement",
        "Most recent audit, CPA review or IRS 990",
        reasons.financial_statement,
        "It must not be older than two years on the day of award.",
        "DYCD FY18; Charities Bureau thresholds",
        until=validity.financial_statement,
        counts_on=CountsOn.AWARD,
        dated=True,
    ),
    Requirement(
        "liability_insurance",
        "Certificate of liability insurance with broker's certification",
        always("The City cannot waive it."),
        "It must name the City as additional insured and cover the whole term; have the broker's form notarized.",
        "HPD discretionary contracts page; DYCD FY15",
        until=validity.as_stated,
        counts_on=CountsOn.TERM_END,
        dated=True,
    ),
    Requirement(
        "workers_compensation",
        "Workers' compensation and disability proof, or CE-200",
        reasons.workers,
        "It must still be valid on the day of registration.",
        "NYS Workers' Compensation Board, permits page",
        until=validity.as_stated,
        counts_on=CountsOn.REGISTRATION,
    ),
    Requirement(
        "incorporation_papers",
        "Certificate of incorporation, IRS 501(c)(3) letter, bylaws and board list",
        reasons.first_contract,
        "Send all four; we keep them on file.",
        "SBS discretionary funds page",
        absent="We have not received them.",
    ),
    Requirement(
        "reference_letters",
        "Reference letters (one program, one fiscal)",
        reasons.first_contract,
        "Send one letter about a program of yours and one about your finances.",
        "DYCD FY19",
        absent="We have not received them.",
    ),
    Requirement(
        "subcontract_agreements",
        "Subcontract and consultant agreements",
        reasons.subcontracts,
        "Each must be in writing and notarized, and approved by us before its work begins.",
        "DYCD required documents; PPB Rules 4-13",
        absent="We have not received them.",
    ),
    Requirement(
        "conduit_agreement",
        "Fiscal-conduit agreement",
        reasons.conduit,
        "It must name both organizations with their EINs.",
        "DYCD standard contract; Council data set",
    ),
)
# A grant pilot has an agreement and no contract steps, so only what shows who is paid is asked. Source: GRANT.
GRANT_DOCUMENTS = frozenset(
    {"scope_of_services", "fiscal_year_budget", "passport_account", "charities_registration", "conduit_agreement"}
)
LABELS = {r.document: r.label for r in CHECKLIST}
