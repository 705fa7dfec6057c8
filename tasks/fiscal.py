"""Tasks of the fiscal review: each is one effect on files, database or paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from models.shared.documents import Document
from models.shared.funding import ToldFunding
from models.shared.reports import ToldReports
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.fiscal import books, funding, intake, paper, referrals, reviews, worklists
from tasks.adapters.policy import fiscal_policy, office
from tasks.adapters.rendering import StoredPdf
from tasks.adapters.steps import boundary


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_file(file_id: str, kind: str) -> dict[str, Any] | str:
    """Keep what a file brings in one transaction; a sentence when the file cannot be used."""
    match kind:
        case "fiscal-facts":
            result = intake.record_facts(file_id)
        case "ledgers":
            result = intake.record_ledgers(file_id)
        case _:
            result = intake.record_reports(file_id)
    boundary(f"recorded {kind}")
    return result


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_mark_of_funding() -> str:
    """The mark of what payments told last."""
    with reading() as session:
        return funding.last_mark(session)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_funding(told: ToldFunding) -> int:
    """Keep what payments tells of contracts with a budget; returns how many say something new."""
    with writing() as session:
        count = funding.keep_funding(session, told, clock.now())
    boundary("kept funding")
    return count


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_told_reports(known: str) -> ToldReports | None:
    """What the fiscal review tells those who pay; None where it is what the mark `known` stands for."""
    with reading() as session:
        return referrals.told_since(session, known)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_contracts() -> list[str]:
    """Ids of the contracts that have a budget in force."""
    with reading() as session:
        return books.funded_contracts(session)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_reviews(contracts: Sequence[str]) -> reviews.Recorded:
    """Review the months of some contracts that are due; keep what was found, and reminders of reports not in."""
    return reviews.review_due(contracts, fiscal_policy(), office(), clock.now())


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_unprinted() -> list[str]:
    """Ids of the months whose last review is not printed yet."""
    with reading() as session:
        return paper.unprinted_months(session)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_review_papers(case_ids: Sequence[str]) -> list[Document]:
    """The reviews of some months, to be printed."""
    with reading() as session:
        return list(paper.month_papers(session, case_ids, fiscal_policy(), office()))


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_reminders() -> list[Document]:
    """Reminders and letters that were ordered and are not printed yet."""
    with reading() as session:
        return paper.ordered(session)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_portfolio(month: str) -> list[Document]:
    """The portfolio report of a month (`2026-10`; empty: the last one); what was printed is not printed anew."""
    with reading() as session:
        return list(paper.unprinted_portfolio(session, month, fiscal_policy(), office(), clock.now()))


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_papers(pdfs: Mapping[str, StoredPdf]) -> list[str]:
    """Enter printed reviews and reports in the register of documents; returns their ids."""
    with writing() as session:
        numbers = paper.register(session, list(pdfs.values()))
    boundary("registered fiscal papers")
    return numbers


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_worklists() -> dict[str, dict[str, str]]:
    """Each unit's worklist of months as markdown, by process and holder."""
    with reading() as session:
        return {books.PROCESS: worklists.worklists(session, clock.today())}
