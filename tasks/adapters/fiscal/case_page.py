"""What the desk and the command line show of a contract's month."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.fiscal.acts import ACTS, label, misfit, signed_history
from models.fiscal.documents import FiscalReview
from models.fiscal.policy import Policy
from models.fiscal.review_documents import fiscal_review
from models.fiscal.states import ALL_STATES, BACKGROUND, LIFECYCLE
from models.shared.calendar import new_york_date
from models.shared.documents import Office
from models.shared.duties import Signed
from models.shared.lifecycle import ledger
from tasks.adapters.case_history import TimelineLine, events_of, papers_of, timeline_line
from tasks.adapters.fiscal.books import PROCESS
from tasks.adapters.fiscal.months import LoadedMonth, load_months
from tasks.adapters.fiscal.paper import review_number


@dataclass(frozen=True)
class MonthPage:
    """Everything that is shown of one month. `paper` is its review as it is printed; `held` who had it how long."""

    row: Any
    loaded: LoadedMonth
    paper: FiscalReview
    timeline: tuple[TimelineLine, ...]
    held: tuple[tuple[str, timedelta], ...]
    papers: tuple[Any, ...]
    at: datetime

    @property
    def state(self) -> str:
        return ALL_STATES[self.row.state].label

    @property
    def holder(self) -> str:
        return str(ALL_STATES[self.row.state].holder)

    @property
    def history(self) -> list[Signed]:
        """What people have done in it so far, as far as it bears on who may sign next."""
        return list(signed_history(self.loaded.history, self.loaded.submitters))

    @property
    def steps(self) -> list[str]:
        """Each act that fits where it stands and what was found, in the procedure's order."""
        findings, desk, today = self.loaded.review.findings, self.loaded.desk, new_york_date(self.at)
        legal = [name for name in LIFECYCLE.events_from(self.row.state) if name not in BACKGROUND]
        return [name for name in ACTS if name in legal and not misfit(name, findings, desk, today)]


def month_page(session: Session, case_id: str, policy: Policy, office: Office, at: datetime) -> MonthPage | None:
    """One month as of now; None where there is none such."""
    found = load_months(session, [case_id], policy)
    if not found:
        return None
    case, told = found[0], events_of(session, PROCESS, case_id)
    paper = fiscal_review(
        case.packet, case.review, policy, office, at, case.desk, document_id=review_number(case_id, case.row.version)
    )
    moves = [(event.occurred_at, event.state_to) for event in told if event.state_from != event.state_to]
    return MonthPage(
        case.row, case, paper, tuple(map(_line, told)), tuple(ledger(LIFECYCLE, moves).by_holder(at).items()),
        papers_of(session, PROCESS, case_id), at,
    )  # fmt: skip


def _line(event: Any) -> TimelineLine:
    told = json.loads(event.payload)
    return timeline_line(event, label(event.event), ALL_STATES[event.state_to].label, told)
