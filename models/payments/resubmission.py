"""What a new revision of a requisition asks again: only those whose facts it changed."""

from datetime import date

from models.payments.forms import RequisitionForm
from models.shared.calendar import long_date
from models.shared.money import dollars

# What Program looks at; the rest (numbers, dates and addresses of the invoice, tax) is Fiscal's. Source: convention.
_PROGRAM_HEAD = ("service_from", "service_to", "place", "description", "is_contract_change")
_NOT_PROGRAM_LINE = frozenset({"sales_tax_cents"})


def program_facts(form: RequisitionForm) -> dict[str, object]:
    """The facts that a Program approval rests on."""
    lines = [line.model_dump(mode="json", exclude=set(_NOT_PROGRAM_LINE)) for line in form.lines]
    return {**form.model_dump(mode="json", include=set(_PROGRAM_HEAD)), "lines": lines}


def asks_program_again(before: RequisitionForm, after: RequisitionForm) -> bool:
    """True when a revision changes what Program approved. Source: convention."""
    return program_facts(before) != program_facts(after)


def changes(before: RequisitionForm, after: RequisitionForm) -> tuple[tuple[str, str, str], ...]:
    """What a revision changed, field by field, with the values before and after as text."""
    was, now = _flat(before), _flat(after)
    names = [name for name in (*was, *(name for name in now if name not in was)) if name != "revision"]
    return tuple(
        (name, was.get(name, "none"), now.get(name, "none")) for name in names if was.get(name) != now.get(name)
    )


def _flat(form: RequisitionForm) -> dict[str, str]:
    body = form.model_dump()
    lines = body.pop("lines")
    told = {_name(name): _text(name, value) for name, value in body.items()}
    for line in lines:
        no = line.pop("no")
        told |= {f"line {no}, {_name(name)}": _text(name, value) for name, value in line.items()}
    return told


def _name(field: str) -> str:
    return field.removesuffix("_cents").replace("_", " ")


def _text(field: str, value: object) -> str:
    """A value as people read it: amounts in dollars, days spelled out."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() if field.endswith("_cents"):
            return dollars(value)
        case date():
            return long_date(value)
        case tuple() | list():
            return ", ".join(str(one).replace("_", " ") for one in value) or "none"
    return "none" if value in (None, "") else str(value)
