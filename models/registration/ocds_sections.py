"""The sections of an OCDS record for a contract as it stands. Source of the mapping: domain section 17.3."""

from collections.abc import Sequence

from models.registration.ocds_contracts import contract_section
from models.registration.ocds_facts import PublishedContract
from models.registration.ocds_history import AwardStanding, Notice, Standing
from models.registration.ocds_values import Section, folded, stamp, term, value
from models.registration.policy import AgencyPolicy
from models.registration.states import Kind
from models.shared.calendar import new_york_date

COUNCIL: Section = {"id": "NYC-COUNCIL", "name": "New York City Council"}
COMPTROLLER: Section = {"id": "NYC-COMPTROLLER", "name": "New York City Comptroller"}
_METHOD = {
    Kind.STANDARD: "City Council discretionary award (PPB Rules 1-02(e))",
    Kind.MULTI_YEAR: "City Council discretionary award (PPB Rules 1-02(e)), multi-year contract",
    Kind.GRANT_PILOT: "City Council discretionary award, grant pilot",
}
_RATIONALE = (
    "The City Council names the recipient, so no source selection takes place; every other rule of the "
    "Procurement Policy Board applies."
)
_ELIGIBILITY = (
    "Nonprofit organization that the City Council named in the adopted budget or in a transparency resolution, "
    "cleared by the Mayor's Office of Contract Services."
)
# Where a designation ended without a contract, in the words of the tender and award codelists.
_ENDED = {"withdrawn": "cancelled", "lapsed": "cancelled", "denied": "unsuccessful"}
_AWARDED = frozenset(
    {"package", "filed", "returned", "objected", "answered", "registered", "deemed_registered", "active", "close_out",
     "closed"}
)  # fmt: skip


def parties(contract: PublishedContract, agency: AgencyPolicy) -> list[Section]:
    """Who takes part, in the standard's roles. EINs under the scheme US-EIN (convention)."""
    ein = {"scheme": "US-EIN", "id": contract.vendor_ein, "legalName": contract.vendor_name}
    return [
        {**buyer(agency), "roles": ["buyer", "procuringEntity", "payer"]},
        {**COUNCIL, "roles": ["funder"]},
        {**COMPTROLLER, "roles": ["reviewBody"]},
        {**_supplier(contract), "identifier": ein, "roles": ["supplier", "payee"]},
    ]


def buyer(agency: AgencyPolicy) -> Section:
    """Reference to the agency."""
    return {"id": f"NYC-{agency.code}", "name": agency.name}


def record(
    contract: PublishedContract, standing: Standing, agency: AgencyPolicy, released: Sequence[int] = ()
) -> Section:
    """Planning, tender, awards and (once awarded) the contract, as they stand after an event.

    `released` are the numbers of the releases so far, in order.
    """
    found = {
        "planning": _planning(contract, standing),
        "tender": _tender(contract, standing, agency),
        "awards": [_award(contract, standing, award) for award in standing.awards.values()],
    }
    if standing.awarded_at is not None:
        found["contracts"] = [contract_section(contract, standing, standing.awarded_at, agency, released)]
    return found


def _planning(contract: PublishedContract, standing: Standing) -> Section:
    counting = [a.award for a in standing.awards.values() if a.counts]
    named = counting or [a.award for a in standing.awards.values()]
    return {
        "rationale": "\n".join(dict.fromkeys(a.purpose for a in named if a.purpose)),
        "budget": {
            "description": f"City Council discretionary funds, fiscal year {contract.fiscal_year}",
            "amount": value(standing.awards_cents),
            "project": "; ".join(dict.fromkeys(a.source for a in named if a.source)),
            "projectID": "; ".join(a.mocs_id for a in named),
        },
        "milestones": [_clearance(award, standing.state) for award in standing.awards.values()],
    }


def _clearance(standing: AwardStanding, state: str) -> Section:
    """The clearance of one award: each is cleared on its own (S2)."""
    found: Section = {
        "id": f"clearance-{standing.award.mocs_id}",
        "title": f"Clearance of award {standing.award.mocs_id}",
        "type": "approval",
        "code": "clearance",
        "status": _clearance_status(standing, state),
        "dateModified": stamp(standing.noted_at),
    }
    if standing.cleared_at:
        found["dateMet"] = stamp(standing.cleared_at)
    if standing.vanished_at:
        found["description"] = f"Not on the City Council's list of {new_york_date(standing.vanished_at)}."
    return found


def _clearance_status(standing: AwardStanding, state: str) -> str:
    if standing.cleared:
        return "met"
    return "scheduled" if standing.counts and state not in _ENDED else "notMet"


def _tender(contract: PublishedContract, standing: Standing, agency: AgencyPolicy) -> Section:
    found: Section = {
        "id": contract.contract_id,
        "title": f"Services of {contract.vendor_name}, fiscal year {contract.fiscal_year}",
        "status": _tender_status(standing),
        "procuringEntity": buyer(agency),
        "value": value(standing.tender_cents),
        "procurementMethod": "direct",
        "procurementMethodDetails": _METHOD[standing.kind],
        "procurementMethodRationale": _RATIONALE,
        "mainProcurementCategory": "services",
        "eligibilityCriteria": _ELIGIBILITY,
        "contractPeriod": term(contract, standing.first_term_end),
    }
    if standing.notices:
        found["milestones"] = [_notice(n, one) for n, one in enumerate(standing.notices, 1)]
    return {**found, **folded(standing, agency)}


def _tender_status(standing: Standing) -> str:
    state = standing.state
    if standing.folded_into:
        return "cancelled"
    if state == "designated":
        return "planning"
    return "complete" if state in _AWARDED else _ENDED.get(state, "active")


def _notice(position: int, notice: Notice) -> Section:
    found: Section = {
        "id": f"notice-{position}",
        "title": f"Public notice ({notice.form})",
        "type": "engagement",
        "code": "notice",
        "status": "met" if notice.completed_at else "scheduled",
        "dateModified": stamp(notice.completed_at or notice.published_at),
    }
    return {**found, "dateMet": stamp(notice.completed_at)} if notice.completed_at else found


def _award(contract: PublishedContract, standing: Standing, of: AwardStanding) -> Section:
    award = of.award
    conduit = f"For {contract.beneficiary_name}, through its fiscal conduit {contract.vendor_name}."
    through = conduit if contract.vendor_ein != contract.beneficiary_ein else ""
    moved = f"Moved to contract {of.moved_to}." if of.moved_to else ""
    found: Section = {
        "id": award.mocs_id,
        "title": award.program_name or award.source,
        "description": " ".join(part for part in (award.purpose, through, moved) if part),
        "status": _award_status(standing.state, of),
        "value": value(award.amount_cents),
        "suppliers": [_supplier(contract)],
        "contractPeriod": term(contract, standing.first_term_end),
    }
    return {**found, "date": stamp(standing.awarded_at)} if standing.awarded_at and of.counts else found


def _award_status(state: str, award: AwardStanding) -> str:
    """Designated is pending, awarded is active; an award that the Council took back or moved is cancelled."""
    if not award.counts:
        return "unsuccessful" if award.award.status == "Disapproved" else "cancelled"
    return "active" if state in _AWARDED else _ENDED.get(state, "pending")


def _supplier(contract: PublishedContract) -> Section:
    return {"id": f"US-EIN-{contract.vendor_ein}", "name": contract.vendor_name}
