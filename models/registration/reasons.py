"""Why a case needs a document: each function gives a sentence for the provider, empty when it is not needed."""

from collections.abc import Callable

from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.shared.money import dollars

Need = Callable[[RegistrationPacket, Policy], str]


def always(text: str) -> Need:
    """Every case needs it."""
    return lambda packet, policy: text


def first_contract(packet: RegistrationPacket, policy: Policy) -> str:
    """Only a first contract with the agency. Source: DYCD FY19; convention."""
    return "This is your first contract with us." if packet.provider.first_contract else ""


def training(packet: RegistrationPacket, policy: Policy) -> str:
    """Council awards of the fiscal year above the limit, added up over all agencies. Source: MCLR (T2)."""
    limit = policy.threshold("T2", packet.term_start).value
    total = packet.council_total_cents
    if total <= limit:
        return ""
    return f"Your Council awards this fiscal year total {dollars(total)}; above {dollars(limit)} you need the training."


def prequalification(packet: RegistrationPacket, policy: Policy) -> str:
    """Above the limit, or every organization where the limit is zero. Source: MPROC, MCLR (T1)."""
    limit = policy.threshold("T1", packet.term_start).value
    if limit == 0:
        return "Every organization with a Council award must be prequalified."
    total = packet.council_total_cents
    if total <= limit:
        return ""
    return f"Your Council awards total {dollars(total)}; above {dollars(limit)} you must be prequalified."


def disclosures(packet: RegistrationPacket, policy: Policy) -> str:
    """City business of twelve months with this contract from the limit on. Source: PPB 2-08(e) (T6).

    The Council's awards of the year are known for all agencies, so they count even where nobody told us of others.
    """
    limit = policy.threshold("T6", packet.term_start).value
    total = max((packet.provider.city_business_cents or 0) + packet.amount_cents, packet.council_total_cents)
    if total < limit:
        return ""
    return (
        f"Your City contracts within twelve months, this one included, come to {dollars(total)}; "
        f"from {dollars(limit)} on you must file disclosures."
    )


def financial_statement(packet: RegistrationPacket, policy: Policy) -> str:
    """Contracts above a limit; which paper depends on revenue. Source: DYCD FY18; Charities thresholds (T8)."""
    if packet.amount_cents <= policy.threshold("STATEMENT", packet.term_start).value:
        return ""
    revenue = packet.provider.annual_revenue_cents
    audit = policy.threshold("T8_AUDIT", packet.term_start).value
    review = policy.threshold("T8_REVIEW", packet.term_start).value
    if revenue is None:
        return (
            f"With annual revenue above {dollars(audit)} we need your audit, above {dollars(review)} your CPA review, "
            "otherwise your IRS 990."
        )
    if revenue > audit:
        return f"Your annual revenue is above {dollars(audit)}, so we need your audit."
    if revenue > review:
        return f"Your annual revenue is above {dollars(review)}, so we need your CPA review."
    return f"Your annual revenue is not above {dollars(review)}, so your IRS 990 is enough."


def workers(packet: RegistrationPacket, policy: Policy) -> str:
    """Both proofs, or the exemption. Source: NYS Workers' Compensation Board."""
    match packet.provider.has_employees:
        case False:
            return "You have no employees, so we need the exemption certificate (CE-200)."
        case True:
            return "You have employees, so we need both proofs."
    return "With employees you need both proofs, without any the exemption certificate (CE-200)."


def subcontracts(packet: RegistrationPacket, policy: Policy) -> str:
    """Subcontractors or consultants are used. Source: DYCDD, PPB 4-13."""
    return "You use subcontractors or consultants." if packet.provider.uses_subcontractors else ""


def conduit(packet: RegistrationPacket, policy: Policy) -> str:
    """A fiscal conduit contracts for a smaller body. Source: DYCDK, ODC."""
    return f"You contract on behalf of {packet.beneficiary_name}." if packet.has_conduit else ""
