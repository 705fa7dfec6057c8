"""The e-mails that carry the letters about a month's report."""

from models.fiscal.letter_documents import CorrectivePlanLetter, FiscalLetter, QuestionLetter, ReportReminder
from models.shared.calendar import long_date


def letter_message(letter: QuestionLetter | CorrectivePlanLetter) -> str:
    """The e-mail that carries a letter that somebody signed: what is asked can be answered without opening it."""
    if isinstance(letter, QuestionLetter):
        asked = "\n".join(f"{question.no}. {question.ask}" for question in letter.questions)
        return _message(
            letter,
            f"we have looked at your financial report of {letter.month:%B %Y} for contract {letter.contract_id} and "
            f"ask you:\n\n{asked}\n\nPlease answer by {long_date(letter.answer_by)}. A short written answer is enough.",
        )
    found = "\n".join(f"- {line.plain or line.message}" for line in letter.findings)
    return _message(
        letter,
        f"in your financial report of {letter.month:%B %Y} for contract {letter.contract_id} we found what must be "
        f"corrected:\n\n{found}\n\n{letter.reason}\n\nPlease send us a corrective action plan within "
        f"{letter.plan_days} days of receiving this letter, at the latest by {long_date(letter.last_day)}.",
    )


def reminder_message(letter: ReportReminder) -> str:
    """The e-mail that carries a reminder: what is missing can be sent without opening the letter."""
    items = "\n".join(f"- {item.what} of {item.month:%B %Y}, due {long_date(item.due_on)}" for item in letter.items)
    return _message(
        letter,
        f"for contract {letter.contract_id} these have not come:\n\n{items}\n\n"
        "Please send them to us. If they crossed with this message, nothing more is to be done.",
    )


def _message(letter: FiscalLetter, says: str) -> str:
    office = letter.office
    return (
        f"Dear {letter.recipient.attention or letter.recipient.name},\n\n{says}\n\n"
        f"The attached letter says more. Questions: {office.contact}, {office.phone}, {office.email}.\n\n"
        f"{office.agency}\n{office.unit}\n"
    )
