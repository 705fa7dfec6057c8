"""Reads the spending that Checkbook NYC answers with as XML: each transaction is one row."""

from dataclasses import dataclass, field
from datetime import date
from xml.parsers import expat

from models.payments.spending import NAMES, Reading, SpendingList
from models.shared.file_mistakes import FormError, Mistake
from models.shared.sheet_cells import Slot, words

_ROWS, _ROW = "spending_transactions", "transaction"
_AGAIN = "Download it from Checkbook NYC again."
# An answer of the API has 1,000 rows of some twenty values. Source: CBQ; bound: convention.
MOST_ELEMENTS = 1_000_000


@dataclass
class _Answer:
    """What stands in an answer, as it is read from front to back. `rows` hold tag and text of each value."""

    rows: list[list[tuple[str, str]]] = field(default_factory=list)
    other_rows: set[str] = field(default_factory=set)
    result: str = ""
    messages: list[str] = field(default_factory=list)
    stated_count: int | None = None
    has_spending: bool = False
    elements: int = 0
    _open: list[str] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)

    def start(self, tag: str, _: dict[str, str]) -> None:
        """An element begins."""
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise _TooMany
        inside = self._open[-1] if self._open else ""
        self._open.append(tag)
        self._text.clear()
        self.has_spending = self.has_spending or tag == _ROWS
        if tag == _ROW and inside == _ROWS:
            self.rows.append([])
        elif tag == _ROW:
            self.other_rows.add(inside)

    def text(self, text: str) -> None:
        """Some of the text of the element that is open."""
        self._text.append(text)

    def end(self, tag: str) -> None:
        """An element ends; what it says is kept where it counts."""
        said = words("".join(self._text))
        self._text.clear()
        self._open.pop()
        inside = self._open[-1] if self._open else ""
        if self._open[-2:] == [_ROWS, _ROW]:
            self.rows[-1].append((tag, said))
        elif inside == "status" and tag == "result":
            self.result = said.casefold()
        elif inside == "message" and tag == "description" and said:
            self.messages.append(said)
        elif tag == "record_count" and said.isascii() and said.isdigit():
            self.stated_count = int(said)


def payments_from_xml(text: str, name: str, today: date | None = None) -> SpendingList:
    """The payments of Checkbook's answer; `name` is the file's, for messages. Raises FormError.

    With a day, rows that are dated after it are rejected.
    """
    answer = _parsed(text, name)
    _check(answer, name)
    titles = tuple(dict.fromkeys(tag for row in answer.rows for tag, _ in row))
    field_of = {tag: found for tag in titles if (found := NAMES.field(tag))}
    reading = Reading(titles, today)
    for number, row in enumerate(answer.rows, 1):
        known = dict(row)
        cells = tuple(known.get(tag, "") for tag in titles)
        slots = {field_of[tag]: Slot(said, name, f"row {number}") for tag, said in row if tag in field_of}
        if len(slots) < sum(tag in field_of for tag, _ in row):
            reading.reject(number, f"The row says one thing twice. {_AGAIN}", cells)
        else:
            reading.take(number, slots, cells)
    return reading.result(answer.stated_count)


def _parsed(text: str, name: str) -> _Answer:
    answer = _Answer()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = answer.start
    parser.CharacterDataHandler = answer.text
    parser.EndElementHandler = answer.end
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(text, True)
    except _DocumentType as error:
        # With a document type, a short file can unfold without end or name files to read in.
        sentence = f"{name} begins with a document type, which Checkbook's files never do. It may be a web page. "
        raise FormError([Mistake("", "", sentence + _AGAIN)]) from error
    except _TooMany as error:
        sentence = f"{name} has more than {MOST_ELEMENTS:,} values. Ask for fewer rows at a time, for example by month."
        raise FormError([Mistake("", "", sentence)]) from error
    except (expat.ExpatError, UnicodeEncodeError) as error:
        where = f" in line {error.lineno}" if isinstance(error, expat.ExpatError) else ""
        sentence = f"{name} is no XML that can be read: it is damaged or cut short{where}. {_AGAIN}"
        raise FormError([Mistake("", "", sentence)]) from error
    return answer


class _DocumentType(ValueError):
    """The file has a document type."""


class _TooMany(ValueError):
    """The file has more values than any real one."""


def _refuse_document_type(*_: object) -> None:
    raise _DocumentType


def _check(answer: _Answer, name: str) -> None:
    """Whether it is an answer with spending in it, empty or not. Raises FormError."""
    if answer.result not in ("", "success"):
        said = " ".join(f"“{message}”" for message in answer.messages) or "no reason"
        text = f"{name} is Checkbook's refusal of a request; it says {said}. Correct the request and ask again."
    elif answer.other_rows:
        kinds = ", ".join(sorted(filter(None, answer.other_rows))) or "rows of no kind"
        text = f"{name} holds {kinds}, not spending. Ask Checkbook NYC for the type of data “Spending”."
    elif not answer.has_spending:
        text = f"{name} has no spending in it. Ask Checkbook NYC for the type of data “Spending”."
    else:
        return
    raise FormError([Mistake("", "", text)])
