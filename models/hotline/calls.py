"""A call, a visit or a letter as staff write it down: what the page asks for, and what is wrong with an answer."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from models.hotline.contact_file import zip_code
from models.hotline.forms import NO, YES, Borough, Channel, ContactForm
from models.hotline.told_facts import told as told_facts
from models.hotline.tongue import LANGUAGES
from models.shared.calendar import NEW_YORK, new_york_date

OTHER, UNKNOWN = "other", "unknown"
LONGEST_WORDS, LONGEST_LINE = 20_000, 200
# A call is written down while it lasts, or at the end of a shift. Source: convention.
LONGEST_CALL = timedelta(hours=12)
OLDEST_LETTER = timedelta(days=366)
# Somebody who is there while it is written down is asked first whether they are safe. Source: domain section 4 (P0).
LIVE = frozenset({Channel.HOTLINE, Channel.WALK_IN})
CHANNELS: Mapping[str, str] = {
    Channel.HOTLINE: "Telephone", Channel.WALK_IN: "Walk-in", Channel.LETTER: "Letter", Channel.EMAIL: "E-mail",
    Channel.ELECTED_OFFICIAL: "An elected official’s office", Channel.ADVOCATE: "An advocate or provider",
    Channel.OTHER: "Another way",
}  # fmt: skip
# How somebody may be reached. Source: domain section 2 (Party.safe_contact).
REACHED: Mapping[str, str] = {
    "phone": "By telephone", "text": "By text message", "email": "By e-mail", "mail": "By letter",
    "in_person": "In person only", "third_party": "Through somebody they trust", "none": "Do not contact them",
}  # fmt: skip
CHILD: Mapping[str, str] = {
    NO: "Nothing points to it", "caller_reports": "Yes: the caller reports it", "i_report": "Yes: I report it now",
}  # fmt: skip
SAFE: Mapping[str, str] = {YES: "Yes", NO: "No", UNKNOWN: "Could not ask"}
_LINES = {
    "caller": "The name", "phone": "The telephone number", "email": "The e-mail address", "address": "The address",
    "facility": "The name of the facility", "zip": "The zip code", "safe_times": "The safe times",
    "other_language": "The language",
}  # fmt: skip
# No vowels and nothing that is taken for something else: the number is read out on the telephone.
_SIGNS = "23456789BCDFGHJKMNPQRSTVWXZ"


@dataclass(frozen=True)
class CallProblem:
    """An answer that cannot be kept: its field, and the sentence for who wrote it."""

    field: str
    sentence: str


def call_of(told: Mapping[str, str], staff_id: str, now: datetime) -> tuple[ContactForm | None, list[CallProblem]]:
    """The contact that the answers of the call's page make, or what is wrong with them.

    `told` has the page's fields; `once` names the form, `began` is the moment at which it was loaded.
    """
    began = _began(told.get("began", ""), now)
    problems = [*_wrong_choices(told), *_wrong_words(told), *_wrong_lines(told)]
    received, wrong_day = _received(told, began, now)
    if wrong_day:
        problems.append(wrong_day)
    if began is None or not told.get("once"):
        problems.insert(0, CallProblem("", "This page is older than a shift. Load it again and copy the words over."))
    if problems or began is None or received is None:
        return None, problems
    return _contact(told, staff_id, began, received), []


def call_id(once: str, staff_id: str, began: datetime) -> str:
    """The number of a call: the day, and eight signs that follow from its form, so that a form is one contact."""
    number = int.from_bytes(hashlib.sha256(f"{staff_id}\0{once}\0{began.isoformat()}".encode()).digest()[:8], "big")
    signs = ""
    for _ in range(8):
        number, place = divmod(number, len(_SIGNS))
        signs += _SIGNS[place]
    return f"CALL-{new_york_date(began):%Y%m%d}-{signs[:4]}-{signs[4:]}"


def _contact(told: Mapping[str, str], staff_id: str, began: datetime, received: datetime) -> ContactForm:
    language = told.get("language", "")
    facts = told_facts(
        private=False, interpreter=bool(told.get("interpreter")) or language != "en", unit=None,
        unsafe=told.get("safe_now") == NO, child=told.get("child_report", "") not in ("", NO),
    )  # fmt: skip
    given = {
        "contact_id": call_id(told["once"], staff_id, began), "received_at": received, "channel": told["channel"],
        "told_language": told.get("other_language", "") if language == OTHER else language,
        "text": told.get("text", ""), "summary": told.get("summary", ""), "source": f"desk: {staff_id}",
        "told_facts": facts, "safe_now": told.get("safe_now", ""),
        "child_report": told.get("child_report", ""), "safe_channel": told.get("safe_channel", ""),
        "safe_times": told.get("safe_times", ""), "leave_message": told.get("leave_message", ""),
        "do_not_mail": YES if told.get("do_not_mail") else "", "borough": told.get("borough", ""),
        "zip": zip_code(told.get("zip", "")),
        **{name: told.get(name, "") for name in ("caller", "phone", "email", "address", "facility")},
    }  # fmt: skip
    return ContactForm.model_validate({name: value for name, value in given.items() if value != ""})


def _began(written: str, now: datetime) -> datetime | None:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    is_near = found.tzinfo is not None and now - LONGEST_CALL <= found <= now
    return found if is_near else None


def _received(
    told: Mapping[str, str], began: datetime | None, now: datetime
) -> tuple[datetime | None, CallProblem | None]:
    """When the contact was received: a letter on the day of its stamp, at nine. Source: domain section 4 (clocks)."""
    written = told.get("received_on", "")
    if not written or told.get("channel") in LIVE:
        return began, None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None, CallProblem("received_on", "Write the day on which it was received as 2026-11-29.")
    today = new_york_date(now)
    if not today - OLDEST_LETTER <= day <= today:
        return None, CallProblem("received_on", "It was received today or on a day of the past year; correct the day.")
    return (began if day == today else datetime.combine(day, time(9), NEW_YORK).astimezone(UTC)), None


def _wrong_choices(told: Mapping[str, str]) -> list[CallProblem]:
    allowed = {
        "channel": (CHANNELS, "Choose how it came in."), "safe_now": (SAFE, "Choose one of the answers."),
        "language": ({*LANGUAGES, OTHER}, "Choose the language, or “another language”."),
        "safe_channel": (REACHED, "Choose how they may be reached."),
        "leave_message": ((YES, NO), "Choose whether a message may be left."),
        "child_report": (CHILD, "Choose one of the answers."),
        "borough": ({borough.value for borough in Borough}, "Choose one of the five boroughs, or none."),
    }  # fmt: skip
    found = [
        CallProblem(name, sentence)
        for name, (choices, sentence) in allowed.items()
        if (told.get(name) and told[name] not in choices) or (name in ("channel", "language") and not told.get(name))
    ]
    if told.get("channel") in LIVE and not told.get("safe_now"):
        found.append(CallProblem("safe_now", "Ask first whether they are safe right now, and choose the answer."))
    if told.get("language") == OTHER and not told.get("other_language"):
        found.append(CallProblem("other_language", "Write which language they speak."))
    return found


def _wrong_words(told: Mapping[str, str]) -> list[CallProblem]:
    if not told.get("text") and not told.get("summary"):
        return [CallProblem("text", "Write down what they say, in their words.")]
    return [
        CallProblem(name, f"These are {len(told[name]):,} characters, and {LONGEST_WORDS:,} fit. Shorten them.")
        for name in ("text", "summary")
        if len(told.get(name, "")) > LONGEST_WORDS
    ]


def _wrong_lines(told: Mapping[str, str]) -> list[CallProblem]:
    return [
        CallProblem(name, f"{noun} is longer than {LONGEST_LINE} characters. Shorten it.")
        for name, noun in _LINES.items()
        if len(told.get(name, "")) > LONGEST_LINE
    ]
