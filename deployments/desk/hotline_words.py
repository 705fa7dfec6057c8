"""A contact in words: why triage decided as it did, what the signs stand for, who said it and how to reach them."""

from typing import Any

from models.hotline import calls
from models.hotline.forms import NO, YES, ContactForm
from models.hotline.report import LANGUAGE_ROWS
from models.hotline.told_facts import UNSAFE_REASON, UNSAFE_RULE, in_words
from models.hotline.triage import BY_ELECTED, NOTHING_SAID, WINTER, Reader

# Signs that no word stands for and that nobody told: they follow from the day, the door and the length.
_FACTS = {
    WINTER: "it came in winter", BY_ELECTED: "it came by an elected official’s office", NOTHING_SAID: "it says nothing",
}  # fmt: skip


def reason_of(row: Any, reader: Reader) -> str:
    """Why the priority is what it is; empty where no rule set it."""
    return UNSAFE_REASON if row.rule == UNSAFE_RULE else reader.reasons.get(row.rule, "")


def facts_of_row(row: Any, form: ContactForm) -> list[str]:
    """What a decision rests on besides the words, in words."""
    return in_words(form.told_facts) + [words for name, words in _FACTS.items() if name in row.signals.split("|")]


def told_of(form: ContactForm) -> list[tuple[str, str]]:
    """Who said it and how they are reached safely, as (what, words); what was not told is left out."""
    told = [
        ("Name", form.caller), ("Telephone", form.phone), ("E-mail", form.email),
        ("Address", ", ".join(filter(None, (form.address, form.borough.title(), form.zip)))),
        ("Shelter, center or program", form.facility),
        ("Language they named", LANGUAGE_ROWS.get(form.told_language, form.told_language)),
        ("Safe right now", calls.SAFE.get(form.safe_now, "")), ("Reach them", calls.REACHED.get(form.safe_channel, "")),
        ("Safe times", form.safe_times),
        ("Leave a message", {YES: "Yes", NO: "No"}.get(form.leave_message, "")),
        ("Letters home", "Never" if form.do_not_mail else ""),
        ("Harm to a child", calls.CHILD.get(form.child_report, "")), ("Written down by", form.source),
    ]  # fmt: skip
    return [(what, words) for what, words in told if words]
