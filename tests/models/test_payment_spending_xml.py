"""Checkbook NYC's spending as XML: the same payments as in its tables, and no answer of another kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.payments.spending import SpendingList, payments_from_table
from models.payments.spending_xml import MOST_ELEMENTS, payments_from_xml
from models.shared.file_mistakes import FormError
from models.shared.money import plain
from models.shared.sheet_cells import words
from tests.spending import GOOD, TITLES, answer, row, transaction


def read_table(*rows: list[str]) -> SpendingList:
    return payments_from_table(("spending", [TITLES, *rows]))


def read_xml(text: str) -> SpendingList:
    return payments_from_xml(text, "spending.xml")


def refused(text: str) -> str:
    with pytest.raises(FormError) as error:
        read_xml(text)
    (sentence,) = error.value.sentences
    return sentence


def test_a_row_of_the_xml_is_the_same_as_in_the_csv() -> None:
    assert read_xml(answer(transaction())).rows == read_table(GOOD).rows


def test_an_old_answer_with_capitals_in_its_tags_is_read() -> None:
    old = transaction().replace("contract_id>", "contract_ID>")
    assert read_xml(answer(old)).rows == read_table(GOOD).rows


def test_a_page_of_a_longer_answer_is_told() -> None:
    found = read_xml(answer(transaction(), count=31))
    assert found.reconciles is False
    assert found.sentence == (
        "1 row was read; the City's payments come to $41,207.35. Checkbook counts 31 rows. Download the others too."
    )


def test_an_answer_without_payments_is_an_empty_list() -> None:
    assert (read_xml(answer()).rows, read_xml(answer()).reconciles) == ((), True)


def test_a_row_of_an_answer_that_says_one_thing_twice_is_rejected() -> None:
    twice = transaction().replace("</transaction>", "<check_amount>1</check_amount></transaction>")
    found = read_xml(answer(twice, transaction()))
    assert [(bad.row, bad.reason) for bad in found.rejected] == [
        (1, "The row says one thing twice. Download it from Checkbook NYC again.")
    ]


def test_a_failed_request_is_told_in_checkbook_s_words() -> None:
    said = (
        "<response><status><result>failure</result><messages><message><code>1003</code><description>'1001' exceeds "
        "allowed limit of '1000'</description></message></messages></status></response>"
    )
    assert refused(said) == (
        "spending.xml is Checkbook's refusal of a request; it says “'1001' exceeds allowed limit of '1000'”. "
        "Correct the request and ask again."
    )


def test_contracts_are_not_taken_for_spending() -> None:
    text = answer(transaction()).replace("spending_transactions", "contract_transactions")
    assert refused(text) == (
        "spending.xml holds contract_transactions, not spending. Ask Checkbook NYC for the type of data “Spending”."
    )


def test_xml_of_another_kind_is_refused() -> None:
    assert refused("<feed/>").startswith("spending.xml has no spending in it.")


@pytest.mark.parametrize(
    "declared",
    ["<!DOCTYPE response>", '<!DOCTYPE r [<!ENTITY a "x">]>', '<!DOCTYPE r SYSTEM "http://invented.example/r.dtd">'],
)
def test_a_document_type_is_refused_before_anything_is_read(declared: str) -> None:
    assert "begins with a document type" in refused(answer(transaction()).replace("?>", f"?>{declared}"))


def test_an_answer_with_more_values_than_any_real_one_is_refused() -> None:
    assert refused(answer("<transaction/>" * MOST_ELEMENTS)) == (
        "spending.xml has more than 1,000,000 values. Ask for fewer rows at a time, for example by month."
    )


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_an_answer_that_is_cut_short_is_refused(share: float) -> None:
    text = answer(transaction(), transaction())
    assert "is damaged or cut short" in refused(text[: int(len(text) * share)])


def test_signs_that_xml_must_escape_are_read_back() -> None:
    assert read_xml(answer(transaction(payee_name="SMITH & <SONS>"))).rows[0].payee == "SMITH & <SONS>"


TEXTS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=30).filter(lambda text: words(text))


@given(st.lists(st.tuples(TEXTS, TEXTS, st.integers(-(10**10), 10**10)), max_size=8))
def test_xml_and_csv_of_the_same_payments_give_the_same_keys(payments: list[tuple[str, str, int]]) -> None:
    table = read_table(*(row(payee_name=name, document_id=no, check_amount=plain(c)) for name, no, c in payments))
    xml = read_xml(
        answer(*(transaction(payee_name=name, document_id=no, check_amount=plain(c)) for name, no, c in payments))
    )
    assert table.rows == xml.rows
