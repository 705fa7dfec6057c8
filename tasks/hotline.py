"""Tasks of the hotline: each is one effect on files, database or paper."""

from collections.abc import Mapping
from typing import Any

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from models.hotline.documents import TriageReport
from models.hotline.handover import HandoverSheet
from models.hotline.monthly_documents import MonthlySummary
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline import alerts, cases, handover, intake, month, paper, sampling, surge_tagging, triaging
from tasks.adapters.policy import hotline_office, hotline_policy
from tasks.adapters.rendering import StoredPdf
from tasks.adapters.steps import boundary
from tasks.common import Progress


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_file(file_id: str) -> dict[str, Any] | str:
    """Keep the contacts of a file, sealed; a sentence when the file cannot be used."""
    result = intake.record_inquiries(file_id)
    boundary("recorded inquiries")
    return result


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_waiting_count() -> int:
    """How many contacts nobody has decided about."""
    return triaging.waiting_count()


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_decisions(most: int, bar: Progress) -> int:
    """Decide about at most so many contacts and keep the decisions, a chunk at a time; returns how many."""
    return triaging.decide_waiting(triaging.judge(hotline_policy()), clock.now(), most, bar.advance)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def publish_surge_problems() -> tuple[int, int]:
    """Show in the Prefect UI which surge files cannot be used, or wait for signatures; returns how many of each."""
    surges = triaging.judge(hotline_policy()).surges
    if surges.problems or surges.waiting:
        markdown = "\n\n".join(("Surge files that do not count:", *surges.problems, *surges.waiting))
        create_markdown_artifact(key="hotline-surge", markdown=markdown, description="Surge files that do not count")
    return len(surges.problems), len(surges.waiting)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_tags(event: str) -> int:
    """Tag the contacts of an event (empty: of all) that were decided about before it was known; returns how many."""
    found = surge_tagging.events_of(triaging.judge(hotline_policy()).surges, event)
    return sum(surge_tagging.tag_earlier(one, clock.now(), lambda count: None) for one in found)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_report(day: str) -> list[TriageReport]:
    """The report of a day (`2026-11-20`; empty: yesterday), unless it was printed or there is nothing to tell."""
    chosen = paper.day_of(day, clock.today())
    with reading() as session:
        return paper.unprinted_report(session, chosen, hotline_policy(), hotline_office(), clock.now())


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_summary(written: str) -> list[MonthlySummary]:
    """The summary of a month (`2026-10`; empty: the last one), unless it was printed or there is nothing to tell."""
    chosen = month.month_of(written, clock.today())
    with reading() as session:
        return month.unprinted_summary(session, chosen, hotline_policy(), cases.clocks(), hotline_office(), clock.now())


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_sample(day: str) -> int:
    """Draw the blind sample of the week of a day (empty: the last whole one); returns how many contacts joined it."""
    with writing() as session:
        drawn = sampling.draw_week(session, sampling.week_of(day, clock.today()), hotline_policy(), clock.now())
    boundary("drew a sample")
    return drawn


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_sheets() -> list[HandoverSheet]:
    """The handover sheet of each unit that has something open, unless it was printed in this hour."""
    with reading() as session:
        return handover.unprinted_sheets(session, hotline_policy(), hotline_office(), clock.now())


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_sheets(pdfs: Mapping[str, StoredPdf]) -> list[str]:
    """Enter printed sheets in the register of documents; returns their numbers."""
    with writing() as session:
        numbers = handover.register_sheets(session, list(pdfs.values()))
    boundary("registered handover sheets")
    return numbers


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_papers(pdfs: Mapping[str, StoredPdf]) -> list[str]:
    """Enter printed reports in the register of documents; returns their numbers."""
    with writing() as session:
        numbers = paper.register(session, list(pdfs.values()))
    boundary("registered hotline papers")
    return numbers


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_alerts() -> int:
    """Raise every alert that is due, with its message in the outbox; returns how many."""
    with writing() as session:
        raised = alerts.escalate(session, cases.clocks(), clock.now())
    boundary("raised alerts")
    return raised
