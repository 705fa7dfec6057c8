"""What people can sign about a case: the act's name is the event that it records."""

from dataclasses import dataclass

from models.shared.duties import Duty


@dataclass(frozen=True)
class Act:
    """One thing that can be signed; `fields` are what else its form asks."""

    name: str
    label: str
    duty: Duty
    fields: tuple[str, ...] = ()
