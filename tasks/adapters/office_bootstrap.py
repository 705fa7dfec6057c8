"""The first two administrators: made once in the life of a home, each standing for the other."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from models.shared.office_acts import AddForm, Flaw, NewPerson
from tasks.adapters import clock, codes
from tasks.adapters.database import reading
from tasks.adapters.enrolment import FirstUse
from tasks.adapters.office_chain import BOOTSTRAP_CHAIN, begin, has_begun, office_session, staff_chain
from tasks.adapters.office_effects import add_person
from tasks.adapters.refusals import NotSigned, Refusal


def check_unstarted() -> None:
    """Raise NotSigned where the first two administrators were made already."""
    with reading() as session:
        if has_begun(session):
            raise _begun()


def _begun() -> NotSigned:
    return NotSigned(
        Refusal.ILLEGAL,
        "This office has its first two administrators already. Further people are added by two of them: “steward staff "
        "add”. Nothing was changed.",
    )


def check_bootstrap(first: NewPerson, second: NewPerson) -> tuple[AddForm, AddForm]:
    """The forms of the first two administrators. Raises NotSigned when they cannot be made."""
    at = clock.now()
    with reading() as session:
        return _first_two(session, first, second, at)


def bootstrap(first: NewPerson, second: NewPerson, confirmed: Mapping[str, FirstUse] | None = None) -> dict[str, str]:
    """Make the first two administrators, once in the life of a home; returns each id’s secret.

    `confirmed` are the secrets that their authenticators were seen to have; without it fresh ones are made. Each
    stands as the one who let the other in. Raises NotSigned.
    """
    at = clock.now()
    with office_session() as session:
        forms = _first_two(session, first, second, at)
        uses = {form.staff_id: (confirmed or {}).get(form.staff_id) or FirstUse(codes.new_secret()) for form in forms}
        names = {form.staff_id: f"{form.name} ({form.staff_id})" for form in forms}
        actor = " and ".join(names.values())
        begin(session, BOOTSTRAP_CHAIN, "bootstrapped", actor, {"administrators": list(names)}, at)
        for form, other in zip(forms, reversed(forms), strict=True):
            add_person(session, form, at, other.staff_id, uses[form.staff_id])
            counter = uses[form.staff_id].counter
            payload = {"body": form.model_dump(mode="json"), "enrolled_by": [other.staff_id], "counter": counter}
            begin(session, staff_chain(form.staff_id), "bootstrapped", actor, payload, at)
        return {staff_id: use.secret for staff_id, use in uses.items()}


def _first_two(session: Session, first: NewPerson, second: NewPerson, at: datetime) -> tuple[AddForm, AddForm]:
    if has_begun(session):
        raise _begun()
    forms = [person.form() for person in (first, second)]
    for form in forms:
        if isinstance(form, Flaw):
            raise NotSigned(Refusal.FORM, f"{form.sentence} Nothing was changed.")
    one, two = (form for form in forms if isinstance(form, AddForm))
    for field_name, word in (("staff_id", "id"), ("identity", "employee number"), ("email", "e-mail address")):
        if getattr(one, field_name) == getattr(two, field_name):
            raise NotSigned(
                Refusal.SEPARATION,
                f"The two administrators have the same {word}. They must be two different people. Nothing was changed.",
            )
    if one.name.casefold() == two.name.casefold():
        raise NotSigned(
            Refusal.SEPARATION,
            "The two administrators have the same name. They must be two different people; if they are, write a middle "
            "name. Nothing was changed.",
        )
    return one, two
