"""Is this PDF what the office made? Named checks that need no database, each with a sentence for the reader."""

import re
from dataclasses import dataclass
from enum import StrEnum

from models.shared.documents import sha256
from tasks.adapters.pdf_read import NotOurPdf, OpenedPdf, drawn_again, first_difference, open_pdf

# Eight groups of eight, as the proof at the end of each document prints them.
_FINGERPRINT = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{8} ){7}[0-9a-f]{8}(?![0-9a-f])")


class Result(StrEnum):
    """How a check ended. `NOT_POSSIBLE` proves nothing in either direction."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_POSSIBLE = "not possible"


@dataclass(frozen=True)
class Check:
    """One check: `name` is stable, `sentence` says in plain words what was compared and what came out."""

    name: str
    result: Result
    sentence: str


@dataclass(frozen=True)
class Verification:
    """All checks of one file. `document_id` and `packet_sha256` are those of the attached facts, empty if none."""

    document_id: str
    packet_sha256: str
    file_sha256: str
    checks: tuple[Check, ...]

    @property
    def genuine(self) -> bool:
        """True when no check failed, as far as they were possible: `sentence` says how far that was."""
        return not self.failed

    @property
    def registered(self) -> bool:
        """True when the register holds this very file."""
        return self._result("register") is Result.PASSED

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.result is Result.FAILED)

    @property
    def sentence(self) -> str:
        """The outcome in one sentence, with its limits."""
        if self.failed:
            return "This file does not pass. " + " ".join(check.sentence for check in self.failed)
        if self.registered:
            return f"This is document {self.document_id}, exactly as it stands in the register."
        if self._result("rendering") is Result.PASSED:
            return (
                f"Every word of document {self.document_id} follows from its attached facts. Whether the office "
                f"issued these facts, only its register can say; it was not at hand."
            )
        return (
            f"The facts attached to document {self.document_id} are those whose fingerprint it prints. Its other "
            f"words were not compared with the facts, and the register was not at hand."
        )

    def _result(self, name: str) -> Result | None:
        return next((check.result for check in self.checks if check.name == name), None)


def verify_pdf(data: bytes, registered_sha256: str | None = None, rerender: bool = True) -> Verification:
    """Checks a file against itself, against a fresh rendering of its facts, and against the register.

    `registered_sha256` is the file's SHA-256 in the register for the document's id (see `claimed_document_id`):
    None when no register is at hand, empty when the register does not know the document. A file that is in the
    register is not drawn again, and other versions of programs and fonts cannot speak against it.
    """
    try:
        opened = open_pdf(data)
    except NotOurPdf as error:
        return Verification("", "", sha256(data), (_failed("facts", str(error)),))
    register = _register(data, registered_sha256)
    again = rerender and register.result is not Result.PASSED
    checks = (
        _passed("facts", f"The facts of document {opened.document_id} are attached and readable."),
        _fingerprint(opened),
        _document_id(opened),
        _drawing(opened),
        _rendering(opened, data) if again else _not_possible("rendering", "The pages were not drawn again."),
        register,
    )
    return Verification(opened.document_id, sha256(opened.packet), sha256(data), checks)


def claimed_document_id(data: bytes) -> str:
    """The document id in the attached facts, by which to look it up in the register; empty when there is none."""
    try:
        return open_pdf(data).document_id
    except NotOurPdf:
        return ""


def _fingerprint(opened: OpenedPdf) -> Check:
    """The printed hash is that of the attached facts."""
    printed = {found.replace(" ", "") for text in opened.texts for found in _FINGERPRINT.findall(text)}
    if printed == {sha256(opened.packet)}:
        return _passed("fingerprint", "The printed fingerprint is that of the attached facts.")
    if not printed:
        return _failed("fingerprint", "No fingerprint is printed.")
    return _failed("fingerprint", "The printed fingerprint is not that of the attached facts: one was changed.")


def _document_id(opened: OpenedPdf) -> Check:
    """Every page prints the id of the attached facts."""
    words = f"Document {opened.document_id} "
    without = [str(number) for number, text in enumerate(opened.texts, start=1) if words not in f"{text} "]
    if without:
        return _failed("document id", f"The ID {opened.document_id} is not printed on page {', '.join(without)}.")
    return _passed("document id", f"Every page prints the ID {opened.document_id}.")


def _drawing(opened: OpenedPdf) -> Check:
    """What the pages draw is what they drew when the file was made."""
    if opened.origin is None:
        return _failed("drawing", "The file does not say how it was made.")
    if opened.origin.drawing_sha256 != opened.drawing_sha256:
        return _failed("drawing", "What the pages show was changed after the file was made.")
    return _passed("drawing", "What the pages show was not changed after the file was made.")


def _rendering(opened: OpenedPdf, data: bytes) -> Check:
    """Drawn again from the attached facts, the file is the same; or its pages are; or at least its words."""
    again = drawn_again(opened.packet)
    if isinstance(again, str):
        return _not_possible("rendering", again)
    if again == data:
        return _passed("rendering", "Drawn again from the attached facts, the file is the same byte for byte.")
    fresh = open_pdf(again)
    if fresh.drawing_sha256 == opened.drawing_sha256:
        return _passed("rendering", "Drawn again from the attached facts, the pages are the same in every point.")
    return _compared(opened, fresh)


def _compared(opened: OpenedPdf, fresh: OpenedPdf) -> Check:
    """Two files that differ: by their template, their words, or only by the programs that drew them."""
    ours, theirs = fresh.origin, opened.origin
    if ours is None or theirs is None or ours.template_sha256 != theirs.template_sha256:
        return _not_possible("rendering", "The file was made with another version of its template.")
    difference = first_difference(opened.texts, fresh.texts)
    if difference:
        return _failed("rendering", difference)
    if ours.made_with != theirs.made_with:
        return _passed("rendering", "Drawn again from the attached facts, every word is the same.")
    return _failed("rendering", "The words are the same, but the pages are not drawn as the office draws them.")


def _register(data: bytes, registered_sha256: str | None) -> Check:
    """The file is the one in the register."""
    if registered_sha256 is None:
        return _not_possible("register", "The register was not at hand, so only the file itself was checked.")
    if not registered_sha256:
        return _failed("register", "The register does not know this document.")
    if registered_sha256 == sha256(data):
        return _passed("register", "The file is the one in the register, byte for byte.")
    return _failed("register", "The register holds another file for this document.")


def _passed(name: str, sentence: str) -> Check:
    return Check(name, Result.PASSED, sentence)


def _failed(name: str, sentence: str) -> Check:
    return Check(name, Result.FAILED, sentence)


def _not_possible(name: str, sentence: str) -> Check:
    return Check(name, Result.NOT_POSSIBLE, sentence)
