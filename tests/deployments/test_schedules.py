"""Deployments as staff meet them: names, descriptions, forms."""

import re

import pytest

from deployments.schedules import ENTRIES, Entry, entry
from flows.sweep import FLOWS

EACH = pytest.mark.parametrize("made", ENTRIES, ids=lambda made: made.name)


def fields(made: Entry) -> dict[str, dict[str, object]]:
    """The fields of the form that Prefect makes of a deployment."""
    return made.deployment()._parameter_openapi_schema.properties


NEEDED = {("propose-decision", "Case"), ("propose-decision", "Decision")}


@EACH
def test_a_description_is_whole_sentences_without_line_breaks_or_parameters(made: Entry) -> None:
    assert len(made.description) > 60
    for paragraph in made.description.split("\n\n"):
        assert re.fullmatch(r"[A-Z][^\n]*\.", paragraph)
    assert "Args" not in made.description


@EACH
def test_every_field_of_a_form_is_flat_named_in_words_and_explained(made: Entry) -> None:
    for field in fields(made).values():
        assert field["type"] in ("string", "boolean", "integer")
        assert re.fullmatch(r"[A-Z][a-z ]+", str(field["title"]))
        assert len(str(field["description"])) > 20
        # What a proposal is about has to be said; everything else may be left as it is.
        assert "default" in field or (made.name, field["title"]) in NEEDED


def test_the_form_of_a_review_asks_for_a_case_and_business_days() -> None:
    assert [field["title"] for field in fields(entry("review-registrations")).values()] == [
        "Case",
        "Only on business days",
    ]


@pytest.mark.parametrize("name", ["import-awards", "import-trackers"])
def test_the_form_of_an_import_asks_for_nothing(name: str) -> None:
    assert fields(entry(name)) == {}


def test_the_sweep_can_finish_every_other_deployment() -> None:
    # A proposal is kept in one step, and only a person can say whether it is still meant.
    assert set(FLOWS) == {made.name for made in ENTRIES} - {"sweep", "propose-decision"}


def test_a_deployment_names_its_flow_by_module_whatever_the_folder() -> None:
    assert entry("review-registrations").deployment().entrypoint == "flows.registration.review_registrations"


def test_an_unknown_deployment_is_answered_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match=r"no deployment “reviews”\. Known: import-awards, import-trackers, "):
        entry("reviews")
