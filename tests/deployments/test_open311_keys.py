"""`steward keys open311` as the office types it, and how much a key may send."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.event import listen, remove

from deployments.open311.keys_asked import Buckets, Keys
from models.hotline.open311_policy import Open311Policy
from models.hotline.records import HotlineApiKey
from tasks.adapters import clock
from tasks.adapters.audit import audit
from tasks.adapters.database import engine, reading, writing
from tasks.adapters.hotline.open311_keys import KeyNameProblem, api_keys, new_api_key, revoke_api_keys
from tests.deployments.test_hotline_commands import steward
from tests.hotline_office import everything_on_disk


def test_a_key_is_made_listed_and_revoked(tmp_path: Path) -> None:
    home = tmp_path / "home"
    key = json.loads(steward(home, "keys", "open311", "new", "Invented App", "--json").stdout)["api_key"]
    (listed,) = json.loads(steward(home, "keys", "open311", "list", "--json").stdout)["keys"]
    assert (listed["name"], listed["revoked"]) == ("Invented App", None)
    assert json.loads(steward(home, "keys", "open311", "revoke", "Invented App", "--json").stdout) == {
        "revoked": [listed["key_id"]]
    }
    assert "Invented App" in steward(home, "keys", "open311", "list").stdout
    again = steward(home, "keys", "open311", "revoke", "Invented App")
    assert again.returncode == 2 and "No key that is in use" in again.stderr
    assert not [name for name, held in everything_on_disk(home) if key.encode() in held]


def test_a_key_is_kept_as_a_hash_and_its_making_is_in_the_chain(home: Path) -> None:
    with writing() as session:
        key = new_api_key(session, "  Invented \n App ", clock.now())
        revoke_api_keys(session, api_keys(session)[0].key_id, clock.now())
    with reading() as session:
        row = session.execute(select(HotlineApiKey)).scalars().one()
        assert audit(session).problems == ()
    assert row.name == "Invented App" and row.revoked_at is not None
    assert key.startswith("o311_") and len(key) > 40 and not [v for v in vars(row).values() if v == key]


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b"])
def test_a_key_needs_a_name_that_says_whose_it_is(home: Path, name: str) -> None:
    with pytest.raises(KeyNameProblem), writing() as session:
        new_api_key(session, name, clock.now())


@given(st.lists(st.floats(0, 5), max_size=80), st.integers(1, 20), st.integers(1, 600))
def test_no_key_sends_more_than_its_burst_and_what_was_refilled(
    waits: list[float], burst: int, per_minute: int
) -> None:
    policy = Open311Policy(jurisdictions=("nyc.gov",), burst=burst, per_minute=per_minute, largest_body=1_000)
    buckets, now, taken = Buckets(), 100.0, 0
    for wait in waits:
        now += wait
        seconds = buckets.wait("a key", policy, now)
        taken += seconds == 0
        assert taken <= burst + (now - 100) * per_minute / 60 + 1e-6
        assert not seconds or buckets.wait("a key", policy, now + 0.0) > 0
        if seconds:
            # Who waits as long as it was told is taken.
            now += seconds
            assert buckets.wait("a key", policy, now) == 0
            taken += 1


def test_many_that_ask_at_once_after_a_second_read_the_keys_once(home: Path) -> None:
    with writing() as session:
        key = new_api_key(session, "Invented App", clock.now())
    keys, asked = Keys(), list[str]()

    def saw(*told: object) -> None:
        asked.append(str(told[2]))

    listen(engine(), "before_cursor_execute", saw)
    try:
        with ThreadPoolExecutor(8) as many:
            found = set(many.map(keys.find, [key] * 40))
    finally:
        remove(engine(), "before_cursor_execute", saw)
    assert len(found) == 1 and None not in found
    assert len([one for one in asked if "hotline_api_key" in one]) == 1


def test_a_key_that_was_just_made_is_found_though_keys_were_just_read(home: Path) -> None:
    keys = Keys()
    assert keys.find("o311_unknown") is None
    with writing() as session:
        key = new_api_key(session, "Invented App", clock.now())
    assert keys.find(key) is not None
