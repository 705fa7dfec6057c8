"""Facts are hashed over one text, whichever encoder writes it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from models.payments.packet import RequisitionPacket
from models.registration.packet import RegistrationPacket
from models.shared.documents import canonical, canonical_facts
from models.shared.referrals import ContractReferral

FACTS: tuple[type[BaseModel], ...] = (RequisitionPacket, RegistrationPacket, ContractReferral)
texts = st.text(st.characters(exclude_categories=["Cs"]))


class Facts(BaseModel):
    """Every kind of value that facts have."""

    said: dict[str, str]
    cents: int
    known: bool | None
    parts: tuple["Facts", ...] = ()


facts = st.deferred(
    lambda: st.builds(
        Facts, said=st.dictionaries(texts, texts), cents=st.integers(-(2**63), 2**63 - 1),
        known=st.sampled_from((True, False, None)), parts=st.lists(facts, max_size=2).map(tuple),
    )
)  # fmt: skip


@given(facts)
def test_facts_have_the_same_text_by_either_encoder(made: Facts):
    assert canonical_facts(made) == canonical(made.model_dump(mode="json"))


@given(st.dictionaries(texts, texts))
def test_named_texts_have_the_same_text_by_either_encoder(said: dict[str, str]):
    assert canonical_facts(said) == canonical(said)


@pytest.mark.parametrize("model", FACTS)
def test_facts_hold_no_floats_which_the_encoders_write_differently(model: type[BaseModel]):
    assert '"type": "number"' not in json.dumps(model.model_json_schema(mode="serialization"))


@given(st.lists(st.tuples(texts, st.integers(-(2**53), 2**53), st.booleans()), max_size=5))
def test_rows_are_canonical_the_same_by_the_quicker_way(rows: list[tuple[str, int, bool]]) -> None:
    assert canonical_facts(rows) == canonical(rows)
