"""Issuers in the settings: from the environment, to a child process and back, and no secret told."""

from __future__ import annotations

import pytest

from printvision.platform.errors import InvalidSettings
from printvision.platform.settings import environment, load_settings

NAME = "PRINTVISION_ACCOUNTS_ISSUERS"
ONE = (
    '{"name": "one", "title": "One", "url": "https://id.example", "client_id": "us", "client_secret": "hush"}'
)


def test_a_child_process_reads_the_same():
    settings = load_settings({NAME: f"[{ONE}]"})

    (issuer,) = settings.accounts.issuers
    assert (issuer.name, issuer.client_secret.reveal()) == ("one", "hush")
    assert "hush" not in repr(settings)
    again = load_settings(environment(settings))
    assert again.accounts.issuers == settings.accounts.issuers


@pytest.mark.parametrize("wrong", ["hush", f"[{ONE}, {ONE}]", '[{"client_secret": "hush"}]', ONE])
def test_what_is_wrong_names_the_variable_and_tells_no_secret(wrong: str):
    with pytest.raises(InvalidSettings) as refused:
        load_settings({NAME: wrong})

    assert NAME in str(refused.value)
    assert "hush" not in str(refused.value)
