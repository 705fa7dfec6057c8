"""What `steward staff` asks and shows beside its commands: rows of people, QR codes, tickets."""

import sys
from typing import Any

import typer

from deployments.cli.says import say_json
from models.shared.office_acts import AddForm
from models.shared.office_rules import Account, Office
from models.shared.people import Person
from tasks.adapters import clock, codes, enrolment
from tasks.adapters.addresses import desk_url
from tasks.adapters.enrolment import FirstUse
from tasks.adapters.home import read_home
from tasks.adapters.office_acts import SignedAct
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.templating import short_date

TRIES = 3
SPARE_ADMINISTRATORS = 3


def staff_rows(office: Office) -> list[dict[str, Any]]:
    """Everybody as a row: id, name, unit, roles, state, by whom enrolled."""
    return [
        {
            "id": staff_id, "name": account.person.name, "unit": account.person.unit.value,
            "roles": sorted(account.person.roles), "state": _state(account),
            "enrolled_by": list(account.person.enrolled_by),
        }
        for staff_id, account in sorted(office.accounts.items())
    ]  # fmt: skip


def _state(account: Account) -> str:
    if account.revoked_on:
        return f"revoked {short_date(account.revoked_on)}"
    return "active" if account.person.is_active else "no authenticator yet"


def delegation_rows(office: Office) -> list[dict[str, str]]:
    """The delegations that still run or will run, as rows."""
    return [
        {
            "delegation": number, "from": found.from_id, "to": found.to_id, "first": found.first_day.isoformat(),
            "last": found.last_day.isoformat(),
        }
        for number, found in office.delegations.items()
        if found.last_day >= office.today
    ]  # fmt: skip


def few_administrators(office: Office) -> str:
    """A warning where one lost authenticator could not be replaced; empty when it could, or nobody is there yet."""
    there = len(office.administrators())
    if not office.accounts:
        return "Nobody is here yet. “steward staff bootstrap” makes the first two administrators.\n"
    if there >= SPARE_ADMINISTRATORS:
        return ""
    return (
        f"\nOnly {there} administrators: if one loses the authenticator, nobody can give a new one, since that takes "
        "two who are not its owner. Add a third.\n"
    )


def ask_person(which: str) -> tuple[str, str, str, str]:
    """Ask for one of the first two administrators."""
    typer.echo(f"The {which} administrator:", err=True)
    words = ("Id (such as a.ruiz)", "First and last name", "Work e-mail", "Employee number")
    staff_id, name, email, number = (typer.prompt(f"  {word}", err=True) for word in words)
    return staff_id, name, email, number


def take_up_first(forms: tuple[AddForm, AddForm], as_json: bool) -> dict[str, FirstUse]:
    """Show each of the first two a QR code; each types the code that the authenticator then shows."""
    uses = {}
    for form in forms:
        uses[form.staff_id] = _take_up_one(form, as_json)
        _wipe()
    return uses


def _wipe() -> None:
    """The next person at this terminal must not read the secret of the one before, not by scrolling either."""
    if sys.stdout.isatty() and read_home().clock == "real":
        sys.stdout.write("\x1b[H\x1b[2J\x1b[3J")


def _take_up_one(form: AddForm, as_json: bool) -> FirstUse:
    secret = codes.new_secret()
    typer.echo(f"\n{form.name}: this is for you alone. The other administrator looks away.", err=as_json)
    _show(secret, codes.enrolment_uri(secret, form.staff_id, enrolment.issuer()), as_json)
    if read_home().clock != "real":
        typer.echo("The clock of this home stands still, so no authenticator fits it: nothing to confirm.", err=as_json)
        return FirstUse(secret)
    for tried in range(TRIES):
        try:
            return enrolment.first_use(secret, _ask_code(form.staff_id), clock.now())
        except NotSigned as refused:
            if tried == TRIES - 1:
                raise
            typer.echo(refused.sentence, err=True)
    raise AssertionError("the last try returns or raises")


def _ask_code(staff_id: str) -> str:
    return str(typer.prompt(f"Code of {staff_id}", hide_input=True, err=True))


def _show(secret: str, uri: str, as_json: bool) -> None:
    typer.echo(enrolment.qr_text(uri), err=as_json)
    typer.echo(f"Scan it with an authenticator app, or type this secret into it: {_in_fours(secret)}", err=as_json)


def _in_fours(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def take_up_here(ticket: str, code: str, as_json: bool) -> Person:
    """Show the QR code of a ticket and confirm it; with a code only confirm. Raises NotSigned."""
    if code:
        return enrolment.confirm(ticket, code)
    holder = enrolment.ticket_holder(ticket)
    secret, uri = enrolment.take_up(ticket)
    typer.echo(f"{holder.name}: this is for you alone, and is shown only once.", err=as_json)
    _show(secret, uri, as_json)
    for tried in range(TRIES):
        try:
            person = enrolment.confirm(ticket, _ask_code(holder.staff_id))
            _wipe()
            return person
        except NotSigned as refused:
            if refused.kind is not Refusal.WRONG_CODE or tried == TRIES - 1:
                raise
            typer.echo(refused.sentence, err=True)
    raise AssertionError("the last try returns or raises")


def say_signed(signed: SignedAct, as_json: bool) -> None:
    """Say that an act counts; a ticket is shown here and never again."""
    if as_json:
        ticket = {"ticket": signed.ticket} if signed.ticket else {}
        say_json({"act": signed.act_id, "kind": signed.kind, "subject": signed.subject, "signed": True, **ticket})
        return
    typer.echo(f"{signed.act_id} is signed and counts from now on.")
    if signed.ticket:
        typer.echo(
            f"The ticket for {signed.subject}, shown only now; hand it over yourself. It is good once, for 24 hours:\n"
            f"  at the desk   {desk_url()}/enrol/{signed.ticket}\n"
            f"  in a terminal steward staff enrol --ticket {signed.ticket}"
        )
