"""Several people at the same requisition: who read it before somebody else changed it records nothing."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from models.shared.signing import Item
from tasks.adapters import clock
from tasks.adapters.database import writing
from tasks.adapters.payments import requests, reviews, vouchers
from tests.deciding_oracle import must
from tests.payment_bounds import Row
from tests.payment_desk import FISCAL, PROGRAM, TOO_LATE, Page
from tests.payment_oracle import by, counted, rows

if TYPE_CHECKING:
    from tests.payment_machine import Season

# Of a hundred requisitions, about how many are raced for in a round.
SHARE = 4
_COUNTED = ("case_event", "signature", "approved_line", "voucher", "evidence_request", "refund_due", "dispute")


def size() -> list[Any]:
    """What anything that is recorded would change."""
    states = sorted((row["case_id"], row["version"], row["outcome"], row["net_cents"]) for row in rows("requisition"))
    return [*counted(*_COUNTED), states]


def chosen(season: "Season", *states: str) -> list[Row]:
    """A few requisitions in some states."""
    found = [case for case in season.cases() if case["state"] in states]
    return season.rng.sample(found, min(len(found), 1 + len(season.contracts) * SHARE // 100))


def too_late(season: "Season", page: Page) -> None:
    """Recording a page that somebody overtook is refused, and leaves nothing behind."""
    before, number = size(), page.ready[0].item.case_id
    try:
        season.desk.commit(page)
    except TOO_LATE:
        season.counts["overtaken"] += 1
        must(size() == before, f"{number}: refused as too late, and something was written")
    else:
        must(False, f"{number}: {page.ready[0].item.act} was recorded on what somebody had changed")


def signers_meet(season: "Season") -> None:
    """Two people read the same requisition, or two of one contract, and sign one after the other."""
    waiting = by((case for case in season.cases() if case["state"] == "with_fiscal"), "contract_id")
    pairs = [cases for cases in waiting.values() if len(cases) > 1]
    same = [(case, case) for case in chosen(season, "with_fiscal")]
    for case, other in [*same, *(cases[:2] for cases in pairs[: 2 * len(same)])]:
        act = "fiscal_approved"
        if other is case:
            act = season.rng.choice((act, "sent_back", "requisition_returned", "determination_sent"))
        first = season.desk.read(FISCAL[0], Item(case["case_id"], "fiscal_approved", {}, "for a reason"))
        second = season.desk.read(FISCAL[1], Item(other["case_id"], act, {}, "for a reason"))
        if first.ready and second.ready:
            season.desk.commit(first)
            too_late(season, second)


def review_comes_between(season: "Season") -> None:
    """A review commits between a signer's reading and committing: what it changed must be read again."""
    pages = []
    for case in chosen(season, "with_program", "with_fiscal", "returned"):
        fiscal = case["state"] == "with_fiscal"
        person, act = (FISCAL[0], "fiscal_approved") if fiscal else (PROGRAM[0], "program_approved")
        page = season.desk.read(person, Item(case["case_id"], act, {}, "for a reason"))
        pages += [page] if page.ready else []
    season.review()
    now = {case["case_id"]: case["version"] for case in season.cases()}
    for page in pages:
        if now[page.ready[0].item.case_id] != page.ready[0].head.version:
            too_late(season, page)
        else:
            # Another one of the list may have been approved on the same contract.
            with suppress(*TOO_LATE):
                season.desk.commit(page)


def review_comes_after(season: "Season") -> None:
    """Signers commit between a review's reading and committing."""
    reviewed = season.looked_at()
    season.sign()
    before = size()
    try:
        with writing() as session:
            reviews.record(session, reviewed, clock.now())
    except TOO_LATE:
        season.counts["reviews overtaken"] += 1
        must(size() == before, "a review was refused as too late, and something was written")
    season.oracle.watch()
    season.review()


def at_once(*acts: Callable[[], object]) -> list[BaseException | None]:
    """Let several act at the same moment, each in a session of its own; what stopped each."""
    found: list[BaseException | None] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(number: int) -> None:
        gate.wait()
        try:
            acts[number]()
        except BaseException as stopped:
            found[number] = stopped

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for stopped in found:
        if stopped is not None and not isinstance(stopped, TOO_LATE):
            raise stopped
    return found


def signers_at_once(season: "Season") -> None:
    """Two people sign the same requisitions in the same instant: one of them does."""
    for case in chosen(season, "with_fiscal")[:2]:
        item = Item(case["case_id"], "fiscal_approved", {}, "for a reason")
        pages = [season.desk.read(person, item) for person in FISCAL]
        if all(page.ready for page in pages):
            stopped = at_once(*(_committing(season, page) for page in pages))
            must(sum(why is None for why in stopped) == 1, f"{item.case_id}: of two who signed at once not one did")
    season.counts["threads"] += 1


def _committing(season: "Season", page: Page) -> Callable[[], None]:
    return lambda: season.desk.commit(page)


def last_day_meets(season: "Season", sends: Sequence[Callable[[], None]]) -> None:
    """What was asked for arrives in the instant in which its day passes; what lost runs once more, as a flow does."""

    def lapse() -> None:
        with writing() as session:
            requests.lapse(session, clock.now())

    def send_all() -> None:
        while left:
            left[-1]()
            left.pop()

    left = list(sends)
    for stopped, act in zip(at_once(send_all, lapse), (send_all, lapse), strict=True):
        if stopped is not None:
            season.counts["met on the last day"] += 1
            act()
    season.oracle.watch()


def batches_at_once(season: "Season") -> None:
    """Two runs of the voucher batch in the same instant: each voucher is in one batch."""

    def run() -> None:
        with writing() as session:
            vouchers.record_batch(session, clock.now())

    at_once(run, run)
