"""The looks of the workbooks that providers fill in: what is given is locked, what is to be filled in is yellow."""

from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet


class TemplateLooks:
    """The looks of cells: given ones are locked, those to be filled in are open and yellow."""

    def __init__(self, book: Workbook) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "border": 1,
                                        "bg_color": "#E8EDF3"})  # fmt: skip
        self.label = book.add_format({"bold": True, "valign": "top"})
        self.given = book.add_format({"num_format": "@", "valign": "top"})
        self.number = book.add_format({"num_format": "0", "valign": "top"})
        self.money = book.add_format({"num_format": "#,##0.00", "valign": "top"})
        self.hint = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#555555"})
        self.advice = book.add_format({"text_wrap": True, "valign": "top"})
        to_fill = {"locked": False, "bg_color": "#FFF9E0", "border": 1, "border_color": "#BBBBBB", "valign": "top"}
        self.text = book.add_format({**to_fill, "num_format": "@", "text_wrap": True})
        self.amount = book.add_format({**to_fill, "num_format": "#,##0.00"})
        self.day = book.add_format({**to_fill, "num_format": "yyyy-mm-dd", "align": "left"})
        self.decimal = book.add_format({**to_fill, "num_format": "General", "align": "left"})
        self.whole = book.add_format({**to_fill, "num_format": "0", "align": "left"})


def write_advice(page: Worksheet, looks: TemplateLooks, title: str, sentences: Sequence[str]) -> None:
    """One sheet of how the others are filled in, a sentence a row."""
    page.set_column(0, 0, 100)
    page.write_string(0, 0, title, looks.title)
    for row, sentence in enumerate(sentences, 2):
        page.write_string(row, 0, sentence, looks.advice)


def arrange(page: Worksheet, footer: str) -> None:
    """Only inputs can be changed (there is no password); each page prints on Letter paper, as wide as the paper."""
    page.protect("", {"format_columns": True, "format_rows": True})
    page.set_landscape()
    page.set_paper(1)
    page.fit_to_pages(1, 0)
    page.set_footer(f"&L{footer.replace('&', '&&')}&RPage &P of &N")
