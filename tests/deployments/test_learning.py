"""The points of the phrase tables are learned from examples, starting from what people set by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from deployments.learning.examples import read_examples
from deployments.learning.files import write_points
from deployments.learning.fit import fit
from deployments.learning.themes import _Network
from models.hotline.phrases import PhraseTables, Signal, Unit, parse_term
from models.hotline.triage import Reader
from tasks.adapters.hotline.phrase_files import FOLDER, read_tables
from tests.hotline_examples import WORDING, example


def test_points_follow_the_examples_and_stay_near_those_set_by_hand() -> None:
    signals = (Signal("rent", "", {Unit.HOMEBASE: 1000}), Signal("odd", "", {Unit.FIA: 1000}))
    made = PhraseTables(signals, {"en": tuple(parse_term(name, name, ("rent", "odd")) for name in ("rent", "odd"))})
    told = [example(f"my rent is late again {n} and more", Unit.HOMEBASE) for n in range(20)]
    learned = fit(made, {"signal rent": signals[0].points, "signal odd": signals[1].points}, told)
    rent, odd = (signal.points for signal in learned.signals)
    assert rent[Unit.HOMEBASE] > 600
    assert odd == {Unit.FIA: 600}
    assert {"late", "again"} <= set(learned.words["en"])


def test_a_term_learns_nothing_from_the_example_that_it_was_written_from() -> None:
    signals = (Signal("rent", "", {}),)
    before = PhraseTables(signals, {})
    made = PhraseTables(signals, {"en": (parse_term("rent", "rent", ("rent",)),)})
    told = [example(f"{word} rent", Unit.HOMEBASE) for word in ("one", "two", "three", "four")]
    read = [replace(each, is_read=True) for each in told]
    others = [example(f"{word} hour", Unit.FIA) for word in ("one", "two", "three", "four")]
    found = fit(made, {"signal rent": {}}, [*told, *others], before).signals[0].points
    blind = fit(made, {"signal rent": {}}, [*read, *others], before).signals[0].points
    assert found[Unit.HOMEBASE] > 500
    assert blind.get(Unit.HOMEBASE, 0) == 0


def test_terms_written_from_examples_are_told_apart(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "en.csv").write_text("signal,term,source\nsnap,food card,\nsnap,stamp book,examples\n")
    texts = [[term.text for term in read_tables(tmp_path, of_examples=each).terms["en"]] for each in (True, False)]
    assert texts == [["food card", "stamp book"], ["food card"]]


def test_what_two_words_say_together_is_learned_beside_what_each_says() -> None:
    told = [example(f"number {n}: he fell down", Unit.APS, priority=1) for n in range(40)]
    told += [example(f"number {n}: he fell behind, prices went down", Unit.HOMEBASE) for n in range(40)]
    words = fit(PhraseTables((), {}), {}, told).words["en"]
    assert words["fell down"]["URGENT"] > 100 > words.get("fell", {}).get("URGENT", 0)
    assert "he fell" in words and not any(sign.isdigit() for word in words for sign in word)


def test_who_speaks_again_is_learned_from_files_that_tell_it_alone() -> None:
    told = [replace(example(f"{word}x promised {word}y", Unit.FIA), duplicate_of="1") for word in "abcdefghijklmno"]
    told += [example(f"{word}x mailed {word}y", Unit.FIA) for word in "pqrstuvwzabcdef"]
    learned = [
        fit(PhraseTables((), {}), {}, [replace(each, has_repeats=has_repeats) for each in told]).words["en"]
        for has_repeats in (True, False)
    ]
    assert learned[0]["promis"]["AGAIN"] > 500 > 0 > learned[0]["mail"]["AGAIN"]
    assert not any("AGAIN" in points for points in learned[1].values())


def test_danger_is_learned_from_examples() -> None:
    made = PhraseTables((Signal("smoke", "", {}),), {"en": (parse_term("smoke", "smoke", ("smoke",)),)})
    # Nothing but the sign is said twice: what stands beside it would be learned as well.
    told = [example(f"{word}x smoke {word}y", Unit.FACILITIES, priority=1) for word in "abcdefghijklmno"]
    told += [example(f"{word}x laundry {word}y", Unit.FACILITIES) for word in "pqrstuvwzabcdef"]
    learned = fit(made, {"signal smoke": {}}, told)
    assert learned.signals[0].points["URGENT"] > 500


def test_what_was_written_for_danger_teaches_danger_and_neither_units_nor_who_speaks_again() -> None:
    told = [example(f"{word}x rent {word}y", Unit.HOMEBASE) for word in "abcdefghijklmno"]
    told += [example(f"{word}x smoke {word}y", Unit.FIA) for word in "pqrstuvwzabcdef"]
    written = [
        replace(example(f"{word}w smoke {word}z", Unit.APS, priority=1), about_danger=True, has_repeats=True)
        for word in "abcdefghijklmno"
    ]
    before, after = (fit(PhraseTables((), {}), {}, each).words["en"] for each in (told, [*told, *written]))
    assert after["smoke"]["URGENT"] > 200 > before["smoke"].get("URGENT", 0)
    assert [after["smoke"].get(head) for head in (*Unit, "AGAIN")] == [before["smoke"].get(h) for h in (*Unit, "AGAIN")]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("x", (True, False)),
        ("subject_x", (False, False)),
        ("danger_x", (True, True)),
        ("subject_danger_x", (False, True)),
    ],
)
def test_the_name_of_a_file_tells_what_its_examples_teach(tmp_path: Path, name: str, known: tuple[bool, bool]) -> None:
    (tmp_path / f"{name}.csv").write_bytes((WORDING / "units.csv").read_bytes())
    assert {(each.is_typical, each.about_danger) for each in read_examples(tmp_path / f"{name}.csv")} == {known}


def test_what_several_signs_tell_together_is_learned_though_none_of_them_tells_it_alone() -> None:
    stove, chair, child, lamp = (
        "stove oven burner range", "chair sofa bench couch", "baby toddler infant child", "lamp lights bulb candle",
    )  # fmt: skip
    said = {f"{stove} and {child}": 1, f"{stove} and {lamp}": 3, f"{chair} and {child}": 3, f"{chair} and {lamp}": 1}
    told = [
        example(text.replace("and", f"w{number}"), Unit.FACILITIES, priority=priority)
        for number in range(10)
        for text, priority in said.items()
    ]
    learned = fit(PhraseTables((), {}), {}, told)

    def are_urgent(tables: PhraseTables) -> list[bool]:
        reader = Reader(tables)
        return [reader.points(reader.read(example(text, Unit.FIA).message))["URGENT"] > 0 for text in said]

    right = [priority == 1 for priority in said.values()]
    assert are_urgent(learned) == right != are_urgent(replace(learned, themes=()))


def test_of_more_themes_those_that_say_most_are_kept() -> None:
    network = _Network(2, 3, np.random.default_rng(1))
    # The first is moved and says nothing, the second says much and stands still, the third does both.
    network.signs.values[:, :3] = [[1, 0, 1], [0, 0, 0]]
    network.says.values[:, -2:] = [[0, 0], [5, 5], [0.5, 0]]
    network.keep(1, csr_array(np.eye(2, dtype=np.float32)))
    assert network.themes == 1
    assert network.signs.values[:, 0].tolist() == [1, 0]
    assert network.says.values[0, -2:].tolist() == [0.5, 0]


def test_points_that_round_to_nothing_are_not_written(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    themes = tuple(theme._replace(points={"URGENT": -4, "PROTECTED": 300}) for theme in read_tables().themes)
    write_points(replace(read_tables(), themes=themes), tmp_path)
    assert [theme.points for theme in read_tables(tmp_path).themes] == [{"PROTECTED": 300}] * len(themes)


def test_the_same_examples_give_the_same_themes() -> None:
    told = [example(f"{word}x stove {word}y", Unit.FACILITIES, priority=1) for word in "abcdefgh"]
    told += [example(f"{word}x lamp {word}y", Unit.FIA) for word in "abcdefgh"]
    first, second = (fit(PhraseTables((), {}), {}, told) for _ in range(2))
    assert (first.themes, first.moves) == (second.themes, second.moves)
