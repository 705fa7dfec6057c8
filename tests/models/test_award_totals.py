import pytest

from models.registration.award_totals import (
    NoteRow,
    PrintedTotal,
    Reconciliation,
    TotalKind,
    read_total,
    reconcile,
    sentence,
)
from models.registration.awards import AwardRow


def awards(*amounts, agency="SBS", status="Cleared", source="Local", start=2):
    return [
        AwardRow(row=start + n, base_key=f"{start}-{n}", fiscal_year=2027, agency=agency, agency_as_written=agency,
                 source=source, legal_name="Amber Harbor", status=status, amount_cents=amount)
        for n, amount in enumerate(amounts)
    ]  # fmt: skip


def printed(**labels):
    return [PrintedTotal(100 + n, label.replace("_", " "), cents) for n, (label, cents) in enumerate(labels.items())]


def test_no_printed_total_says_nothing():
    found = reconcile([], awards(5))
    assert (found.file_total_cents, found.reconciles) == (None, None)
    assert sentence(found, 5) == "The list prints no total."


def test_one_grand_total_that_is_the_sum_reconciles():
    found = reconcile(printed(Grand_Total=30), awards(10, 20))
    assert (found.file_total_cents, found.reconciles) == (30, True)
    assert sentence(found, 30) == "The printed total agrees with the awards: $0.30."


def test_a_total_that_is_not_the_sum_does_not_reconcile():
    found = reconcile(printed(Total=31), awards(10, 20))
    assert (found.file_total_cents, found.reconciles) == (31, False)
    assert "a total of $0.31, its awards add up to $0.30" in sentence(found, 30)


def test_a_single_total_of_any_name_is_judged():
    assert reconcile(printed(Allocation_total=31), awards(10, 20)).reconciles is False


def test_of_several_grand_totals_the_one_that_is_the_sum_counts():
    found = reconcile(printed(Adopted_Total=25, Difference=5, Master_List_Total=30), awards(10, 20))
    assert (found.file_total_cents, found.reconciles) == (30, True)
    assert [total.kind for total in found.totals] == [TotalKind.GRAND, TotalKind.MOVEMENT, TotalKind.GRAND]


def test_the_total_of_an_agency_is_compared_with_its_awards():
    listed = awards(10, 20) + awards(5, agency="DYCD", start=9)
    found = reconcile(printed(SBS_Total=30, Total_for_DYCD=5, Grand_Total=35), listed)
    assert [total.agrees for total in found.totals] == [True, True, True]
    assert found.reconciles is True


def test_a_wrong_total_of_an_agency_is_named():
    listed = awards(10, 20) + awards(5, agency="DYCD", start=9)
    found = reconcile(printed(SBS_Total=31, Grand_Total=35), listed)
    assert found.reconciles is False
    assert "“SBS Total” in row 100 is $0.31" in sentence(found, 35)


def test_totals_of_agencies_alone_reconcile_without_a_total_of_the_list():
    listed = awards(10, 20) + awards(5, agency="DYCD", start=9)
    found = reconcile(printed(SBS=30, DYCD=5), listed)
    assert (found.file_total_cents, found.reconciles) == (None, True)


def test_totals_by_status_and_source_are_compared_too():
    listed = awards(10, 20) + awards(5, status="Pending", source="Youth", start=9)
    found = reconcile(printed(Total_Cleared=30, Total_Pending=5, Youth_total=5, Total=35), listed)
    assert [total.agrees for total in found.totals] == [True] * 4


def test_a_subtotal_is_compared_with_the_awards_just_above_it():
    listed = awards(10, 20, start=2) + awards(7, 8, start=5)
    found = reconcile([PrintedTotal(4, "Sub-total", 30), PrintedTotal(7, "Sub-total", 15)], listed)
    assert [total.agrees for total in found.totals] == [True, True]


def test_a_total_may_leave_out_awards_that_were_taken_back():
    listed = awards(10, 20) + awards(5, status="Rescinded", start=9)
    assert reconcile(printed(Total=30), listed).reconciles is True


def test_a_total_that_counts_the_awards_is_no_sum():
    found = reconcile(printed(Total_awards=200, Total=30), awards(10, 20))
    assert [total.kind for total in found.totals] == [TotalKind.COUNT, TotalKind.GRAND]
    assert found.reconciles is True


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["Grand Total", "", 12.5], PrintedTotal(9, "Grand Total", 1250)),
        (["Grand Total", 12.5, ""], PrintedTotal(9, "Grand Total", 1250)),
        (["Total", 3.0, 12.5], PrintedTotal(9, "Total", 1250)),
        (["Total: $1,234.50", "", ""], PrintedTotal(9, "Total: $1,234.50", 123450)),
        (["Total", "for SBS", "$7,500"], PrintedTotal(9, "Total for SBS", 750000)),
        (["SBS", 12.5, ""], PrintedTotal(9, "SBS", 1250)),
        (["", "", "(500)"], PrintedTotal(9, "", -50000)),
        (["Number of awards", "", 3.0], NoteRow(9, "Number of awards")),
        (["Totals by agency", "", ""], NoteRow(9, "Totals by agency")),
        (["", 2027.0, ""], NoteRow(9, "")),
    ],
)
def test_a_footer_row_gives_its_amount_or_stays_a_note(cells, expected):
    assert read_total(9, cells, 2, {"sbs"}) == expected


def test_a_reconciliation_without_a_total_of_the_list_still_has_a_sentence():
    assert "agrees" in sentence(Reconciliation((), None, True), 5)
