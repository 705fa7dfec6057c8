"""The form of an act: which fields it asks for, what was filled in, what is still missing, what the button says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from models.registration.acts import ACTS, Act, Choices, FieldSpec, is_next_step
from models.registration.decision_letters import DECISIONS
from models.shared.documents import canonical, sha256
from models.shared.duties import Duty
from tasks.adapters.standing import Standing

# Fields of a page's own forms, which are none of an act.
OWN_FIELDS = frozenset({
    "proposal", "reason", "shown", "version", "behalf", "code", "show", "case", "act", "row", "mode", "csrf", "details",
    "undated",
})  # fmt: skip
# A document's own facts stay as they are where a correction leaves a day empty.
_KEEPS_DAYS = frozenset({"document_corrected"})
_ONE_BY_ONE = frozenset({"seq", "seq_no", "awards", "amount", "delta"})
LONGEST_REASON = 4_000
DETAILS_CHANGED = "Not signed: you changed the details after they were shown. Look at the page again, then sign."
_UNCHANGED = " Nothing was changed."


@dataclass(frozen=True)
class FieldView:
    """One field of the form, with what is filled in. `choices` are (value, words), empty where it is typed."""

    name: str
    label: str
    shape: str
    needed: bool
    hint: str
    choices: Choices
    values: tuple[str, ...]

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def is_chosen(self) -> bool:
        """True for a field that is chosen from a list, even when the list is empty."""
        return self.shape in ("choice", "person", "file") or bool(self.choices)


def read_fields(act: Act, given: Iterable[tuple[str, str]], today: date | None) -> dict[str, str]:
    """The fields of an act as an address or a form gives them; a day that may be today is `today` when it is left out.

    Names that the act does not have are kept: whoever takes the act refuses them.
    """
    found: dict[str, str] = {}
    many = {spec.name for spec in act.fields if spec.shape == "awards"}
    for name, text in given:
        value = text.strip()
        if name in OWN_FIELDS or not value:
            continue
        found[name] = f"{found[name]}, {value}" if name in many and name in found else value
    if today is None or act.name in _KEEPS_DAYS:
        return found
    return {**{spec.name: today.isoformat() for spec in act.fields if spec.today}, **found}


def field_views(act: Act, fields: Mapping[str, str], choices: Mapping[str, Choices]) -> list[FieldView]:
    """The fields of an act as its form shows them."""
    return [_view(spec, fields.get(spec.name, ""), choices.get(spec.name, spec.choices)) for spec in act.fields]


def _view(spec: FieldSpec, value: str, choices: Choices) -> FieldView:
    values = tuple(part.strip() for part in value.split(",")) if spec.shape == "awards" else (value,)
    return FieldView(spec.name, spec.label, spec.shape, spec.needed, spec.hint, choices, tuple(filter(None, values)))


def missing(act: Act, fields: Mapping[str, str]) -> list[str]:
    """The labels of needed fields that are empty."""
    return [spec.label for spec in act.fields if spec.needed and not fields.get(spec.name, "").strip()]


def details_seal(fields: Mapping[str, str], reason: str = "") -> str:
    """The hash of the details that a page shows; blanks and line ends, which browsers write anew, do not count."""
    told = {name: " ".join(text.split()) for name, text in fields.items()}
    return sha256(canonical([told, " ".join(reason.split())]))


def said_once(words: str) -> str:
    """A refusal that does not say twice that nothing was changed."""
    short = words.removesuffix(_UNCHANGED)
    return short if "nothing was changed" in short.lower() else words


def without_outcome(words: str) -> str:
    """Why something cannot be signed, for somebody who has only looked at it."""
    return words.removesuffix(_UNCHANGED)


def letter_quotes_reason(act: str, duty: Duty, *, first: bool) -> bool:
    """True where the letter to the provider gives the reason, so that it must be known before the letter is shown."""
    return act in DECISIONS and duty.needs_reason and not first


def bulk_acts(here: Standing) -> list[Act]:
    """The acts that this person may sign for many contracts at once, the steps of the procedure first."""
    found = [act for act in ACTS.values() if is_for_many(act) and here.acting(act.duty)]
    return sorted(found, key=lambda act: (not is_next_step(act), act.label))


def is_for_many(act: Act) -> bool:
    """False where each contract needs fields, or a letter with a reason, of its own."""
    if letter_quotes_reason(act.name, act.duty, first=act.duty.takes_two):
        return False
    own = [spec for spec in act.fields if spec.name in _ONE_BY_ONE or (spec.needed and spec.shape == "file")]
    return not own and act.name not in _KEEPS_DAYS


def fields_for_many(act: Act) -> Act:
    """The act without the fields that differ from contract to contract."""
    kept = tuple(spec for spec in act.fields if spec.shape != "file" and spec.name != "reference")
    return Act(act.name, act.label, act.duty, kept)


def in_sentence(label: str) -> str:
    """A label as it stands inside a sentence: `found responsible`, but `CCPO approval`."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def button(label: str, *, first: bool, second: bool) -> str:
    """What the button says that signs."""
    if first:
        return "Sign and hand on for the second signature"
    return f"{'Approve and sign' if second else 'Sign'}: {in_sentence(label)}"
