"""Values that one process hands to another."""

from datetime import date

from pydantic import BaseModel, ConfigDict


class RegisteredContract(BaseModel):
    """Registration tells payments that a contract may be paid against, and up to what amount in cents."""

    model_config = ConfigDict(frozen=True)

    contract_id: str
    vendor_ein: str
    fiscal_year: int
    max_amount_cents: int
    registered_on: date
    deemed: bool
