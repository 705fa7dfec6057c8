"""What a finding is called in a letter to a provider: a sentence for a bookkeeper, before the numbers."""

from collections.abc import Mapping

from models.fiscal.codes import Code
from models.shared.findings import Finding

# What the other findings say is plain as it is.
_PLAIN: Mapping[str, str] = {
    Code.LEDGER_VARIANCE: "Your report of the month and your general ledger do not come to the same sum.",
    Code.PLANNED_GAP: "What you have spent is far from what your monthly plan says for the year so far.",
    Code.LINE_UTILISATION: "More is spent on a line than its budget, or much of its budget is spent early in the year.",
    Code.PROJECTION: "At this pace the year will end above your budget, or far below it.",
    Code.LAPSE: "At this pace part of your budget will not be spent, and you cannot use it after the year ends.",
    Code.UNBILLED: "You have spent money that you have not invoiced yet. We can pay only what is invoiced.",
    Code.EXPOSURE: "You have laid out much money that the City has neither paid nor advanced.",
    Code.FRINGE_RATE: "Your fringe benefits are higher, beside your salaries, than your budget says.",
    Code.INDIRECT_RATE: "You charge more indirect cost than the rate that we accepted for you.",
    Code.SUBCONTRACT_SHARE: "Subcontractors and consultants take a larger part of your spending than is allowed.",
    Code.DISALLOWANCE_RATE: "We had to refuse a large part of what you claimed in the last months.",
    Code.ADVANCE_BALANCE: "More of your advance is still out than you can still invoice in this year.",
    Code.VACANCY: "Posts in your budget have been vacant for some time.",
    Code.OUTCOME_COST: "Each result that we could verify has cost much more than was planned.",
    Code.OUTCOME_GAP: "Fewer results than planned are verified for this time of the year.",
}


def plain_sentence(finding: Finding) -> str:
    """The finding without its office words; empty where its own sentence is plain."""
    if finding.code == Code.BURN_GAP:
        way = "behind" if finding.evidence.get("measured", "").startswith("-") else "ahead of"
        return f"Your spending is far {way} the part of the year that is over."
    return _PLAIN.get(finding.code, "")
