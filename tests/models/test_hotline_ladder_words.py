"""Signs that are told higher up: found where somebody says them of the agency, and not of something else."""

from datetime import date

import pytest

from models.hotline.escalation import LADDER_ONLY
from models.hotline.triage import Message, Reader
from tasks.adapters.hotline.phrase_files import read_tables

READER = Reader(read_tables())


def found(words: str) -> set[str]:
    return LADDER_ONLY & READER.read(Message(words, "hotline", date(2026, 11, 20))).hits.keys()


@pytest.mark.parametrize(("sign", "words"), [
    ("media", "If nobody calls me back I am going to the press."), ("media", "I will call Channel 7 about this."),
    ("media", "I'm a reporter, we publish on Sunday."), ("media", "Voy a llamar a la prensa si no me ayudan."),
    ("media", "我要找媒体曝光你们。"), ("media", "Я обращусь в СМИ!"), ("media", "m pral rele lapres"),
    ("media", "언론에 제보하겠습니다"), ("media", "Je vais contacter la presse."), ("media", "سأخبر الصحافة"),
    ("media", "میں صحافی ہوں"), ("media", "আমি সাংবাদিক"), ("media", "Pójdę do mediów."),
    ("death_in_care", "My roommate died in the shelter last night."),
    ("death_in_care", "My mother died while waiting for home care."),
    ("death_in_care", "Mi hermano murió en el shelter."), ("death_in_care", "我朋友在收容所去世了。"),
    ("death_in_care", "Мой сосед умер в шелтере."), ("death_in_care", "Un homme est mort au foyer cette nuit."),
    ("death_in_care", "Zmarł w schronisku, nikt nie przyszedł."), ("death_in_care", "쉼터에서 사망한 사람이 있습니다"),
    ("litigation", "We are suing the City of New York over this."), ("litigation", "I filed a notice of claim."),
    ("litigation", "Under the Callahan consent decree you must give me a bed."),
    ("litigation", "I am covered by the Butler settlement."), ("litigation", "Legal Aid put me in the class action."),
    ("litigation", "Vamos a demandar a la ciudad."), ("litigation", "Я подам на вас в суд."),
    ("litigation", "سأقاضيكم في المحكمة"), ("litigation", "我要告你们"), ("litigation", "Pozwę miasto."),
    ("mayors_office", "I'm calling from the Mayor's Office about a constituent."),
    ("mayors_office", "City Hall is asking for an update by noon."),
    ("mayors_office", "Llamo de la oficina del alcalde."), ("mayors_office", "Звоню из офиса мэра."),
])  # fmt: skip
def test_what_is_told_higher_up_is_found(sign: str, words: str) -> None:
    assert sign in found(words)


@pytest.mark.parametrize("words", [
    "I'm a mandated reporter at the school.", "I read in the news that HEAP opened.", "The post office lost my card.",
    "I am a student and want to interview someone for my class.", "我在网上新闻看到暖气补助",
    "My father died two years ago and I can't pay the rent.", "My mom died and I ended up in a shelter with my kids.",
    "My mother passed away last month, how do I get help with the funeral?", "I will die in this shelter.",
    "The tenant of record died, can I stay in the apartment?", "Me voy a morir en el shelter.", "쉘터에서 죽겠어요",
    "因为你们拒绝我快饿死了", "쉘터에서 돌아가라고 했어요",
    "The landlord is suing me in housing court, my court date is Friday.", "My husband sued me for custody.",
    "My landlord filed a lawsuit against me for rent.", "I need a lawyer for an eviction.", "El dueño me demandó.",
    "My worker Ms. Butler never calls.", "Please call Mr. Callahan at my job.", "I want a reasonable accommodation.",
    "Take action against the shelter staff.", "他们报告市政府了", "yo rele nou tribinal pou lwaye",
    "The Mayor's Office told me to call you.", "I called the Mayor's Office and they did nothing.",
    "میئر آفس سے بات کی تھی",
])  # fmt: skip
def test_what_is_said_of_something_else_is_not(words: str) -> None:
    assert found(words) == set()
