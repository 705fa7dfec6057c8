"""In which language a text is written: script first, then statistics, then the words of the phrase tables."""

import re
from collections.abc import Collection

import pycld2

# English and the ten designated citywide languages. Source: Local Law 30 of 2017, domain section 7.
LANGUAGES = ("en", "es", "zh", "ru", "bn", "ht", "ko", "ar", "ur", "fr", "pl")
UNDETERMINED = "und"
FEW_WORDS = 4
# No other language that is written in Latin letters has four of these. Source: convention; on the examples cld2 says
# the same of every text.
_ENGLISH = frozenset({
    "the", "and", "is", "are", "was", "were", "has", "have", "had", "been", "his", "her", "their", "they", "them",
    "she", "he", "it", "my", "your", "our", "you", "we", "that", "this", "with", "from", "for", "not", "but", "who",
    "what", "when", "where", "how", "there", "which", "will", "would", "can", "could", "should", "about", "because",
    "after", "before", "does", "did", "to", "of", "in", "on", "at", "by", "an", "if", "so", "or", "be", "said",
    "says", "need", "want",
})  # fmt: skip
_FEWEST_ENGLISH, _LEAST_ENGLISH = 4, 0.15
_LATIN = frozenset({"en", "es", "ht", "fr", "pl"})
_SCRIPTS = (
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
)
_KANA = re.compile("[\u3040-\u30ff]")
# Letters that only Urdu has; letters that Persian has and Arabic has not; letters of Ukrainian.
_URDU = re.compile("[\u0679\u0688\u0691\u06ba\u06d2\u06c1\u06be]")
_PERSIAN = re.compile("[\u067e\u0686\u06af\u06a9\u06cc]")
_UKRAINIAN = re.compile("[\u0456\u0457\u0454\u0491]")
_LETTER = re.compile(r"[^\W\d_]")


def language_of(text: str, words: Collection[str] = ()) -> str:
    """The code of the language of a text as it is `seen`: `und` where there is too little, for others cld2's own code.

    `words` are its plain words, where they are known already. A few words of another script in a longer text (a name,
    a street) do not make its language.
    """
    if text.isascii() and _is_plainly_english(words or text.lower().split()):
        return "en"
    if not _LETTER.search(text):
        return UNDETERMINED
    if not _is_latin(text) and (by_script := _by_script(text, len(_LETTER.findall(text)))):
        return by_script
    return _by_statistics(text)


def _is_plainly_english(words: Collection[str]) -> bool:
    """True where statistics need not be asked: of the words that hold English together there are several and many."""
    found = len(_ENGLISH.intersection(words))
    return found >= _FEWEST_ENGLISH and found >= _LEAST_ENGLISH * len(words)


def _is_latin(text: str) -> bool:
    """True where no sign can be of another script, which is found out at once: signs of most Latin languages alone."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _by_script(text: str, letters: int) -> str:
    for language, script in _SCRIPTS:
        written = len(script.findall(text))
        # One Chinese or Korean sign says as much as several letters.
        weight = 3 if language in ("zh", "ko") else 1
        if written * weight * 2 >= letters:
            return _of_its_kind(language, text, written)
    return ""


def _of_its_kind(language: str, text: str, written: int) -> str:
    """Which of the languages of one script it is; nothing where statistics must tell."""
    if language == "zh" and _KANA.search(text):
        return "ja"
    if language == "ru" and _UKRAINIAN.search(text):
        return ""
    if language == "ar":
        if len(_URDU.findall(text)) * 16 >= written:
            return "ur"
        return "" if len(_PERSIAN.findall(text)) * 16 >= written else "ar"
    return language


def _by_statistics(text: str) -> str:
    try:
        reliable, _, found = pycld2.detect(text.encode("utf-8", "ignore"), isPlainText=True, bestEffort=True)
    except pycld2.error:
        return UNDETERMINED
    best = found[0][1]
    if best == "un" or (not reliable and len(text.split()) < FEW_WORDS):
        return UNDETERMINED
    if best in _LATIN:
        return str(best)
    # Statistics of short texts often name a small language: only a reliable one is believed.
    return str(best) if reliable and len(text.split()) >= FEW_WORDS * 3 else UNDETERMINED
