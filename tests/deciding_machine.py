"""Steps over every door at which something is decided, proposed or changed, with an oracle that looks after each."""

import json
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from models.registration.duties import DUTIES
from models.shared.calendar import new_york_date
from models.shared.signing import Asked, Credential, Item
from tasks.adapters import decisions
from tasks.adapters.codes import code_at
from tasks.adapters.database import engine, reading
from tasks.adapters.proposals import item_of, open_proposals
from tasks.adapters.refusals import NotSigned
from tasks.adapters.sealing import unseal
from tests.attacks import stand_at
from tests.deciding_office import AT, CASES, PEOPLE, REASONED, Happenings, award_lines
from tests.deciding_oracle import Member, Oracle, Violation, must
from tests.office import import_list, review_all, stop_clock
from tests.signers import hire

START = datetime(2026, 8, 3, 14, tzinfo=UTC)
STAFF = tuple(person[0] for person in PEOPLE)
STATES = ("scope", "responsibility", "legal", "registered", "package", "documents")
ANYWHERE: dict[str, dict[str, str]] = {
    "orientation_attended": {}, "document_recorded": {"document": "training_certificate"}, "hold_placed": {},
    "document_rejected": {"document": "training_certificate"}, "hold_released": {}, "withdrawn": {},
    "assigned": {"role": "program manager", "staff": "m.ortiz"}, "reduced": {"amount": "40000.00"},
    "awards_regrouped": {"awards": "FY27 00006"},
}  # fmt: skip
# How often each kind of step comes; those that only try a code are cheap and come often.
WEIGHTS = {
    "clock": 12, "wrong": 18, "replay": 18, "lend": 12, "end": 9, "back": 6, "revoke": 3, "roles": 3, "tampered": 3,
    "follow": 2, "look": 3, "stale": 3, "form": 3, "signs_for": 4, "second": 5, "command": 2, "sign": 9, "race": 1,
    "list": 1, "review": 1, "tracker": 1, "awards": 1, "maker": 2,
}  # fmt: skip
KINDS = tuple(kind for kind, weight in WEIGHTS.items() for _ in range(weight))


def make_template(home: Path, template: Path) -> type["Deciding"]:
    """Fill the home that is in use: six contracts at six stages, and everybody who signs; the machine that works on it.

    Each of its examples begins with a copy of `template`.
    """
    stop_clock(2026, 8, 3, 14)
    hire(*PEOPLE[:-2])
    hire(*PEOPLE[-2:], enrolled_by=("m.ortiz", "x.two"))
    import_list(home, *award_lines())
    review_all(letters=False)
    for case_id, state in zip(CASES, STATES, strict=True):
        if state != "scope":
            stand_at(state, case_id)
    engine().dispose()
    shutil.copyfile(home / "steward.db", template)
    return type("DecidingHere", (Deciding,), {"home": home, "template": template, "counts": Counter(), "found": []})


class Deciding(Happenings, RuleBasedStateMachine):
    """One example: a fresh copy of the home, and steps of people who may, may not, and try all the same."""

    home: Path
    template: Path
    counts: Counter[str]
    found: list[str]
    without: tuple[str, ...] = ()

    @initialize()
    def begin(self) -> None:
        engine().dispose()
        for left in self.home.glob("steward.db-*"):
            left.unlink()
        shutil.copyfile(self.template, self.home / "steward.db")
        self.at = START
        self._set_clock()
        with reading() as session:
            rows = session.connection().exec_driver_sql("select staff_id, roles, secret, enrolled_by from staff").all()
        people = {s: Member(set(json.loads(r)), unseal(k, s), tuple(json.loads(e))) for s, r, k, e in rows}
        self.oracle = Oracle(self.home / "steward.db", people)
        self.pages: list[tuple[Asked, str, str]] = []
        self.used: list[tuple[Credential, Asked, str]] = []
        self.runs = 0

    def teardown(self) -> None:
        if hasattr(self, "oracle"):
            self.oracle.db.close()

    @rule(
        kind=st.sampled_from(KINDS), staff=st.sampled_from(STAFF), other=st.sampled_from(STAFF),
        case=st.sampled_from(CASES), number=st.integers(0, 2**16),
    )  # fmt: skip
    def step(self, kind: str, staff: str, other: str, case: str, number: int) -> None:
        self.counts["steps"] += 1
        self.counts[f"step {kind}"] += 1
        self.shown: str | None = None
        try:
            getattr(self, f"_{kind}")(staff, other, case, number)
            self.counts["signed events"] += self.oracle.check(self.today, self.shown)
        except Violation as violation:
            self.found.append(str(violation))
            raise

    @property
    def today(self) -> Any:
        return new_york_date(self.at)

    def _set_clock(self) -> None:
        told = {"demo": False, "clock": "fixed", "moment": self.at.isoformat()}
        (self.home / "home.json").write_text(json.dumps(told))

    # --- pages and codes ---------------------------------------------------------------------------------------

    def _who(self, staff: str, behalf: str = "", ahead: int = 0) -> Credential:
        row = self.oracle.db.execute("select last_counter from staff where staff_id = ?", (staff,)).fetchone()
        step = max(int(self.at.timestamp()) // 30, row[0] + 1) + ahead
        return Credential(staff, code_at(self.oracle.people[staff].secret, step), behalf)

    def _item(self, case: str, number: int) -> Item:
        """An act that the case may well allow where it stands, any of the others now and then."""
        (state,) = self.oracle.db.execute("select state from registration_case where case_id = ?", (case,)).fetchone()
        here = AT.get(state, ()) if number % 3 else ()
        acts = here or tuple(act for act in ANYWHERE if act not in self.without)
        act = acts[number // 3 % len(acts)]
        return Item(case, act, ANYWHERE.get(act, {}), "for a reason" if act in REASONED else "")

    def _signer(self, staff: str, item: Item, number: int) -> str:
        """Mostly somebody whose roles sign the act, now and then whoever it is."""
        wanted = {str(role) for role in DUTIES[item.act].roles}
        able = [s for s, person in self.oracle.people.items() if person.roles & wanted]
        makers = {one for _, ids in self.oracle.hands.get(item.case_id, []) for one in ids}
        if DUTIES[item.act].approves and number % 2 and makers & set(able):
            able = [s for s in able if s in makers]
        return able[number // 7 % len(able)] if able and number % 5 else staff

    def _page(self, *items: Item) -> tuple[Asked, str, str] | None:
        try:
            shown = decisions.show(Asked("registration", items))
        except NotSigned:
            self.counts["nothing to sign"] += 1
            return None
        return Asked("registration", items), shown.sha256(), shown.text()

    def _try(
        self, who: Credential, page: tuple[Asked, str, str] | None, door: str = "desk", honest: bool = True
    ) -> bool:
        if page is None:
            return False
        asked, digest, text = page
        before = self._size()
        self.counts["tries" if honest else "attacks"] += 1
        try:
            decisions.decide(asked, digest, who, door)
        except NotSigned as refused:
            self.counts[f"refused: {refused.kind}"] += 1
            must(self.due_ran or self._size() == before, f"refused, and something was written: {refused}")
            return False
        self.shown = text if self.shown is None else ""
        self.used.append((who, asked, digest))
        self.counts["done" if honest else "attacks done"] += 1
        return True

    due_ran = False

    def _size(self) -> tuple[int, ...]:
        query = "select (select count(*) from case_event), (select count(*) from signature)"
        return tuple(self.oracle.db.execute(query).fetchone())

    # --- the doors ---------------------------------------------------------------------------------------------

    def _sign(self, staff: str, other: str, case: str, number: int) -> None:
        item = self._item(case, number)
        self._try(self._who(self._signer(staff, item, number)), self._page(item))

    def _command(self, staff: str, other: str, case: str, number: int) -> None:
        item = self._item(case, number)
        self._try(self._who(self._signer(staff, item, number)), self._page(item), "command line")

    def _signs_for(self, staff: str, other: str, case: str, number: int) -> None:
        item = self._item(case, number)
        pairs = [d for d in self.oracle.lent if not d.ended and d.first <= self.today <= d.last]
        if pairs and number % 4:
            pair = pairs[number // 4 % len(pairs)]
            staff, other = pair.taker, pair.giver
        self._try(self._who(staff, other), self._page(item))

    def _second(self, staff: str, other: str, case: str, number: int) -> None:
        with reading() as session:
            rows = open_proposals(session, "registration")
            items = [item_of(row, "agreed") for row in rows[-4:]]
        if not items:
            return
        item = items[number % len(items)]
        item = replace(item, act="proposal_closed", fields={}) if number % 9 == 0 else item
        wanted = {str(role) for role in DUTIES[item.act].seconds} if item.act in DUTIES else set()
        able = [s for s in STAFF if self.oracle.people[s].roles & wanted]
        # Who made the case what it is tries to approve it too.
        makers = [s for s in able if s in {one for _, ids in self.oracle.hands.get(item.case_id, []) for one in ids}]
        able = makers if makers and number % 2 else able
        signer = self._signer(staff, item, number) if able else staff
        signer = able[number // 5 % len(able)] if able and number % 3 else signer
        takers = [d for d in self.oracle.lent if d.giver in able and not d.ended and d.first <= self.today <= d.last]
        if takers and number % 2:
            signer, other = takers[number // 2 % len(takers)].taker, takers[number // 2 % len(takers)].giver
        self._try(self._who(signer, other if number % 5 in (0, 1) else ""), self._page(item))

    def _maker(self, staff: str, other: str, case: str, number: int) -> None:
        """Who proposed something signs it a second time, with the role for it."""
        act = ("reduced", "withdrawn")[number % 2]
        self._try(self._who("l.both"), self._page(Item(case, act, ANYWHERE.get(act, {}), "why")))
        with reading() as session:
            rows = [row for row in open_proposals(session, "registration", case_id=case) if row.proposed_by == "l.both"]
        if rows:
            done = self._try(self._who("l.both"), self._page(item_of(rows[-1])), honest=False)
            must(not done, f"who proposed {rows[-1].act} in {case} approved it")

    def _list(self, staff: str, other: str, case: str, number: int) -> None:
        with reading() as session:
            waiting = [item_of(row, "agreed") for row in open_proposals(session, "registration")][:6]
        waiting += [self._item(c, number + n) for n, c in enumerate(CASES)]
        found = decisions.sort_out(Asked("registration", tuple(waiting)), staff)
        if found.items:
            asked = Asked("registration", found.items)
            self._try(self._who(staff), (asked, found.shown.sha256(), found.shown.text()))
        both = (self._item(case, number), self._item(case, number // 7))
        self._try(self._who(staff), self._page(*both))
        self.shown = "" if self.shown is not None else None

    def _race(self, staff: str, other: str, case: str, number: int) -> None:
        """Somebody else signs between the check and the commit of a signature."""
        item, theirs = self._item(case, number), self._item(case, number // 5)
        staff, other = self._signer(staff, item, number), self._signer(other, theirs, number // 3)
        page, page_of_other, mine = self._page(item), self._page(theirs), self._who(staff)
        if page is None or other == staff:
            return
        self.due_ran, real = True, decisions._stamp

        def stamp(*given: Any) -> Any:
            decisions._stamp = real
            self._try(self._who(other), page_of_other)
            return real(*given)

        decisions._stamp = stamp
        try:
            self._try(mine, page)
        finally:
            decisions._stamp, self.due_ran = real, False

    def _look(self, staff: str, other: str, case: str, number: int) -> None:
        page = self._page(self._item(case, number))
        if page:
            self.pages = [*self.pages[-9:], page]

    def _stale(self, staff: str, other: str, case: str, number: int) -> None:
        if self.pages:
            page = self.pages[number % len(self.pages)]
            self._try(self._who(self._signer(staff, page[0].items[0], number)), page)

    def _tampered(self, staff: str, other: str, case: str, number: int) -> None:
        if not self.pages:
            return
        (asked, digest, _), item = self.pages[number % len(self.pages)], self._item(case, number)
        if asked.items == (item,):
            return
        done = self._try(self._who(staff), (Asked("registration", (item,)), digest, ""), honest=False)
        must(not done, "something else was signed than the page showed")

    def _wrong(self, staff: str, other: str, case: str, number: int) -> None:
        who = replace(self._who(staff), code=f"{number:06d}")
        right = {self._who(staff, ahead=n).code for n in (-1, 0, 1)}
        asked = Asked("registration", (self._item(case, number),))
        done = self._try(who, (asked, "0" * 64, ""), honest=False)
        must(not done or who.code in right, "a wrong code signed")
        # Ten wrong codes lock an account; a quarter of an hour later it signs again.
        self.oracle.db.execute("delete from attempt")

    def _replay(self, staff: str, other: str, case: str, number: int) -> None:
        if self.used:
            who, asked, digest = self.used[number % len(self.used)]
            done = self._try(who, (asked, digest, ""), honest=False)
            must(not done, f"the same request of {who.staff_id} signed twice")
            self.oracle.db.execute("delete from attempt")


def run_steps(here: type[Deciding], steps: int, length: int = 100) -> Counter[str]:
    """Run at least so many steps; what they came to. Raises Violation."""
    chosen = settings(
        max_examples=steps * 11 // (length * 10) + 2, stateful_step_count=length, deadline=None, database=None,
        derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(here, settings=chosen)
    return here.counts
