"""The flat form in which somebody proposes an act in the Prefect UI, where nobody can sign."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.registration.acts import ACTS, Act, FieldSpec

# What the form offers to choose from.
Decision = Annotated[str, Field(json_schema_extra={"enum": [*sorted(act.label for act in ACTS.values())]})]
# Which field of the form fills which field of an act; a form cannot change with what is chosen in it.
_SOURCES: dict[str, str] = {
    "on": "date", "reported_on": "date", "value": "detail", "detail": "detail", "type": "detail", "role": "detail",
    "owner": "detail", "scope": "detail", "because": "detail", "handover": "detail", "reference": "reference",
    "ccpo_reference": "reference", "amount": "amount", "delta": "amount", "amount_cents": "amount",
    "document": "document", "awards": "awards", "to": "other", "staff": "other", "file_name": "other", "seq": "number",
    "seq_no": "number", "term_end": "last_day", "expires_on": "last_day",
}  # fmt: skip


class ProposalForm(BaseModel):
    """What a form proposes, all of it text as it was typed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case: str
    decision: str
    date: str = ""
    detail: str = ""
    reference: str = ""
    amount: str = ""
    document: str = ""
    awards: str = ""
    other: str = ""
    number: str = ""
    last_day: str = ""
    reason: str = ""

    @property
    def act(self) -> Act:
        """The act of this label or name. Raises LookupError."""
        found = [act for act in ACTS.values() if self.decision.casefold() in (act.label.casefold(), act.name)]
        if not found:
            raise LookupError(f"“{self.decision[:60]}” cannot be proposed. Choose one from the list.")
        return found[0]

    def fields(self) -> dict[str, str]:
        """The fields of the act that the form fills. Raises LookupError for what the act has no use for."""
        given: dict[str, str] = {k: v.strip() for k, v in self._given().items() if v.strip()}
        used = {spec.name: _SOURCES[spec.name] for spec in self.act.fields if spec.name in _SOURCES}
        unused = sorted(set(given) - set(used.values()))
        if unused:
            raise LookupError(f"“{self.act.label}” has no use for “{unused[0].replace('_', ' ')}”. Leave it empty.")
        return {
            name: _value(spec, given[source])
            for spec in self.act.fields
            if (name := spec.name) in used and (source := used[name]) in given and _fits(spec, given[source])
        }

    def _given(self) -> dict[str, Any]:
        return self.model_dump(exclude={"case", "decision", "reason"})


def _fits(spec: FieldSpec, text: str) -> bool:
    """A detail fills the field of choices that knows it; other fields take any text."""
    return spec.shape != "choice" or spec.needed or _value(spec, text) in dict(spec.choices)


def _value(spec: FieldSpec, text: str) -> str:
    """The choice that has these words, or the text itself."""
    by_words = {words.casefold(): value for value, words in spec.choices}
    return by_words.get(text.casefold(), text)
