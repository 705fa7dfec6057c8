"""`steward policy`: the numbers that decisions rest on. One administrator proposes the file, a second one signs it."""

from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.credentials import AsJson, Code, Signer, signing
from deployments.cli.ready import ready
from deployments.cli.says import refuse, say_json, say_table
from deployments.cli.staff import propose_act, sign_act

if TYPE_CHECKING:
    from tasks.adapters.policy_versions import PolicyState

app = typer.Typer(help="The agency's numbers: nothing is decided under a policy that two have not signed.")


@app.callback()
def _policy() -> None:
    """The agency's numbers: nothing is decided under a policy that two have not signed."""


@app.command("propose")
def propose(
    staff: Signer,
    code: Code = "",
    reason: Annotated[str, typer.Option(help="Why it changes; the second administrator reads it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Propose the policy, letters, phrase tables and surge files as they lie here; what cannot be used is refused."""
    ready()
    propose_act("policy", {}, staff, code, reason, as_json)
    if not as_json:
        typer.echo("It waits for a second administrator: steward policy sign --staff THEIR-ID")


@app.command("sign")
def sign(
    staff: Signer,
    code: Code = "",
    shown: Annotated[str, typer.Option(help="The fingerprint that you were shown, where you looked before.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what the proposed policy changes, and put it in force as second administrator."""
    from tasks.adapters.office_acts import open_acts

    ready()
    waiting = [act.act_id for act in open_acts() if act.kind == "policy"]
    if not waiting:
        refuse("No policy waits for a signature. “steward policy propose” proposes the file.", as_json)
    sign_act(waiting[0], staff, code, shown, as_json)


@app.command("show")
def show(as_json: AsJson = False) -> None:
    """Say whether the policy file is in force, who signed it, and what it changes."""
    from tasks.adapters.database import reading
    from tasks.adapters.policy_versions import policy_state

    ready()
    with signing("", "show the policy", as_json), reading() as session:
        state = policy_state(session)
    if as_json:
        say_json(state.as_json())
        return
    typer.echo(f"Fingerprint {state.sha256}\n{_standing(state)}")
    if state.surge_waits:
        names = ", ".join(f"{name}.toml" for name in state.surge_waits)
        typer.echo(f"Not as they were signed last, so they do not count (“steward surge” says more): {names}")
    rows = [{"path": c.path, "before": c.before or "", "after": c.after or ""} for c in state.changes]
    if rows:
        say_table(rows, {"path": "Value", "before": "Before", "after": "Now"})


def _standing(state: "PolicyState") -> str:
    from tasks.adapters.templating import moment

    is_last = state.last_signed == state.sha256 and not state.surge_waits
    since = "Against the version that was signed before it:" if is_last else (
        f"Against version {state.last_signed[:12]}, which was signed last:"
    )  # fmt: skip
    changed = f"\n{since}" if state.changes else ""
    if state.signed_at and state.proposed_at:
        return (
            f"In force: proposed by {state.proposed_by} on {moment(state.proposed_at)}, signed by {state.signed_by} on "
            f"{moment(state.signed_at)}.{changed}"
        )
    if state.proposed_at:
        return (
            f"Not in force: {state.proposed_by} proposed it on {moment(state.proposed_at)}, and a second administrator "
            f"must sign it (“steward policy sign”).{changed}"
        )
    if state.signed_before and state.replaced_at:
        return (
            f"Not in force: the file was set back to the version of {moment(state.signed_before)}, and "
            f"{state.replaced_by} signed a newer one on {moment(state.replaced_at)}. Put the newer one back, or "
            f"propose this one again (“steward policy propose”).{changed}"
        )
    return f"Not in force: nobody has proposed it yet (“steward policy propose”).{changed}"
