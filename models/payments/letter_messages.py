"""The e-mails that carry the letters about a requisition: what is paid by when, what to send, what was decided."""

from models.payments.documents import DeterminationLetter, DisputeWay, ReturnNotice
from models.payments.later_documents import DisputeDecision, LapseNotice
from models.payments.verdicts import RELEASING, Outcome
from models.shared.calendar import long_date
from models.shared.money import dollars

Letter = DeterminationLetter | ReturnNotice | LapseNotice | DisputeDecision


def letter_message(letter: Letter) -> str:
    """The e-mail that carries a letter; it can be acted on without opening the letter."""
    office = letter.office
    body = "\n\n".join(part for part in _parts(letter) if part)
    return (
        f"Dear {letter.recipient.attention or letter.recipient.name},\n\n{body}\n\n"
        f"The attached letter says more. Questions: {office.contact}, {office.phone}, {office.email}.\n\n"
        f"{office.agency}\n{office.unit}\n"
    )


def _parts(letter: Letter) -> tuple[str, ...]:
    match letter:
        case DeterminationLetter():
            return _determined(letter)
        case ReturnNotice():
            return _returned(letter)
        case LapseNotice():
            return _lapsed(letter)
        case DisputeDecision():
            return _decided(letter)


def _about(letter: Letter) -> str:
    requisition = f"requisition {letter.requisition} of contract {letter.contract_id}"
    return requisition if letter.part == 1 else f"what was still open of {requisition}"


def _determined(letter: DeterminationLetter) -> tuple[str, ...]:
    wishes = "\n".join(f"- {wish}" for wish in letter.to_send)
    refund = f"Please send the City {dollars(letter.refund_due_cents)}: so much of the advance is left to give back."
    return (
        _said(letter),
        _set_off(letter),
        _rest(letter),
        f"To get what is not paid, please do this {_by(letter)}:\n\n{wishes}" if wishes else "",
        _closes(letter),
        refund if letter.refund_due_cents else "",
        "" if wishes or letter.refund_due_cents else "You need not send us anything for it now.",
        _dispute(letter.dispute, letter.office.agency, "To dispute what was refused") if letter.dispute else "",
    )


def _said(letter: DeterminationLetter) -> str:
    about = _about(letter)
    if letter.outcome in RELEASING and letter.net_cents:
        if letter.paid_on:
            return f"we paid {dollars(letter.net_cents)} for {about} on {long_date(letter.paid_on)}."
        return f"we will pay {dollars(letter.net_cents)} for {about}. It is due on {long_date(letter.required_on)}."
    if letter.outcome in RELEASING and letter.approved_cents:
        return f"we approved {dollars(letter.approved_cents)} of {about}; what comes off it leaves nothing to pay out."
    return {
        Outcome.HELD: f"we hold {about}: something is missing, and nothing of it can be paid yet.",
        Outcome.BLOCKED: f"{about} waits: something else must be done before any of it can be paid.",
        Outcome.WAITING: f"{about} waits for a change of the budget, and nothing of it can be paid yet.",
    }.get(letter.outcome, f"we cannot pay {about}. The letter says why for each line.")


def _set_off(letter: DeterminationLetter) -> str:
    if not letter.offset_cents:
        return ""
    left = f" You still owe {dollars(letter.offset_left_cents)} of it." if letter.offset_left_cents else ""
    return f"{dollars(letter.offset_cents)} that you owe the City as a refund was set off against it.{left}"


def _rest(letter: DeterminationLetter) -> str:
    rest = letter.claimed_cents - letter.approved_cents
    if letter.outcome is not Outcome.SPLIT or rest <= 0:
        return ""
    claimed = "that you claimed" if letter.part == 1 else "that were still open"
    return f"{dollars(rest)} of the {dollars(letter.claimed_cents)} {claimed} is not paid now."


def _by(letter: DeterminationLetter) -> str:
    day = letter.closing.last_day if letter.closing else letter.send_by
    return f"by {long_date(day)}" if day else "as soon as you can"


def _closes(letter: DeterminationLetter) -> str:
    close = letter.closing
    if close is None:
        return ""
    many, them = ("are", "them") if len(close.lines) > 1 else ("is", "it")
    return (
        f"If it has not come by then, {close.names} ({dollars(close.cents)}) {many} closed, and you must claim {them} "
        "anew in a new requisition."
    )


def _dispute(way: DisputeWay, agency: str, what: str) -> str:
    return (
        f"{what}, send a written notice of dispute to {agency} within {way.days} calendar days after you receive the "
        f"letter (by {long_date(way.last_day)}, if you receive it on its date)."
    )


def _returned(letter: ReturnNotice) -> tuple[str, ...]:
    wishes = "\n".join(f"- {fault.where}: {fault.to_do}" for fault in letter.faults)
    return (
        f"we return {_about(letter)}: it is not a proper invoice, so its payment clock has not started.",
        f"Please correct all of this and submit it again, once:\n\n{wishes}",
    )


def _lapsed(letter: LapseNotice) -> tuple[str, ...]:
    lines = "\n".join(f"- Line {line.no}, {line.description}: {dollars(line.cents)}" for line in letter.lines)
    return (
        f"on {long_date(letter.asked_on)} we asked you for what was missing of {_about(letter)}, to come by "
        f"{long_date(letter.due_on)}. It has not come, so this is closed and will not be paid with it:\n\n{lines}",
        "To be paid for it after all, claim it in a new requisition with a new invoice number, and send what was "
        "missing with it.",
        _dispute(letter.dispute, letter.office.agency, "If you think that this is wrong"),
    )


def _decided(letter: DisputeDecision) -> tuple[str, ...]:
    amount, reason = dollars(letter.disputed_cents), f"The reason:\n\n{letter.reason}"
    if letter.claim is None:
        return (
            f"your dispute over {_about(letter)} is granted: we review the {amount} that were refused again.",
            reason,
            "You need not send us anything for it now. We write to you what is paid and by when.",
        )
    return (
        f"your dispute over {_about(letter)} is denied: the {amount} that were refused stay unpaid.",
        reason,
        "If you do not agree, you can take your claim to the Office of the New York City Comptroller within "
        f"{letter.claim.days} calendar days of this decision: by {long_date(letter.claim.last_day)}.",
    )
