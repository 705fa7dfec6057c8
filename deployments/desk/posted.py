"""A form that was sent: read whole within bounds, or refused with a sentence."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

from fastapi import Request, UploadFile
from starlette.datastructures import UploadFile as Sent
from starlette.exceptions import HTTPException
from starlette.types import Message

from tasks.adapters.file_limits import MEGABYTE
from tasks.adapters.uploads import LARGEST_SCAN

# A form without a file; one with files carries its fields beside the largest file.
LARGEST_FORM = 2 * MEGABYTE
LARGEST_UPLOAD = LARGEST_SCAN + LARGEST_FORM
# One shown list to sign has up to a few hundred rows with a few fields each.
MOST_FIELDS, MOST_FILES = 5_000, 20
# Far above what a case can have, and far below what a database can count to.
_LONGEST_VERSION = 9


class FormRefused(Exception):
    """The form was not taken and nothing was changed; carries the HTTP status, a title and the sentence."""

    def __init__(self, status: int, title: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.title, self.sentence = status, title, sentence


class Posted(dict[str, list[str]]):
    """The fields of a form, each with all its values; `files` are those that were chosen."""

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__()
        self.files: dict[str, list[UploadFile]] = {}
        for name, value in fields:
            self.setdefault(name, []).append(value)

    def one(self, name: str) -> str:
        """The first value of a field without blanks around it; empty when it was not sent."""
        return self.get(name, [""])[0].strip()


def version_of(told: str) -> int:
    """The version of a case that a page was made of, as its form tells it; -1, which no case has, for anything else."""
    return int(told) if told.isascii() and told.isdecimal() and len(told) <= _LONGEST_VERSION else -1


def versions_seen(told: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The versions of cases that a page was made of, by case; without those that are none."""
    return {case_id: version for case_id, text in told if (version := version_of(text)) >= 0}


@asynccontextmanager
async def read_posted(request: Request, largest: int = LARGEST_UPLOAD) -> AsyncIterator[Posted]:
    """The form of a request; its files are open until the request is answered. Raises FormRefused."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "multipart/form-data" and largest > LARGEST_FORM:
        async with _multipart(_limited(request, largest)) as posted:
            yield _readable(posted)
    elif kind == "application/x-www-form-urlencoded":
        yield _readable(_urlencoded(await _limited(request, min(largest, LARGEST_FORM)).body()))
    else:
        raise FormRefused(415, "Not understood", "This is not a form of the desk. Nothing was changed.")


@asynccontextmanager
async def _multipart(request: Request) -> AsyncIterator[Posted]:
    try:
        form = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=MEGABYTE)
    except HTTPException as error:
        raise _not_understood() from error
    try:
        posted = Posted((name, value) for name, value in form.multi_items() if isinstance(value, str))
        for name, value in form.multi_items():
            if isinstance(value, Sent) and value.filename:
                posted.files.setdefault(name, []).append(value)  # type: ignore[arg-type]
        yield posted
    finally:
        await form.close()


def _urlencoded(body: bytes) -> Posted:
    try:
        return Posted(
            parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
        )  # fmt: skip
    except ValueError as error:
        raise _not_understood() from error


def _readable(posted: Posted) -> Posted:
    """A zero byte cannot be typed, and PostgreSQL keeps none."""
    if any("\0" in text for name, values in posted.items() for text in (name, *values)):
        raise _not_understood()
    return posted


def _limited(request: Request, largest: int) -> Request:
    """The request, read no further than the limit, whatever length it announced."""
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        message = await request.receive()
        taken += len(message.get("body", b""))
        if taken > largest:
            raise FormRefused(
                413,
                "Too large",
                f"What was sent is larger than {largest // MEGABYTE:,} MB. Nothing was changed. Send less at once."
                if largest >= MEGABYTE
                else "What was sent is too large for this form. Nothing was changed.",
            )
        return message

    return Request(request.scope, receive)


def _not_understood() -> FormRefused:
    return FormRefused(
        400,
        "Not understood",
        "The form could not be read as a whole. Nothing was changed. Load the page again and fill it in once more.",
    )
