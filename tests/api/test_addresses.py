from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printvision.api.addresses import behind_proxies, subscriber

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "caller"),
    [
        ("203.0.113.5", [], "203.0.113.5"),
        ("203.0.113.5", ["198.51.100.1"], "203.0.113.5"),  # anybody may write it
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),  # what was there before it came to ours
        ("10.0.0.1", ["6.6.6.6", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["10.9.9.9, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),  # one of our own who calls
        ("10.0.0.1", ["198.51.100.1, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1, "], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("fd00::1", ["2001:db8::1"], "2001:db8::1"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_who_calls_is_read_from_the_right_for_as_long_as_proxies_are_trusted(
    peer: str, forwarded_for: list[str], caller: str
):
    assert behind_proxies(peer, forwarded_for, TRUSTED) == caller


@given(spoofed=st.lists(st.text(max_size=40), max_size=30))
def test_nothing_that_a_caller_writes_changes_who_they_are(spoofed: list[str]):
    told_by_ours = [*spoofed, "198.51.100.1"]

    assert behind_proxies("10.0.0.1", told_by_ours, TRUSTED) == "198.51.100.1"
    assert behind_proxies("203.0.113.5", spoofed, TRUSTED) == "203.0.113.5"


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_a_subscribers_addresses_have_one_budget(address: str, whose: str):
    assert subscriber(address) == whose
