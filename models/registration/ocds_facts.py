"""What releases are made of: contracts, awards and events, as far as anything of them is published."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from models.registration.corrections import Recorded, as_corrected
from models.shared.documents import canonical


class PublishedContract(Protocol):
    """What is published of a contract's row."""

    @property
    def contract_id(self) -> str: ...
    @property
    def fiscal_year(self) -> int: ...
    @property
    def vendor_ein(self) -> str: ...
    @property
    def vendor_name(self) -> str: ...
    @property
    def beneficiary_ein(self) -> str: ...
    @property
    def beneficiary_name(self) -> str: ...
    @property
    def term_start(self) -> date: ...
    @property
    def term_end(self) -> date: ...


@dataclass(frozen=True, slots=True)
class PublicAward:
    """One award of the Council as its list shows it. Amount in cents."""

    mocs_id: str
    amount_cents: int
    status: str
    source: str
    program_name: str
    purpose: str

    @property
    def is_cleared(self) -> bool:
        return self.status.casefold() == "cleared"


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """One event of a case. `payload` is what was recorded with it; only named public parts of it are ever read."""

    seq: int
    occurred_at: datetime
    event: str
    state_to: str
    payload: Mapping[str, Any]


def as_known(events: Sequence[PublicEvent]) -> list[PublicEvent]:
    """A history as it is known after its last event: each step with the day and the words of its corrections."""
    rows, state = [], ""
    for one in events:
        said = canonical(dict(one.payload))
        rows.append(Recorded("", one.seq, one.occurred_at, one.event, "", state, one.state_to, said))
        state = one.state_to
    return [
        replace(one, occurred_at=row.occurred_at, payload=json.loads(row.payload)) if row.origin else one
        for one, row in zip(events, as_corrected(rows), strict=True)
    ]
