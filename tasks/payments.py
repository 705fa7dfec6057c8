"""Tasks of payments: each is one effect on files, database or paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from models.shared.documents import Document
from models.shared.funding import ToldFunding
from models.shared.referrals import Told
from models.shared.reports import ToldReports
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.letter_orders import ordered_letters
from tasks.adapters.payments import (
    budget_cases,
    budget_intake,
    budget_worklists,
    cases,
    funding,
    intake,
    matching,
    paper,
    payments_made,
    referrals,
    reports,
    requests,
    reviews,
    spending,
    vouchers,
    worklists,
    year_end,
)
from tasks.adapters.payments.budget_notices import NOTICES
from tasks.adapters.payments.cases import LoadedRequisition
from tasks.adapters.payments.letters_due import LETTERS
from tasks.adapters.payments.reviews import ReviewedRequisition
from tasks.adapters.policy import office, payments_policy
from tasks.adapters.rendering import StoredPdf
from tasks.adapters.steps import boundary


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_marks() -> tuple[str, str]:
    """The marks of what registration told last, and of what the fiscal review did."""
    with reading() as session:
        return referrals.last_mark(session), reports.last_mark(session)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_funding(known: str) -> ToldFunding | None:
    """What payments tells those who review books; None where it is what the mark `known` stands for."""
    with reading() as session:
        return funding.told_since(session, known)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_referrals(told: Told) -> int:
    """Keep what registration tells of its contracts; returns how many say something new."""
    with writing() as session:
        count = referrals.keep_told(session, told, clock.now())
    boundary("kept referrals")
    return count


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_reports(told: ToldReports) -> int:
    """Keep what the fiscal review tells of the months' reports; returns of how many it says something new."""
    with writing() as session:
        count = reports.keep_reports(session, told, clock.now())
    boundary("kept reports")
    return count


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_file(file_id: str, kind: str) -> dict[str, Any] | str:
    """Keep what a file brings in one transaction; a sentence when the file cannot be used."""
    match kind:
        case "budgets":
            result = budget_intake.record_budget(file_id)
        case "payment-facts":
            result = intake.record_facts(file_id)
        case "requisitions":
            result = intake.record_requisitions(file_id)
        case "spending":
            result = spending.record_spending(file_id)
        case _:
            result = payments_made.record_payments(file_id)
    boundary(f"recorded {kind}")
    return result


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_undecided() -> list[str]:
    """Ids of the requisitions that a review may still change."""
    with reading() as session:
        return cases.undecided_case_ids(session)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_received() -> list[str]:
    """Ids of the requisitions that came in and that no review has looked at."""
    with reading() as session:
        return cases.received_case_ids(session)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_packets(case_ids: Sequence[str]) -> list[LoadedRequisition]:
    """The facts of some requisitions as of today."""
    with reading() as session:
        return cases.load_requisitions(session, case_ids, payments_policy(), clock.today(), rest=True)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_reviews(reviewed: Sequence[ReviewedRequisition]) -> dict[str, int]:
    """Keep what reviews found in one transaction."""
    with writing() as session:
        counts = reviews.record(session, reviewed, clock.now())
    boundary("recorded reviews of requisitions")
    return counts


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_lapses() -> list[str]:
    """Close what was asked for and did not come by its last day; returns the requisitions."""
    with writing() as session:
        lapsed = requests.lapse(session, clock.now())
    boundary("closed what did not come")
    return lapsed


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_worklists() -> dict[str, dict[str, str]]:
    """Each unit's worklists of requisitions and of budgets as markdown, by process and holder."""
    with reading() as session:
        today = clock.today()
        mine = worklists.worklists(session, today)
        return {cases.PROCESS: mine, budget_cases.PROCESS: budget_worklists.worklists(session, today)}


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_ordered_letters() -> list[Document]:
    """The letters and notices that signatures ordered and that are not printed yet."""
    with reading() as session:
        letters = ordered_letters(session, cases.PROCESS, LETTERS)
        return [*letters, *ordered_letters(session, budget_cases.PROCESS, NOTICES)]


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_batch() -> dict[str, Any]:
    """Put what is approved onto the day's next batch of vouchers, in one transaction."""
    with writing() as session:
        told = vouchers.record_batch(session, clock.now())
    boundary("recorded a voucher batch")
    return told


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def store_batches() -> list[str]:
    """Write the files of voucher batches that are not there yet; returns their names."""
    with reading() as session:
        names = vouchers.store_batches(session)
    boundary("stored voucher batches")
    return names


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_matches() -> dict[str, int]:
    """Match vouchers with what the City paid, and note what was paid to the cent, in one transaction."""
    with writing() as session:
        told = matching.match_and_record(session, clock.now())
    boundary("recorded matches")
    return told


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_reports() -> list[Document]:
    """The month's payment register and the prompt-payment report as of now; what was printed is not printed anew."""
    with reading() as session:
        return list(paper.unprinted(session, office(), clock.now()))


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_year_end(year: int) -> list[Document]:
    """The position at the end of a fiscal year (0: the last one) as of now; what was printed is not printed anew."""
    with reading() as session:
        return list(year_end.unprinted(session, year, office(), clock.now()))


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_papers(pdfs: Mapping[str, StoredPdf]) -> list[str]:
    """Enter printed registers and reports in the register of documents; returns their ids."""
    with writing() as session:
        numbers = paper.register(session, list(pdfs.values()))
    boundary("registered payment papers")
    return numbers
