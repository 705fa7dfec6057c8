"""What the address of the worklist asks for, read strictly: what is not understood is said, not guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from models.registration.states import ALL_STATES, states_held_by
from tasks.adapters.registration.queries import CaseFilter

PAGE = 100
MINE, UNIT, ALL = "mine", "unit", "all"
LONGEST_SEARCH, LAST_PAGE = 100, 100_000
EVERY = "all"


class NotUnderstood(ValueError):
    """The address asks for what there is not; the message says what there is."""


@dataclass(frozen=True)
class Asked:
    """The filters of a worklist as they stand in its form. `state` empty means any open one, `all` closed ones too.

    `scope` is whose work it shows; `behalf` the id of a person whom the reader stands in for.
    """

    state: str = ""
    holder: str = ""
    overdue: bool = False
    search: str = ""
    page: int = 1
    scope: str = ALL
    behalf: str = ""

    def wanted(self, today: date) -> CaseFilter:
        """The filter of the query behind the page."""
        return CaseFilter(
            state="" if self.state == EVERY else self.state, holder=self.holder, only_open=not self.state,
            overdue_on=today if self.overdue else None, search=self.search, limit=PAGE, offset=(self.page - 1) * PAGE,
        )  # fmt: skip

    def address(self, **changed: str | int) -> str:
        """The worklist's address with these filters; another filter begins on its first page."""
        asked: dict[str, str | int] = {
            "holder": self.holder, "state": self.state, "overdue": "yes" if self.overdue else "", "q": self.search,
            "for": self.behalf, **changed,
        }  # fmt: skip
        if self.scope != ALL:
            asked["scope"] = self.scope
        query = urlencode({key: value for key, value in asked.items() if value not in ("", 1)})
        return f"{self.path}?{query}" if query else self.path

    @property
    def path(self) -> str:
        """The page that shows this scope."""
        return "/worklist" if self.scope == ALL else "/"

    @property
    def unfiltered(self) -> str:
        """The address of the same scope without its filters."""
        return Asked(scope=self.scope, behalf=self.behalf).address()

    @property
    def is_filtered(self) -> bool:
        return bool(self.state or self.holder or self.overdue or self.search)


def read(query: Mapping[str, str]) -> Asked:
    """The filters of an address. Raises NotUnderstood for an unknown state or holder, and for a page without number."""
    scope = query.get("scope", ALL)
    if scope not in (MINE, UNIT, ALL):
        raise NotUnderstood(f"There is no list “{_short(scope)}”. Choose mine, my unit or all.")
    state, holder = query.get("state", "").strip(), query.get("holder", "").strip()
    if state not in ("", EVERY, *ALL_STATES):
        raise NotUnderstood(f"There is no state “{_short(state)}”. Choose one from the list on the worklist.")
    if holder and not states_held_by(holder):
        raise NotUnderstood(f"Nobody is called “{_short(holder)}”. Choose a holder from the list on the worklist.")
    named = next((s.holder for s in ALL_STATES.values() if s.holder.lower() == holder.lower()), "")
    search = "".join(sign if sign.isprintable() else " " for sign in query.get("q", ""))
    if len(search) > LONGEST_SEARCH:
        raise NotUnderstood(f"A search is at most {LONGEST_SEARCH} characters long. Search for a part of the name.")
    overdue, behalf = query.get("overdue", "") != "", query.get("for", "") if scope == MINE else ""
    return Asked(state, str(named), overdue, " ".join(search.split()), page_number(query), scope, behalf)


def page_number(query: Mapping[str, str]) -> int:
    """The page that an address asks for, the first when it does not say. Raises NotUnderstood."""
    text = query.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= LAST_PAGE):
        raise NotUnderstood(f"“{_short(text)}” is not the number of a page.")
    return int(text)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
