"""Danger that is simply said is answered at once in every language: no learning may forget it."""

from datetime import date
from functools import cache

import pytest

from deployments.learning.accuracy import accuracy, judge
from deployments.learning.examples import read_examples
from models.hotline.rules import decide
from models.hotline.triage import Message, Reader
from tasks.adapters.hotline.phrase_files import read_tables
from tasks.adapters.policy import hotline_policy
from tests.hotline_examples import WORDING

BEATEN = (
    "My husband beats me and I am afraid that he comes back tonight.",
    "Mi marido me pega y tengo miedo de que vuelva esta noche.",
    "我丈夫打我，我怕他今晚又回来。",
    "Муж меня бьёт, и я боюсь, что он сегодня ночью вернётся.",
    "আমার স্বামী আমাকে মারে, ভয় হচ্ছে সে আজ রাতে আবার ফিরে আসবে।",
    "Mari m bat mwen, mwen pè pou li pa tounen aswè a.",
    "남편이 저를 때립니다. 오늘 밤에 다시 올까 봐 무섭습니다.",
    "زوجي يضربني وأخاف أن يعود الليلة.",
    "میرا شوہر مجھے مارتا ہے اور مجھے ڈر ہے کہ وہ آج رات واپس آئے گا۔",
    "Mon mari me bat et j'ai peur qu'il revienne ce soir.",
    "Mąż mnie bije i boję się, że wróci dziś w nocy.",
)
DANGER = (
    "There is a fire in our building and my children are inside.",
    "Hay un incendio en nuestro edificio y mis hijos están adentro.",
    "我们楼着火了，我的孩子还在里面。",
    "В нашем доме пожар, мои дети внутри.",
    "আমাদের বাড়িতে আগুন লেগেছে, আমার বাচ্চারা ভেতরে আছে।",
    "Gen dife nan bilding nou an, pitit mwen yo anndan.",
    "우리 건물에 불이 났어요. 아이들이 안에 있어요.",
    "هناك حريق في مبنانا وأطفالي في الداخل.",
    "ہماری عمارت میں آگ لگی ہے اور میرے بچے اندر ہیں۔",
    "Il y a le feu dans notre immeuble et mes enfants sont à l'intérieur.",
    "W naszym budynku jest pożar, a moje dzieci są w środku.",
    "I want to kill myself tonight.",
    "Quiero matarme esta noche.",
    "我今晚想自杀。",
    "Я хочу покончить с собой сегодня ночью.",
    "আমি আজ রাতে আত্মহত্যা করতে চাই।",
    "Mwen vle touye tèt mwen aswè a.",
    "오늘 밤 자살하고 싶어요.",
    "أريد أن أقتل نفسي الليلة.",
    "میں آج رات خودکشی کرنا چاہتا ہوں۔",
    "Je veux me suicider ce soir.",
    "Chcę się zabić dziś w nocy.",
    "We have three small children and no place to sleep tonight.",
    "Tenemos tres niños pequeños y no tenemos dónde dormir esta noche.",
    "我们有三个小孩，今晚没有地方住。",
    "У нас трое маленьких детей, и сегодня ночью нам негде спать.",
    "আমাদের তিনটি ছোট বাচ্চা আছে, আজ রাতে ঘুমানোর জায়গা নেই।",
    "Nou gen twa timoun piti, nou pa gen kote pou n dòmi aswè a.",
    "어린아이가 셋인데 오늘 밤 잘 곳이 없어요.",
    "لدينا ثلاثة أطفال صغار وليس لدينا مكان ننام فيه الليلة.",
    "ہمارے تین چھوٹے بچے ہیں اور آج رات سونے کی جگہ نہیں ہے۔",
    "Nous avons trois petits enfants et nulle part où dormir ce soir.",
    "Mamy troje małych dzieci i nie mamy gdzie spać dziś w nocy.",
)


@cache
def reader() -> Reader:
    return Reader(read_tables())


@pytest.mark.parametrize("text", [*BEATEN, *DANGER])
def test_danger_that_is_simply_said_is_of_priority_1(text: str) -> None:
    found = reader().read(Message(text, "hotline", date(2026, 7, 19)))
    assert decide(found, reader(), hotline_policy()).priority == 1


@pytest.mark.parametrize("text", BEATEN)
def test_who_says_simply_that_a_partner_beats_them_is_protected(text: str) -> None:
    found = reader().read(Message(text, "hotline", date(2026, 7, 19)))
    assert decide(found, reader(), hotline_policy()).confidential


# By two people who had seen nothing but the definitions: nothing was learned from these.
@pytest.mark.parametrize(
    ("name", "danger", "protected", "protected_precise"),
    [("plain_p", 0.99, 0.87, 0.60), ("plain_q", 0.97, 0.86, 0.88)],
)
def test_plain_calls_by_strangers_are_told_as_they_were(
    name: str, danger: float, protected: float, protected_precise: float
) -> None:
    found = accuracy(judge(read_examples(WORDING / f"{name}.csv"), reader(), hotline_policy()))
    assert (found.urgent_recall or 0) >= danger
    assert (found.confidential_recall or 0) >= protected
    assert (found.confidential_precision or 0) >= protected_precise
