from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from printvision.accounts.keys import ALPHABET, make_key, read_key
from printvision.platform.redaction import redact_text


def test_a_key_has_the_form_that_scanners_look_for():
    text = make_key().text.reveal()

    assert re.fullmatch(r"pv_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}", text)
    assert len(text) == 62


def test_no_two_keys_are_alike():
    assert len({make_key().prefix for _ in range(200)}) == 200


def test_a_key_reads_back_as_itself():
    key = make_key()

    read = read_key(key.text.reveal())

    assert read == key
    assert read is not None
    assert read.hash == key.hash
    assert len(key.hash) == 64


@given(position=st.integers(0, 61), other=st.sampled_from(ALPHABET + "_- "))
def test_a_key_with_one_wrong_letter_is_refused(position: int, other: str):
    text = make_key().text.reveal()
    changed = text[:position] + other + text[position + 1 :]

    assert (read_key(changed) is None) is (changed != text)


@given(st.text(max_size=200))
def test_a_text_that_is_no_key_is_refused(text: str):
    assert read_key(text) is None


def test_a_key_never_shows_in_a_log():
    key = make_key()

    assert key.text.reveal() not in repr(key)
    assert redact_text(f"refused {key.text.reveal()} today") == "refused *** today"
