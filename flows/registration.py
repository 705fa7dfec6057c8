"""Registration: award lists in, cases reviewed, letters and reports out."""

from dataclasses import replace
from typing import Any

from prefect import flow, get_run_logger
from prefect.artifacts import create_link_artifact
from prefect.runtime import flow_run

from models.registration.letters import letter_id, without_letter
from models.registration.moves import settle
from models.registration.proposal_form import Decision, ProposalForm
from models.registration.rules import Review
from tasks import common
from tasks import registration as tasks
from tasks.adapters import clock
from tasks.adapters.collecting import uncollected
from tasks.adapters.incoming import waiting
from tasks.adapters.policy import calendar, registration_policy
from tasks.adapters.registration.cases import LoadedCase
from tasks.adapters.registration.reviews import ReviewedCase
from tasks.adapters.sittings import sitting

# A flow has at most 25 task runs whatever its size: cases go in a handful of chunks of at least this many.
SMALLEST_CHUNK, MOST_CHUNKS = 1_000, 4


@flow(name="import awards", flow_run_name=common.run_name)
def import_awards(file: str = "") -> list[dict[str, Any]]:
    """Reads the Council's award lists that lie in the inbox folder `inbox/awards` and opens a case for each contract.

    A list that comes again updates what changed. Nothing is deleted: an award that is gone from a newer list is
    flagged on its contract. A list that cannot be read changes nothing and says why.

    Args:
        file: The id of one file that waits; empty for all of them.
    """
    with sitting("import-awards", {"file": file}):
        common.collect_inbox()
        return [_import_list(file_id) for file_id in waiting("awards")[:8] if file in ("", file_id)]


def _import_list(file_id: str) -> dict[str, Any]:
    listed = tasks.load_award_list(file_id)
    if isinstance(listed, str):
        return common.taken(file_id, listed)
    return tasks.record_award_list(file_id, common.whole(listed))


@flow(name="import trackers", flow_run_name=common.run_name)
def import_trackers(file: str = "") -> list[dict[str, Any]]:
    """Reads the office's tracker spreadsheets from the inbox: `providers`, `documents` and `registration-steps`.

    Rows that cannot be used are listed with their reason in the folder `rejects`; all others count at once. Scans in
    `inbox/scans` are stored too.

    Args:
        file: The id of one file that waits; empty for all of them.
    """
    with sitting("import-trackers", {"file": file}):
        common.collect_inbox()
        kinds = ("providers", "documents", "registration-steps")
        files = [file_id for kind in kinds for file_id in waiting(kind) if file in ("", file_id)]
        return [common.taken(file_id, tasks.record_tracker(file_id)) for file_id in files[:20]]


@flow(name="review registrations", flow_run_name=common.run_name)
def review_registrations(case: str = "", only_on_business_days: bool = False) -> dict[str, int]:
    """Looks at every open contract: clocks, documents, red flags. Writes to providers that owe documents.

    Moves what moves by itself: cleared awards, complete packages, contracts that are deemed registered. Then renews
    each unit's list: [see the worklists](/artifacts). Running it twice on a day changes nothing the second time.

    Args:
        case: One contract, such as R27-123456789. Leave it empty for all open contracts.
        only_on_business_days: Do nothing on weekends and City holidays. The schedule turns this on.
    """
    if only_on_business_days and not calendar().is_business_day(clock.today()):
        get_run_logger().info("City offices are closed today; nothing was reviewed.")
        return {"reviewed": 0, "changed": 0, "moved": 0, "letters": 0}
    # Before anything is noted as begun: the sweep would try a contract that is not there for ever.
    case = tasks.load_case_id(case) if case.strip() else ""
    with sitting("review-registrations", {"case": case}):
        case_ids = [case] if case else tasks.load_open_cases()
        total = {"reviewed": len(case_ids), "changed": 0, "moved": 0, "letters": 0}
        bar = common.Progress("review-registrations", "Contracts reviewed", len(case_ids))
        found: list[Review] = []
        size = max(SMALLEST_CHUNK, -(-len(case_ids) // MOST_CHUNKS))
        for start in range(0, len(case_ids), size):
            reviewed, counts = _review_chunk(case_ids[start : start + size])
            found += [case_.review for case_ in reviewed]
            total = {key: value + counts.get(key, 0) for key, value in total.items()}
            bar.advance(len(reviewed))
        common.send_messages()
        if not case:
            common.publish_worklists({"registration": tasks.load_worklists(common.whole(found))})
        return total


@uncollected()
def _judged(case_ids: list[str]) -> list[ReviewedCase]:
    policy = registration_policy()

    def judge(loaded: LoadedCase) -> ReviewedCase:
        return ReviewedCase(loaded.head, *settle(loaded.packet, policy))

    return [judge(loaded) for loaded in tasks.load_packets(common.whole(case_ids))]


def _review_chunk(case_ids: list[str]) -> tuple[list[ReviewedCase], dict[str, int]]:
    reviewed = _judged(case_ids)
    letters = tasks.load_letters(common.whole(reviewed))
    if letters:
        printed = common.render_documents(common.whole(letters))
        reviewed = [
            replace(case, review=without_letter(case.review, printed.refused[number]))
            if (number := letter_id(case.review.packet)) in printed.refused
            else case
            for case in reviewed
        ]
        return reviewed, tasks.record_reviews(common.whole(reviewed), common.whole(printed.pdfs))
    return reviewed, tasks.record_reviews(common.whole(reviewed), {})


@flow(name="follow up decisions", flow_run_name=common.run_name)
def follow_up_decisions(signature: str = "") -> dict[str, int]:
    """Does what follows a signature at the desk: prints and sends its letters, looks at its contracts again.

    The desk starts it; what was missed, the sweep does.

    Args:
        signature: The number of one signature; empty for all that nothing has followed yet.
    """
    with sitting("follow-up-decisions", {"signature": signature}):
        signed = common.load_signed("registration", signature)
        letters = tasks.load_ordered_letters()
        if letters:
            printed = common.render_documents(common.whole(letters))
            common.record_letters(common.whole(printed.pdfs))
        total = {"signatures": len(signed.signature_ids), "reviewed": 0, "changed": 0, "moved": 0, "letters": 0}
        case_ids = tasks.load_still_open(signed.case_ids)
        for start in range(0, len(case_ids), SMALLEST_CHUNK):
            reviewed, counts = _review_chunk(case_ids[start : start + SMALLEST_CHUNK])
            total["reviewed"] += len(reviewed)
            total = {key: value + counts.get(key, 0) for key, value in total.items()}
        common.record_followed(signed.signature_ids)
        common.send_messages()
        return total


@flow(name="propose a decision", flow_run_name=common.run_name)
def propose_decision(
    case: str,
    decision: Decision,
    date: str = "",
    detail: str = "",
    reference: str = "",
    amount: str = "",
    document: str = "",
    awards: str = "",
    other: str = "",
    number: str = "",
    last_day: str = "",
    reason: str = "",
) -> str:
    """Proposes a decision about a contract. Nothing is decided here: it waits at the desk until somebody signs it.

    Fill in what the decision needs and leave the rest empty; what is missing or does not fit is said, and nothing is
    changed.

    Args:
        case: The contract, such as R27-123456789.
        decision: What is proposed; the desk shows what it comes to before anybody signs.
        date: The day on which it happened, such as 2026-11-09; empty for today.
        detail: The kind of contract or notice, the kind of change, or a note.
        reference: The number on the paper.
        amount: Dollars, such as 45000.00; a change with its sign.
        document: The document of the checklist.
        awards: Award numbers, separated by semicolons.
        other: The other contract, or the person, that the decision names.
        number: The number of the change or of the event that the decision is about.
        last_day: A new last day of the term, or the day on which a document expires.
        reason: Why. Write no personal data here.
    """
    form = ProposalForm(
        case=case, decision=decision, date=date, detail=detail, reference=reference, amount=amount, document=document,
        awards=awards, other=other, number=number, last_day=last_day, reason=reason,
    )  # fmt: skip
    where = tasks.record_proposal(str(flow_run.id), form)
    create_link_artifact(key="proposal", link=where, link_text=f"Sign it at the desk: {case}")
    return where


@flow(name="registration report", flow_run_name=common.run_name)
def registration_report() -> list[str]:
    """Prints the weekly registration report: where contracts stand, who holds them how long, what is at risk."""
    with sitting("registration-report"):
        common.record_checkpoint()
        printed = common.render_documents(common.whole(tasks.load_report()))
        return tasks.record_papers(common.whole(printed.pdfs), "report")


@flow(name="contract sheets", flow_run_name=common.run_name)
def contract_sheets(case: str = "") -> list[str]:
    """Prints the sheet of a contract: timeline, who held it how long, documents, clocks, findings.

    Args:
        case: One contract, such as R27-123456789. Leave it empty for all open contracts.
    """
    case = tasks.load_case_id(case) if case.strip() else ""
    with sitting("contract-sheets", {"case": case}):
        case_ids = [case] if case else tasks.load_open_cases()
        printed = common.render_documents(common.whole(tasks.load_sheets(case_ids)))
        return tasks.record_papers(common.whole(printed.pdfs), "sheet")
