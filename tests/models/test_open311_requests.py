"""What Open311 takes from a client: which answers fit which questions, which dates are dates, what a door was told."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.hotline.open311_errors import Refused
from models.hotline.open311_moments import moment_of
from models.hotline.open311_query import MOST, SPAN, query_of
from models.hotline.open311_request import Wanted, wanted_of
from models.hotline.open311_services import Attribute, Service, ServiceList
from models.hotline.phrases import Unit
from models.hotline.rules import Decision
from models.hotline.told_facts import TOLD_PRIVATE, told, with_facts

NOW = datetime(2026, 11, 20, 14, tzinfo=UTC)
VALUES = [{"key": "a", "name": "First"}, {"key": "b", "name": "Second"}]
ASKED = {
    "string": {}, "number": {}, "datetime": {}, "text": {"becomes": "words"}, "singlevaluelist": {"values": VALUES},
    "multivaluelist": {"values": VALUES, "becomes": "words"},
}  # fmt: skip


def services(required: bool = False, **changed: object) -> ServiceList:
    """One service that asks a question of each kind."""
    attributes = [
        Attribute.model_validate(
            {"code": kind.upper(), "datatype": kind, "description": kind, "required": required} | more
        )
        for kind, more in ASKED.items()
    ]
    service = {
        "code": "S", "name": "A service", "group": "g", "description": "d", "type": "realtime", "confidentiality": "C1",
        "asks": tuple(kind.upper() for kind in ASKED),
    }  # fmt: skip
    return ServiceList(
        changeset="1", key_service="k", agency="a", notice="", attributes=tuple(attributes),
        services=(Service.model_validate(service | changed),),
    )  # fmt: skip


def wanted(answers: dict[str, list[str]], required: bool = False) -> Wanted:
    given = {f"attribute[{code}]": values for code, values in answers.items()}
    return wanted_of({"service_code": ["S"], "address_id": ["1"], **given}, services(required))


def refused(answers: dict[str, list[str]], required: bool = False) -> list[str]:
    with pytest.raises(Refused) as found:
        wanted(answers, required)
    return [fault.sentence for fault in found.value.faults]


@pytest.mark.parametrize(
    ("code", "good", "bad"),
    [
        ("STRING", ["a b"], ["a\nb"]), ("NUMBER", ["-1.5e3"], ["1,000"]), ("NUMBER", [".5"], ["inf"]),
        ("DATETIME", ["2026-02-28"], ["2026-02-30"]), ("DATETIME", ["2026-02-28T10:00Z"], ["2026-02-28T10:00"]),
        ("TEXT", ["a\nb"], ["x" * 4_001]), ("SINGLEVALUELIST", ["a"], ["a", "b"]), ("SINGLEVALUELIST", ["b"], ["c"]),
        ("MULTIVALUELIST", ["a", "b"], ["a", "c"]),
    ],
)  # fmt: skip
def test_an_answer_must_fit_its_question(code: str, good: list[str], bad: list[str]) -> None:
    assert [values for attribute, values in wanted({code: good}).answers] == [tuple(good)]
    (sentence,) = refused({code: bad})
    assert sentence.startswith(f"attribute[{code}]")


def test_every_required_answer_that_is_missing_is_told() -> None:
    assert len(refused({"STRING": ["here"]}, required=True)) == len(ASKED) - 1


def test_words_and_choices_are_read_by_triage_and_the_rest_is_kept_beside_them() -> None:
    form = wanted({"TEXT": ["Nobody came"], "MULTIVALUELIST": ["b"], "NUMBER": ["4"]}).contact("DSS-1", NOW)
    assert form.text == "Nobody came\nSecond"
    assert form.descriptor == "NUMBER: 4\nTEXT: Nobody came\nMULTIVALUELIST: b\naddress_id: 1"


@pytest.mark.parametrize("confidentiality", ["C3", "C4"])
def test_a_confidential_service_that_shows_its_requests_cannot_be_offered(confidentiality: str) -> None:
    with pytest.raises(ValidationError, match="must be a blackbox"):
        services(confidentiality=confidentiality)


@pytest.mark.parametrize("asks", [("NONE",), ("STRING", "NONE")])
def test_a_service_cannot_ask_what_is_no_question(asks: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError, match="no attribute"):
        services(asks=asks)


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_a_moment_with_an_offset_is_read_back(at: datetime, minutes: int) -> None:
    moment = at.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert moment_of(moment.isoformat()) == moment or at.year in (1, 9999)


@pytest.mark.parametrize(
    "written",
    ["", "2026-11-20", "2026-11-20T10:00:00", "20261120T100000Z", "0001-01-01T00:00:00+14:00", "2026-13-01T00:00:00Z"],
)
def test_what_says_no_offset_or_is_no_date_is_no_moment(written: str) -> None:
    assert moment_of(written) is None


def test_a_plus_that_became_a_blank_is_an_offset_all_the_same() -> None:
    assert moment_of("2026-11-20T10:00:00 01:00") == datetime(2026, 11, 20, 9, tzinfo=UTC)


MOMENTS = st.integers(-15_000, 15_000).map(lambda days: (NOW + timedelta(days)).isoformat())


@given(st.lists(MOMENTS, max_size=1), st.lists(MOMENTS, max_size=1))
def test_no_query_spans_more_than_ninety_days(start: list[str], end: list[str]) -> None:
    try:
        found = query_of({"start_date": start, "end_date": end}, services(), NOW)
    except Refused:
        assert start and end
        return
    assert timedelta(0) <= found.end - found.start <= SPAN
    assert found.end == NOW or start or end


@pytest.mark.parametrize("edge", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("name", ["start_date", "end_date"])
def test_the_first_and_the_last_day_of_the_calendar_break_nothing(name: str, edge: str) -> None:
    found = query_of({name: [edge]}, services(), NOW)
    assert found.start <= found.end


def test_ids_override_every_other_filter() -> None:
    asked = {"service_request_id": ["A,B", " C "], "status": ["closed"], "start_date": ["2020-01-01T00:00:00Z"]}
    found = query_of(asked, services(), NOW)
    assert (found.ids, found.statuses, found.codes) == (("A", "B", "C"), frozenset(), ())
    assert len(query_of({"service_request_id": [",".join(map(str, range(2_000)))]}, services(), NOW).ids) == MOST


DECIDED = Decision(Unit.FIA, (Unit.HEAP, Unit.PCS), 3, False, False, "en", 0.9, (), "", (), ())


def test_a_private_matter_is_restricted_and_for_a_person_whatever_the_words_say() -> None:
    found = with_facts(DECIDED, told(True, False, None), 3)
    assert (found.confidential, found.review, found.unit) == (True, (TOLD_PRIVATE,), Unit.FIA)
    assert with_facts(found, told(True, False, None), 3) == found


def test_an_interpreter_that_was_asked_for_is_language_service() -> None:
    assert with_facts(DECIDED, told(False, True, None), 3).needs_language_service


@pytest.mark.parametrize(
    ("unit", "others"),
    [
        (Unit.IDNYC, (Unit.IDNYC, Unit.HEAP)), (Unit.PCS, (Unit.PCS, Unit.HEAP)), (Unit.FIA, (Unit.HEAP, Unit.PCS)),
    ],
)  # fmt: skip
def test_the_unit_of_the_door_is_an_alternative_and_never_the_decision(unit: Unit, others: tuple[Unit, ...]) -> None:
    found = with_facts(DECIDED, told(False, False, unit), 2)
    assert (found.unit, found.alternatives, found.review) == (Unit.FIA, others, ())
