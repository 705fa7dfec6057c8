"""Requests of Open311 are kept with their contact and decision, sealed, and once for each token of a client."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deployments.open311 import keys_asked
from deployments.open311.service_data import services
from models.hotline.open311_request import wanted_of
from models.shared.calendar import NEW_YORK
from tasks.adapters import clock
from tasks.adapters.audit import audit
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.contacts import open_contacts
from tasks.adapters.hotline.open311_keys import revoke_api_keys
from tasks.adapters.hotline.open311_requests import Acknowledged, Asked, keep_requests
from tasks.adapters.hotline.open311_writer import RequestWriter
from tasks.adapters.hotline.triaging import decide_waiting, judge
from tasks.adapters.policy import hotline_policy
from tasks.adapters.settings import settings
from tests.casework import CASEWORKER, SUPERVISOR, answered, facts, open_office, sign
from tests.hotline_office import everything_on_disk, stored
from tests.office import stop_clock
from tests.open311 import HEAT, HERE, a_key, codes, decided, kept_requests, program, sent

SECRET = "quicksand marmalade"


@pytest.fixture
def app(hotline_key: None) -> TestClient:
    stop_clock(2026, 11, 20, 14)
    return program()


@pytest.fixture
def key(app: TestClient) -> str:
    return a_key()


def number_of(answer: object) -> str:
    return str(answer.json()[0]["service_request_id"])  # type: ignore[attr-defined]


def test_a_request_is_a_contact_that_is_decided_about(app: TestClient, key: str) -> None:
    number = number_of(
        sent(
            app, key, description=HEAT, first_name="Ann", last_name="Example", phone="718-555-0139", lat="40.8",
            long="-73.9", ask_LANGUAGE="es", ask_INTERPRETER="sign", ask_FACILITY="Invented House",
            ask_TRIED="The desk said tomorrow", media_url="https://a.example/1.jpg",
            **{"attribute[PROBLEM][]": ["heat", "leak"]},
        )
    )  # fmt: skip
    (opened,) = open_contacts([number], who="a test", purpose="to compare", at=clock.now())
    form = opened.form
    assert (form.caller, form.phone, form.address) == ("Ann Example", "718-555-0139", "1 Invented Street")
    assert (form.latitude, form.longitude, form.told_language, form.channel) == (40.8, -73.9, "es", "311")
    assert form.text == f"{HEAT}\nNo heat\nA leak\nThe desk said tomorrow"
    assert "FACILITY: Invented House" in form.descriptor and "media_url: https://a.example/1.jpg" in form.descriptor
    found = decided()[number]
    assert (found.unit, found.needs_language_service) == ("FACILITIES", True)


def test_nothing_that_was_said_lies_in_the_home_unsealed(app: TestClient, key: str, home: Path) -> None:
    fields = ("description", "first_name", "phone", "email", "address_string", "address_id", "account_id", "device_id")
    sent(app, key, token=f"{SECRET} token", **dict.fromkeys(fields, SECRET), ask_TRIED=SECRET, ask_FACILITY=SECRET)
    sent(app, key, service_code="NONE", description=SECRET)
    assert len(stored()) == 1
    for name, held in everything_on_disk(home):
        assert SECRET.encode() not in held and key.encode() not in held, name


def test_the_same_token_is_the_same_request(app: TestClient, key: str) -> None:
    first = sent(app, key, token="t-1", description=HEAT)
    stop_clock(2026, 11, 22, 9)
    again = sent(app, key, token="t-1", description=HEAT)
    as_field = sent(app, key, client_token="t-1", description=HEAT)
    assert (first.status_code, first.json()) == (200, again.json())
    # The field is a parameter of its own, and none of what was said.
    assert as_field.json() == first.json()
    assert (len(kept_requests()), len(stored()), len(decided())) == (1, 1, 1)


def test_the_same_token_with_other_words_is_refused_and_changes_nothing(app: TestClient, key: str) -> None:
    sent(app, key, token="t-1", description=HEAT)
    assert codes(sent(app, key, token="t-1", description="Something else")) == (409, [409])
    assert codes(sent(app, key, token="t-1", description=HEAT, service_code="COMMENT")) == (409, [409])
    assert len(stored()) == 1


def test_another_keys_token_is_another_request(app: TestClient, key: str) -> None:
    assert number_of(sent(app, key, token="t-1")) != number_of(sent(app, a_key("Another"), token="t-1"))


def test_without_a_token_the_same_words_are_two_requests_and_a_repeat(app: TestClient, key: str) -> None:
    words = {"description": HEAT, "phone": "718-555-0139"}
    first = number_of(sent(app, key, **words))
    stop_clock(2026, 11, 20, 15)
    second = number_of(sent(app, key, **words))
    assert {one: row.duplicate_of for one, row in decided().items()} == {first: "", second: first}


def test_many_at_once_are_each_kept_once(app: TestClient, key: str) -> None:
    with app, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: number_of(sent(app, key, token=f"t-{n % 20}", description=HEAT)), range(60)))
    assert len(set(found)) == len(kept_requests()) == len(decided()) == 20
    assert all(found[n] == found[n % 20] for n in range(60))
    with reading() as session:
        assert audit(session).problems == ()


def test_one_request_that_cannot_be_kept_leaves_the_others(app: TestClient, key: str) -> None:
    sent(app, key, token="t-1", description=HEAT)
    with app, ThreadPoolExecutor(4) as pool:
        words = [HEAT if n % 2 else f"other {n}" for n in range(8)]
        found = [answer.status_code for answer in pool.map(lambda w: sent(app, key, token="t-1", description=w), words)]
    assert sorted(found) == [200] * 4 + [409] * 4


def test_what_a_crash_interrupts_is_kept_whole_or_not_at_all(app: TestClient, key: str, home: Path) -> None:
    wanted = wanted_of({"service_code": ["COMMENT"], "address_id": ["1"], "description": [HEAT]}, services())

    def break_off() -> None:
        with writing() as session:
            keep_requests(session, [Asked(wanted, "k", "t")], judge(hotline_policy()), clock.now())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert (kept_requests(), stored(), decided()) == ([], [], {})


def test_a_revoked_key_sends_nothing_more(app: TestClient, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_asked, "FRESH_SECONDS", 0.0)
    assert sent(app, key).status_code == 200
    with writing() as session:
        revoke_api_keys(session, "A program", clock.now())
    assert codes(sent(app, key)) == (403, [403])


def test_a_key_that_sends_too_much_is_told_when_to_try_again(
    app: TestClient, key: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (
        settings()
        .policy_file.read_text()
        .replace("burst = 12_000", "burst = 2")
        .replace("per_minute = 6_000", "per_minute = 1")
    )
    (home / "policy.toml").write_text(text)
    monkeypatch.setenv("STEWARD_POLICY_FILE", str(home / "policy.toml"))
    settings.cache_clear()
    assert [sent(app, key).status_code for _ in range(3)] == [200, 200, 429]
    refused = sent(app, key)
    assert codes(refused) == (429, [429]) and 1 <= int(refused.headers["retry-after"]) <= 60
    # Each key has its own measure.
    assert sent(app, a_key("Another")).status_code == 200


def test_under_a_policy_that_is_not_signed_a_request_is_kept_and_decided_about_later(
    app: TestClient, key: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "policy.toml").write_text(settings().policy_file.read_text() + "\n# edited\n[notes]\nunsigned = true\n")
    with monkeypatch.context() as patch:
        patch.setenv("STEWARD_POLICY_FILE", str(home / "policy.toml"))
        settings.cache_clear()
        number = number_of(sent(app, key, description=HEAT))
        assert (len(stored()), decided()) == (1, {})
        assert app.get(f"{HERE}/requests/{number}.json").json()[0]["status"] == "open"
    settings.cache_clear()
    decide_waiting(judge(hotline_policy()), clock.now(), 10, lambda count: None)
    assert decided()[number].unit == "FACILITIES"


def test_a_case_that_is_closed_is_shown_closed_on_the_day_it_was(app: TestClient, key: str, tmp_path: Path) -> None:
    open_office(tmp_path, "Where is my card")
    number = number_of(sent(app, key, description=HEAT))

    def listed(status: str) -> list[tuple[str, str, str]]:
        found = app.get(f"{HERE}/requests.json?status={status}").json()
        return [(row["service_request_id"], row["status"], row["updated_datetime"][:10]) for row in found]

    answered(number)
    assert [row[:2] for row in listed("open")] == [(number, "open")]
    sign(CASEWORKER, "closed", number, code="answered")
    closed_on = facts(number).closed_at.astimezone(NEW_YORK).date().isoformat()  # type: ignore[union-attr]
    assert (listed("closed"), listed("open")) == ([(number, "closed", closed_on)], [])
    sign(SUPERVISOR, "reopened", number, reason="It was not mended")
    assert (listed("closed"), [row[:2] for row in listed("open")]) == ([], [(number, "open")])


def test_two_desks_that_keep_at_once_lose_nothing(app: TestClient, key: str) -> None:
    wanted = wanted_of({"service_code": ["COMMENT"], "address_id": ["1"], "description": [HEAT]}, services())
    writers = RequestWriter(), RequestWriter()

    async def all_at_once() -> list[Acknowledged | None]:
        asked = [Asked(wanted, "k", f"t{number // 2}") for number in range(40)]
        return await asyncio.gather(*(writers[number % 2].keep(one) for number, one in enumerate(asked)))

    found = asyncio.run(all_at_once())
    assert all(found[2 * n] == found[2 * n + 1] is not None for n in range(20))
    assert len(kept_requests()) == len(stored()) == len(decided()) == 20
    with reading() as session:
        assert audit(session).problems == ()


@pytest.mark.parametrize("odd", ["%00", "%ef%bf%be", "%F0%9F%86%98", "'%20or%201=1", "%25"])
def test_an_id_that_no_database_could_keep_is_one_that_is_not_there(app: TestClient, key: str, odd: str) -> None:
    sent(app, key, description=HEAT)
    assert codes(app.get(f"{HERE}/requests/{odd}.json")) == (404, [404])
    assert codes(app.get(f"{HERE}/tokens/{odd}.json")) == (404, [404])
    assert codes(app.get(f"{HERE}/requests.json?service_code={odd}")) == (404, [404])
    assert app.get(f"{HERE}/requests.json?service_request_id={odd}").json() == []
