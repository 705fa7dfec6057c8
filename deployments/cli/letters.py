"""`steward letter`: letters to constituents, made and sent by somebody who signs in with a code."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.credentials import AsJson, Code, Signer, credential, signing
from deployments.cli.ready import ready
from deployments.cli.says import refuse, say_json

if TYPE_CHECKING:
    from models.hotline.letters import Answer
    from models.shared.people import Person

app = typer.Typer(help="Letters to constituents.", no_args_is_help=True)
Language = Annotated[str, typer.Option(help="Its tag, for example es or zh-Hant; else the constituent's own.")]
AnswerFile = Annotated[
    Path | None, typer.Option("--answer", help="A response or an interim reply: the caseworker's words (.toml).")
]
By = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="An interim reply: the day of the next one.")]
Confidential = Annotated[bool, typer.Option("--address-confidential", help="Print no address.")]
Substitute = Annotated[list[str] | None, typer.Option(help="A line of the substitute address, instead of their own.")]


@app.command("hotline")
def make(
    contact: Annotated[str, typer.Argument(help="The contact's id.", show_default=False)],
    kind: Annotated[str, typer.Argument(help="acknowledgement, interim, response or unable_to_reach.")],
    file: Annotated[Path, typer.Argument(help="Where to write: a name ending in .pdf.", show_default=False)],
    staff: Signer,
    language: Language = "",
    answer: AnswerFile = None,
    by: By = None,
    address_confidential: Confidential = False,
    substitute: Substitute = None,
    code: Code = "",
    as_json: AsJson = False,
) -> None:
    """Make a letter about a contact; it is kept sealed, and a copy is written where you say.

    A letter whose texts nobody has reviewed prints DRAFT on every page and cannot be sent.
    """
    from models.hotline.letter_rules import LetterKind
    from tasks.adapters.hotline.letters import Wish, make_letter
    from tasks.adapters.policy import letter_policy

    if kind not in set(LetterKind):
        refuse(f"There is no letter “{kind[:40]}”. Known: {', '.join(LetterKind)}.", as_json)
    wish = Wish(
        contact, LetterKind(kind), language, _answer(answer, as_json) if answer else None,
        by.date() if by else None, address_confidential, tuple(substitute or ()),
    )  # fmt: skip
    with _told(staff, f"letter about {contact}", as_json):
        _check_file(file)
        person, at = _sign_in(staff, code)
        made = make_letter(wish, person, letter_policy(), at)
        _write(file, made.data)
    if as_json:
        told = {"letter": made.document_id, "language": made.language, "pages": made.pages, "draft": made.is_draft}
        say_json({**told, "file": str(file)})
        return
    draft = ": a draft, which cannot be sent" if made.is_draft else ""
    typer.echo(f"{file}: letter {made.document_id} in {made.language}, {made.pages} pages{draft}.")


@app.command("read")
def read(
    letter: Annotated[str, typer.Argument(help="The letter's number.", show_default=False)],
    file: Annotated[Path, typer.Argument(help="Where to write: a name ending in .pdf.", show_default=False)],
    staff: Signer,
    code: Code = "",
    as_json: AsJson = False,
) -> None:
    """Write a copy of a letter that was made; that you read it is kept."""
    from tasks.adapters.hotline.letter_sending import read_letter

    with _told(staff, f"reading letter {letter}", as_json):
        _check_file(file)
        person, at = _sign_in(staff, code)
        _write(file, read_letter(letter, person, at).data)
    say_json({"letter": letter, "file": str(file)}) if as_json else typer.echo(f"{file}: letter {letter}.")


@app.command("send")
def send(
    letter: Annotated[str, typer.Argument(help="The letter's number.", show_default=False)],
    staff: Signer,
    to_themself: Annotated[bool, typer.Option(help="About HIV: it goes to the person themself.")] = False,
    release: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="About HIV: the day of the person's own written release for it."),
    ] = None,
    code: Code = "",
    as_json: AsJson = False,
) -> None:
    """Put a letter into the outbox, unless it is a draft, lacks its notice, or its receiver asked for no mail."""
    from tasks.adapters.hotline.letter_sending import SELF, send_letter

    told = SELF if to_themself else release.date().isoformat() if release else ""
    with _told(staff, f"sending letter {letter}", as_json):
        way = send_letter(letter, credential(staff, code), "command line", told)
    say_json({"letter": letter, "way": way}) if as_json else typer.echo(f"Letter {letter} goes out by {way}.")


@contextmanager
def _told(staff: str, what: str, as_json: bool) -> Iterator[None]:
    """Say every refusal as one sentence."""
    from models.hotline.letter_texts import LetterTextError
    from models.hotline.letters import LetterRefused
    from tasks.adapters.export import ExportRefused
    from tasks.adapters.papers import PaperError
    from tasks.adapters.sealing import SealError

    ready()
    with signing(staff, what, as_json):
        try:
            yield
        except (LetterRefused, LetterTextError, ExportRefused, PaperError, SealError, LookupError) as error:
            refuse(str(error), as_json)


def _sign_in(staff: str, code: str) -> tuple["Person", datetime]:
    from tasks.adapters import clock
    from tasks.adapters.sessions import identify

    who = credential(staff, code)
    return identify(who.staff_id, who.code, clock.now()), clock.now()


def _check_file(file: Path) -> None:
    """Nothing is written into the home, where no letter may lie in clear. Raises ExportRefused."""
    from tasks.adapters.export import ExportRefused, check_target
    from tasks.adapters.settings import settings

    check_target(file, (".pdf",))
    if file.resolve().is_relative_to(settings().home.resolve()):
        raise ExportRefused("Letters lie in the home sealed alone. Choose a place outside of it.")


def _write(file: Path, data: bytes) -> None:
    from tasks.adapters.home import write_atomically

    write_atomically(file, data, 0o600)


def _answer(file: Path, as_json: bool) -> "Answer":
    from pydantic import ValidationError

    from models.hotline.letters import Answer

    try:
        return Answer.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        refuse(f"The answer {file.name} cannot be used: {where}: {first['msg']}. Nothing was made.", as_json)
    except (OSError, ValueError):
        refuse(f"The answer {file.name} cannot be read as TOML. Nothing was made.", as_json)
