"""The monthly fiscal review: reports, ledgers and facts in; reviews, reminders and the portfolio report out."""

from typing import Any

from prefect import flow, get_run_logger

from tasks import common
from tasks import fiscal as tasks
from tasks import payments as payments_tasks
from tasks.adapters import clock
from tasks.adapters.incoming import waiting
from tasks.adapters.policy import calendar
from tasks.adapters.rendering import begin_drawing
from tasks.adapters.sittings import sitting

# A flow has at most 25 task runs whatever its size, but for the chunks that are printed.
SMALLEST_CHUNK, MOST_CHUNKS, MOST_FILES, PRINTED_AT_ONCE = 50, 10, 15, 50
# In the order in which they build on each other.
KINDS = ("fiscal-facts", "ledgers", "financial-reports")


@flow(name="import fiscal files", flow_run_name=common.run_name)
def import_fiscal_files(file: str = "") -> list[dict[str, Any]]:
    """Reads what lies in the inbox folders `fiscal-facts`, `ledgers` and `financial-reports`.

    A month that comes again as its next revision is restated: it and the months after it are looked at again by the
    next review. A file with a mistake in it changes nothing, and every mistake is told with its place.

    Args:
        file: The id of one file that waits; empty for all of them.
    """
    with sitting("import-fiscal-files", {"file": file}):
        common.collect_inbox()
        # A report may name the number of a contract whose budget came into force a minute ago.
        _hear_of_budgets()
        found = [(kind, file_id) for kind in KINDS for file_id in waiting(kind) if file in ("", file_id)]
        return [common.taken(file_id, tasks.record_file(file_id, kind)) for kind, file_id in found[:MOST_FILES]]


@flow(name="review financial reports", flow_run_name=common.run_name)
def review_financial_reports(contract: str = "", only_on_business_days: bool = False) -> dict[str, int]:
    """Reviews every contract's months that are due: is the report in, does it add up, how does spending stand.

    A month is due on the third business day after the 15th of the next one; from then on it is looked at again each
    day on which something about it changed. Providers whose report is not in are reminded. Each review that says
    something new is printed; the lists are renewed: [see the worklists](/artifacts).

    Args:
        contract: One contract, such as R27-123456789. Leave it empty for all of them.
        only_on_business_days: Do nothing on weekends and City holidays. The schedule turns this on.
    """
    if only_on_business_days and not calendar().is_business_day(clock.today()):
        get_run_logger().info("City offices are closed today; nothing was reviewed.")
        return {"reviewed": 0, "changed": 0, "printed": 0}
    with sitting("review-financial-reports", {"contract": contract}):
        _hear_of_budgets()
        contracts = [name for name in tasks.load_contracts() if contract.strip() in ("", name)]
        total = {"reviewed": 0, "changed": 0}
        bar = common.Progress("contracts-reviewed", "Contracts reviewed", len(contracts))
        size = max(SMALLEST_CHUNK, -(-len(contracts) // MOST_CHUNKS))
        for start in range(0, len(contracts), size):
            chunk = contracts[start : start + size]
            recorded = tasks.record_reviews(common.whole(chunk))
            total["reviewed"] += recorded.reviewed
            total["changed"] += len(recorded.changed)
            bar.advance(len(chunk))
        total["reminded"] = _send_letters()
        total["printed"] = _print_reviews()
        common.publish_worklists(tasks.load_worklists())
        return total


def _hear_of_budgets() -> None:
    """What payments tells of budgets, requisitions and payments, where anything happened there since."""
    told = payments_tasks.load_funding(tasks.load_mark_of_funding())
    if told:
        tasks.record_funding(common.whole(told))


def _send_letters() -> int:
    letters = tasks.load_reminders()
    for start in range(0, len(letters), PRINTED_AT_ONCE):
        printed = common.render_documents(common.whole(letters[start : start + PRINTED_AT_ONCE]))
        common.record_letters(common.whole(printed.pdfs))
    common.send_messages()
    return len(letters)


def _print_reviews() -> int:
    case_ids = tasks.load_unprinted()
    if not case_ids:
        return 0
    begin_drawing(len(case_ids))
    bar = common.Progress("reviews-printed", "Reviews printed", len(case_ids))
    for start in range(0, len(case_ids), PRINTED_AT_ONCE):
        papers = tasks.load_review_papers(case_ids[start : start + PRINTED_AT_ONCE])
        printed = common.render_documents(common.whole(papers), common.whole(bar))
        tasks.record_papers(common.whole(printed.pdfs))
    return len(case_ids)


@flow(name="follow up fiscal reviews", flow_run_name=common.run_name)
def follow_up_fiscal_reviews(signature: str = "") -> dict[str, int]:
    """Does what follows a signature about a month: prints and sends its letter, prints the review, renews lists.

    Args:
        signature: The number of one signature; empty for all that wait.
    """
    with sitting("follow-up-fiscal-reviews", {"signature": signature}):
        signed = common.load_signed("fiscal", signature).signature_ids
        total = {"signatures": len(signed), "letters": _send_letters(), "printed": _print_reviews()}
        common.publish_worklists(tasks.load_worklists())
        common.record_followed(signed)
        return total


@flow(name="portfolio report", flow_run_name=common.run_name)
def portfolio_report(month: str = "") -> list[str]:
    """Prints how all providers stand: who is worst, who will lapse money, what changed since last month.

    Args:
        month: A month such as 2026-10. Leave it empty for the last one that was reviewed.
    """
    with sitting("portfolio-report", {"month": month}):
        common.record_checkpoint()
        papers = tasks.load_portfolio(month)
        printed = common.render_documents(common.whole(papers))
        return tasks.record_papers(common.whole(printed.pdfs))
