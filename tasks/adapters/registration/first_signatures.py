"""The first of two signatures as the case recorded it: what a proposal's row says later counts for nothing."""

import json

from sqlmodel import Session

from models.shared.people_records import Proposal
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.registration.history import load_history


def check_first(session: Session, proposal: Proposal) -> None:
    """Raise NotSigned unless the case's history holds this first signature, word for word."""
    for event in load_history(session, [proposal.case_id]).get(proposal.case_id, []):
        if event.event != "act_proposed":
            continue
        told = json.loads(event.payload)
        if told.get("proposal") == proposal.proposal_id and _agrees(told, proposal):
            return
    raise NotSigned(
        Refusal.CHANGED,
        f"The proposal for {proposal.case_id} says something else than what was signed first: somebody changed it. "
        "Nothing was changed. Tell whoever looks after this system, close the proposal and propose it anew.",
    )


def _agrees(told: dict[str, object], proposal: Proposal) -> bool:
    signed = told["signed"]
    assert isinstance(signed, dict)
    return (
        told["value"] == proposal.act
        and json.loads(str(told["fields"])) == json.loads(proposal.fields)
        and told.get("reason", "") == proposal.reason
        and (signed["by"], signed["for"], signed["signature"])
        == (proposal.proposed_by, proposal.behalf_id, proposal.signature_id)
    )
