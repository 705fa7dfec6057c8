"""What WeasyPrint leaves out of a tagged PDF. All of it works on the objects before they are written.

`mend` is the finisher of `weasyprint.HTML.write_pdf`. References between objects are texts such as `b"12 0 R"`.
"""

from collections.abc import Iterator
from typing import Any

import pydyf
import weasyprint
from weasyprint.formatting_structure.boxes import TableBox, TableCellBox
from weasyprint.pdf import tags

PRINT_FLAG = 4
PAGINATION = pydyf.Dictionary({"Type": "/Pagination"})


def mend(document: weasyprint.Document, pdf: pydyf.PDF) -> None:
    """Whole tables, scopes, languages, printed links, named glyphs, margins as artifacts. Source: ISO 14289-1."""
    for parts in _tables(document, pdf):
        _join(pdf, parts)
    linked = {element.number for element in _linked(pdf, _at(pdf, pdf.catalog["StructTreeRoot"]))}
    for element in _of_type(pdf, "/StructElem"):
        if element["S"] == "/TH":
            element["A"]["Scope"] = _scope(pdf, element)
        if "Lang" in element and element["Lang"].data == pdf.catalog["Lang"].data:
            del element["Lang"]
    for annotation in _of_type(pdf, "/Annot"):
        annotation["F"] = PRINT_FLAG
    for font in _of_type(pdf, "/Font"):
        if "ToUnicode" in font:
            _name_every_glyph(_at(pdf, font["ToUnicode"]))
    for page, numbers in enumerate(_page_numbers(pdf)):
        loose = {number for number, reference in enumerate(numbers) if int(bytes(reference).split()[0]) not in linked}
        _mark_as_artifacts(_page_content(pdf, page), loose)
        numbers[:] = ["null" if number in loose else item for number, item in enumerate(numbers)]


def _with_language(box: Any, *rest: Any) -> Iterator[pydyf.Dictionary]:
    """The elements of a box, each with the language that the page gives it."""
    made: Iterator[pydyf.Dictionary] = _BUILD(box, *rest)
    element = getattr(box, "element", None)
    if element is None or element.tag == "html" or "lang" not in element.attrib:
        return made
    return _named(made, element.attrib["lang"])


def _named(made: Iterator[pydyf.Dictionary], language: str) -> Iterator[pydyf.Dictionary]:
    for element in made:
        element["Lang"] = pydyf.String(language)
        yield element


# WeasyPrint builds the elements of boxes by this function, which calls itself by its name in the module.
_BUILD = tags._build_box_tree
tags._build_box_tree = _with_language


def _tables(document: weasyprint.Document, pdf: pydyf.PDF) -> Iterator[list[pydyf.Dictionary]]:
    """The elements of each table, one a page: a table that goes over a page break is drawn as several."""
    parts: dict[Any, list[pydyf.Dictionary]] = {}
    for page in document.pages:
        for box in page._page_box.descendants():
            if isinstance(box, TableBox):
                cell = next(inner for inner in box.descendants() if isinstance(inner, TableCellBox))
                section = _at(pdf, _at(pdf, cell.mark["P"])["P"])
                parts.setdefault(box.element, []).append(_at(pdf, section["P"]))
    yield from parts.values()


def _join(pdf: pydyf.PDF, parts: list[pydyf.Dictionary]) -> None:
    """One table to those who hear it: rows go to its first part, and heads that are drawn again hang on nothing."""
    first, *rest = parts
    for part in rest:
        _at(pdf, part["P"])["K"].remove(part.reference)
        for kid in part["K"]:
            section = _at(pdf, kid)
            if section["S"] == "/TBody":
                section["P"] = first.reference
                first["K"].append(kid)
                _forget_headers(pdf, section)


def _forget_headers(pdf: pydyf.PDF, section: pydyf.Dictionary) -> None:
    """Cells name their header cells, which stay behind in the head; their scopes do as well."""
    for row in section["K"]:
        for cell in _at(pdf, row)["K"]:
            _at(pdf, cell)["A"].pop("Headers", None)


def _name_every_glyph(mapping: pydyf.Stream) -> None:
    """Where a script draws one letter with several glyphs, the first stands for it and the others for no width."""
    mapping.stream = [line.replace(b"<>", b"<200b>") if isinstance(line, bytes) else line for line in mapping.stream]


def _scope(pdf: pydyf.PDF, cell: pydyf.Dictionary) -> str:
    """A header cell in the head of a table names its column, any other its row."""
    row = _at(pdf, cell["P"])
    return "/Column" if _at(pdf, row["P"])["S"] == "/THead" else "/Row"


def _of_type(pdf: pydyf.PDF, kind: str) -> Iterator[pydyf.Dictionary]:
    for item in pdf.objects:
        if isinstance(item, pydyf.Dictionary) and item.get("Type") == kind:
            yield item


def _at(pdf: pydyf.PDF, reference: bytes) -> pydyf.Dictionary:
    return pdf.objects[int(reference.split()[0])]


def _linked(pdf: pydyf.PDF, element: pydyf.Dictionary) -> Iterator[pydyf.Dictionary]:
    """An element of the structure tree and all below it. What stands in page margins hangs on nothing."""
    waiting = [element]
    while waiting:
        current = waiting.pop()
        yield current
        kids = [_at(pdf, kid) for kid in current.get("K", ()) if isinstance(kid, bytes)]
        waiting += [kid for kid in kids if kid.get("Type") != "/OBJR"]


def _page_numbers(pdf: pydyf.PDF) -> Iterator[pydyf.Array]:
    """For each page, the elements that its marked contents belong to, by the number of the mark."""
    parents = _at(pdf, _at(pdf, pdf.catalog["StructTreeRoot"])["ParentTree"])["Nums"]
    yield from (item for item in parents if isinstance(item, pydyf.Array))


def _page_content(pdf: pydyf.PDF, page: int) -> pydyf.Stream:
    return _at(pdf, _at(pdf, pdf.page_references[page])["Contents"])


def _mark_as_artifacts(content: pydyf.Stream, numbers: set[int]) -> None:
    for place, item in enumerate(content.stream):
        if isinstance(item, pydyf.Dictionary) and item.get("MCID") in numbers:
            content.stream[place - 1 : place + 1] = ["/Artifact", PAGINATION]
