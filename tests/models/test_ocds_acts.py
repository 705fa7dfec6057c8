"""Whatever is signed about contracts, in whatever order: releases stay, and merging them gives each as it stands."""

from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import event as note
from hypothesis import given, settings
from hypothesis import strategies as st

from models.registration.amendment_rules import counts
from models.registration.amendments import AmendmentForm, amend, reduce
from models.registration.corrections import Correction, Recorded, as_corrected, correct
from models.registration.moves import Refusal
from models.registration.ocds import package_head
from models.registration.packet import AmendmentFacts
from models.registration.placement import carried_by
from models.registration.regrouping import Regrouping, regroup, undo
from models.registration.regrouping_events import payloads, standing_regroupings
from models.registration.states import LIFECYCLES, MILESTONES, STEPS, Kind
from models.shared.calendar import new_york_date
from models.shared.documents import canonical
from models.shared.money import plain
from tests.factories import POLICY
from tests.models.test_ocds import AGENCY, START, award
from tests.open_contracting import faults, merged
from tests.open_contracting_office import Held, Office

HERE, THERE = "R27-971010012-971000002", "R27-971010012-971000003"
_OF_THE_HOUSE = ("orientation_attended", "name_check_requested", "name_check_answered")
# Before filing awards move about; afterwards the contract is amended.
ACTS = {
    0: ("step", "news", "added", "moved", "reduced", "regrouped", "regrouped", "regrouped", "undone", "corrected"),
    7: ("step", "news", "added", "amended", "amended", "sent", "sent", "sent", "corrected", "corrected"),
}
PATH = (
    ("cleared", "scope"), ("scope_and_budget_agreed", "documents"), ("package_complete", "responsibility"),
    ("found_responsible", "public_notice"), ("notice_completed", "legal"), ("award_made", "package"),
    ("filed", "filed"), ("registered", "registered"),
)  # fmt: skip


AMOUNTS = st.integers(1, 10_000_000)
STATUSES = st.sampled_from(["Cleared", "Cleared", "Cleared", "Pending", "Rescinded"])


def _pick(draw: st.DrawFn, among: Any) -> Any:
    return draw(st.sampled_from(sorted(among)))


def step(draw: st.DrawFn, office: Office, here: str) -> None:
    held = office.held[here]
    kind = Kind(held.row.kind)
    if held.folded_into:
        return
    found = [t for t in LIFECYCLES[kind].transitions if t.state == held.state and t.event not in MILESTONES]
    found = [t for t in found if t.event not in ("withdrawn", "lapsed", *_OF_THE_HOUSE)] or found
    if found:
        taken = draw(st.sampled_from(found))
        payload = {"value": _pick(draw, [k.value for k in Kind])} if taken.event == "kind_set" else {}
        office.record(here, taken.event, payload, taken.target, draw(st.integers(0, 2)))
        held.row.kind = payload.get("value", held.row.kind)


def news(draw: st.DrawFn, office: Office, here: str) -> None:
    key = _pick(draw, office.awards)
    old = office.awards[key]
    new = replace(
        old, amount_cents=draw(AMOUNTS), status=draw(STATUSES), purpose=draw(st.sampled_from(["Help", "More"]))
    )
    payload: dict[str, Any] = {"award": key, "amount": plain(new.amount_cents), "status": new.status}
    payload |= {"amount_before": plain(old.amount_cents), "status_before": old.status}
    payload |= {"purpose": new.purpose, "purpose_before": old.purpose} if old.purpose != new.purpose else {}
    office.awards[key] = new
    office.record(office.place[key], "award_changed", payload)
    office.listed(office.place[key])


def added(draw: st.DrawFn, office: Office, here: str) -> None:
    new = award(f"FY27 {len(office.awards):05d}", amount_cents=draw(AMOUNTS), status=draw(STATUSES))
    own = draw(st.sampled_from([HERE, THERE]))
    folded = {key: held.folded_into for key, held in office.held.items() if held.folded_into}
    office.awards[new.mocs_id], office.own[new.mocs_id] = new, own
    office.place[new.mocs_id] = carried_by(own, "", folded)
    office.record(office.place[new.mocs_id], "award_added", {"award": new.mocs_id, "amount": plain(new.amount_cents)})
    office.listed(office.place[new.mocs_id])


def moved(draw: st.DrawFn, office: Office, here: str) -> None:
    """A newer list gives an award to the other contract; what somebody placed stays placed."""
    key = _pick(draw, office.awards)
    old = office.awards[key]
    office.own[key] = THERE if office.own[key] == HERE else HERE
    folded = {key: held.folded_into for key, held in office.held.items() if held.folded_into}
    to, left = carried_by(office.own[key], office.placed_in.get(key, ""), folded), office.place[key]
    if to != left:
        new = office.awards[key] = replace(old, amount_cents=draw(AMOUNTS))
        said = {"award": key, "amount": plain(new.amount_cents), "status": new.status}
        said |= {"amount_before": plain(old.amount_cents)} if new.amount_cents != old.amount_cents else {}
        office.place[key] = to
        office.record(left, "award_changed", {**said, "moved_to": to})
        office.record(to, "award_added", {**said, "moved_from": left})
        office.listed(left)
        office.listed(to)


def reduced(draw: st.DrawFn, office: Office, here: str) -> None:
    row, after = office.held[here].row, draw(AMOUNTS) // 4
    adjustment = reduce(office.packet(here), POLICY, after, "Less is needed.")
    if not isinstance(adjustment, Refusal) and not office.held[here].folded_into:
        office.record(here, "reduced", {"amount_before": plain(row.amount_cents), "amount": plain(after)})
        row.amount_cents, row.adjustment_cents = after, adjustment


def regrouped(draw: st.DrawFn, office: Office, here: str) -> None:
    carried = [award.mocs_id for award in office.facts(here).carried]
    if not carried:
        return
    chosen = draw(st.one_of(st.just(carried), st.lists(st.sampled_from(carried), min_size=1, unique=True)))
    target = draw(st.sampled_from(["", *sorted(office.held)]))
    facts = office.facts(target) if target else None
    _regroup(office, regroup(office.facts(here), facts, chosen, list(office.held)))


def undone(draw: st.DrawFn, office: Office, here: str) -> None:
    standing = standing_regroupings((e.event, e.payload) for e in office.held[here].events)
    if standing:
        back = draw(st.sampled_from(standing))
        folded = {key: held.folded_into for key, held in office.held.items() if held.folded_into}
        _regroup(office, undo(back, office.facts(back.source_id), office.facts(back.target_id), folded))


def _regroup(office: Office, made: Regrouping | Refusal) -> None:
    if isinstance(made, Refusal):
        return
    note(f"{made.event}{' with a fold' if made.folds_source else ''}{' into a new one' if made.is_new else ''}")
    if made.is_new:
        kind = office.held[made.source_id].row.kind
        office.opened(made.target_id, list(made.award_ids), kind=kind)
    office.place |= dict.fromkeys(made.award_ids, made.target_id)
    office.placed_in |= made.placements
    for contract_id, payload in payloads(made).items():
        is_source = contract_id == made.source_id
        worth, held = made.source_after if is_source else made.target_after, office.held[contract_id]
        held.row.amount_cents, held.row.adjustment_cents = worth.amount_cents, worth.adjustment_cents
        held.folded_into = made.target_id if is_source and made.folds_source else ""
        office.record(contract_id, made.event, payload)


def amended(draw: st.DrawFn, office: Office, here: str) -> None:
    held, kind = office.held[here], draw(st.sampled_from(["amount", "term", "amount_and_term", "scope"]))
    later = held.row.term_end + timedelta(days=draw(st.integers(1, 300)))
    form = AmendmentForm(
        type=kind, reason="SECRET", ccpo_reference="C-1", ccpo_approved_on=date(2026, 7, 1),
        delta_cents=draw(st.integers(-2_000_000, 2_000_000)) if "amount" in kind else 0,
        term_end=later if "term" in kind else None,
    )  # fmt: skip
    facts = amend(office.packet(here), POLICY, form)
    if not isinstance(facts, Refusal):
        note(f"amendment of {facts.type}")
        payload = {
            "seq_no": str(facts.seq_no),
            "type": facts.type,
            "delta": plain(facts.delta_cents),
            "reason": "SECRET",
        }
        payload |= {"needs_registration": "yes" if facts.needs_registration else "no"}
        payload |= {"term_end": facts.term_end.isoformat()} if facts.term_end else {}
        office.record(here, "amendment_approved", payload)
        _stands(held, facts)


def sent(draw: st.DrawFn, office: Office, here: str) -> None:
    held, then = office.held[here], draw(st.sampled_from(["filed", "returned", "registered"]))
    wanted = ("approved", "returned") if then == "filed" else ("filed",)
    found = [a for a in held.amendments if a.status in wanted and a.needs_registration]
    if found:
        facts = found[0].model_copy(update={"status": then})
        office.record(here, f"amendment_{then}", {"seq_no": str(facts.seq_no)}, days_ago=draw(st.integers(0, 2)))
        _stands(held, facts)


def _stands(held: Held, facts: AmendmentFacts) -> None:
    before = next((a for a in held.amendments if a.seq_no == facts.seq_no), None)
    held.amendments = (*(a for a in held.amendments if a.seq_no != facts.seq_no), facts)
    if counts(facts) and not (before and counts(before)):
        held.row.adjustment_cents += facts.delta_cents
        held.row.amount_cents += facts.delta_cents
        held.row.term_end = facts.term_end or held.row.term_end


def corrected(draw: st.DrawFn, office: Office, here: str) -> None:
    rows, state = [], ""
    for e in office.held[here].events:
        rows.append(Recorded(here, e.seq, e.occurred_at, e.event, "", state, e.state_to, canonical(dict(e.payload))))
        state = e.state_to
    steps = [row for row in as_corrected(rows) if row.event in STEPS]
    if not steps:
        return
    known = draw(st.sampled_from(steps[-3:]))
    day = known.on + timedelta(days=draw(st.sampled_from([-1, 1, 2])))
    found = correct(as_corrected(rows), known.seq, {"on": day.isoformat()}, new_york_date(office.now))
    if isinstance(found, Correction):
        note("correction")
        office.record(here, "corrected", found.payload("SECRET"))


@st.composite
def offices(draw: st.DrawFn) -> list[Office]:
    """An office after each of some acts."""
    office = Office()
    for number, contract_id in enumerate((HERE, HERE, HERE, THERE)):
        key = f"FY27 {number:05d}"
        office.awards[key] = award(key, amount_cents=draw(AMOUNTS), status="Cleared")
        office.own[key] = office.place[key] = contract_id
    for contract_id in (HERE, THERE):
        keys = [key for key, place in office.place.items() if place == contract_id]
        office.opened(contract_id, keys, amount_cents=sum(office.awards[key].amount_cents for key in keys))
    kind, length = _pick(draw, [kind.value for kind in Kind]), draw(st.sampled_from(sorted(ACTS)))
    for contract_id in (HERE, THERE):
        office.held[contract_id].row.kind = kind
        office.record(contract_id, "kind_set", {"value": kind})
        for event, state in PATH[: length + 1 if length else draw(st.integers(0, 6))]:
            office.now += timedelta(days=draw(st.integers(0, 2)))
            office.record(contract_id, event, {}, state)
    found = [deepcopy(office)]
    for act in draw(st.lists(st.sampled_from(ACTS[length]), min_size=6, max_size=20)):
        office.now += timedelta(days=draw(st.integers(0, 1)))
        globals()[act](draw, office, _pick(draw, office.held))
        found.append(deepcopy(office))
    return found


@given(offices())
@settings(max_examples=150, deadline=None)
def test_the_releases_of_each_contract_merge_to_the_contract_as_it_stands(steps: list[Office]) -> None:
    office = steps[-1]
    for key, done in office.published().items():
        held, record = office.held[key], merged(done.releases)
        carried = {k: a.amount_cents for k, a in office.awards.items() if office.place[k] == key}
        assert (done.amount_cents, done.awards) == (held.row.amount_cents, carried)
        assert (done.term_end, done.kind.value) == (held.row.term_end, held.row.kind)
        for contract in record.get("contracts", []):
            assert round(contract["value"]["amount"] * 100) == held.row.amount_cents
            assert contract["period"]["endDate"][:10] == held.row.term_end.isoformat()
            in_force = {a["id"] for a in contract.get("amendments", []) if "releaseID" in a}
            assert in_force == {str(a.seq_no) for a in held.amendments if counts(a)}
        assert {a["id"]: round(a["value"]["amount"] * 100) for a in record["awards"]}.items() >= carried.items()
        assert (record["tender"]["status"] == "cancelled") == (
            bool(held.folded_into) or held.state in ("withdrawn", "lapsed")
        )


@given(offices(), st.data())
@settings(max_examples=150, deadline=None)
def test_no_act_changes_what_was_published(steps: list[Office], data: st.DataObject) -> None:
    then, now = data.draw(st.sampled_from(steps)).published(), steps[-1].published()
    for key, done in then.items():
        assert now[key].releases[: len(done.releases)] == done.releases


@given(offices())
@settings(max_examples=100, deadline=None)
def test_what_is_published_after_any_acts_keeps_to_the_standard(steps: list[Office]) -> None:
    releases = [release for done in steps[-1].published().values() for release in done.releases]
    assert faults({**package_head(AGENCY, START), "releases": releases}) == []
    assert "SECRET" not in str(releases)
    for release in releases:
        for contract in release.get("contracts", []):
            named = {a.get("releaseID", release["id"]) for a in contract.get("amendments", [])}
            assert all(one <= release["id"] for one in named)
