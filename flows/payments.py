"""Payments: budgets, facts and requisitions in; reviews, letters, vouchers and reports out."""

from typing import Any

from prefect import flow, get_run_logger

from models.payments.rules import review
from tasks import common
from tasks import fiscal as fiscal_tasks
from tasks import payments as tasks
from tasks import registration as registration_tasks
from tasks.adapters import clock
from tasks.adapters.collecting import uncollected
from tasks.adapters.incoming import waiting
from tasks.adapters.payments.reviews import ReviewedRequisition
from tasks.adapters.policy import calendar, payments_policy
from tasks.adapters.sittings import sitting

# A flow has at most 25 task runs whatever its size.
SMALLEST_CHUNK, MOST_CHUNKS, MOST_FILES = 1_000, 4, 7
# What people sign here.
SIGNED = ("payments", "budgets")
# In the order in which they build on each other.
KINDS = ("budgets", "payment-facts", "requisitions", "payments", "spending")


@flow(name="import payment files", flow_run_name=common.run_name)
def import_payment_files(file: str = "") -> list[dict[str, Any]]:
    """Reads what lies in the inbox folders `budgets`, `payment-facts`, `requisitions`, `payments` and `spending`.

    A budget becomes a case that people sign before it counts; a newer one supersedes one that still waits. A
    requisition becomes a case and is reviewed at once; one that comes again as its next revision supersedes the last,
    and asks again only those whose facts it changed. A file with a mistake in it changes nothing, and every mistake is
    told with its place.
    A list of what the City paid (Checkbook's CSV or XML) is matched with our vouchers: what fits one voucher alone, to
    the cent, is noted as its payment; the rest is listed at the desk under “Vouchers and payments”.

    Args:
        file: The id of one file that waits; empty for all of them.
    """
    with sitting("import-payment-files", {"file": file}):
        common.collect_inbox()
        _hear()
        found = [(kind, file_id) for kind in KINDS for file_id in waiting(kind) if file in ("", file_id)]
        results = [common.taken(file_id, tasks.record_file(file_id, kind)) for kind, file_id in found[:MOST_FILES]]
        # What came in is reviewed at once: nobody waits for tomorrow to see what is wrong with it.
        received = tasks.load_received()
        if received:
            _review_chunk(received)
        common.publish_worklists(tasks.load_worklists())
        return results


def _hear() -> None:
    """What registration tells of its contracts, and the fiscal review of reports, where anything came there since."""
    contracts, reports = tasks.load_marks()
    if told := registration_tasks.load_referrals(contracts):
        tasks.record_referrals(common.whole(told))
    if came := fiscal_tasks.load_told_reports(reports):
        tasks.record_reports(common.whole(came))


@flow(name="review requisitions", flow_run_name=common.run_name)
def review_requisitions(only_on_business_days: bool = False) -> dict[str, int]:
    """Looks at every requisition that is not decided: each line, what is left, the papers, the day of payment.

    Then renews the lists of Program and Fiscal: [see the worklists](/artifacts). It pays nothing: people sign that at
    the desk. Running it twice on a day changes nothing the second time.

    Args:
        only_on_business_days: Do nothing on weekends and City holidays. The schedule turns this on.
    """
    if only_on_business_days and not calendar().is_business_day(clock.today()):
        get_run_logger().info("City offices are closed today; nothing was reviewed.")
        return {"reviewed": 0, "changed": 0}
    with sitting("review-requisitions"):
        _hear()
        case_ids = tasks.load_undecided()
        total = {"reviewed": len(case_ids), "changed": 0}
        size = max(SMALLEST_CHUNK, -(-len(case_ids) // MOST_CHUNKS))
        for start in range(0, len(case_ids), size):
            for name, value in _review_chunk(case_ids[start : start + size]).items():
                total[name] = total.get(name, 0) + value
        # Last, so that what came until today still counts.
        total["lapsed"] = len(tasks.record_lapses())
        common.publish_worklists(tasks.load_worklists())
        return total


@uncollected()
def _review_chunk(case_ids: list[str]) -> dict[str, int]:
    policy = payments_policy()
    loaded = tasks.load_packets(common.whole(case_ids))
    reviewed = [ReviewedRequisition(case.head, case.packet, review(case.packet, policy)) for case in loaded]
    return tasks.record_reviews(common.whole(reviewed))


@flow(name="follow up payments", flow_run_name=common.run_name)
def follow_up_payments(signature: str = "") -> dict[str, int]:
    """Does what follows a signature about a requisition or a budget: prints its letter, sends it, renews the lists.

    Args:
        signature: The number of one signature; empty for all that wait.
    """
    with sitting("follow-up-payments", {"signature": signature}):
        signed = [number for process in SIGNED for number in common.load_signed(process, signature).signature_ids]
        letters = tasks.load_ordered_letters()
        if letters:
            printed = common.render_documents(common.whole(letters))
            common.record_letters(common.whole(printed.pdfs))
        sent = common.send_messages()
        common.publish_worklists(tasks.load_worklists())
        common.record_followed(signed)
        return {"signatures": len(signed), "letters": len(letters), "sent": sent}


@flow(name="voucher batch", flow_run_name=common.run_name)
def voucher_batch() -> dict[str, Any]:
    """Puts every approved requisition onto one batch of vouchers and writes it for the finance system.

    The files lie in the folder `vouchers`. A requisition is on one voucher for good; starting it again gives the same
    files, and a new batch only where something new was approved.
    """
    with sitting("voucher-batch"):
        told = tasks.record_batch()
        return {**told, "files": tasks.store_batches()}


@flow(name="match payments", flow_run_name=common.run_name)
def match_payments() -> dict[str, int]:
    """Matches vouchers with what the City paid once more; each import of spending does it by itself.

    What fits one voucher alone, to the cent, is noted as its payment. What two may be meant by is matched with neither:
    the desk lists it under “Vouchers and payments” and says why. Running it twice changes nothing the second time.
    """
    with sitting("match-payments"):
        return tasks.record_matches()


@flow(name="payment report", flow_run_name=common.run_name)
def payment_report() -> list[str]:
    """Prints the month's payment register and the report on prompt payment: in time, late, interest, who holds what."""
    with sitting("payment-report"):
        common.record_checkpoint()
        papers = tasks.load_reports()
        printed = common.render_documents(common.whole(papers))
        return tasks.record_papers(common.whole(printed.pdfs))


@flow(name="year end position", flow_run_name=common.run_name)
def year_end_position(year: int = 0) -> list[str]:
    """Prints what is owed for services received by 30 June: approved and unpaid, billed and undecided, refunds due.

    Lines that belong to no year as they stand are listed with what to do. It starts by itself on 1 July; start it again
    as often as bills come in, up to the last invoices in August.

    Args:
        year: The fiscal year, named by its end, for example 2027; 0 for the one that ended last.
    """
    with sitting("year-end-position", {"year": year}):
        papers = tasks.load_year_end(year)
        printed = common.render_documents(common.whole(papers))
        return tasks.record_papers(common.whole(printed.pdfs))
