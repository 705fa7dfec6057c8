"""The e-mails that carry the letter of a decision or of a correction."""

from models.registration.decision_documents import ContractChange, CorrectionLetter, DecisionLetter
from models.shared.calendar import long_date
from models.shared.money import dollars


def decision_message(letter: DecisionLetter | CorrectionLetter) -> str:
    """The e-mail that carries either letter: what was decided, what to do by when, whom to ask."""
    office = letter.office
    return (
        f"Dear {letter.recipient.attention or letter.recipient.name},\n\n{_said(letter)}\n\n{_to_do(letter)}\n\n"
        f"The attached letter says more. Questions: {office.contact}, {office.phone}, {office.email}.\n\n"
        f"{office.agency}\n{office.unit}\n"
    )


def _said(letter: DecisionLetter | CorrectionLetter) -> str:
    """What was decided, in one or two sentences; the reasons of a denial stand in the letter alone."""
    if isinstance(letter, CorrectionLetter):
        return (
            f"our letter {letter.replaced_id} of {long_date(letter.replaced_on)} had something wrong. "
            f"{_sentence(letter.reason)} The attached letter takes its place."
        )
    id_, why = letter.contract.contract_id, _sentence(letter.reason)
    match letter.decision:
        case "denial":
            return (
                f"we found your organization not responsible for contract {id_}. The attached letter gives the reasons."
            )
        case "registered":
            return f"your contract {id_} was registered on {long_date(letter.decided_on)}."
        case "withdrawn":
            return f"your {noun(letter.registers)} {id_} was withdrawn. {why} The City will pay nothing under it."
        case "reduced" if letter.amounts:
            return f"your {noun(letter.registers)} {id_} is reduced to {dollars(letter.amounts.after_cents)}. {why}"
    return _changed(letter.change, id_, why) if letter.change else ""


def _changed(change: ContractChange, contract_id: str, why: str) -> str:
    amount = f"Its maximum is {dollars(change.revised_cents)}"
    end = f", its last day {long_date(change.term_end)}" if change.term_end else ""
    return f"this is your copy of change {change.seq_no} of your contract {contract_id}. {amount} with it{end}. {why}"


def _to_do(letter: DecisionLetter | CorrectionLetter) -> str:
    if letter.requests and letter.send_by:
        names = "\n".join(f"- {request.name}: {_sentence(request.send)}" for request in letter.requests)
        return f"Please send us by {long_date(letter.send_by)}:\n\n{names}"
    if isinstance(letter, DecisionLetter) and letter.appeal:
        return f"You can appeal within {letter.appeal.days} calendar days after you receive this notice."
    if letter.decision == "registered":
        return "You may now carry out the work. Send invoices only once the purchase order is active."
    if isinstance(letter, DecisionLetter) and letter.change and letter.change.needs_registration:
        return "Please wait: the change counts only once the Comptroller has registered it."
    return "You need not send us anything."


def _sentence(words: str) -> str:
    text = words.strip()
    return text[:1].upper() + text[1:] + ("" if not text or text.endswith((".", "!", "?")) else ".")


def noun(registers: bool) -> str:
    """A grant agreement is no contract and is not registered. Source: GRANT (T12)."""
    return "contract" if registers else "grant agreement"
