"""What the address of the list of requisitions asks for, read strictly: what is not understood is said, not guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from deployments.desk.asked import EVERY, LONGEST_SEARCH, PAGE, NotUnderstood, page_number
from models.payments.states import ALL_STATES, Holder
from models.payments.verdicts import Outcome
from tasks.adapters.payments.requisition_list import UNREVIEWED, RequisitionFilter

HOLDERS = tuple(str(holder) for holder in Holder if holder is not Holder.NOBODY)
OUTCOMES = frozenset({UNREVIEWED, *map(str, Outcome)})


@dataclass(frozen=True)
class AskedRequisitions:
    """The filters of the list as they stand in its form. `state` empty means any open one, `all` closed ones too."""

    holder: str = ""
    outcome: str = ""
    state: str = ""
    late: bool = False
    search: str = ""
    page: int = 1

    def wanted(self, today: date) -> RequisitionFilter:
        """The filter of the query behind the page."""
        return RequisitionFilter(
            holder=self.holder, outcome=self.outcome, state="" if self.state == EVERY else self.state,
            search=self.search, late_on=today if self.late else None, only_open=not self.state, limit=PAGE,
            offset=(self.page - 1) * PAGE,
        )  # fmt: skip

    def address(self, **changed: str | int) -> str:
        """The list's address with these filters; another filter begins on its first page."""
        asked: dict[str, str | int] = {
            "holder": self.holder, "outcome": self.outcome, "state": self.state, "late": "yes" if self.late else "",
            "q": self.search, **changed,
        }  # fmt: skip
        query = urlencode({key: value for key, value in asked.items() if value not in ("", 1)})
        return f"/requisitions?{query}" if query else "/requisitions"

    @property
    def is_filtered(self) -> bool:
        return bool(self.holder or self.outcome or self.state or self.late or self.search)


def read_asked(query: Mapping[str, str]) -> AskedRequisitions:
    """The filters of an address. Raises NotUnderstood."""
    holder, outcome, state = (query.get(name, "").strip() for name in ("holder", "outcome", "state"))
    named = next((one for one in HOLDERS if one.lower() == holder.lower()), "")
    if holder and not named:
        raise NotUnderstood(f"Nobody is called “{holder[:40]}”. Choose a holder from the list.")
    if outcome and outcome not in OUTCOMES:
        raise NotUnderstood(f"A review never comes to “{outcome[:40]}”. Choose an outcome from the list.")
    if state not in ("", EVERY, *ALL_STATES):
        raise NotUnderstood(f"There is no state “{state[:40]}”. Choose one from the list.")
    search = "".join(sign if sign.isprintable() else " " for sign in query.get("q", ""))
    if len(search) > LONGEST_SEARCH:
        raise NotUnderstood(f"A search is at most {LONGEST_SEARCH} characters long. Search for a part of the name.")
    late = query.get("late", "") != ""
    return AskedRequisitions(named, outcome, state, late, " ".join(search.split()), page_number(query))
