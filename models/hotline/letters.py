"""Fills the letters to constituents: acknowledgement, interim reply, response, and that nobody could be reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.hotline.letter_documents import ConstituentLetter, Fact, Notice, Passage
from models.hotline.letter_policy import LetterPolicy
from models.hotline.letter_rules import Matter, tells
from models.hotline.letter_texts import ENGLISH, LetterTexts, apart, isolated
from models.shared.calendar import long_date, new_york_date
from models.shared.documents import Office

_RIGHT_TO_LEFT = ("ar", "ur")
_LONGEST = 6_000


class LetterRefused(ValueError):
    """A letter cannot be made or sent; the message says why and what to do, and quotes nobody."""


class AnswerWords(BaseModel):
    """What a caseworker wrote, in one language; a blank line parts paragraphs.

    `why` is for an interim reply, the others for a response; `elsewhere` says who else may help.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    why: str = Field(default="", max_length=_LONGEST)
    found: str = Field(default="", max_length=_LONGEST)
    done: str = Field(default="", max_length=_LONGEST)
    elsewhere: str = Field(default="", max_length=_LONGEST)


class Answer(BaseModel):
    """A caseworker's answer: `words` in the language of the letter, `english` as it was written before.

    `translated_by` is the person who translated it. `no_power` says that nothing within our power would change the
    matter. `about` says how it can be disagreed with: conferences are about benefits, fair hearings about cash
    assistance and Medicaid. Source: domain sections 1 (rule 6), 7 and 15.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    about: Literal["other", "benefit", "cash_or_medicaid"] = "other"
    no_power: bool = False
    translated_by: str = ""
    words: AnswerWords
    english: AnswerWords = AnswerWords()


@dataclass(frozen=True)
class Order:
    """What every letter needs. `address` are lines as they were told; `english` are the English texts.

    By `answer_by` it should be answered; after `attempts` days of trying nobody could be reached.
    """

    document_id: str
    number: str
    received_at: datetime
    made_at: datetime
    name: str
    address: tuple[str, ...]
    matter: Matter
    texts: LetterTexts
    english: LetterTexts
    policy: LetterPolicy
    answer_by: date
    attempts: int

    @property
    def today(self) -> date:
        return new_york_date(self.made_at)


def acknowledgement(order: Order) -> ConstituentLetter:
    """That a contact has come: its number, what happens next and by when. Source: domain sections 2 and 4.

    Raises LetterRefused once that day has come.
    """
    say, policy = order.texts.say, order.policy
    if order.answer_by <= order.today:
        raise LetterRefused(
            f"This contact should have been answered by {long_date(order.answer_by)}, which has come. Send a response "
            "or an interim reply. Nothing was made."
        )
    when = order.texts.dates.written(order.answer_by)
    steps = (say("next_read"), say("next_ask"), say("next_answer", date=when), say("next_late", phone=policy.phone))
    return _letter(
        order, say("acknowledged"), [Passage(heading=say("next_heading"), items=steps)], (say("answer_by_label"), when)
    )


def interim(order: Order, answer: Answer | None, by: date | None) -> ConstituentLetter:
    """That it takes longer, why, and until when. Raises LetterRefused for a day that is not ahead."""
    say, until = order.texts.say, by or order.today + timedelta(days=order.policy.interim_days)
    if until <= order.today:
        raise LetterRefused("The day of the next letter must lie ahead. Nothing was made.")
    if answer is not None and not answer.words.why.strip():
        raise LetterRefused("An interim reply says why it takes longer, or nothing. Nothing was made.")
    when = order.texts.dates.written(until)
    promise = Passage(paragraphs=(say("interim_by", date=when), say("interim_nothing")))
    fact = (say("answer_by_label"), when)
    if answer is None:
        return _letter(order, say("interim"), [promise], fact)
    _check_translated(order, answer)
    return _with_words(order, answer, say("interim"), [promise], fact)


def unable_to_reach(order: Order, tried: Sequence[date]) -> ConstituentLetter:
    """That nobody could be reached on so many different days. Raises LetterRefused for too few."""
    days = sorted(set(tried))
    if len(days) < order.attempts or days[-1] > order.today or days[0] < new_york_date(order.received_at):
        raise LetterRefused(
            f"This letter goes out after {order.attempts} attempts on different days between the day on which the "
            f"contact came and today; {len(days)} are recorded. Nothing was made."
        )
    say, written = order.texts.say, order.texts.dates.written
    by = written(order.today + timedelta(days=order.policy.call_back_days))
    call = say("unreached_call", phone=order.policy.phone, date=by)
    passages = [
        Passage(heading=say("tried_heading"), items=tuple(isolated(written(day)) for day in days)),
        Passage(heading=say("call_heading"), paragraphs=(call, say("unreached_close"))),
    ]
    return _letter(order, say("unreached"), passages)


def response(order: Order, answer: Answer) -> ConstituentLetter:
    """The answer: what was found and done, what is not in our power, how to disagree. Raises LetterRefused."""
    _check_answer(order, answer)
    say, policy = order.texts.say, order.policy
    disagree = [say("disagree", phone=policy.phone)]
    disagree += [say("conference")] if answer.about != "other" else []
    if answer.about == "cash_or_medicaid":
        disagree.append(say("fair_hearing", days=order.texts.dates.number(policy.fair_hearing_days)))
    passages = [Passage(heading=say("disagree_heading"), paragraphs=tuple(disagree))]
    received = order.texts.dates.written(new_york_date(order.received_at))
    return _with_words(order, answer, say("answer", date=received), passages)


def _with_words(
    order: Order, answer: Answer, lead: str, then: Sequence[Passage], fact: tuple[str, str] | None = None
) -> ConstituentLetter:
    """A letter with a caseworker's words; below one that was translated stands what was written in English."""
    told = (*answer.words.model_dump().values(), *answer.english.model_dump().values())
    letter = _letter(order, lead, [*_answered(answer, answer.words, order.texts), *then], fact, told)
    if order.texts.language == ENGLISH:
        return letter
    original = tuple(_answered(answer, answer.english, order.english))
    return letter.model_copy(
        update={"english": (Passage(paragraphs=(order.texts.say("translated"),)), *original)}
    )  # fmt: skip


def _check_answer(order: Order, answer: Answer) -> None:
    if answer.words.why.strip() or not answer.words.found.strip() or not (answer.words.done.strip() or answer.no_power):
        raise LetterRefused(
            "A response says what was found, and what was done or that nothing is in our power; why it takes longer is "
            "for an interim reply. Nothing was made."
        )
    _check_translated(order, answer)


def _check_translated(order: Order, answer: Answer) -> None:
    """Source: domain section 7: a person translates, and both texts are kept."""
    if order.texts.language == ENGLISH:
        return
    whole = all(bool(getattr(answer.words, k).strip()) == bool(getattr(answer.english, k).strip()) for k in _PARTS)
    if not answer.translated_by.strip() or not whole:
        raise LetterRefused(
            "An answer in another language needs the person who translated it, and the same parts in English. "
            "Nothing was made."
        )


_PARTS = ("why", "found", "done", "elsewhere")


def _answered(answer: Answer, words: AnswerWords, texts: LetterTexts) -> list[Passage]:
    say = texts.say
    no_power = (say("no_power"),) if answer.no_power and words.found.strip() else ()
    told = (
        ("interim_heading", _written(words.why, texts)), ("found_heading", _written(words.found, texts)),
        ("done_heading", _written(words.done, texts)), ("no_power_heading", no_power),
        ("elsewhere_heading", _written(words.elsewhere, texts)),
    )  # fmt: skip
    return [Passage(heading=say(heading), paragraphs=paragraphs) for heading, paragraphs in told if paragraphs]


def _written(words: str, texts: LetterTexts) -> tuple[str, ...]:
    rtl = texts.language in _RIGHT_TO_LEFT
    parts = ("\n".join(line.strip() for line in words.strip().splitlines())).split("\n\n")
    return tuple(apart(" ".join(part.split()), rtl) for part in parts if part.strip())


def _letter(
    order: Order, lead: str, passages: Sequence[Passage], fact: tuple[str, str] | None = None, told: Sequence[str] = ()
) -> ConstituentLetter:
    """Head, box, passages, what every letter says at its end, and the notice where the matter asks for it."""
    texts, policy = order.texts, order.policy
    if order.matter.confidential and any(tells(words) for words in told):
        raise LetterRefused(
            "This contact is confidential, and the words name a unit that tells what it is about. Write “our office” "
            "instead. Nothing was made."
        )
    say, name = texts.say, order.name.strip()
    received = texts.dates.written(new_york_date(order.received_at))
    facts = [Fact(label=say("number_label"), value=isolated(order.number))]
    facts += [Fact(label=say("received_label"), value=isolated(received))]
    facts += [Fact(label=fact[0], value=isolated(fact[1]))] if fact else []
    return ConstituentLetter(
        **_drafts(order), document_id=order.document_id, title=say("title"), language=texts.language,
        made_at=order.made_at, office=_office(policy), confidential=say("confidential"),
        dated=texts.dates.written(order.today), to=_window(order),
        greeting=say("greeting", name=name) if name else say("greeting_unnamed"), lead=lead, facts=tuple(facts),
        keep=say("number_use"),
        passages=(*passages, *_at_the_end(order)), closing=say("closing"), sender=say("sender"),
        notice=_notice(order) if order.matter.is_hiv else None,
    )  # fmt: skip


def _window(order: Order) -> tuple[str, ...]:
    """Name and address; the name alone would say that somebody lives here, so without a place there is neither."""
    lines = tuple(line.strip() for line in order.address if line.strip())
    if not lines:
        return ()
    return (order.name.strip(), *lines) if order.name.strip() else lines


def _at_the_end(order: Order) -> list[Passage]:
    say, policy = order.texts.say, order.policy
    # Chinese puts no blank between sentences.
    between = "" if order.texts.language.startswith("zh") else " "
    help_with = (
        say("language_help", phone=policy.phone),
        between.join((say("deaf_help", tty=policy.tty), say("disability_help"))),
        say("questions", phone=policy.phone, email=policy.email, number=order.number),
    )  # fmt: skip
    return [
        Passage(heading=say("danger_heading"), paragraphs=(say("danger", emergency=policy.emergency),)),
        Passage(heading=say("help_heading"), paragraphs=help_with),
    ]


def _drafts(order: Order) -> dict[str, Any]:
    """The mark of a letter whose texts nobody has reviewed: those of its language, and the English notice in it."""
    texts = [order.texts, *([order.english] if order.matter.is_hiv else [])]
    if all(found.is_reviewed for found in texts):
        return {}
    languages = (order.english,) if order.texts.language == ENGLISH else (order.english, order.texts)
    return {
        "draft": tuple(found.say("draft") for found in languages),
        "draft_note": tuple(found.say("draft_note") for found in languages),
    }


def _office(policy: LetterPolicy) -> Office:
    return Office(
        agency=policy.agency, unit=policy.unit, street=policy.street, city=policy.city, contact=policy.unit,
        phone=policy.phone, email=policy.email,
    )  # fmt: skip


def _notice(order: Order) -> Notice:
    """Source: Public Health Law 2782(5), 10 NYCRR 63.5(b); domain section 8."""
    english, say = order.english.say, order.texts.say
    if order.texts.language == ENGLISH:
        return Notice(heading=english("notice_heading"), english=english("notice"))
    return Notice(
        heading=english("notice_heading"), english=english("notice"), translated_heading=say("notice_heading"),
        translated=say("notice"), translated_note=say("notice_translated"),
    )  # fmt: skip
