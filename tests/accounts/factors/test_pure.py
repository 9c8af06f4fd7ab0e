"""The parts of second factors that store nothing."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printvision.accounts.factors.ceremonies import (
    Party,
    ask_for_new,
    ask_for_use,
    check_new,
    check_use,
    party_of,
    read_id,
    read_person,
)
from printvision.accounts.factors.codes import STEP_S, code_at, find_step, new_secret, picture_of
from printvision.accounts.factors.errors import BadPasskey, NoPasskeysHere
from printvision.accounts.factors.recovery_codes import fold_code, hash_code, new_codes
from printvision.platform.ids import new_id
from tests.accounts.factors.soft_key import SoftKey

HERE = Party("localhost", "http://localhost:8000")
CHALLENGE = bytes(range(32))
SECRET = new_secret()
CODE = new_codes()[0]
STEPS = st.integers(4, 2_000_000_000)


def moment(step: int, second: int = 0) -> datetime:
    return datetime.fromtimestamp(step * STEP_S + second, UTC)


# -- codes -------------------------------------------------------------------------------------------------------------


@given(STEPS, st.integers(-4, 4), st.integers(0, STEP_S - 1))
def test_a_code_is_taken_in_its_own_step_and_one_to_each_side(step: int, aside: int, second: int):
    code = code_at(SECRET, step + aside)
    near = {code_at(SECRET, step + each): step + each for each in (-1, 0, 1)}

    assert find_step(SECRET, code, moment(step, second)) == near.get(code)
    if abs(aside) <= 1:
        assert find_step(SECRET, code, moment(step, second)) is not None


@given(STEPS, st.lists(st.integers(-1, 1), min_size=1, max_size=8))
def test_steps_that_are_taken_only_rise(step: int, tries: list[int]):
    taken: list[int] = []
    for aside in tries:
        found = find_step(SECRET, code_at(SECRET, step + aside), moment(step), after=max(taken, default=None))
        if found is not None:
            taken.append(found)

    assert taken == sorted(set(taken))
    assert len(taken) <= 3


@given(st.text(max_size=10))
def test_whatever_is_typed_is_a_code_or_none(typed: str):
    near = {code_at(SECRET, 100 + each): 100 + each for each in (-1, 0, 1)}

    assert find_step(SECRET, typed, moment(100)) == near.get(typed)


def test_a_secret_has_160_bits_and_its_picture_no_size_and_no_script():
    secret = new_secret()
    picture = picture_of(f"otpauth://totp/x?secret={secret.reveal()}")

    assert re.fullmatch(r"[A-Z2-7]{32}", secret.reveal())
    assert new_secret() != secret
    assert picture.startswith("<svg viewBox=")
    assert "script" not in picture
    assert "http" not in picture


# -- recovery codes ----------------------------------------------------------------------------------------------------


def test_ten_codes_of_a_hundred_bits():
    codes = new_codes()

    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}", code) for code in codes), (
        codes
    )


@given(st.randoms(use_true_random=False))
def test_a_code_is_read_however_it_was_copied(random: Any):
    looks = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        random.choice(looks.get(each, each.upper() + each.lower())) + random.choice(["", "", " "])
        for each in CODE
        if each != "-" or random.random() < 0.5
    )

    assert fold_code(typed) == CODE.replace("-", "")
    assert hash_code(typed) == hash_code(CODE)


@given(st.integers(0, 19))
def test_a_code_with_one_character_wrong_is_another(at: int):
    code = fold_code(CODE)
    wrong = code[:at] + ("Z" if code[at] != "Z" else "Y") + code[at + 1 :]

    assert hash_code(wrong) != hash_code(code)


# -- passkeys ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "party"),
    [
        ("https://Print.Example:443/pv", ("print.example", "https://print.example")),
        ("https://print.example:8443", ("print.example", "https://print.example:8443")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://pv.localhost", ("pv.localhost", "http://pv.localhost")),
    ],
)
def test_passkeys_are_made_for_the_public_address(url: str, party: tuple[str, str]):
    made = party_of(url)

    assert (made.id, made.origin) == party


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "https://192.0.2.1", "https://[::1]", "http://print.example"]
)
def test_where_browsers_make_no_passkeys_that_is_said(url: str):
    with pytest.raises(NoPasskeysHere):
        party_of(url)


def made_by(key: SoftKey) -> dict[str, Any]:
    return key.make(ask_for_new(HERE, CHALLENGE, new_id(), email="ada@print.example", name="Ada", known=[]))


def test_a_passkey_is_made_and_used():
    key, person = SoftKey(), new_id()
    asked = ask_for_new(HERE, CHALLENGE, person, email="ada@print.example", name="Ada", known=[])
    made = check_new(HERE, CHALLENGE, key.make(asked))
    credential = key.use(ask_for_use(HERE, CHALLENGE, [], alone=True))
    shown = check_use(HERE, CHALLENGE, credential, made.public_key, alone=True)

    assert (made.id, made.sign_count, made.transports, made.verified) == (key.id, 1, ["internal"], True)
    assert (read_id(credential), read_person(credential)) == (key.id, person.bytes)
    assert (shown.sign_count, shown.verified) == (2, True)
    assert asked["authenticatorSelection"]["residentKey"] == "preferred"
    assert asked["attestation"] == "none"


@pytest.mark.parametrize(("alone", "asked"), [(True, "required"), (False, "preferred")])
def test_alone_it_has_to_know_who_is_at_it(alone: bool, asked: str):
    key = SoftKey(verified=False)
    made = check_new(HERE, CHALLENGE, made_by(key))
    options = ask_for_use(HERE, CHALLENGE, [], alone=alone)

    assert options["userVerification"] == asked
    if alone:
        with pytest.raises(BadPasskey):
            check_use(HERE, CHALLENGE, key.use(options), made.public_key, alone=True)
    else:
        assert not check_use(HERE, CHALLENGE, key.use(options), made.public_key, alone=False).verified


@pytest.mark.parametrize(
    "twist",
    [
        {"origin": "http://localhost:8001"},
        {"origin": "https://localhost:8000"},
        {"type": "webauthn.create"},
        {"challenge": "AAAA"},
        {"crossOrigin": True},
        {"crossOrigin": "yes"},
        {"topOrigin": "https://evil.example"},
    ],
)
def test_what_a_browser_tells_has_to_be_right(twist: dict[str, Any]):
    key = SoftKey()
    made = check_new(HERE, CHALLENGE, made_by(key))
    credential = key.use(ask_for_use(HERE, CHALLENGE, [], alone=True), **twist)

    with pytest.raises(BadPasskey):
        check_use(HERE, CHALLENGE, credential, made.public_key, alone=True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEY = SoftKey()
NEW = made_by(KEY)
USED = KEY.use(ask_for_use(HERE, CHALLENGE, [], alone=True))
PUBLIC = check_new(HERE, CHALLENGE, NEW).public_key


@given(st.data())
def test_whatever_is_sent_is_refused_in_one_way(data: st.DataObject):
    """One member of a good answer replaced by anything, or one character of it by another."""
    good = data.draw(st.sampled_from([NEW, USED]))
    where = data.draw(st.sampled_from(["id", "rawId", "type", "response", *good["response"]]))
    inside = where in good["response"]
    old = good["response"][where] if inside else good[where]
    if isinstance(old, str) and data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(old) - 1))
        new: Any = old[:at] + data.draw(st.sampled_from("AQgw_-%é")) + old[at + 1 :]
    else:
        new = data.draw(JSON)
    bad = good | ({"response": good["response"] | {where: new}} if inside else {where: new})

    for check in (
        lambda: check_new(HERE, CHALLENGE, bad),
        lambda: check_use(HERE, CHALLENGE, bad, PUBLIC, alone=True),
        lambda: read_id(bad),
        lambda: read_person(bad),
    ):
        with suppress(BadPasskey):  # and nothing else
            check()
