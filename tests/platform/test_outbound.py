from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printvision.platform.outbound import (
    AddressRefused,
    check_url,
    is_allowed,
)
from tests.shared import shared


def refuses(url: str, *, allow_private: bool = False) -> bool:
    try:
        check_url(url, allow_private=allow_private)
    except AddressRefused:
        return True
    return False


# -- as it is written ----------------------------------------------------------------------------------------


def test_every_known_trick_is_refused_and_every_ordinary_address_taken():
    rows = json.loads(shared("vectors/bad-input/ssrf_urls.json").read_text())["rows"]

    wrong = [row for row in rows if refuses(row["url"]) is not row["expect"].startswith("refuse")]

    assert len(rows) == 27
    assert wrong == []


def test_no_address_of_the_url_standards_tests_crashes_and_what_is_taken_is_what_is_called():
    rows = json.loads(shared("vectors/bad-input/url_parsing_wpt.json").read_text())

    taken = 0
    for row in rows:
        for allow_private in (False, True):
            try:
                checked = check_url(row["input"], allow_private=allow_private)
            except AddressRefused:
                continue
            taken += 1
            called = httpx.URL(checked.url)
            assert (called.scheme, called.raw_host.decode(), called.userinfo) == (
                checked.scheme,
                checked.host,
                b"",
            )
            # Where we and the standard read the same text, we agree on the host.
            assert row.get("failure") or row["hostname"].strip("[]") == checked.host
    assert taken == 37


@given(st.text(max_size=60) | st.text(max_size=60).map("https://".__add__))
def test_no_text_crashes_the_check(url: str):
    refuses(url)
    refuses(url, allow_private=True)


@pytest.mark.parametrize(
    ("url", "plain", "host", "port"),
    [
        ("https://hooks.example.com", "https://hooks.example.com", "hooks.example.com", 443),
        (
            "HTTPS://Hooks.Example.COM:8443/a?b=c#d",
            "https://hooks.example.com:8443/a?b=c",
            "hooks.example.com",
            8443,
        ),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4", "xn--bcher-kva.example", 443),
        ("https://8.8.8.8/", "https://8.8.8.8/", "8.8.8.8", 443),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/", "2606:4700::1111", 443),
    ],
)
def test_an_ordinary_address_comes_back_plainly_written(url: str, plain: str, host: str, port: int):
    checked = check_url(url, allow_private=False)

    assert (checked.url, checked.host, checked.port) == (plain, host, port)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.com/", "Only https addresses are taken."),
        ("https://example.com:22/", "Only port 443 and ports from 1024 up are taken."),
        ("https://u@example.com/", "An address must not contain a user name or password."),
        (
            "https://127.0.0.1\\@example.com/",
            "An address has no spaces, backslashes or invisible characters.",
        ),
        ("https://exa mple.com/", "An address has no spaces, backslashes or invisible characters."),
        ("https://example.com/\r\nX: y", "An address has no spaces, backslashes or invisible characters."),
        ("https://%31%32%37.0.0.1/", "That is not the name of a host."),
        ("https:///path", "That is not the name of a host."),
        ("https://0x7f.1/", "Write the number of a host as four plain numbers, or give its name."),
        ("https://localhost./", "That is a name of a local network."),
        ("https://db.internal/", "That is a name of a local network."),
        ("https://printer.local/", "That is a name of a local network."),
        ("https://metadata/", "That is a name of a local network."),
        ("https://100.64.1.1/", "That address lies in a private network."),
        ("https://example.com/" + "a" * 2_048, "An address has at most 2048 characters."),
    ],
)
def test_a_refusal_says_why(url: str, reason: str):
    with pytest.raises(AddressRefused) as caught:
        check_url(url, allow_private=False)

    assert caught.value.fields == {"reason": reason}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:5432/",
        "http://localhost/",
        "https://[::1]:9/",
        "http://simulator/",
        "http://10.1.2.3/",
    ],
)
def test_private_addresses_are_taken_where_they_are_allowed(url: str):
    assert check_url(url, allow_private=True).url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://[::]/",
        "http://2130706433/",
        "http://u:p@127.0.0.1/",
        "ftp://127.0.0.1/",
        "http://127.0.0.1:0/",
    ],
)
def test_metadata_services_and_strange_forms_stay_refused_all_the_same(url: str):
    assert refuses(url, allow_private=True)


# -- where it leads ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "public", "private"),
    [
        ("8.8.8.8", True, True),
        ("2606:4700::1111", True, True),
        ("127.0.0.1", False, True),
        ("10.0.0.1", False, True),
        ("172.31.255.255", False, True),
        ("172.32.0.1", True, True),
        ("192.168.0.1", False, True),
        ("100.127.0.1", False, True),
        ("::1", False, True),
        ("fd12:3456::1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("::ffff:8.8.8.8", True, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("100.100.100.200", False, False),
        ("168.63.129.16", False, False),
        ("fd00:ec2::254", False, False),
        ("fe80::1%eth0", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("::7f00:1", False, False),
        ("224.0.0.1", False, False),
        ("255.255.255.255", False, False),
        ("240.0.0.1", False, False),
        ("192.0.2.1", False, False),
        ("ff02::1", False, False),
        ("fec0::1", False, False),
        ("64:ff9b::7f00:1", False, False),
        ("64:ff9b:1::1", False, False),
        ("2002:7f00:1::", False, False),
        ("2001::1", False, False),
        ("2001:db8::1", False, False),
        ("localhost", False, False),
        ("", False, False),
    ],
)
def test_is_allowed_knows_where_an_address_leads(address: str, public: bool, private: bool):
    assert (is_allowed(address, allow_private=False), is_allowed(address, allow_private=True)) == (
        public,
        private,
    )
