"""What is regrouped and taken back is as if it had never been, also when a newer list came in between."""

import json
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from models.registration.documents import CheckpointLine
from models.registration.regrouping import Regrouping
from models.registration.reports import ReportedCase, registration_report
from models.registration.rules import review
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.policy import office, registration_policy
from tasks.adapters.registration.cases import load_cases
from tasks.adapters.registration.history import history_lines, load_history
from tasks.adapters.registration.queries import show_case
from tests.office import review_all, stop_clock
from tests.regroupings import (
    award,
    contracts,
    import_awards,
    move,
    rows,
    take_back,
)

MILESTONES = {"awards_regrouped", "regrouping_undone"}
NEWS = {"award_added", "award_changed", "award_vanished"}


def picture(case_ids: list[str]) -> str:
    """All that is known of some contracts but the milestones of regrouping and where the list's news were told."""
    policy, now = registration_policy(), clock.now()
    with reading() as session:
        shown = {key: show_case(session, key, now) or {} for key in case_ids}
        packets = [case.packet for case in load_cases(session, case_ids, clock.today())]
        lines = {key: history_lines(events) for key, events in load_history(session, case_ids).items()}
    cases = [ReportedCase(review(packet, policy), lines[packet.case_id]) for packet in packets]
    kept = ("state", "since", "due", "amount", "original_amount", "adjustment", "awards", "held", "folded_into")
    keys = "', '".join(case_ids)
    return json.dumps(
        {
            "shown": {key: {name: one[name] for name in kept} for key, one in shown.items()},
            "awards": rows(
                "select mocs_id, contract_id, placed_in, held_out, amount_cents, status from award "
                f"where contract_id in ('{keys}') order by mocs_id"
            ),
            "packets": [_without_news(packet.model_dump(mode="json")) for packet in packets],
            "report": registration_report(
                cases, policy, office(), 2027, now, CheckpointLine(made_at=now, cases=0, sha256="")
            ).model_dump(mode="json"),
        },
        indent=1,
    )


def _without_news(packet: dict[str, Any]) -> dict[str, Any]:
    history = [event for event in packet["history"] if event["event"] not in MILESTONES | NEWS]
    return {**packet, "history": history}


def visible(provider: str) -> list[str]:
    """The contracts of a provider that are in the lists."""
    return sorted(key for key in contracts() if key.startswith(f"R27-{provider}"))


_numbers = count(1)
CENTS = st.integers(1, 9_999_999)
STATUSES = ("Cleared", "Cleared", "Pending")


def lists(*statuses: str) -> st.SearchStrategy[list[tuple[str, int, str]]]:
    """Awards of one fund: whom each is for, its cents, its status."""
    return st.lists(st.tuples(st.sampled_from("123"), CENTS, st.sampled_from(statuses)), min_size=3, max_size=6)


SLOW = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def _lines(found: list[tuple[str, int, str]], number: int, first: str) -> list[str]:
    """Awards of one fund for itself and two others; `first` tells the fund from its twin."""
    base = 50_000 if first == "972" else 0
    fund = f"{first}{number:05d}1"
    return [
        award(base + number * 20 + n, f"{cents / 100:.2f}", f"{first}{number:05d}{body}",
              conduit="" if body == "1" else fund, status=status)
        for n, (body, cents, status) in enumerate(found)
    ]  # fmt: skip


def _regroup_something(data: st.DataObject, number: int, size: int) -> Regrouping:
    """One regrouping of the fund that is allowed."""
    ids = visible(f"971{number:05d}1")
    source, target = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(["", *ids]))
    chosen = data.draw(st.lists(st.integers(0, size - 1), min_size=1, unique=True))
    here = {key for (key,) in rows(f"select mocs_id from award where contract_id = '{source}'")}
    moving = [number * 20 + n for n in chosen if f"FY27 {number * 20 + n:05d}" in here]
    made = move(source, target, *moving)
    assume(isinstance(made, Regrouping))
    assert isinstance(made, Regrouping)
    return made


@SLOW
@given(found=lists(*STATUSES), data=st.data())
def test_what_is_regrouped_and_taken_back_is_as_it_was(
    home: Path, tmp_path: Path, found: list[tuple[str, int, str]], data: st.DataObject
) -> None:
    number = next(_numbers)
    stop_clock(2026, 7, 6, 14)
    import_awards(tmp_path, *_lines(found, number, "971"), partial=True)
    review_all(letters=False)
    stop_clock(2026, 9, 1, 14)
    ids = visible(f"971{number:05d}1")
    before, worth = picture(ids), contracts()
    made = _regroup_something(data, number, len(found))
    assert sum(contracts().values()) == sum(worth.values())
    assert isinstance(take_back(made.source_id), Regrouping)
    assert contracts() == worth
    assert picture(ids) == before


@SLOW
@given(found=lists(*STATUSES), newer=lists(*STATUSES, "Rescinded"), data=st.data())
def test_a_list_between_a_regrouping_and_its_undo_leaves_what_it_leaves_without_them(
    home: Path, tmp_path: Path, found: list[tuple[str, int, str]], newer: list[tuple[str, int, str]],
    data: st.DataObject,
) -> None:  # fmt: skip
    number = next(_numbers)
    stop_clock(2026, 7, 6, 14)
    import_awards(tmp_path, *_lines(found, number, "971"), *_lines(found, number, "972"))
    stop_clock(2026, 9, 1, 14)
    made = _regroup_something(data, number, len(found))
    # An award keeps its body: another would be another award; what is missing at the end has vanished.
    later = [(had[0] if n < len(found) else now[0], *now[1:]) for n, (now, had) in
             enumerate(zip(newer, found + newer, strict=False))]  # fmt: skip
    import_awards(tmp_path, *_lines(later, number, "971"), *_lines(later, number, "972"))
    # A list that left a contract empty withdrew it: then its awards stay apart.
    assume(isinstance(take_back(made.source_id), Regrouping))
    ids, twins = visible(f"971{number:05d}1"), visible(f"972{number:05d}1")
    assert picture(ids) == picture(twins).replace(f"972{number:05d}", f"971{number:05d}").replace("FY27 5", "FY27 0")
