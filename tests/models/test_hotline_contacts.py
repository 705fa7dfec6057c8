"""Rows of contact files become contacts; what keeps one out is told without quoting it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.hotline.contact_columns import UnknownLayout, columns_of, columns_of_keys
from models.hotline.contact_file import RowProblem, contact_of, moment, zip_code
from models.hotline.contact_rows import clear_columns, contact_from, content_of, language_code
from models.hotline.forms import Channel, ContactForm, Layout
from models.shared.calendar import NEW_YORK

OLD = (
    "Unique Key,Created Date,Closed Date,Agency,Agency Name,Complaint Type,Descriptor,Location Type,Incident Zip,"
    "Incident Address,Street Name,Cross Street 1,Cross Street 2,Intersection Street 1,Intersection Street 2,"
    "Address Type,City,Landmark,Facility Type,Status,Due Date,Resolution Description,Resolution Action Updated Date,"
    "Community Board,Borough,X Coordinate (State Plane),Y Coordinate (State Plane),Park Facility Name,Park Borough,"
    "School Name,School Number,School Region,School Code,School Phone Number,School Address,School City,School State,"
    "School Zip,School Not Found,School or Citywide Complaint,Vehicle Type,Taxi Company Borough,Taxi Pick Up Location,"
    "Bridge Highway Name,Bridge Highway Direction,Road Ramp,Bridge Highway Segment,Garage Lot Name,Ferry Direction,"
    "Ferry Terminal Name,Latitude,Longitude"
)
AT = {"contact_id": "1", "received_at": "2025-11-08T07:12:37-05:00"}


def contact(layout: Layout = Layout.PLAIN, **cells: object) -> ContactForm:
    return contact_of({**AT, **cells}, layout)


def test_the_office_s_own_five_columns_are_a_layout() -> None:
    found = columns_of(["id", "received_at", "channel", "language", "text"])
    assert (found.layout, found.not_used) == (Layout.PLAIN, ())


def test_columns_may_have_other_names_and_unknown_ones_are_told() -> None:
    names = "ref,received,channel,language,zip,subject,body,caller,phone,source,shoe size"
    found = columns_of(names.split(","))
    assert dict(found.headings)["text"] == "body" and dict(found.headings)["contact_id"] == "ref"
    assert found.not_used == ("shoe size",)


def test_the_old_export_of_311_has_52_columns_and_is_known_by_two() -> None:
    headings = OLD.split(",")
    assert len(headings) == 52
    found = columns_of(headings)
    assert found.layout is Layout.NYC311 and "Park Borough" in found.not_used


def test_renamed_columns_of_311_are_the_same() -> None:
    keys = ("unique_key", "created_date", "problem_formerly_complaint_type", "problem_detail_formerly_descriptor")
    assert {"complaint_type", "descriptor"} <= set(columns_of_keys(keys).headings)


def test_of_two_columns_for_one_thing_the_better_name_counts() -> None:
    found = columns_of(["id", "date", "received_at", "text"])
    assert found.headings["received_at"] == "received_at" and found.not_used == ("date",)


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(UnknownLayout, match="Two columns are called “text”"):
        columns_of(["id", "received_at", "text", "Text"])


def test_headings_that_are_none_are_refused_without_being_quoted() -> None:
    with pytest.raises(UnknownLayout) as error:
        columns_of(["Juno Wrenfield", "718-555-0139", "help me"])
    assert "Juno" not in str(error.value) and "“id”, “received_at”, “text”" in str(error.value)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "🆘", "<b>help</b><script>x</script>", "=1+1", "a\x00b\x07\r\n\tc", "x" * 5_000, " lead ", "\ud83d"],
)
def test_any_text_is_a_contact_and_stays_as_it_is(text: str) -> None:
    assert contact(text=text).text == text


@pytest.mark.parametrize(
    ("told", "channel"),
    [
        ("hotline", Channel.HOTLINE), ("Phone", Channel.HOTLINE), ("NYC.gov", Channel.NYC_GOV), ("311", "311"),
        ("Walk-In", Channel.WALK_IN), ("E-mail", Channel.EMAIL), ("elected official", Channel.ELECTED_OFFICIAL),
        ("carrier pigeon", Channel.OTHER), ("", Channel.OTHER),
    ],
)  # fmt: skip
def test_a_channel_is_known_by_many_words_and_any_other_is_other(told: str, channel: str) -> None:
    assert contact(channel=told).channel == channel


def test_what_was_told_of_an_unknown_channel_is_kept() -> None:
    assert contact(channel="carrier pigeon").told_channel == "carrier pigeon"


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2025-11-08T07:12:37-05:00", "2025-11-08T12:12:37"), ("2025-11-08 07:12:37", "2025-11-08T12:12:37"),
        ("2024-04-16T03:03:15.000", "2024-04-16T07:03:15"), ("11/08/2025 07:12:37 AM", "2025-11-08T12:12:37"),
        ("7/4/2025 12:00:00 PM", "2025-07-04T16:00:00"), ("7/4/2025 12:00:00 AM", "2025-07-04T04:00:00"),
        ("7/4/2025", "2025-07-04T04:00:00"), ("2025-11-08T12:12:37Z", "2025-11-08T12:12:37"),
        ("Sat, 08 Nov 2025 07:12:37 -0500", "2025-11-08T12:12:37"), ("2025-11-08 07:12:37 EST", "2025-11-08T12:12:37"),
    ],
)  # fmt: skip
def test_a_moment_is_read_in_its_usual_spellings_and_is_new_york_s_without_a_zone(written: str, utc: str) -> None:
    assert moment(written) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@given(st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)))  # noqa: DTZ001
def test_a_moment_without_a_zone_is_the_wall_clock_of_new_york(at: datetime) -> None:
    local = moment(at.isoformat()).astimezone(NEW_YORK)  # type: ignore[union-attr]
    # In spring an hour of the wall clock is not there.
    assert local.replace(tzinfo=None) - at in (timedelta(0), timedelta(hours=1))


@pytest.mark.parametrize("written", ["yesterday", "13/13/2025", "7/4/2025 13:00 PM", "45970.5", "2025-02-30"])
def test_what_is_no_moment_is_named_but_not_quoted(written: str) -> None:
    with pytest.raises(RowProblem) as error:
        contact(received_at=written)
    assert error.value.column == "received_at" and written not in str(error.value)


@pytest.mark.parametrize("written", ["0025-11-08", "2925-11-08"])
def test_a_year_that_cannot_be_right_is_a_slip(written: str) -> None:
    with pytest.raises(RowProblem, match="correct the year"):
        contact(received_at=written)


@pytest.mark.parametrize("field", ["contact_id", "received_at"])
def test_a_contact_needs_an_id_and_a_moment(field: str) -> None:
    with pytest.raises(RowProblem, match="is missing") as error:
        contact(**{field: " "})
    assert error.value.column == field


@pytest.mark.parametrize("written", ["x" * 101, "a\x00b", "a\nb"])
def test_an_id_is_short_and_can_be_printed(written: str) -> None:
    with pytest.raises(RowProblem, match="more than 100 characters"):
        contact(contact_id=written)


@pytest.mark.parametrize("written", ["A/1", "a\\1", "..", "."])
def test_an_id_that_no_address_can_hold_keeps_a_row_out(written: str) -> None:
    with pytest.raises(RowProblem, match="has a slash, or dots alone"):
        contact(contact_id=written)


SOMEBODY = ("Juno Wrenfield", "WRENFIELD", "Ms Wrenfield", "Wrenfield Juno 1985", "juno4@example.org", "718-555-0139",
            "(718) 555 0139", "7185550139", "call 17185550139", "+1 718 555 0139", "Zuñiga", "李小龙先生")  # fmt: skip


@pytest.mark.parametrize("written", SOMEBODY)
def test_an_id_that_may_name_somebody_keeps_a_row_out_and_is_not_quoted(written: str) -> None:
    with pytest.raises(RowProblem, match="looks like a name, a telephone number") as error:
        contact(contact_id=written)
    assert written not in str(error.value)


@pytest.mark.parametrize(
    "written",
    ["1", "a", "INQ-0001", "INQ 0001", "60879417", "311-12345678", "DSS-0H6HA-BNWQJ-VSR6X", "1700000000", "CASE2024-7",
     "2025-11-08-0012", "SR#1-1-1234567890", "3f2b8c1e-9d4a-4b5c-8e6f-7185550139ab"],
)  # fmt: skip
def test_a_number_of_an_office_is_an_id(written: str) -> None:
    assert contact(contact_id=written).contact_id == written


def test_headings_that_may_be_what_somebody_said_are_told_by_their_place() -> None:
    found = columns_of(["id", "received_at", "text", "shoe size", "718-555-0139", "juno@example.org", "x" * 50])
    assert found.not_used == ("shoe size", "column 5", "column 6", "column 7")


@pytest.mark.parametrize(("written", "plain"), [("10033.0", "10033"), ("10033-1234", "10033"), ("N/A", "N/A")])
def test_a_zip_has_five_digits_or_is_left_as_told(written: str, plain: str) -> None:
    assert zip_code(written) == plain


def test_a_row_of_311_says_what_was_chosen_from_its_lists() -> None:
    made = contact(Layout.NYC311, complaint_type="Street Condition", descriptor="Pothole", zip=10033.0, cross_1="A ST",
                   cross_2="B ST", told_channel="PHONE", resolution="Referred.")  # fmt: skip
    assert (made.text, made.channel, made.told_channel) == ("Street Condition: Pothole", "311", "PHONE")
    assert (made.zip, made.address, made.resolution) == ("10033", "A ST & B ST", "Referred.")


@pytest.mark.parametrize("degrees", ["north", "nan", "1e9"])
def test_a_place_that_is_none_on_earth_keeps_a_row_out(degrees: str) -> None:
    with pytest.raises(RowProblem, match="is no degree"):
        contact(latitude=degrees)


def test_a_cell_of_json_that_is_no_text_keeps_a_row_out() -> None:
    with pytest.raises(RowProblem, match="neither text nor a number"):
        contact(text={"a": 1})


def test_a_contact_cannot_be_changed_and_its_errors_quote_nothing() -> None:
    with pytest.raises(ValidationError) as error:
        ContactForm.model_validate({"contact_id": "1", "received_at": "Juno", "channel": "hotline"})
    assert "Juno" not in str(error.value)


@pytest.mark.parametrize("layout", Layout)
def test_in_clear_stands_of_a_contact_nothing_that_somebody_typed(layout: Layout) -> None:
    made = contact(layout, text="secret", told_language="secret", borough="secret", agency="secret", status="secret",
                   complaint_type="secret", channel="secret", location_type="secret", descriptor="secret")  # fmt: skip
    assert "secret" not in str(clear_columns(made, layout))


@pytest.mark.parametrize(
    ("told", "code"),
    [("en", "en"), ("Spanish", "es"), ("zh-CN", "zh"), ("Haitian Creole", "ht"), ("her own", ""), ("", "")],
)
def test_a_language_is_known_by_code_or_name(told: str, code: str) -> None:
    assert language_code(told) == code


@given(st.builds(ContactForm, contact_id=st.text(min_size=1, max_size=20), channel=st.sampled_from(Channel),
                 received_at=st.datetimes(timezones=st.just(UTC)), text=st.text(), caller=st.text()))  # fmt: skip
def test_a_contact_is_the_same_after_it_was_put_away(form: ContactForm) -> None:
    assert contact_from(content_of(form)) == form


@pytest.mark.parametrize("subject", [
    "No heat since Monday.", "No heat…", "No heat ...", "", "No heat since Monday. Please send help to my gra",
])  # fmt: skip
def test_a_subject_line_that_the_text_begins_with_is_said_once(subject: str) -> None:
    text = "No heat since Monday. Please send help to my grandmother."
    assert contact(subject=subject, text=text).words == text


@pytest.mark.parametrize(("subject", "text"), [
    ("Gun", "Gunhill road office did not answer"), ("I want to die", "I want to diet, need food stamps"),
    ("No food", "No foodstamps came this month"), ("dv", "dvd player stolen in shelter"), ("家暴", "家暴力"),
    ("My son", "My son’s school called"), ("ক", "কি হবে"),
])  # fmt: skip
def test_a_subject_line_that_is_another_word_than_the_text_s_is_said(subject: str, text: str) -> None:
    assert contact(subject=subject, text=text).words == f"{subject}\n{text}"


def test_a_subject_line_of_its_own_is_part_of_what_was_said() -> None:
    assert contact(subject="Eviction", text="The marshal comes on Friday.").words == (
        "Eviction\nThe marshal comes on Friday."
    )


@given(st.text("ab .…", max_size=29), st.text("ab .…"))
def test_no_word_of_a_subject_line_is_lost(subject: str, text: str) -> None:
    said = contact(subject=subject, text=text).words
    parted = re.compile(r"\w+")
    assert {*parted.findall(subject), *parted.findall(text)} <= {*parted.findall(said)}
