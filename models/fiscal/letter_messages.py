"""The e-mails that carry the letters about a month's report."""

from models.fiscal.letter_documents import ReportReminder
from models.shared.calendar import long_date


def reminder_message(letter: ReportReminder) -> str:
    """The e-mail that carries a reminder: what is missing can be sent without opening the letter."""
    items = "\n".join(f"- {item.what} of {item.month:%B %Y}, due {long_date(item.due_on)}" for item in letter.items)
    office = letter.office
    return (
        f"Dear {letter.recipient.attention or letter.recipient.name},\n\n"
        f"for contract {letter.contract_id} these have not come:\n\n{items}\n\n"
        "Please send them to us. If they crossed with this message, nothing more is to be done.\n\n"
        f"The attached letter says more. Questions: {office.contact}, {office.phone}, {office.email}.\n\n"
        f"{office.agency}\n{office.unit}\n"
    )
