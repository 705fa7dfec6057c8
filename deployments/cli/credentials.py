"""How somebody signs on the command line: who, the code, and what is said and kept when it is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.says import refuse

if TYPE_CHECKING:
    from models.shared.signing import Credential

DOOR = "command line"
Signer = Annotated[str, typer.Option("--staff", help="Your own staff id.", show_default=False)]
Code = Annotated[str, typer.Option("--code", help="The six digits that your authenticator shows; asked for if absent.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON.")]


def credential(staff_id: str, code: str, behalf: str = "") -> "Credential":
    """Who signs; a code that was not given is asked for without echo."""
    from models.shared.signing import Credential

    asked = code or typer.prompt(f"Code of {staff_id}", hide_input=True, err=True)
    return Credential(staff_id.strip().lower(), asked.strip(), behalf)


@contextmanager
def signing(staff_id: str, what: str, as_json: bool) -> Iterator[None]:
    """Say a refusal as one sentence, and keep that it was refused."""
    from tasks.adapters import clock
    from tasks.adapters.policy import PolicyError
    from tasks.adapters.refusals import NotSigned, note_attempt

    try:
        yield
    except NotSigned as refused:
        note_attempt(staff_id.strip().lower(), DOOR, what, refused, clock.now())
        refuse(refused.sentence, as_json)
    except PolicyError as error:
        refuse(str(error), as_json)
