"""The contract in an OCDS record: filings and registrations as milestones, changes as amendments."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime

from models.registration.amendments import AMENDMENT_LABELS
from models.registration.ocds_facts import PublishedContract
from models.registration.ocds_history import Amended, Filing, Standing
from models.registration.ocds_values import Section, folded, release_id, stamp, term, value
from models.registration.policy import AgencyPolicy
from models.registration.states import Kind
from models.shared.calendar import long_date
from models.shared.money import dollars

_CONTRACT_STATUS = {
    "registered": "active", "deemed_registered": "active", "active": "active", "close_out": "terminated",
    "closed": "terminated", "withdrawn": "cancelled", "denied": "cancelled", "lapsed": "cancelled",
}  # fmt: skip
# Why an amendment is made is the ACCO's own rationale, written for the package: Legal decides whether such words leave
# the house, so its type is published instead (convention).
_RATIONALES = {str(name): label for name, label in AMENDMENT_LABELS.items()}
_AMENDMENT_STATUS = {
    "approved": "Approved; not in force before the Comptroller registers it.",
    "filed": "Filed with the Comptroller; not in force before it is registered.",
    "returned": "Returned by the Comptroller; not in force.",
    "registered": "Registered by the Comptroller.",
}


def contract_section(
    contract: PublishedContract,
    standing: Standing,
    awarded_at: datetime,
    agency: AgencyPolicy,
    released: Sequence[int],
) -> Section:
    """The contract that the awards were made into; `released` are the numbers of the releases so far, in order."""
    counting = [key for key, award in standing.awards.items() if award.counts]
    found: Section = {
        "id": contract.contract_id,
        "awardID": standing.first_award,
        "title": f"{_paper(standing.kind)} with {contract.vendor_name}, fiscal year {contract.fiscal_year}",
        "status": "cancelled" if standing.folded_into else _CONTRACT_STATUS.get(standing.state, "pending"),
        "value": value(standing.amount_cents),
        "period": term(contract, standing.term_end),
        # The signed contract is what ends the stage of legal review and award (S8).
        "dateSigned": stamp(awarded_at),
    }
    if len(counting) > 1:
        # The standard knows one award a contract; its profile for the European Union names the others like this.
        found["awardIDs"] = sorted(counting)
    if standing.filings:
        found["milestones"] = [m for n, one in enumerate(standing.filings, 1) for m in _filing(n, one)]
    if standing.amendments:
        changes = standing.amendments.values()
        found["amendments"] = [_amendment(one, agency, contract.contract_id, released) for one in changes]
    return {**found, **folded(standing, agency)}


def _amendment(of: Amended, agency: AgencyPolicy, contract_id: str, released: Sequence[int]) -> Section:
    """A change from its approval on; it names the releases before and after it once it counts."""
    found: Section = {
        "id": str(of.facts.seq_no),
        "date": stamp(of.approved_at),
        "rationale": _RATIONALES[of.facts.type],
        "description": " ".join(_amended(of)),
    }
    if of.in_force:
        before = released[bisect_left(released, of.in_force) - 1]
        found["amendsReleaseID"] = release_id(agency, contract_id, before)
        found["releaseID"] = release_id(agency, contract_id, of.in_force)
    return found


def _amended(of: Amended) -> list[str]:
    """What an amendment changes, and how far it is, in sentences."""
    facts = of.facts
    found = []
    if facts.delta_cents:
        grows = "grows" if facts.delta_cents > 0 else "shrinks"
        found.append(f"The amount {grows} by {dollars(abs(facts.delta_cents))}.")
    if facts.term_end:
        found.append(f"The last day of the term becomes {long_date(facts.term_end)}.")
    if not found:
        found.append("Amount and term stay.")
    standing = _AMENDMENT_STATUS[facts.status] if facts.needs_registration else "In force since its approval."
    return [*found, standing]


def _paper(kind: Kind) -> str:
    return "Grant agreement" if kind is Kind.GRANT_PILOT else "Contract"


def _filing(position: int, filing: Filing) -> list[Section]:
    """A filing, and the registration that it asks for: each filing starts its own clock (K2)."""
    filed = {
        "id": f"filing-{position}", "title": "Filed with the Comptroller", "type": "approval", "code": "filing",
        "status": "met", "dateMet": stamp(filing.filed_at),
    }  # fmt: skip
    registration = {
        "id": f"registration-{position}", "title": "Registration by the Comptroller", "type": "approval",
        "code": "registration", "status": filing.status, "dateModified": stamp(filing.changed_at),
    }  # fmt: skip
    if filing.outcome:
        registration["description"] = filing.outcome
    if filing.status == "met":
        registration["dateMet"] = stamp(filing.changed_at)
    return [filed, registration]
