"""Keeps what a form of the Prefect UI proposes, under the run that it came with."""

from datetime import datetime

from sqlmodel import Session

from models.registration.moves import Refusal
from models.registration.proposal_form import ProposalForm
from models.registration.records import RegistrationCase
from models.shared.calendar import new_york_date
from models.shared.signing import Item
from tasks.adapters.addresses import desk_url
from tasks.adapters.policy import registration_policy
from tasks.adapters.proposals import OtherContent, Proposed, propose
from tasks.adapters.registration.cases import PROCESS, find_case_id, load_cases
from tasks.adapters.registration.taking import take_item


def keep_proposal(session: Session, run_id: str, form: ProposalForm, at: datetime) -> str:
    """Keep the proposal of a run; returns the address at which it waits. Raises LookupError with a sentence.

    A run proposes once: when it comes again with other values, what people may have read stays.
    """
    case_id = find_case_id(session, form.case)
    item = Item(case_id, form.act.name, form.fields(), form.reason.strip())
    loaded = load_cases(session, [case_id], new_york_date(at))[0]
    taken = take_item(session, loaded.packet, registration_policy(), item, at)
    if isinstance(taken, Refusal):
        raise LookupError(f"{case_id}: {taken.sentence}")
    row = session.get(RegistrationCase, case_id)
    proposed = Proposed(case_id, item.act, item.fields, item.reason, row.version if row else 0)
    try:
        list_id = propose(session, PROCESS, f"run {run_id}", [proposed], at)
    except OtherContent as other:
        raise LookupError(str(other)) from other
    return f"{desk_url()}/proposals/{list_id}"
