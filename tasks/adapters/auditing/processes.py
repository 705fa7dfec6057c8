"""What an audit knows of each process: its duties in the order of the procedure, and how to show one of its cases."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.registration.duties import DUTIES
from models.registration.records import Amendment, Award, DocumentReport, RegistrationCase
from models.registration.sheets import label
from models.registration.states import states_held_by
from models.shared.duties import Duty
from models.shared.people_records import Assignment, CaseNote, LetterOrder, Proposal
from models.shared.records import CaseFinding, CaseRow, Contract, OutgoingMessage, Provider, StoredDocument
from tasks.adapters.registration.queries import show_case
from tasks.adapters.tables import case_tables


@dataclass(frozen=True)
class Audited:
    """A process as an audit sees it. `columns` are the names of its duties.

    `aside` are events that say nothing about the content of a case, `returns` those that send one back.
    `records` are tables of what belongs to a case, each with the column that names the case or its provider; `reports`
    the one that names scans.
    """

    name: str
    duties: Mapping[str, Duty]
    columns: tuple[str, ...]
    aside: frozenset[str]
    returns: frozenset[str]
    corrections: frozenset[str]
    label: Callable[[str], str]
    show: Callable[[Session, str, datetime], dict[str, Any] | None]
    held_by: Callable[[str], tuple[str, ...]]
    records: tuple[tuple[type, str], ...]
    reports: type

    @property
    def cases(self) -> type[CaseRow]:
        return case_tables()[self.name]


def _in_order(first: Iterable[str], duties: Mapping[str, Duty]) -> tuple[str, ...]:
    """Names of duties: those of the procedure in its order, then what can come at many of its stages."""
    return tuple(dict.fromkeys([*first, *(duty.name for duty in duties.values())]))


_REGISTRATION = Audited(
    name="registration",
    duties=DUTIES,
    columns=_in_order(
        ("program", "contract file", "documents", "ACCO's approval", "appeal", "legal review",
         "objection", "funds", "fiscal file", "close-out"),
        DUTIES,
    ),
    aside=frozenset({"assigned", "hold_placed", "hold_released", "proposal_closed"}),
    returns=frozenset(
        {"returned", "objected", "documents_reopened", "responsibility_reopened", "notice_reopened", "legal_reopened",
         "amendment_returned"}
    ),
    corrections=frozenset({"corrected", "document_corrected"}),
    label=label,
    show=show_case,
    held_by=states_held_by,
    records=(
        (RegistrationCase, "case_id"), (Contract, "contract_id"), (Award, "contract_id"), (Amendment, "contract_id"),
        (Provider, "ein"), (DocumentReport, "owner"), (CaseFinding, "case_id"), (StoredDocument, "case_id"),
        (OutgoingMessage, "case_id"), (Proposal, "case_id"), (LetterOrder, "case_id"), (Assignment, "subject"),
        (CaseNote, "case_id"),
    ),
    reports=DocumentReport,
)  # fmt: skip
AUDITED: dict[str, Audited] = {_REGISTRATION.name: _REGISTRATION}
