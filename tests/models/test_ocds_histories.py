"""Whatever happens to a contract: its releases never change again, and merging them gives what the tables say."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models.registration.amendment_rules import is_registered
from models.registration.awards import is_live
from models.registration.ocds import Published, package_head, publish
from models.registration.ocds_facts import PublicAward, PublicEvent
from models.registration.states import LIFECYCLES, MILESTONES, Kind
from models.shared.money import plain
from tests.models.test_ocds import AGENCY, CONTRACT, START, award, told
from tests.open_contracting import faults, merged

AMOUNTS = st.integers(-10_000_000, 10_000_000)
STATUSES = st.sampled_from(["Cleared", "Pending", "Rescinded", "Disapproved"])
Rows = dict[str, PublicAward]


@dataclass
class History:
    """A contract's events as the importers record them, the rows of its awards after each, and its amount."""

    events: list[PublicEvent]
    rows: list[Rows]
    amount: int = 0

    def published(self, count: int) -> Published:
        events = self.events[:count]
        return publish(CONTRACT, events, told(events, self.rows[count - 1]), AGENCY)


@st.composite
def histories(draw: st.DrawFn) -> History:
    rows: Rows = {f"FY27 0000{n}": award(f"FY27 0000{n}", amount_cents=draw(AMOUNTS)) for n in range(draw(_few) + 1)}
    made = History([], [])
    _record(draw, made, "opened", "designated", {"awards": sorted(rows)}, rows)
    state, kind = "designated", Kind.STANDARD
    for _ in range(draw(st.integers(0, 14))):
        if draw(st.booleans()):
            payload, rows, event = _award_news(draw, rows)
        else:
            steps = [t for t in LIFECYCLES[kind].transitions if t.state == state and t.event not in MILESTONES]
            if not steps:
                continue
            step = draw(st.sampled_from(steps))
            event, state, payload = step.event, step.target, {}
            if event == "kind_set":
                kind = draw(st.sampled_from(Kind))
                payload = {"value": kind.value}
        _record(draw, made, event, state, payload, rows)
    return made


_few = st.integers(0, 2)


def _award_news(draw: st.DrawFn, rows: Rows) -> tuple[dict[str, Any], Rows, str]:
    event = draw(st.sampled_from(["award_added", "award_changed", "award_vanished"]))
    if event == "award_added":
        new = award(f"FY27 0000{len(rows)}", amount_cents=draw(AMOUNTS), status=draw(STATUSES))
        return {"award": new.mocs_id, "amount": plain(new.amount_cents)}, {**rows, new.mocs_id: new}, event
    old = rows[draw(st.sampled_from(sorted(rows)))]
    if event == "award_vanished":
        return {"award": old.mocs_id, "amount": plain(old.amount_cents)}, rows, event
    new = replace(old, amount_cents=draw(AMOUNTS), status=draw(STATUSES))
    payload = {"award": old.mocs_id, "amount": plain(new.amount_cents), "status": new.status}
    if old.amount_cents != new.amount_cents:
        payload["amount_before"] = plain(old.amount_cents)
    if old.status != new.status:
        payload["status_before"] = old.status
    return payload, {**rows, old.mocs_id: new}, event


def _record(draw: st.DrawFn, made: History, event: str, state: str, payload: dict[str, Any], rows: Rows) -> None:
    day = START + timedelta(days=len(made.events) + draw(st.integers(-3, 3)))
    made.events.append(PublicEvent(len(made.events) + 1, day, event, state, payload))
    made.rows.append(rows)
    kinds = [Kind(one.payload["value"]) for one in made.events if one.event == "kind_set"]
    if not is_registered([Kind.STANDARD, *kinds][-1], state):
        made.amount = _awarded(rows)


def _awarded(rows: Rows) -> int:
    return sum(a.amount_cents for a in rows.values() if is_live(a.status))


@given(histories())
@settings(max_examples=150, deadline=None)
def test_merging_all_releases_gives_the_amounts_of_the_tables(history: History):
    rows, done = history.rows[-1], history.published(len(history.events))
    record, total = merged(done.releases), history.amount
    assert {a["id"]: round(a["value"]["amount"] * 100) for a in record["awards"]} == {
        key: row.amount_cents for key, row in rows.items()
    }
    sums = [record["tender"]["value"], *(contract["value"] for contract in record.get("contracts", []))]
    assert {round(value["amount"] * 100) for value in sums} == {total}
    assert round(record["planning"]["budget"]["amount"]["amount"] * 100) == _awarded(rows)
    assert (done.amount_cents, done.awards) == (total, {key: row.amount_cents for key, row in rows.items()})


@given(histories(), st.data())
@settings(max_examples=150, deadline=None)
def test_what_happens_later_never_changes_a_release(history: History, data: st.DataObject):
    count = data.draw(st.integers(1, len(history.events)))
    earlier = history.published(count).releases
    assert history.published(len(history.events)).releases[: len(earlier)] == earlier


@given(histories())
@settings(max_examples=150, deadline=None)
def test_every_history_keeps_to_the_standard(history: History):
    releases = list(history.published(len(history.events)).releases)
    assert faults({**package_head(AGENCY, START), "releases": releases}) == []
