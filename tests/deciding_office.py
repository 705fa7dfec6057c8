"""What else happens in an office while people decide: clock, delegations, accounts, forms, lists, reviews."""

import json
from datetime import timedelta
from typing import Any

from models.registration.proposal_form import ProposalForm
from tasks.adapters import follow_up
from tasks.adapters.database import writing
from tasks.adapters.registration.forms import keep_proposal
from tests.attacks import BOTH, LEADS
from tests.deciding_oracle import Lent
from tests.office import award, import_list, import_tracker, review_all
from tests.signers import CAST

PEOPLE = (*CAST, BOTH, LEADS)
EINS = tuple(str(971_030_000 + n) for n in range(6))
CASES = tuple(f"R27-{ein}" for ein in EINS)

REASONED = {"withdrawn", "reduced", "document_rejected", "awards_regrouped", "found_not_responsible", "hold_placed",
            "hold_released", "documents_reopened", "corrected", "amendment_approved"}  # fmt: skip
_CHECKS = ("name_check_requested", "found_responsible", "name_check_answered", "found_not_responsible")
AT = {
    "scope": ("scope_and_budget_agreed",), "responsibility": _CHECKS, "legal": ("award_made", "documents_reopened"),
    "public_notice": ("notice_published", "notice_completed"), "package": ("filed",), "filed": ("registered",),
    "registered": ("activated",), "active": ("term_ended",), "close_out": ("closed_out",),
    "not_responsible": ("denial_mailed",),
}  # fmt: skip


def award_lines(more: int = 0) -> list[str]:
    """The Council's list; the first contract has two awards."""
    pairs = [*enumerate(EINS), (6, EINS[0])]
    return [award(n, f"Body {ein}, Inc.", ein, str(50_000 + more * (n == 0))) for n, ein in pairs]


class Happenings:
    """Steps that nobody signs."""

    at: Any
    today: Any
    home: Any
    oracle: Any
    counts: Any
    runs: int
    _item: Any
    _set_clock: Any

    def _clock(self, staff: str, other: str, case: str, number: int) -> None:
        self.at += timedelta(seconds=(20, 40, 900, 86_400)[number % 4])
        self._set_clock()

    def _lend(self, staff: str, other: str, case: str, number: int) -> None:
        if staff == other:
            return
        first = self.today + timedelta(days=number % 5 - 2)
        made = Lent(staff, other, first, first + timedelta(days=number % 3))
        self.oracle.lent.append(made)
        row = (f"d{len(self.oracle.lent)}", staff, other, made.first.isoformat(), made.last.isoformat())
        self.oracle.db.execute("insert into staff_delegation values (?, ?, ?, ?, ?, 'away', null)", row)

    def _end(self, staff: str, other: str, case: str, number: int) -> None:
        if self.oracle.lent:
            at = number % len(self.oracle.lent)
            self.oracle.lent[at].ended = True
            ended = "update staff_delegation set ended_at = '2026-08-03 14:00:00.000000' where delegation_id = ?"
            self.oracle.db.execute(ended, (f"d{at + 1}",))

    def _revoke(self, staff: str, other: str, case: str, number: int) -> None:
        self.oracle.people[staff].revoked = True
        self.oracle.db.execute("update staff set revoked_at = added_at where staff_id = ?", (staff,))

    def _back(self, staff: str, other: str, case: str, number: int) -> None:
        for person in self.oracle.people.values():
            person.revoked = False
        self.oracle.db.execute("update staff set revoked_at = null")

    def _roles(self, staff: str, other: str, case: str, number: int) -> None:
        roles = [str(r) for r in next(p for p in PEOPLE if p[0] == (other if number % 2 else staff))[3]]
        self.oracle.people[staff].roles = set(roles)
        self.oracle.db.execute("update staff set roles = ? where staff_id = ?", (json.dumps(roles), staff))

    def _form(self, staff: str, other: str, case: str, number: int) -> None:
        item = self._item(case, number)
        self.runs += number % 4 > 0
        form = ProposalForm(case=case, decision=item.act, reason=item.reason, amount=item.fields.get("amount", ""),
                            document=item.fields.get("document", ""))  # fmt: skip
        try:
            with writing() as session:
                keep_proposal(session, f"run {self.runs}", form, self.at)
        except LookupError:
            self.counts["not proposed"] += 1

    def _tracker(self, staff: str, other: str, case: str, number: int) -> None:
        items = [self._item(c, number + n) for n, c in enumerate(CASES)]
        lines = [f"{item.case_id},{item.act},{self.today.isoformat()},reason {self.counts['steps']}" for item in items]
        import_tracker(self.home, "registration-steps", "case,step,date,reason", *lines)

    def _review(self, staff: str, other: str, case: str, number: int) -> None:
        review_all(letters=False)

    def _awards(self, staff: str, other: str, case: str, number: int) -> None:
        import_list(self.home, *award_lines(number % 5_000))

    def _follow(self, staff: str, other: str, case: str, number: int) -> None:
        with writing() as session:
            found = follow_up.to_follow(session, "registration")
            follow_up.mark_followed(session, found.signature_ids, self.at)
