"""What the desk says of requisitions in plain words: what a check means, what follows a signature."""

from models.payments.same_checks import MEANINGS

# What follows a signature, in the procedure's order; the page says it before anybody signs.
AFTER: dict[str, str] = {
    "program_approved": "It goes to Fiscal. Nothing is paid yet, and nobody is written to.",
    "fiscal_approved": "What is to be paid goes onto the next batch of vouchers. The provider gets the letter, which "
    "says line by line what is paid, what is not, and why.",
    "disallowed": "It is closed and nothing of it is paid. The provider gets the letter that says why.",
    "requisition_returned": "It goes back to the provider with the notice of what to correct. Its payment clock has "
    "not started; it comes again as its next revision.",
    "determination_sent": "The provider gets the letter that says what is missing. The requisition stays where it is.",
    "sent_back": "Program's approval ends, and Program looks at it again. The provider is not written to.",
    "withdrawn": "It is closed and nothing of it is paid.",
    "rest_disallowed": "Nothing more of it is paid; what was approved before stays. The provider gets the letter that "
    "says why.",
    "offset_ordered": "It stays where it is; what the provider owes the City comes off when Fiscal approves it.",
    "voucher_voided": "Nobody may pay this voucher any more. It must be reissued before the money can go out again.",
    "reissued": "A new voucher over what is owed goes onto the next batch; the old one stays void.",
    "disputed": "The agency head decides it. What is paid stays paid.",
    "dispute_granted": "What was refused is reviewed again by Program and Fiscal, who see the decision.",
    "dispute_denied": "The determination stands, and the requisition is closed.",
}
# What a review comes to, in a sentence for somebody who has never seen one.
COMES_TO: dict[str, str] = {
    "approved": "Every line can be paid as claimed.",
    "split": "Part of it can be paid now; the other lines are held, cut or disallowed.",
    "held": "Nothing can be paid until what is missing has come in.",
    "disallowed": "No line can be paid, and nothing that is sent in changes that.",
    "returned": "It is not a proper invoice: it goes back to the provider, and the payment clock has not started.",
    "blocked": "Nothing of it may be released yet: the contract, its budget or a signature stands in the way.",
    "waiting": "Its lines can be paid once a change of the budget is done.",
}


def check_words(code: str) -> str:
    """What it means that a check failed, in a few words."""
    return MEANINGS.get(code, "")
