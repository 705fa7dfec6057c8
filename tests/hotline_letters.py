"""Letters to constituents for tests: an order of each kind in each language, with texts that somebody has reviewed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from models.hotline.letter_documents import ConstituentLetter
from models.hotline.letter_rules import LetterKind, Matter
from models.hotline.letter_texts import LetterTexts
from models.hotline.letters import Answer, Order, acknowledgement, interim, response, unable_to_reach
from tasks.adapters.hotline.letter_files import letter_texts
from tasks.adapters.policy import letter_policy

MADE_AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
RECEIVED_AT = datetime(2026, 11, 12, 15, tzinfo=UTC)
TRIED = (date(2026, 11, 13), date(2026, 11, 16), date(2026, 11, 18))
PLAIN, RESTRICTED = Matter(False, False, False), Matter(True, False, True)
NAMES = {
    "en": "Juno Wrenfield", "es": "Lucía Peñalosa", "zh-Hant": "陳美玲", "zh-Hans": "陈美玲", "ru": "Анна Береговая",
    "bn": "রুমানা আক্তার", "ht": "Mirlande Bèlizè", "ko": "김하늘", "ar": "ليلى منصور", "ur": "ثمینہ قریشی",
    "fr": "Hélène Vasseur", "pl": "Łucja Żródlak",
}  # fmt: skip
# What a caseworker found and did, as a person translated it.
FOUND = {
    "en": "Your heat was off for three days because the boiler broke.",
    "es": "No tuvo calefacción durante tres días porque se averió la caldera.",
    "zh-Hant": "由於鍋爐故障，您的住處停了三天暖氣。", "zh-Hans": "由于锅炉故障，您的住处停了三天暖气。",
    "ru": "У вас три дня не было отопления, потому что сломался котёл.",
    "bn": "বয়লার নষ্ট হওয়ায় তিন দিন আপনার ঘরে তাপ ছিল না।",
    "ht": "Ou pase twa jou san chofaj paske chodyè a te kase.",
    "ko": "보일러 고장으로 사흘 동안 난방이 되지 않았습니다.",
    "ar": "انقطعت التدفئة عنك ثلاثة أيام بسبب عطل في الغلاية. رقم البلاغ 718-555-0139.",
    "ur": "بوائلر خراب ہونے کی وجہ سے آپ کے ہاں تین دن ہیٹنگ بند رہی۔ شکایت نمبر 718-555-0139 ہے۔",
    "fr": "Vous avez été sans chauffage pendant trois jours parce que la chaudière était en panne.",
    "pl": "Przez trzy dni nie było u Pani ogrzewania, ponieważ zepsuł się kocioł.",
}  # fmt: skip


def reviewed(texts: LetterTexts) -> LetterTexts:
    """The texts as somebody has read them."""
    return texts.model_copy(update={"reviewer": "R. Reader", "reviewed_on": date(2026, 11, 2)})


def order(language: str = "en", **changed: Any) -> Order:
    """What a letter needs, of an invented contact."""
    texts = letter_texts()
    made = Order(
        document_id="INQ-0001-AK01", number="INQ-0001", received_at=RECEIVED_AT, made_at=MADE_AT,
        name=NAMES[language], address=("14 Example Street, Apt. 3B", "Bronx, NY 10451"), matter=PLAIN,
        texts=reviewed(texts[language]), english=reviewed(texts["en"]), policy=letter_policy(),
        answer_by=date(2026, 11, 26), attempts=3,
    )  # fmt: skip
    return replace(made, **changed)


def answer(language: str = "en", key: str = "", **changed: Any) -> Answer:
    """A caseworker's answer in a language; `key` is the one part that it has."""
    words = {key: FOUND[language]} if key else {"found": FOUND[language], "done": FOUND[language]}
    original = {key: FOUND["en"]} if key else {"found": FOUND["en"], "done": FOUND["en"]}
    told = {"words": words} if language == "en" else {"words": words, "english": original, "translated_by": "T. Lator"}
    return Answer.model_validate({"about": "cash_or_medicaid", **told, **changed})


def letter(kind: LetterKind, made: Order) -> ConstituentLetter:
    """A letter of a kind, whole."""
    if kind is LetterKind.ACKNOWLEDGEMENT:
        return acknowledgement(made)
    if kind is LetterKind.INTERIM:
        return interim(made, answer(made.texts.language, key="why"), date(2026, 12, 1))
    if kind is LetterKind.UNABLE_TO_REACH:
        return unable_to_reach(made, TRIED)
    return response(made, answer(made.texts.language, no_power=True))
