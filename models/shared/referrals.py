"""What one process tells another: a value that a flow hands over, never a row of somebody else's table."""

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from models.shared.documents import canonical_facts


class ContractReferral(BaseModel):
    """A contract as registration knows it, for those who pay on it. Amount in cents.

    `contract_no` is the number that the Comptroller registered it under, the contract's own id until then; no date
    where it is not registered, or not active, yet. `pending` names a change that is approved and not registered. Each
    `..._until` is the last day on which a paper of the provider is good, None where none is on file.
    """

    model_config = ConfigDict(frozen=True)

    contract_id: str
    contract_no: str
    fiscal_year: int
    kind: str
    vendor_ein: str
    vendor_name: str
    payee_address: str
    max_cents: int
    term_start: date
    term_end: date
    registered_on: date | None = None
    active_on: date | None = None
    pending: str = ""
    change_landed_on: date | None = None
    insurance_until: date | None = None
    charities_until: date | None = None
    pql_until: date | None = None
    disclosures_until: date | None = None

    def canonical(self) -> str:
        return canonical_facts(self)


@dataclass(frozen=True)
class Told:
    """What registration tells of all its contracts, and the mark of what it was read from: the same mark, the same."""

    mark: str
    referrals: tuple[ContractReferral, ...]
