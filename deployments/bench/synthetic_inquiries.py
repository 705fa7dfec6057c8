"""Invented inquiries in any number: what people say to a hotline, in the layout that the inbox takes.

A text is 10 to 45 words that say little, with one to three phrases that say what it is about; 18 in 100 are Spanish,
French or Chinese. Who calls is either a stranger each time, whom no name or number makes like anybody else, or one of a
city: there people ring twice on average and share surnames.
"""

import csv
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

HEAD = ("id", "received_at", "channel", "language", "text", "caller", "phone", "zip", "subject")
# Before the moment at which the homes of measurements stand still, so near that contacts of priority 1 alert somebody.
_FIRST_DAY, _DAYS = datetime(2027, 1, 3, 15, tzinfo=UTC), 28
_FOREIGN, _THIRD_PHRASE, _SUBJECT = 0.18, 0.15, 40
_CALLS_EACH = 2
# A surname's share falls with its rank: of 100,000 people 420 have the tenth, 5.5 the 2,242nd, 1.5 the 8,484th. In the
# Census of 2010 these were 360, 5.5 and 1.3. Source: Census Bureau, Surnames Occurring 100 or more Times.
_COMMONEST, _RANKS = 20, 3_000


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SYLLABLES = _words("ba cor den fi gol hu jas ke lom mir no pra quin ros tel vu")
_GIVEN = _words(
    "Ada Amir Bea Carlos Chen Dawn Eli Fatima Gus Hana Ines Ivan Jade Kofi Lena Luis Mei Nadia Omar Paz Rosa Sam "
    "Tariq Uma Vera Wei Yara Zoe"
)

PHRASES: Mapping[str, tuple[str, ...]] = {
    subject: tuple(listed.split(", "))
    for subject, listed in {
        "rent": "two months of rent, rent is overdue, help with rent, rent went up, landlord raised the rent, "
        "cityfheps, rental arrears, rent subsidy, one shot grant, deposit for an apartment, broker fee, moving costs, "
        "sublet, rent receipt, renew my lease, rent ledger, unpaid rent, cannot make the rent, rent bill, fheps "
        "voucher",
        "court": "eviction papers, to be evicted, marshal came, notice on my door, court on monday, court papers, "
        "landlord sued me, tenant lawyer, right to counsel, holdover case, locks were changed, put us out, thirty day "
        "notice, nonpayment case, warrant for eviction, hearing date, judge said, stipulation, legal aid, lose my "
        "apartment",
        "cold": "heat is broken, without heat, no hot water since, radiators are cold, boiler is out, cold water "
        "only, freezing inside, no heat at night, heating is off, furnace broke, oil ran out, we wear coats, "
        "thermostat broken, ice on the windows, oven for heat, no steam, heat comes on, lukewarm shower, cold "
        "building, hot water is brown",
        "food": "food stamp, snap was cut, snap case, nothing to eat, food for my kids, food pantries, ebt is empty, "
        "benefits were stolen, card was skimmed, hot meal, meals at home, wic office, formula for the baby, groceries "
        "for, soup line, recertify for snap, school lunch, fridge is empty, fed my children, food box",
        "cash": "cash benefits, public aid, cash case, case was closed, closed my case, fair hearing request, job "
        "center, work activity, benefit letter, less money this month, grant was reduced, emergency cash, reapply, "
        "budget change, missed my appointment, sanctioned, rent portion, family grant, direct deposit, benefit card",
        "health": "lost medicaid, medicaid renewal, health plan, hospital visit, medical bill, refill my "
        "prescription, medicare card, insulin, see a doctor, dentist, home attendant hours, nurse, wheelchair, "
        "therapist, counseling, vaccination, disability benefits, ssi check, spenddown, rehab",
        "children": "child care voucher, day care, babysitter, pre school, afterschool program, 3-k seat, pre-k seat, "
        "head start seat, speech therapy, day care provider, summer program, nursery, stroller, diapers, school bus, "
        "kindergarten seat, provider was not paid, infant seat, summer job for my son, crib",
        "shelter": "family shelter, at a shelter, street homeless, sleeping outside, sleep on the train, no place to "
        "stay, intake office, drop in center, lost our home, in my car, staying with friends, safe haven bed, shelter "
        "transfer, shelter staff, placed in a hotel, outreach team, warming bus, curfew, shelter meals, bed tonight",
        "elders": "home delivered meals, senior club, older woman, my grandparents, aging office, elder care, abuse "
        "of an elder, scrie renewal, drie renewal, half fare card, paratransit, my aunt is ninety, caregivers, memory "
        "loss, lives alone, fell at home, day program, senior building, retired, respite care",
        "power": "electric bill, gas bill, lights are off, power was cut, heap benefit, shut off notice, utility "
        "bill, con ed, payment agreement, national grid, gas was turned off, meter reading, energy grant, no power "
        "since, arrears on gas, summer cooling, air conditioner, bill is too high, internet at home, phone was cut "
        "off",
        "papers": "immigration status, green card renewal, asylum case, work papers, become a citizen, visa expired, "
        "id card, idnyc appointment, passport, deport, immigration court, refugee, translator, birth certificate, "
        "newly arrived, daca renewal, naturalize, sponsor letter, social security card, undocumented",
        "danger": "beats me, hits me, afraid of him, threatens to kill, order of protection, violent partner, he has "
        "a gun, want to die, end my life, hurt myself, child is hurt, kicked the door in, stalks me, safe place "
        "tonight, called the police, domestic abuse, forced me, strangled, took my phone away, runs after me",
        "repairs": "mold on the wall, ceiling fell, leaking pipe, mice in the kitchen, roach, bedbugs, rats outside, "
        "elevator is out, broken lock, lead paint, no cold water, window is broken, toilet is clogged, sewage smell, "
        "smoke alarm, gas smell, holes in the floor, super will not fix, peeling walls, flood in the basement",
        "work": "lost his job, lost her job, was laid off, unemployment claim, job training, look for a job, resume "
        "help, unpaid hours, stolen wages, paycheck is late, english class, ged class, career center, internship, job "
        "interview, work permit, fired, trade school, hours were cut, hiring event",
        "service": "was rude to me, on hold for hours, hung up on me, nobody called back, file a complaint, talk to a "
        "manager, lost my papers, wrong form, website is down, cannot log in, reset my password, app crashed, upload "
        "my documents, office was closed, sent me away, no interpreter, treated unfairly, discriminated, waiting for "
        "an answer, appeal a decision",
    }.items()
}
_EVERY = tuple(phrase for listed in PHRASES.values() for phrase in listed)
_ENGLISH = _words(
    "good morning my name is not important i would like to ask about something that we were told last week when our "
    "neighbor said you could answer so please let me know what to bring and where it may take place because they have "
    "been there before with her two boys who are at school until three every day and then she must go back again "
    "thanks for your time it has been very long since anyone wrote or spoke with us in queens near the bridge"
)
_OTHERS = {
    "es": _words(
        "buenos días llamo porque necesito ayuda con el alquiler de la casa y me quedé sin trabajo hace un mes mis "
        "dos niños tienen frío por la noche no hay calefacción quiero saber a dónde ir gracias"
    ),
    "fr": _words(
        "bonsoir madame je vous écris parce que nous avons besoin d'aide pour le loyer et le chauffage ne marche plus "
        "depuis lundi mes enfants ont froid merci de répondre vite"
    ),
    "zh": _words("早上好 我 想 问 一下 租金 补助 的 事情 我们 家 暖气 坏了 孩子 很 冷 谢谢 你们"),
}
# Half of what is not English is Spanish.
_OTHER_LANGUAGES = ("es", "es", "fr", "zh")


class Said(NamedTuple):
    """What somebody says, and the code of its language."""

    text: str
    language: str


def texts(count: int, seed: int = 7) -> Iterator[Said]:
    """So many texts, the same each time."""
    chance = random.Random(seed)
    subjects = tuple(PHRASES.values())
    for _ in range(count):
        if chance.random() < _FOREIGN:
            language = chance.choice(_OTHER_LANGUAGES)
            yield Said(" ".join(chance.choices(_OTHERS[language], k=chance.randint(8, 30))), language)
            continue
        words, about = chance.choices(_ENGLISH, k=chance.randint(10, 45)), chance.choice(subjects)
        phrases = [chance.choice(about) for _ in range(chance.randint(1, 2))]
        if chance.random() < _THIRD_PHRASE:
            phrases.append(chance.choice(_EVERY))
        for phrase in phrases:
            words.insert(chance.randrange(len(words)), phrase)
        text = " ".join(words)
        yield Said(f"{text[0].upper()}{text[1:]}.", "en")


def write_inquiries(count: int, path: Path, *, of_a_city: bool = False) -> None:
    """Write so many inquiries of four weeks as a CSV file, row by row: a million fit into no small memory."""
    chance, people = random.Random(5), max(1, count // _CALLS_EACH)
    apart = timedelta(days=_DAYS) / count
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(HEAD)
        for number, said in enumerate(texts(count)):
            received_at = (_FIRST_DAY + number * apart).strftime("%Y-%m-%dT%H:%M:%SZ")
            caller = _of_a_city(chance.randrange(people)) if of_a_city else _stranger(number)
            writer.writerow(
                (
                    f"INV-{number:07}", received_at, chance.choice(("phone", "web", "email")), said.language, said.text,
                    *caller, f"{10_000 + number % 400}", said.text[:_SUBJECT],
                )
            )  # fmt: skip


def _stranger(number: int) -> tuple[str, str]:
    """Name and telephone. Nobody else has this name; a telephone of seven digits is nobody's."""
    return (f"Caller {number}", f"555-{number % 10_000:04}")


def _of_a_city(number: int) -> tuple[str, str]:
    """The same person each time, with a telephone of its own."""
    chance = random.Random(number)
    rank = int(_COMMONEST * _RANKS ** chance.random())
    surname = "".join(_SYLLABLES[rank // 16**place % 16] for place in range(4)).title()
    return (f"{chance.choice(_GIVEN)} {surname}", f"{200 + number // 10_000}-555-{number % 10_000:04}")
