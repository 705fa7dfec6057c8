"""Spending from the inbox: kept once, rejected rows told, vouchers paid where nothing is in doubt."""

import csv
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models.payments.records import Requisition, SpendingRow, Voucher
from models.shared.records import CaseEvent
from tasks.adapters import clock
from tasks.adapters.audit import audit
from tasks.adapters.database import reading, writing
from tasks.adapters.payments.matching import load_matching
from tasks.adapters.payments.vouchers import record_batch
from tasks.adapters.policy import payments_policy
from tasks.adapters.settings import settings
from tests.office import stop_clock
from tests.payments_office import CONTRACT, NUMBER, bring, open_office, pay, requisition, sign, spent_csv, vouchered
from tests.remembered import remembered

CASE, SECOND = f"{CONTRACT}-01", f"{CONTRACT}-02"
OTHER_AGENCY = NUMBER.replace("CT1801", "CT1069")
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
PHOENIX = SHARED / "payments" / "phoenix_vendor_payments_2018-03_sampled.csv"


@remembered
def _opened(folder: Path) -> None:
    open_office(folder)
    vouchered(folder)
    stop_clock(2026, 11, 20, 14)


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    _opened(tmp_path)


def spend(folder: Path, *rows: str, name: str = "spending.csv") -> Any:
    return bring(folder, "spending", name, spent_csv(*rows))


def kept() -> list[SpendingRow]:
    with reading() as session:
        return list(session.execute(select(SpendingRow).order_by(SpendingRow.raw_key)).scalars())  # type: ignore[arg-type]


def voucher(case_id: str = CASE) -> Voucher:
    with reading() as session:
        return session.get_one(Voucher, (case_id, 1, 0))


def test_a_payment_that_fits_one_voucher_to_the_cent_pays_it_as_the_finance_office_s_list_would(tmp_path: Path) -> None:
    told = spend(tmp_path, f"20271-1-DSB-EFT,2026-11-12,7075.00,{OTHER_AGENCY}")
    assert (told["imported"], told["paid"], told["matched"], told["vouchers_without_payment"]) == (1, 1, 1, 0)
    assert (str(voucher().paid_on), voucher().paid_cents, kept()[0].counted_for) == (
        "2026-11-12",
        707_500,
        f"{CASE}-V01",
    )
    with reading() as session:
        assert session.get_one(Requisition, CASE).state == "paid"
        table = CaseEvent.__table__.c  # type: ignore[attr-defined]
        event = session.execute(select(table.payload).where(table.event == "paid")).scalar_one()
        assert '"value":"20271-1-DSB-EFT"' in event
        assert list(audit(session).problems) == []


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    row = f"20271-1-DSB-EFT,2026-11-12,7075.00,{NUMBER}"
    spend(tmp_path, row)
    before = [row.model_dump() for row in kept()]
    told = spend(tmp_path, row, name="again.csv")
    assert (told["imported"], told["unchanged"], told["paid"], told["paid_before"]) == (0, 1, 0, 1)
    assert [row.model_dump() for row in kept()] == before


def test_what_is_not_to_the_cent_is_no_payment_yet(tmp_path: Path) -> None:
    told = spend(tmp_path, f"20271-1-DSB-EFT,2026-11-12,7074.99,{NUMBER}")
    assert (told["matched"], told["paid"], voucher().paid_on, kept()[0].counted_for) == (1, 0, None, "")


def test_money_that_went_back_is_left_to_a_person(tmp_path: Path) -> None:
    rows = ("1,2026-11-10,7075.00", "1,2026-11-12,-7075.00", "2,2026-11-16,7075.00")
    told = spend(tmp_path, *(f"{row},{NUMBER}" for row in rows))
    assert (told["matched"], told["paid"], voucher().paid_on) == (1, 0, None)


def test_a_second_payment_in_a_later_list_is_told_and_does_not_unsettle_the_first(tmp_path: Path) -> None:
    spend(tmp_path, f"1,2026-11-10,7075.00,{NUMBER}")
    told = spend(tmp_path, f"2,2026-11-16,7075.00,{NUMBER}", name="later.csv")
    assert (told["matched"], told["payments_without_voucher"]) == (1, 1)
    with reading() as session:
        found = load_matching(session, payments_policy())
    assert [why[:59] for why in found.why.values()] == [f"Voucher {CASE}-V01 is over this amount and has its"[:59]]


def test_two_vouchers_of_one_amount_are_not_guessed_at(tmp_path: Path) -> None:
    stop_clock(2026, 10, 9, 14)
    lines = requisition()["lines"]
    lines[0]["amount"], lines[1]["amount"], lines[2]["amount"] = "4000.00", "1000.00", "2075.00"
    vouchered(tmp_path, requisition(2, lines=lines, total="7075.00", service_from="2026-09-02"))
    stop_clock(2026, 11, 20, 14)
    told = spend(tmp_path, f"1,2026-11-10,7075.00,{NUMBER}")
    assert (told["matched"], told["paid"], told["vouchers_without_payment"]) == (0, 0, 2)


def test_rows_of_other_contracts_are_kept_and_belong_to_nobody(tmp_path: Path) -> None:
    told = spend(tmp_path, "1,2026-11-10,7075.00,CT180120279709999")
    assert (told["imported"], told["matched"], told["payments_without_voucher"], len(kept())) == (1, 0, 0, 1)


def test_a_voucher_that_the_finance_office_s_list_paid_is_unchanged_by_its_row_of_spending(tmp_path: Path) -> None:
    bring(tmp_path, "payments", "paid.csv", f"voucher,amount,paid on\n{CASE}-V01,7075.00,2026-11-11")
    told = spend(tmp_path, f"1,2026-11-12,7075.00,{NUMBER}")
    assert (told["paid"], told["paid_before"], str(voucher().paid_on)) == (0, 1, "2026-11-11")
    assert kept()[0].counted_for == f"{CASE}-V01"


def test_what_was_paid_and_came_back_on_a_reissued_voucher_is_no_riddle_in_the_city_s_list(tmp_path: Path) -> None:
    old, new = f"{CASE}-V01", f"{CASE}-V01R1"
    pay(tmp_path, old, "7075.00", "2026-11-12")
    pay(tmp_path, old, "-7075.00", "2026-11-16")
    sign("f.lead", "reissued", CASE, reason="The account was closed.")
    with writing() as session:
        record_batch(session, clock.now())
    stop_clock(2026, 11, 30, 14)
    pay(tmp_path, new, "7075.00", "2026-11-27")
    days = ("1,2026-11-12,7075.00", "1,2026-11-16,-7075.00", "2,2026-11-27,7075.00")
    told = spend(tmp_path, *(f"{row},{NUMBER}" for row in days))
    assert (told["matched"], told["payments_without_voucher"], told["vouchers_without_payment"]) == (1, 0, 0)
    assert [row.counted_for for row in sorted(kept(), key=lambda row: row.issued_on)] == ["", "", new]
    again = spend(tmp_path, f"3,2026-11-12,7075.00,{NUMBER}", name="later.csv")
    assert again["payments_without_voucher"] == 1


def test_rows_that_cannot_be_used_come_back_with_their_number_and_reason(tmp_path: Path) -> None:
    rows = (f"1,2026-11-10,five,{NUMBER}", f"2,2026-12-24,1.00,{NUMBER}", f"3,2026-11-10,1.00,{NUMBER}")
    told = spend(tmp_path, *rows)
    assert (told["rows_read"], told["imported"], told["rejected"]) == (3, 1, 2)
    with (settings().home / told["rejects_file"]).open(encoding="utf-8-sig") as file:
        reasons = [(line["Row"], line["Reason"]) for line in csv.DictReader(file)]
    assert reasons == [
        ("2", "“five” is not an amount of money. Write dollars and cents, for example 1234.50."),
        ("3", "The payment is dated 2026-12-24, which lies in the future."),
    ]


def test_a_list_that_does_not_come_to_its_printed_total_is_refused_whole(tmp_path: Path) -> None:
    text = spent_csv(f"1,2026-11-10,7075.00,{NUMBER}") + "\nTotal,,,7076.00,,"
    told = bring(tmp_path, "spending", "spending.csv", text)
    assert told == (
        "spending.csv: 1 row was read; the City's payments come to $7,075.00. The file prints a total of $7,076.00 and "
        "its rows come to $7,075.00. Download it again. Nothing of it was kept."
    )
    assert kept() == [] and voucher().paid_on is None


def test_a_list_that_comes_to_its_printed_total_is_kept(tmp_path: Path) -> None:
    text = spent_csv(f"1,2026-11-10,7075.00,{NUMBER}") + "\nTotal,,,7075.00,,"
    told = bring(tmp_path, "spending", "spending.csv", text)
    assert (told["reconciles"], told["paid"]) == (True, 1)


def test_a_file_that_is_no_spending_is_refused_with_a_sentence(tmp_path: Path) -> None:
    told = bring(tmp_path, "spending", "spending.xml", "<!DOCTYPE html><html><body>Incident</body></html>")
    assert told.startswith("spending.xml is a web page, not a spreadsheet")


def test_two_payments_of_one_day_that_name_their_vouchers_are_two_whichever_list_holds_them(tmp_path: Path) -> None:
    head = "Payee Name,Issue Date,Check Amount,Voucher Number"
    for number, named in enumerate((CASE, SECOND)):
        text = f"{head}\nBRAMBLEWICK,2026-11-10,7075.00,{named}-V01"
        assert bring(tmp_path, "spending", f"list-{number}.csv", text)["imported"] == 1
    assert [row.names_voucher for row in kept()] in ([f"{CASE}-V01", f"{SECOND}-V01"], [f"{SECOND}-V01", f"{CASE}-V01"])


@pytest.mark.skipif(not PHOENIX.is_file(), reason="the shared data folder is not here")
def test_a_city_s_real_list_with_signed_amounts_is_kept_to_the_cent_and_once(tmp_path: Path) -> None:
    text = PHOENIX.read_text(encoding="utf-8")
    told = bring(tmp_path, "spending", "phoenix.csv", text)
    assert (told["rows_read"], told["rejected"]) == (told["imported"], 0)
    assert sum(row.amount_cents for row in kept()) == round(float(told["amount"]) * 100)
    assert any(row.amount_cents < 0 for row in kept())
    assert bring(tmp_path, "spending", "phoenix-again.csv", text)["imported"] == 0
