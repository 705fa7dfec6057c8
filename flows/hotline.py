"""The hotline: contacts of constituents in; each to a unit or to a person; the report of the day out."""

from typing import Any

from prefect import flow

from tasks import common
from tasks import hotline as tasks
from tasks.adapters.incoming import waiting
from tasks.adapters.sittings import sitting

# A flow has at most 25 task runs whatever its size.
SMALLEST_PART, MOST_PARTS, MOST_FILES = 10_000, 16, 15
KINDS = ("inquiries",)


@flow(name="import inquiries", flow_run_name=common.run_name)
def import_inquiries(file: str = "") -> list[dict[str, Any]]:
    """Reads what lies in the inbox folder `inquiries`: contacts of the office's own layout, or exports of NYC 311.

    Contacts are sealed before they are kept. A contact that comes again changes nothing; rows that cannot be used are
    told by number, without a word of what they say.

    Args:
        file: The id of one file that waits; empty for all of them.
    """
    with sitting("import-inquiries", {"file": file}):
        common.collect_inbox()
        found = [file_id for file_id in waiting("inquiries") if file in ("", file_id)]
        return [common.taken(file_id, tasks.record_file(file_id)) for file_id in found[:MOST_FILES]]


@flow(name="triage inquiries", flow_run_name=common.run_name)
def triage_inquiries() -> dict[str, int]:
    """Decides about every contact that nobody has decided about: language, unit, priority, what is confidential.

    Where the rules are unsure, or something may be about domestic violence or HIV, a person decides. A contact of the
    same caller about the same matter is linked with the first one. What belongs to an event of surge mode is tagged;
    a surge file that two administrators have not signed counts for nothing, and is told under Artifacts.
    """
    with sitting("triage-inquiries"):
        unusable, unsigned = tasks.publish_surge_problems()
        waits = tasks.load_waiting_count()
        bar = common.Progress("inquiries-triaged", "Contacts decided about", waits)
        size = max(SMALLEST_PART, -(-waits // MOST_PARTS))
        done = sum(tasks.record_decisions(size, common.whole(bar)) for _ in range(0, waits, size))
        return {
            "waited": waits, "decided": done, "surge_files_unusable": unusable, "surge_files_unsigned": unsigned,
        }  # fmt: skip


@flow(name="tag surge event", flow_run_name=common.run_name)
def tag_surge_event(event: str = "") -> int:
    """Tags contacts that were decided about before the file of their event was there; later ones are tagged by triage.

    Their priorities stay as they are: a person raises them where the event makes them urgent.

    Args:
        event: The event's short name, as its file has it. Leave it empty for all.
    """
    with sitting("tag-surge-event", {"event": event}):
        return tasks.record_tags(event.strip())


@flow(name="triage report", flow_run_name=common.run_name)
def triage_report(day: str = "") -> list[str]:
    """Prints what came in on a day and where it went: counts alone, small ones withheld.

    Args:
        day: The day, such as 2026-11-20. Leave it empty for yesterday.
    """
    with sitting("triage-report", {"day": day}):
        printed = common.render_documents(common.whole(tasks.load_report(day.strip())))
        return tasks.record_papers(common.whole(printed.pdfs))


@flow(name="monthly hotline summary", flow_run_name=common.run_name)
def monthly_hotline_summary(month: str = "") -> list[str]:
    """Prints a month in counts: what people asked about most, how many were answered in time, what not to compare.

    Args:
        month: A month such as 2026-10. Leave it empty for the last one.
    """
    with sitting("monthly-hotline-summary", {"month": month}):
        printed = common.render_documents(common.whole(tasks.load_summary(month.strip())))
        return tasks.record_papers(common.whole(printed.pdfs))


@flow(name="draw weekly sample", flow_run_name=common.run_name)
def draw_weekly_sample(day: str = "") -> int:
    """Draws contacts of a week that a second person reads without seeing what triage said: all of priority 1, and more.

    Args:
        day: Any day of the week, such as 2026-11-20. Leave it empty for the last whole week.
    """
    with sitting("draw-weekly-sample", {"day": day}):
        return tasks.record_sample(day.strip())


@flow(name="handover sheets", flow_run_name=common.run_name)
def handover_sheets() -> list[str]:
    """Prints what each unit has open, the most urgent first: ids, clocks and owners, no words of constituents.

    What is confidential stands on a sheet of its own, by ids alone, which the desk shows to cleared staff only.
    """
    with sitting("handover-sheets"):
        printed = common.render_documents(common.whole(tasks.load_sheets()))
        return tasks.record_sheets(common.whole(printed.pdfs))


@flow(name="escalate inquiries", flow_run_name=common.run_name)
def escalate_inquiries() -> dict[str, int]:
    """Tells the on-call person of contacts of priority 1, and whoever is next where nobody has acknowledged them.

    So too where half of a clock is used and nobody accepted the contact, where most of it is used, and where it ended.
    It runs by itself every minute; a message names contacts by their numbers alone.
    """
    # It begins every minute and is one step: what a crash leaves, the next minute finds. No note of it is kept.
    raised = tasks.record_alerts()
    # Of priority 1 the decision itself has written the message.
    return {"raised": raised, "sent": common.send_messages()}


@flow(name="follow up inquiries", flow_run_name=common.run_name)
def follow_up_inquiries(signature: str = "") -> dict[str, int]:
    """Does what follows a signature about a contact: sends what waits in the outbox.

    Args:
        signature: The number of one signature; empty for all that wait.
    """
    with sitting("follow-up-inquiries", {"signature": signature}):
        signed = common.load_signed("hotline", signature).signature_ids
        total = {"signatures": len(signed), "sent": common.send_messages()}
        common.record_followed(signed)
        return total
