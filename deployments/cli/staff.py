"""`steward staff`: who works here. One administrator proposes, a second one signs."""

from typing import Annotated, Any

import typer

from deployments.cli.credentials import AsJson, Code, Signer, credential, signing
from deployments.cli.ready import ready
from deployments.cli.says import refuse, say_json, say_table

app = typer.Typer(help="People: who may do what. Two administrators sign each change.", no_args_is_help=True)
Who = Annotated[
    str, typer.Argument(metavar="ID", help="The staff id of the person that this is about.", show_default=False)
]
Act = Annotated[str, typer.Argument(metavar="NUMBER", help="Its number, such as A0003.", show_default=False)]
Reason = Annotated[str, typer.Option(help="Why; the second administrator and the auditor read it.")]
Unit = Annotated[str, typer.Option(help="Such as Program, Procurement, Fiscal, Budget, Legal.", show_default=False)]
Roles = Annotated[
    list[str], typer.Option("--role", help="Such as “program manager”; may be repeated.", show_default=False)
]
_COLUMNS = {"id": "Id", "name": "Name", "unit": "Unit", "roles": "Roles", "state": "State", "by": "Enrolled by"}


@app.command("list")
def list_staff(as_json: AsJson = False) -> None:
    """List everybody, with roles, and the delegations that still run."""
    from deployments.cli.staff_words import delegation_rows, few_administrators, staff_rows
    from tasks.adapters import clock
    from tasks.adapters.office_chain import office_now

    ready()
    office = office_now(clock.now())
    people, lent = staff_rows(office), delegation_rows(office)
    if as_json:
        say_json({"staff": people, "delegations": lent})
        return
    rows = [{**row, "roles": ", ".join(row["roles"]), "by": ", ".join(row["enrolled_by"])} for row in people]
    say_table(rows, _COLUMNS)
    if lent:
        columns = {"delegation": "Delegation", "from": "Is out", "to": "Acts for them", "first": "From", "last": "To"}
        say_table(lent, columns, title="\nDelegations")
    typer.echo(few_administrators(office), nl=False)


@app.command("bootstrap")
def bootstrap(
    first: Annotated[
        tuple[str, str, str, str] | None,
        typer.Option(metavar="ID NAME EMAIL NUMBER", help="The first administrator; asked for if absent."),
    ] = None,
    second: Annotated[
        tuple[str, str, str, str] | None,
        typer.Option(metavar="ID NAME EMAIL NUMBER", help="The second administrator, another person."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the first two administrators, once. Both sit here and scan their QR codes."""
    from deployments.cli.staff_words import ask_person, take_up_first
    from models.shared.office_acts import NewPerson
    from tasks.adapters import office_bootstrap

    ready()
    with signing("", "bootstrap", as_json):
        office_bootstrap.check_unstarted()
        one, two = NewPerson(*(first or ask_person("first"))), NewPerson(*(second or ask_person("second")))
        forms = office_bootstrap.check_bootstrap(one, two)
        office_bootstrap.bootstrap(one, two, take_up_first(forms, as_json))
    if as_json:
        say_json({"administrators": [form.staff_id for form in forms]})
        return
    typer.echo(
        f"{forms[0].name} and {forms[1].name} are the administrators of this office.\nNext: propose and sign the "
        "policy (“steward policy propose”, “steward policy sign”), and add a third administrator, so that a lost "
        "authenticator can be replaced: that takes two who are not its owner."
    )


@app.command("add")
def add(
    who: Who,
    name: Annotated[str, typer.Option(help="First and last name.", show_default=False)],
    email: Annotated[str, typer.Option(help="Work e-mail address.", show_default=False)],
    number: Annotated[str, typer.Option(help="The City's employee number: one account each.", show_default=False)],
    unit: Unit,
    role: Roles,
    staff: Signer,
    code: Code = "",
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Propose a new person. Once signed, “steward staff enrol ID” gives them an authenticator."""
    body = {"staff_id": who, "name": name, "email": email, "identity": number, "unit": unit, "roles": role}
    _propose("add", body, staff, code, reason, as_json)


@app.command("change")
def change(
    who: Who, unit: Unit, role: Roles, staff: Signer, code: Code = "", reason: Reason = "", as_json: AsJson = False
) -> None:
    """Propose another unit and other roles for a person; the roles given take the place of all before."""
    _propose("change", {"staff_id": who, "unit": unit, "roles": role}, staff, code, reason, as_json)


@app.command("enrol")
def enrol(
    who: Annotated[
        str, typer.Argument(metavar="ID", help="The person who needs an authenticator.", show_default=False)
    ] = "",
    ticket: Annotated[str, typer.Option(help="The ticket that you were given: take it up here.")] = "",
    staff: Annotated[str, typer.Option("--staff", help="Your own staff id, as administrator.")] = "",
    code: Code = "",
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Propose a ticket for a person (ID, --staff), or take your own ticket up (--ticket)."""
    from deployments.cli.staff_words import take_up_here

    if ticket:
        ready()
        with signing("", "take up an enrollment ticket", as_json):
            person = take_up_here(ticket, code, as_json)
        told = {"staff": person.staff_id, "enrolled": True}
        say_json(told) if as_json else typer.echo(f"{person.name}: your authenticator works for {person.staff_id} now.")
        return
    if not who or not staff:
        refuse("Name the person and yourself (steward staff enrol ID --staff YOU), or give your --ticket.", as_json)
    _propose("enrol", {"staff_id": who}, staff, code, reason, as_json)


@app.command("revoke")
def revoke(who: Who, staff: Signer, reason: Reason = "", code: Code = "", as_json: AsJson = False) -> None:
    """Propose that a person signs nothing any more."""
    _propose("revoke", {"staff_id": who}, staff, code, reason, as_json)


@app.command("delegate")
def delegate(
    out: Annotated[str, typer.Argument(metavar="FROM", help="Who is out.", show_default=False)],
    to: Annotated[str, typer.Argument(metavar="TO", help="Who acts for them.", show_default=False)],
    first: Annotated[str, typer.Option(help="First day, as 2026-12-24.", show_default=False)],
    last: Annotated[str, typer.Option(help="Last day, as 2027-01-03.", show_default=False)],
    staff: Signer,
    reason: Reason = "",
    code: Code = "",
    as_json: AsJson = False,
) -> None:
    """Propose that one person acts for another who is out, from a first to a last day."""
    body = {"from_id": out, "to_id": to, "first_day": first, "last_day": last}
    _propose("delegate", body, staff, code, reason, as_json)


@app.command("end-delegation")
def end_delegation(
    delegation: Annotated[str, typer.Argument(help="Its number, as “steward staff list” shows it.")],
    staff: Signer,
    reason: Reason = "",
    code: Code = "",
    as_json: AsJson = False,
) -> None:
    """Propose that a delegation ends before its last day."""
    _propose("end_delegation", {"delegation_id": delegation.upper()}, staff, code, reason, as_json)


@app.command("acts")
def acts(as_json: AsJson = False) -> None:
    """Show what waits for the signature of a second administrator."""
    from tasks.adapters import office_acts

    ready()
    waiting = [(act, *office_acts.shown(act.act_id)) for act in office_acts.open_acts()]
    if as_json:
        say_json([{"act": act.act_id, "kind": act.kind, "says": says, "shown": sha} for act, says, sha in waiting])
        return
    for _, says, sha in waiting:
        _print_act(says, sha)
    typer.echo("Sign one with “steward staff sign NUMBER --staff YOU”." if waiting else "Nothing waits.")


@app.command("sign")
def sign(
    act: Act,
    staff: Signer,
    code: Code = "",
    shown: Annotated[str, typer.Option(help="The fingerprint that you were shown, where you looked before.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show a proposal and sign it as second administrator; typing the code is the signature."""
    ready()
    sign_act(act, staff, code, shown, as_json)


@app.command("refuse")
def refuse_act(act: Act, staff: Signer, reason: Reason = "", code: Code = "", as_json: AsJson = False) -> None:
    """Refuse a proposal, or withdraw your own."""
    from tasks.adapters import office_acts

    ready()
    with signing(staff, f"refuse {act}", as_json):
        office_acts.refuse(act, credential(staff, code), reason)
    say_json({"act": act.upper(), "refused": True}) if as_json else typer.echo(f"{act.upper()} is closed.")


@app.command("code")
def show_code(who: Who, as_json: AsJson = False) -> None:
    """Print the code that an authenticator would show: only in a home that was created as a demo."""
    from tasks.adapters.enrolment import next_code
    from tasks.adapters.home import read_home

    if not read_home().demo:
        refuse("Only a home that was created as a demo tells codes. Look at your authenticator.", as_json)
    ready()
    with signing(who, "ask for a code", as_json):
        found = next_code(who.strip().lower())
    say_json({"staff": who, "code": found}) if as_json else typer.echo(found)


def propose_act(kind: str, body: dict[str, Any], staff: str, code: str, reason: str, as_json: bool) -> str:
    """Propose and show what now waits, with the command that signs it; returns its number."""
    from tasks.adapters import office_acts

    with signing(staff, f"propose {kind.replace('_', ' ')}", as_json):
        act = office_acts.propose(kind, body, credential(staff, code), reason)
        says, sha = office_acts.shown(act)
    if as_json:
        say_json({"act": act, "shown": sha, "says": says})
    else:
        _print_act(says, sha)
    return act


def sign_act(act: str, staff: str, code: str, pinned: str, as_json: bool) -> None:
    """Show an act, then sign exactly that."""
    from deployments.cli.staff_words import say_signed
    from tasks.adapters import office_acts

    with signing(staff, f"sign {act}", as_json):
        says, sha = office_acts.shown(act)
        if not as_json:
            _print_act(says, sha)
        signed = office_acts.sign(act, pinned or sha, credential(staff, code))
    say_signed(signed, as_json)


def _propose(kind: str, body: dict[str, Any], staff: str, code: str, reason: str, as_json: bool) -> None:
    ready()
    act = propose_act(kind, body, staff, code, reason, as_json)
    if not as_json:
        typer.echo(f"It waits for a second administrator: steward staff sign {act} --staff THEIR-ID")


def _print_act(says: list[str], sha: str) -> None:
    typer.echo(
        "\n".join([says[0], *(f"  {line}" for line in says[1:]), f"  Fingerprint of this proposal: {sha}"]) + "\n"
    )
