"""Tasks of registration: each is one effect on files, database or paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from models.registration.award_list import AwardList
from models.registration.documents import MissingDocumentsLetter
from models.registration.proposal_form import ProposalForm
from models.registration.rules import Review
from models.shared.documents import Document
from models.shared.referrals import Told
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.letter_orders import ordered_letters
from tasks.adapters.policy import office, registration_policy
from tasks.adapters.registration import forms, intake, paper, referrals, reviews, worklists
from tasks.adapters.registration.cases import LoadedCase, find_case_id, load_cases, open_case_ids
from tasks.adapters.registration.letters_due import LETTERS
from tasks.adapters.registration.reviews import ReviewedCase
from tasks.adapters.rendering import StoredPdf
from tasks.adapters.steps import boundary


@task(cache_policy=NO_CACHE)
def load_award_list(file_id: str) -> AwardList | str:
    """Read an award list that waits; a sentence instead when it cannot be used."""
    return intake.load_award_list(file_id)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_award_list(file_id: str, listed: AwardList) -> dict[str, Any]:
    """Keep a whole award list in one transaction: awards, contracts, cases, events."""
    result = intake.record_award_list(file_id, listed)
    boundary("recorded an award list")
    return result


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_tracker(file_id: str) -> dict[str, Any] | str:
    """Read a tracker spreadsheet and keep all its good rows in one transaction; a sentence when it cannot be used."""
    result = intake.record_tracker(file_id)
    boundary("recorded a tracker")
    return result


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_referrals(known: str) -> Told | None:
    """What registration tells those who pay on its contracts; None where it is what the mark `known` stands for."""
    with reading() as session:
        return referrals.told_since(session, known, registration_policy(), clock.today())


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_open_cases() -> list[str]:
    """Ids of all cases that are not closed."""
    with reading() as session:
        return open_case_ids(session)


@task(cache_policy=NO_CACHE)
def load_case_id(typed: str) -> str:
    """The id of a case as somebody typed it. Raises LookupError when there is none."""
    with reading() as session:
        return find_case_id(session, typed)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_packets(case_ids: Sequence[str]) -> list[LoadedCase]:
    """The facts of some cases as of today."""
    with reading() as session:
        return load_cases(session, case_ids, clock.today())


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_letters(reviewed: Sequence[ReviewedCase]) -> list[MissingDocumentsLetter]:
    """The letters that are due, addressed."""
    with reading() as session:
        return reviews.letters(session, reviewed, registration_policy(), office(), clock.now())


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_reviews(reviewed: Sequence[ReviewedCase], pdfs: Mapping[str, StoredPdf]) -> dict[str, int]:
    """Keep what reviews found, their letters and messages, in one transaction."""
    with writing() as session:
        counts = reviews.record(session, reviewed, dict(pdfs), registration_policy(), clock.now())
    boundary("recorded reviews")
    return counts


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_ordered_letters() -> list[Document]:
    """The letters that signatures ordered and that are not printed yet."""
    with reading() as session:
        return list(ordered_letters(session, "registration", LETTERS))


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_still_open(case_ids: Sequence[str]) -> list[str]:
    """Those of some cases that are not closed."""
    with reading() as session:
        still = set(open_case_ids(session))
    return [case_id for case_id in case_ids if case_id in still]


@task(cache_policy=NO_CACHE)
def record_proposal(run_id: str, form: ProposalForm) -> str:
    """Keep what a form proposes until somebody signs it; returns where it waits."""
    with writing() as session:
        where = forms.keep_proposal(session, run_id, form, clock.now())
    boundary("kept a proposal")
    return where


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_worklists(found: Sequence[Review]) -> dict[str, str]:
    """Each unit's worklist as markdown, by holder."""
    return worklists.worklists(found, clock.today())


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_sheets(case_ids: Sequence[str]) -> list[Document]:
    """The contract sheets of some cases as of now."""
    with reading() as session:
        return list(paper.sheets(session, case_ids, registration_policy(), office(), clock.now()))


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_report() -> list[Document]:
    """The weekly registration report as of now; nothing when today's was printed already."""
    with reading() as session:
        return list(paper.unprinted_report(session, registration_policy(), office(), clock.now()))


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_papers(pdfs: Mapping[str, StoredPdf], kind: str) -> list[str]:
    """Enter printed sheets or reports in the register of documents; returns their ids."""
    with writing() as session:
        numbers = paper.register(session, list(pdfs.values()), kind)
    boundary("registered papers")
    return numbers
