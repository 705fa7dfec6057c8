"""Triage is judged by contacts with known answers, and what is learned is written beside what people set."""

import csv
import json
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from deployments.learning.accuracy import Accuracy, accuracy, judge
from deployments.learning.examples import EXAMPLES, read_examples
from deployments.learning.files import points_by_hand, write_common_words, write_often_words, write_points
from deployments.learning.linking import known_after, linked, with_links
from models.hotline.matching import Matcher
from models.hotline.phrases import PhraseTables, Signal, Unit, parse_term
from models.hotline.policy import Policy
from models.hotline.rules import NEAR_RESTRICTED, decide
from models.hotline.tongue import language_of
from models.hotline.triage import Reader
from models.hotline.wording import plain, seen
from tasks.adapters.hotline.phrase_files import FOLDER, common_words, often_words, read_tables
from tasks.adapters.policy import hotline_policy
from tests.deployments.offices import steward
from tests.hotline_examples import WORDING, example

DEV = Path(__file__).resolve().parents[3] / "shared" / "data" / "triage_dev" / "dev.csv"


@cache
def tables() -> PhraseTables:
    return read_tables()


@cache
def reader() -> Reader:
    return Reader(tables())


@cache
def judged_by(name: str, english: bool) -> Accuracy:
    examples = [each for each in read_examples(WORDING / f"{name}.csv") if (each.language == "en") is english]
    return accuracy(judge(examples, reader(), hotline_policy()))


def test_learned_points_are_written_beside_what_people_set(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    before = points_by_hand(tmp_path)
    write_points(tables(), tmp_path)
    assert points_by_hand(tmp_path) == before
    again = read_tables(tmp_path)
    assert again == replace(tables(), terms=again.terms)


def test_recall_and_precision_are_of_what_should_be_and_what_was_found() -> None:
    policy = Policy.model_validate({**hotline_policy().model_dump(), "urgent_above": 0.5})
    signals = (Signal("fire", "", {"URGENT": 5000, Unit.FIA: 5000}),)
    rare = {"URGENT": -4000, "PROTECTED": -4000}
    own = Reader(PhraseTables(signals, {"en": (parse_term("fire", "fire", ("fire",)),)}, bias=rare))
    told = [
        example("there is a fire in the house now", Unit.FIA, priority=1),
        example("there is a fire drill in the house", Unit.FIA),
        example("nobody has come to the house yet", Unit.FIA, priority=1),
    ]
    found = accuracy(judge(told, own, policy))
    assert (found.contacts, found.urgent_recall, found.urgent_precision) == (3, 0.5, 0.5)
    assert (found.confidential_recall, found.confidential_precision) == (None, None)
    assert (found.routed, found.routed_right) == (pytest.approx(2 / 3), 1.0)


# Contacts that were written by people who had not seen the tables; the floors are a little under what was measured.
@pytest.mark.parametrize(
    ("name", "english", "routed", "right", "first_three"),
    [
        ("mixed", True, 0.70, 0.92, 0.91), ("mixed", False, 0.66, 0.93, 0.95), ("units", True, 0.64, 0.93, 0.93),
        ("signals", False, 0.62, 0.93, 0.88), ("fresh", True, 0.80, 0.94, 0.95), ("fresh", False, 0.82, 0.95, 0.96),
        ("year_a", True, 0.73, 0.94, 0.94), ("year_a", False, 0.76, 0.95, 0.92), ("year_b", True, 0.72, 0.94, 0.94),
        ("year_b", False, 0.72, 0.94, 0.94), ("year_d", True, 0.86, 0.95, 0.95), ("year_d", False, 0.82, 0.95, 0.94),
        ("year_e", True, 0.79, 0.94, 0.95), ("year_e", False, 0.87, 0.94, 0.96), ("year_f", True, 0.80, 0.96, 0.96),
        ("year_f", False, 0.82, 0.95, 0.97), ("year_g", True, 0.82, 0.95, 0.95), ("year_g", False, 0.79, 0.96, 0.96),
        ("year_h", True, 0.86, 0.94, 0.95), ("year_h", False, 0.76, 0.94, 0.96),
        ("year_i", True, 0.83, 0.96, 0.96), ("year_i", False, 0.82, 0.96, 0.97),
        ("year_j", True, 0.84, 0.94, 0.96), ("year_j", False, 0.83, 0.96, 0.98),
        ("year_k", True, 0.77, 0.95, 0.96), ("year_k", False, 0.76, 0.95, 0.95),
        ("year_l", True, 0.82, 0.93, 0.97), ("year_l", False, 0.80, 0.96, 0.98),
        ("year_n", True, 0.78, 0.96, 0.97), ("year_n", False, 0.86, 0.97, 0.98),
        ("year_o", True, 0.74, 0.92, 0.94), ("year_o", False, 0.88, 0.97, 0.95),
        ("year_p", True, 0.80, 0.97, 0.96), ("year_p", False, 0.90, 0.98, 0.98),
        ("year_q", True, 0.80, 0.96, 0.96), ("year_q", False, 0.90, 0.98, 0.98),
        ("year_r", True, 0.77, 0.97, 0.98), ("year_r", False, 0.84, 0.97, 0.98),
        ("year_s", True, 0.85, 0.97, 0.97), ("year_s", False, 0.90, 0.98, 0.98),
        ("year_t", True, 0.80, 0.98, 0.95), ("year_t", False, 0.86, 0.98, 0.99),
        ("year_v", True, 0.83, 0.97, 0.95), ("year_v", False, 0.94, 0.98, 0.98),
        ("year_w", True, 0.80, 0.97, 0.97), ("year_w", False, 0.91, 0.98, 0.99),
        ("year_x", True, 0.83, 0.97, 0.97), ("year_x", False, 0.88, 0.98, 0.97),
        ("year_y", True, 0.84, 0.97, 0.99), ("year_y", False, 0.90, 0.99, 0.99),
        ("year_u", True, 0.80, 0.93, 0.97), ("year_u", False, 0.83, 0.98, 0.98),
        ("year_z", True, 0.85, 0.95, 0.97), ("year_z", False, 0.88, 0.98, 0.98),
    ],
)  # fmt: skip
def test_triage_is_as_good_on_fresh_wordings_as_it_was(
    name: str, english: bool, routed: float, right: float, first_three: float
) -> None:
    found = judged_by(name, english)
    assert (found.routed or 0) >= routed
    assert (found.routed_right or 0) >= right
    assert (found.first_three or 0) >= first_three
    assert (found.language_recall or 1) >= 0.97


@pytest.mark.parametrize(
    ("name", "danger", "precise", "protected", "protected_precise"),
    [
        ("mixed", 0.95, 0.55, 0.95, 0.76), ("signals", 0.90, 0.76, 0.86, 0.88), ("fresh", 0.90, 0.58, 0.95, 0.88),
        ("year_a", 0.95, 0.48, 0.95, 0.76), ("year_b", 0.97, 0.59, 0.95, 0.73), ("year_c", 0.90, 0.56, 0.93, 0.73),
        ("year_d", 0.97, 0.72, 0.95, 0.79), ("year_e", 0.97, 0.68, 0.97, 0.73), ("year_f", 0.92, 0.80, 0.95, 0.70),
        ("year_g", 0.97, 0.88, 0.94, 0.71), ("year_h", 0.96, 0.77, 0.97, 0.70), ("year_i", 0.93, 0.72, 0.97, 0.73),
        ("year_j", 0.97, 0.76, 0.93, 0.74), ("year_k", 0.94, 0.72, 0.97, 0.77), ("year_l", 0.97, 0.65, 0.97, 0.82),
        ("year_n", 0.95, 0.60, 0.96, 0.78), ("year_o", 0.97, 0.63, 0.96, 0.74), ("year_p", 0.88, 0.64, 0.97, 0.75),
        ("year_q", 0.96, 0.61, 0.97, 0.85), ("year_r", 0.92, 0.56, 0.97, 0.75),
        ("year_s", 0.88, 0.72, 0.98, 0.76), ("year_t", 0.97, 0.68, 0.94, 0.76), ("year_v", 0.93, 0.69, 0.97, 0.79),
        ("year_w", 0.97, 0.69, 0.97, 0.81), ("year_x", 0.97, 0.68, 0.95, 0.82), ("year_y", 0.94, 0.71, 0.99, 0.79),
        ("year_u", 0.99, 0.62, 0.95, 0.75), ("year_z", 0.99, 0.55, 0.97, 0.83),
    ],
)  # fmt: skip
def test_danger_and_what_is_protected_are_told_as_well_on_fresh_wordings_as_they_were(
    name: str, danger: float, precise: float, protected: float, protected_precise: float
) -> None:
    judged = judge(read_examples(WORDING / f"{name}.csv"), reader(), hotline_policy())
    found, after = accuracy(judged), accuracy(with_links(judged, known_after(judged, hotline_policy())))
    assert (found.urgent_recall or 0) >= danger and (found.urgent_precision or 0) >= precise
    assert (found.confidential_recall or 0) >= protected and (found.confidential_precision or 0) >= protected_precise
    # What repeats something that is restricted by mistake is restricted by mistake as well.
    assert (after.confidential_recall or 0) >= protected and (after.confidential_precision or 0) >= 0.70


@pytest.mark.parametrize(
    ("sets", "danger", "precise", "protected", "protected_precise"),
    [("klnopqr", 0.96, 0.69, 0.98, 0.82), ("stv", 0.93, 0.69, 0.97, 0.77), ("wxy", 0.96, 0.69, 0.97, 0.81)],
)
def test_of_what_nothing_was_learned_from_danger_and_what_is_protected_are_told_as_they_were(
    sets: str, danger: float, precise: float, protected: float, protected_precise: float
) -> None:
    examples = read_examples(*(WORDING / f"year_{name}.csv" for name in sets))
    found = accuracy(judge(examples, reader(), hotline_policy()))
    assert (found.routed or 0) >= 0.80 and (found.routed_right or 0) >= 0.97 and (found.first_three or 0) >= 0.97
    assert (found.urgent_recall or 0) >= danger and (found.urgent_precision or 0) >= precise
    assert (found.confidential_recall or 0) >= protected
    assert (found.confidential_precision or 0) >= protected_precise


def test_danger_and_what_is_protected_are_told_among_as_many_look_alikes_that_were_written_to_mislead() -> None:
    found = accuracy(judge(read_examples(WORDING / "hard_m.csv"), reader(), hotline_policy()))
    assert (found.urgent_recall or 0) >= 0.88 and (found.urgent_precision or 0) >= 0.77
    assert (found.confidential_recall or 0) >= 0.91 and (found.confidential_precision or 0) >= 0.65


@pytest.mark.parametrize(("text", "priority"), [
    ("The guard keeps hugging my daughter, she is nine, and he put his hand on her leg. He works again tonight.", 1),
    ("My nephew is six and his uncle touches him where he should not. The boy sleeps in that house tonight.", 1),
    ("My son is 15. The aide has been taking him to the storage room and touching him. I told the director.", 2),
    ("Please keep in touch about my son's basketball, the coach is wonderful.", 4),
])  # fmt: skip
def test_a_minor_who_is_touched_is_protected_and_answered_within_a_day(text: str, priority: int) -> None:
    found = reader().read(example(text, Unit.OMBUDSMAN).message)
    decision = decide(found, reader(), hotline_policy())
    assert (decision.priority <= priority, decision.confidential) == (True, priority < 4)


def test_an_old_neighbour_whom_nobody_has_seen_is_answered_at_once() -> None:
    text = (
        "My neighbor is 84 and has not come to the door for two days, her newspapers are piling up and the dog barks."
    )
    decision = decide(reader().read(example(text, Unit.APS).message), reader(), hotline_policy())
    assert (decision.unit, decision.priority) == (Unit.APS, 1)


@pytest.mark.parametrize("written", ["{} years old", "{} y/o lady", "{}yo man", "{} yr old"])
def test_whoever_is_sixty_five_or_older_is_an_old_person_however_the_age_is_written(written: str) -> None:
    texts = {age: f"My neighbor is a {written.format(age)} who lives alone" for age in (*range(65, 100), 41)}
    old = {age for age, text in texts.items() if "elder" in reader().read(example(text, Unit.APS).message).hits}
    assert old == {*range(65, 100)}


def test_a_link_counts_as_right_where_it_leads_to_the_first_contact() -> None:
    told = [
        replace(example("I am Quilldottir and my rent is late", Unit.HOMEBASE), contact_id="1"),
        replace(example("nobody called me about food", Unit.FIA), contact_id="2"),
        replace(example("Quilldottir here, rent again", Unit.HOMEBASE), contact_id="3", duplicate_of="1"),
        replace(example("my rent, again", Unit.HOMEBASE), contact_id="4", duplicate_of="1"),
    ]
    signals = (Signal("rent", "", {Unit.HOMEBASE: 3000}),)
    own = Reader(PhraseTables(signals, {"en": (parse_term("rent", "rent", ("rent",)),)}))
    judged = judge(told, own, hotline_policy())
    links = linked(known_after(judged, hotline_policy()))
    assert links == {"3": "1"}
    assert (accuracy(judged, links).repeats_recall, accuracy(judged, links).repeats_precision) == (0.5, 1.0)


@pytest.mark.parametrize(
    ("name", "recall", "precision"),
    [
        ("mixed", 0.79, 0.88), ("year_a", 0.86, 0.94), ("year_b", 0.84, 0.90), ("year_c", 0.83, 0.95),
        ("year_d", 0.73, 0.95), ("year_e", 0.88, 0.92), ("year_f", 0.77, 0.95), ("year_g", 0.86, 0.95),
        ("year_h", 0.79, 0.95), ("year_i", 0.82, 0.95), ("year_j", 0.75, 0.95), ("year_k", 0.54, 0.95),
        ("year_l", 0.72, 0.85), ("year_n", 0.65, 0.94), ("year_o", 0.70, 0.95),
        ("year_p", 0.65, 0.95), ("year_q", 0.66, 0.94), ("year_r", 0.88, 0.95),
        ("year_s", 0.84, 0.95), ("year_t", 0.64, 0.93), ("year_v", 0.95, 0.95),
        ("year_w", 0.75, 0.95), ("year_x", 0.73, 0.95), ("year_y", 0.91, 0.95),
        ("year_u", 0.73, 0.95), ("year_z", 0.94, 0.94),
    ],
)  # fmt: skip
def test_repeats_are_found_as_often_as_they_were(name: str, recall: float, precision: float) -> None:
    judged = judge(read_examples(WORDING / f"{name}.csv"), reader(), hotline_policy())
    found = accuracy(judged, linked(known_after(judged, hotline_policy())))
    assert (found.repeats_recall or 0) >= recall
    assert (found.repeats_precision or 0) >= precision


def test_what_is_linked_with_a_restricted_contact_is_judged_as_restricted() -> None:
    said = ("the rent is late, 718-555-0139", "the rent is late, 718-555-0139", "the rent is late")
    told = [replace(example(text, Unit.HASA), contact_id=one) for one, text in zip("abc", said, strict=True)]
    judged = judge(told, reader(), hotline_policy())
    together = [(told[0], judged[0][1]._replace(confidential=True)), *judged[1:]]
    after = with_links(together, known_after(together, hotline_policy()))
    assert [decision.confidential for _, decision in after] == [True, True, False]
    assert not judged[1][1].confidential and NEAR_RESTRICTED in after[1][1].review


def test_words_that_three_files_use_are_common(tmp_path: Path) -> None:
    files = [[example(text, Unit.FIA)] for text in ("Rent is late for Quade", "my RENT is rent", "is Quill rent")]
    write_common_words(files, tmp_path)
    assert common_words(tmp_path) == {"rent", "is"}


@pytest.mark.parametrize(("files", "found"), [(10, set[str]()), (11, {"quill"})])
def test_a_name_is_common_where_more_files_have_it(tmp_path: Path, files: int, found: set[str]) -> None:
    write_common_words([[example("Quill", Unit.FIA)]] * files, tmp_path)
    assert common_words(tmp_path) == found


@pytest.mark.parametrize(("files", "found"), [(21, {"rent"}), (22, {"rent", "quill"})])
def test_of_more_files_more_must_have_a_name_before_it_is_common(tmp_path: Path, files: int, found: set[str]) -> None:
    # Twice as many as it was tried on.
    others = [[example("rent", Unit.FIA)]] * (212 - files)
    write_common_words([*[[example("Quill", Unit.FIA)]] * files, *others], tmp_path)
    assert common_words(tmp_path) == found


def test_beginnings_that_one_example_in_three_hundred_has_are_used_often(tmp_path: Path) -> None:
    every = [example("rent", Unit.FIA)] * 598 + [example("Rental", Unit.FIA)] * 2 + [example("Renting", Unit.FIA)] * 3
    write_often_words(every, tmp_path)
    assert often_words(tmp_path) == {"rent", "rentin"}


def test_no_term_is_peculiar_to_one_contact_that_triage_is_judged_by() -> None:
    if not DEV.exists():
        pytest.skip("needs the contacts of ../shared/data")
    matchers = {language: Matcher(terms) for language, terms in tables().terms.items()}

    def terms_of(text: str) -> set[tuple[str, str, str]]:
        language = language_of(seen(text))
        matcher = matchers.get(language)
        return {(language, hit.signal, hit.term) for hit in matcher.find(plain(seen(text)))} if matcher else set()

    with DEV.open(encoding="utf-8", newline="") as file:
        judged = Counter(term for row in csv.DictReader(file) for term in terms_of(row["text"]))
    others = {
        term
        for each in read_examples(*EXAMPLES.glob("*.csv"), WORDING / "mixed.csv")
        for term in terms_of(each.message.text)
    }
    assert [term for term, count in judged.items() if count == 1 and term not in others] == []


def test_the_command_judges_contacts_with_their_answers(tmp_path: Path) -> None:
    rows = (WORDING / "units.csv").read_text(encoding="utf-8").splitlines()[:9]
    (tmp_path / "some.csv").write_text("\n".join(rows) + "\n")
    told = steward(tmp_path / "home", "phrases", "report", str(tmp_path / "some.csv"), "--json")
    assert told.returncode == 0, told.stderr
    figures = json.loads(told.stdout)
    assert figures["all"]["contacts"] == 8 and figures["others"]["contacts"] == 0


def test_the_command_says_which_answer_is_missing(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text(
        "id,received_at,channel,language,text\n1,2026-07-01T10:00:00-04:00,email,en,hello\n"
    )
    told = steward(tmp_path / "home", "phrases", "report", str(tmp_path / "bad.csv"))
    assert told.returncode == 2
    assert "without its right answer" in told.stderr
