"""What people sign about a month: rows, events, letters and papers, on both databases."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models.fiscal.desk_side import DeskSide
from models.shared.people_records import LetterOrder
from models.shared.records import CaseEvent, OutgoingMessage, StoredDocument
from tasks.adapters import clock
from tasks.adapters.audit import audit
from tasks.adapters.database import reading
from tasks.adapters.fiscal.months import desk_sides
from tasks.adapters.fiscal.worklists import worklists
from tasks.adapters.refusals import NotSigned
from tests import fiscal_office as office
from tests.fiscal_office import AUGUST, JULY, OCTOBER, SEPTEMBER, month, open_office, sign
from tests.fiscal_season import review_financial_reports
from tests.office import stop_clock

# September's findings: it came late, and more was spent than invoiced.
LATE, UNBILLED = "F02", "F15"


@pytest.fixture(autouse=True)
def opened(home: Path, tmp_path: Path) -> None:
    open_office(tmp_path)


def desk(case_id: str) -> DeskSide:
    """What people did about a month, as its history tells it."""
    with reading() as session:
        return desk_sides(session, [month(case_id)])[case_id]


def rows(table: Any) -> list[Any]:
    with reading() as session:
        return list(session.execute(select(table).order_by(*table.__table__.primary_key)).scalars())


def last_event(case_id: str) -> CaseEvent:
    with reading() as session:
        column: Any = CaseEvent.seq
        query = select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(column.desc()).limit(1)  # type: ignore[arg-type]
        return session.execute(query).scalar_one()


def faults() -> list[str]:
    with reading() as session:
        return list(audit(session).problems)


def restate(folder: Path, *, more: int = 300, submitted_by: str = "") -> None:
    """July comes as its second revision, with a ledger that agrees."""
    office.bring(folder, "financial-reports", office.report_csv(office.MONTHS[:1], revision=2, more=more), submitted_by)
    office.bring(folder, "ledgers", office.ledger_csv(f"{7975 + more}.00", office.MONTHS[:1]))


def test_a_month_is_signed_off_and_its_review_is_printed_with_the_sign_off():
    sign("f.ana", "signed_off", JULY)
    office.follow()
    assert month(JULY).state == "signed_off" and last_event(JULY).actor == "Fay Anand"
    signed = desk(JULY).signed
    assert signed is not None and (signed.name, signed.role) == ("Fay Anand", "fiscal analyst")
    printed = {row.document_id for row in rows(StoredDocument) if row.case_id == JULY}
    assert f"{JULY}-FR{month(JULY).version:02d}" in printed and faults() == []


def test_several_months_are_signed_off_by_one_code():
    receipt = sign("f.ana", "signed_off", JULY, AUGUST)
    assert receipt.done == (JULY, AUGUST) and month(AUGUST).state == "signed_off"


def test_a_restated_month_is_looked_at_again_though_it_was_signed_off(tmp_path: Path):
    sign("f.ana", "signed_off", JULY)
    restate(tmp_path)
    review_financial_reports()
    assert month(JULY).state == "with_fiscal" and desk(JULY).signed is None
    sign("f.ana", "signed_off", JULY)
    assert desk(JULY).signed is not None and faults() == []


def test_what_came_in_since_the_review_must_be_reviewed_before_anybody_signs(tmp_path: Path):
    restate(tmp_path)
    with pytest.raises(NotSigned, match="Revision 2 of its report came in since, and is not reviewed yet"):
        sign("f.ana", "signed_off", JULY)
    office.bring(tmp_path, "ledgers", office.ledger_csv("7000.00", office.MONTHS[1:2]))
    with pytest.raises(NotSigned, match="Another general ledger of it came in since"):
        sign("f.ana", "signed_off", AUGUST)
    assert (month(JULY).state, month(AUGUST).state) == ("with_fiscal", "with_fiscal")


def test_a_question_goes_to_the_provider_who_holds_the_month_until_it_answers():
    sign("f.ana", "question_asked", SEPTEMBER, **{UNBILLED: "When will you invoice it?", "report": "Who is Finance?"})
    assert (month(SEPTEMBER).state, month(SEPTEMBER).due_on) == ("questioned", date(2026, 11, 30))
    office.follow()
    (order,) = [row for row in rows(LetterOrder) if row.document == "QuestionLetter"]
    (message,) = [row for row in rows(OutgoingMessage) if row.document_id == f"{SEPTEMBER}-QL01"]
    assert "1. When will you invoice it?\n2. Who is Finance?" in message.body and "November 30, 2026" in message.body
    assert order.recipient == message.recipient == "pay@bramblewick.example"
    with reading() as session:
        assert "Asked of the provider, by Nov 30, 2026" in worklists(session, clock.today())["Provider"]
    stop_clock(2026, 11, 23, 14)
    sign("f.ana", "answer_recorded", SEPTEMBER, on="2026-11-20", **{"answer 1": "Next week.", "answer 2": "Ms. Bell."})
    assert (month(SEPTEMBER).state, month(SEPTEMBER).due_on) == ("with_fiscal", None)
    first, second = desk(SEPTEMBER).questions
    assert (first.about, first.answer, first.answered_on) == ("", "Next week.", date(2026, 11, 20))
    assert second.answer == "Ms. Bell." and faults() == []


def test_a_question_that_was_not_answered_stays_open_and_is_numbered_on():
    sign("f.ana", "question_asked", SEPTEMBER, **{UNBILLED: "When?", LATE: "Why so late?"})
    sign("f.ana", "answer_recorded", SEPTEMBER, **{"answer 2": "Our bookkeeper was ill."})
    assert [question.no for question in desk(SEPTEMBER).open_questions] == [1]
    sign("f.ana", "question_asked", SEPTEMBER, report="What else?")
    assert [(q.no, q.ask) for q in desk(SEPTEMBER).open_questions] == [(1, "When?"), (3, "What else?")]
    letters = [row.document_id for row in rows(LetterOrder) if row.document == "QuestionLetter"]
    assert sorted(letters) == [f"{SEPTEMBER}-QL01", f"{SEPTEMBER}-QL02"]


@pytest.mark.parametrize(
    ("act", "fields", "words"),
    [
        ("question_asked", {}, "Write at least one question, about one of: F15, F02, report."),
        ("question_asked", {"F99": "What?"}, "has no field “F99”. It has: F15, F02, report."),
        ("question_asked", {"report": "   "}, "Write at least one question"),
        ("answer_recorded", {"answer 1": "Yes."}, "No question to the provider is open"),
        ("plan_recorded", {}, "No corrective action plan is asked for"),
        ("flag_referred", {}, "Nothing that was found is a red flag"),
        ("reopened", {}, "is not possible while the case is “with fiscal”"),
        ("paid", {}, "“paid” is nothing that is signed for a month"),
        ("signed_off", {"on": "2026-11-01"}, "“Sign off” has no field “on”. It has: none."),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence_and_changes_nothing(act: str, fields: dict[str, str], words: str):
    before = month(SEPTEMBER)
    with pytest.raises(NotSigned) as refused:
        sign("f.lead", act, SEPTEMBER, reason="Because.", **fields)
    assert words in refused.value.sentence and refused.value.sentence.endswith("Nothing was changed.")
    assert month(SEPTEMBER) == before


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-17", "the answer cannot have come before it was asked for, on 2026-11-18"),
        ("2026-11-19", "the answer cannot have come on a day that lies ahead"),
        ("yesterday", "“yesterday” is not a day. Write the day of the answer as 2026-12-31"),
    ],
)
def test_an_answer_has_a_day_between_the_question_and_today(day: str, words: str):
    sign("f.ana", "question_asked", SEPTEMBER, report="Why?")
    with pytest.raises(NotSigned, match=words):
        sign("f.ana", "answer_recorded", SEPTEMBER, on=day, **{"answer 1": "So."})
    assert month(SEPTEMBER).state == "questioned"


def test_a_question_about_a_month_that_is_restated_meanwhile_can_still_be_answered(tmp_path: Path):
    sign("f.ana", "question_asked", JULY, report="Why?")
    restate(tmp_path)
    review_financial_reports()
    assert month(JULY).state == "with_fiscal"
    sign("f.ana", "answer_recorded", JULY, **{"answer 1": "See revision 2."})
    assert desk(JULY).questions[0].answer == "See revision 2." and faults() == []


def test_a_corrective_action_plan_is_asked_for_by_a_lead_with_15_days_and_recorded_when_it_comes():
    with pytest.raises(NotSigned, match="needs a reason"):
        sign("f.lead", "plan_asked", SEPTEMBER)
    with pytest.raises(NotSigned, match="fiscal lead"):
        sign("f.ana", "plan_asked", SEPTEMBER, reason="It grows.")
    sign("f.lead", "plan_asked", SEPTEMBER, reason="It grows.")
    assert (month(SEPTEMBER).state, month(SEPTEMBER).due_on) == ("plan_wanted", date(2026, 12, 3))
    office.follow()
    (message,) = [row for row in rows(OutgoingMessage) if row.document_id == f"{SEPTEMBER}-CP01"]
    assert "within 15 days of receiving this letter, at the latest by December 3, 2026" in message.body
    assert "It grows." in message.body
    stop_clock(2026, 12, 1, 14)
    sign("f.ana", "plan_recorded", SEPTEMBER, reason="Invoices every month from now on.", on="2026-11-30")
    plan = desk(SEPTEMBER).plan
    assert plan is not None and (plan.received_on, plan.plan) == (
        date(2026, 11, 30), "Invoices every month from now on.",
    )  # fmt: skip
    assert month(SEPTEMBER).state == "with_fiscal" and faults() == []


def test_silence_closes_the_request_for_a_plan_but_not_before_its_last_day_is_over():
    sign("f.lead", "plan_asked", SEPTEMBER, reason="It grows.")
    stop_clock(2026, 12, 3, 14)
    with pytest.raises(NotSigned, match="has until December 3, 2026 to send its plan"):
        sign("f.ana", "plan_not_received", SEPTEMBER)
    stop_clock(2026, 12, 4, 14)
    sign("f.ana", "plan_not_received", SEPTEMBER)
    plan = desk(SEPTEMBER).plan
    assert plan is not None and plan.closed_on == date(2026, 12, 4) and month(SEPTEMBER).state == "with_fiscal"


def test_a_plan_is_asked_for_only_where_something_must_be_corrected():
    with pytest.raises(NotSigned, match="Nothing was found that a corrective action plan is asked for"):
        sign("f.lead", "plan_asked", JULY, reason="Because.")


def grave(folder: Path) -> None:
    """July is restated with a ledger that is far from its report: a red flag."""
    office.bring(folder, "financial-reports", office.report_csv(office.MONTHS[:1], revision=2, more=30_000))
    review_financial_reports()
    assert month(JULY).worst in ("high", "critical")


def test_a_red_flag_is_signed_off_in_silence_by_nobody(tmp_path: Path):
    grave(tmp_path)
    with pytest.raises(NotSigned, match="needs a reason"):
        sign("f.ana", "signed_off", JULY)
    with pytest.raises(NotSigned, match="needs a reason"):
        sign("f.ana", "signed_off", AUGUST, JULY)
    assert month(AUGUST).state == "with_fiscal"
    sign("f.ana", "signed_off", JULY, reason="The ledger of July was sent twice; seen on paper.")
    assert month(JULY).state == "signed_off"


def test_a_red_flag_is_referred_and_stands_in_the_review_whoever_holds_the_month(tmp_path: Path):
    grave(tmp_path)
    sign("f.ana", "flag_referred", JULY, reason="The ledger cannot be right.")
    (flag,) = desk(JULY).flags
    assert month(JULY).state == "with_fiscal" and flag.by == "Fay Anand" and flag.codes == "F11 F12"
    # It was followed up: no reason has to be given any more.
    sign("f.lead", "signed_off", JULY)
    assert month(JULY).state == "signed_off" and faults() == []


def test_a_month_without_its_report_can_be_referred_but_not_signed_off():
    with pytest.raises(NotSigned, match="“signed off” is not possible while the case is “expected”"):
        sign("f.ana", "signed_off", OCTOBER)


def test_who_brought_a_report_in_does_not_sign_it_off(tmp_path: Path):
    restate(tmp_path, submitted_by="f.ana")
    review_financial_reports()
    with pytest.raises(NotSigned, match="You signed “bringing the report in” of November 18, 2026"):
        sign("f.ana", "signed_off", JULY)
    sign("f.lead", "signed_off", JULY)
    assert month(JULY).state == "signed_off"


def test_program_signs_nothing_here():
    with pytest.raises(NotSigned, match="fiscal analyst or fiscal lead"):
        sign("m.ortiz", "signed_off", JULY)


def test_a_lead_takes_a_sign_off_back_with_a_reason():
    sign("f.ana", "signed_off", JULY)
    sign("f.lead", "reopened", JULY, reason="The invoice of July was paid twice.")
    assert month(JULY).state == "with_fiscal" and desk(JULY).signed is None
