"""`steward decide`: sign from a terminal, through the same door and under the same rules as at the desk."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from deployments.cli.deciding_many import Alone, act_name, several
from deployments.cli.ready import ready
from deployments.cli.says import Refused, refuse, say_json, say_table

Fields = Annotated[list[str] | None, typer.Option("--set", help="A field of the decision, e.g. --set on=2026-11-09.")]


def decide(
    process: Annotated[str, typer.Argument(help="The process, e.g. registration.")],
    cases: Annotated[list[str], typer.Argument(help="A contract id such as R27-123456789; of requisitions several.")],
    decision: Annotated[str, typer.Argument(help="What is decided, e.g. found_responsible.")],
    staff: Annotated[str, typer.Option(help="Your staff id.")] = "",
    code: Annotated[str, typer.Option(help="The six digits of your authenticator; asked for when left out.")] = "",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    reasons: Annotated[Path | None, typer.Option(help="Of several: a CSV file of requisition,reason.")] = None,
    behalf: Annotated[str, typer.Option("--for", help="Whom you stand in for.")] = "",
    fields: Fields = None,
    proposal: Annotated[str, typer.Option(help="The proposal that this answers.")] = "",
    shown: Annotated[str, typer.Option(help="Refuse unless this is the hash of what is signed now.")] = "",
    look_only: Annotated[bool, typer.Option("--look", help="Only show what would be signed, and its hash.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with one line of JSON.")] = False,
) -> None:
    """Sign a decision: shows exactly what is decided, then signs it with your code.

    Several requisitions may be signed at once where all pass the same checks, with a file of a reason for each.
    """
    from models.shared.signing import Asked, Credential
    from tasks.adapters import decisions
    from tasks.adapters.refusals import NotSigned

    ready()
    try:
        alone = Alone(reason, fields or [], proposal)
        asked = Asked(process, _items(process, cases, act_name(decision), alone, reasons, look_only=look_only))
        found = decisions.show(asked)
        if look_only or not as_json:
            _print(found, as_json)
        if look_only:
            return
        if not staff:
            raise Refused("Say who signs: --staff ID. Nothing was changed.")
        who = Credential(staff, code or typer.prompt("Code", hide_input=True), behalf)
        receipt = decisions.decide(asked, shown or found.sha256(), who, "command line")
    except NotSigned as refused:
        refuse(refused.sentence, as_json)
    _answer(receipt, process, found.sha256(), as_json)


def _answer(receipt: Any, process: str, shown: str, as_json: bool) -> None:
    """Ask for what follows a signature, and say what was recorded."""
    from deployments.follow import start_follow_up

    started = start_follow_up(receipt.signature_id, process)
    if as_json:
        say_json({**vars(receipt), "shown": shown, "follow_up": "started" if started else "sweep"})
        return
    done = "Recorded" if receipt.done else "Signed; it waits for a second signature"
    typer.echo(f"{done}. Signature {receipt.signature_id}.")


def _items(
    process: str, cases: list[str], act: str, alone: Alone, reasons: Path | None, *, look_only: bool
) -> tuple[Any, ...]:
    if len(cases) > 1 or reasons:
        return several(process, cases, act, alone, reasons, look_only=look_only)
    return (_item(cases[0], act, alone),)


def _item(case: str, act: str, alone: Alone) -> Any:
    """What is asked for; a proposal brings its own fields."""
    from models.shared.signing import Item
    from tasks.adapters.database import reading
    from tasks.adapters.proposals import item_of, proposals_by_id

    fields = _read_fields(alone.fields)
    if not alone.proposal:
        return Item(case.strip(), act, fields, alone.reason)
    with reading() as session:
        row = proposals_by_id(session, [alone.proposal]).get(alone.proposal)
    if row is None or row.case_id != case.strip():
        raise Refused(f"There is no proposal {alone.proposal} for {case}. The desk lists those that wait.")
    item = item_of(row, alone.reason)
    return item if act == item.act else Item(item.case_id, act, {}, alone.reason, alone.proposal)


def _read_fields(fields: Sequence[str]) -> dict[str, str]:
    pairs = [field.partition("=") for field in fields]
    wrong = next((name for name, sign, _ in pairs if not sign or not name), None)
    if wrong is not None:
        raise Refused(f"“--set {wrong}” is not NAME=VALUE, for example --set on=2026-11-09.")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _print(found: Any, as_json: bool) -> None:
    if as_json:
        say_json({"shown": found.sha256(), **found.model_dump(mode="json")})
        return
    for item in found.items:
        typer.echo(f"{item.case_id}: {item.label}")
        rows = [("Stands at", item.stands), ("Then", f"{item.then}, held by {item.holder}"), *item.says]
        rows += [("Second signature", "still to come")] if item.first else []
        rows += [("Letter", "one goes to the provider")] if item.letter else []
        say_table([{"what": what, "is": words} for what, words in rows], {"what": "", "is": ""})
        for finding in item.findings:
            typer.echo(f"  finding: {finding}")
    typer.echo(f"Shown: {found.sha256()}\n")
