"""How a provider or a kind of shop grants access by OAuth 2, in its own words, and who we are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec

from printvision.platform.redaction import Secret
from printvision.platform.settings import AppSettings, Settings

CALLBACK: Final = "/oauth/"


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What an adapter says of its authorization server (RFC 6749, RFC 7636, RFC 9207).

    Args:
        authorize_url: where people go to say yes.
        exchange_url: where a code becomes tokens.
        refresh_url: where tokens are renewed; `exchange_url` where it is None.
        scopes: all that is asked for; none where the app's registration says it.
        separator: between scopes.
        issuer: what its answers must name as `iss`, if it does that.
        pkce: whether it takes `code_challenge`; RFC 9700 wants it wherever it is taken.
        secret: whether it knows us by a secret beside our id.
        client, redirect: its words for `client_id` and `redirect_uri`.
        decline: its word for the address that people who say no are sent to, where that is another parameter.
    """

    authorize_url: str
    exchange_url: str
    refresh_url: str | None = None
    scopes: tuple[str, ...] = ()
    separator: str = " "
    issuer: str | None = None
    pkce: bool = False
    secret: bool = True
    client: str = "client_id"
    redirect: str = "redirect_uri"
    decline: str | None = None


class App(msgspec.Struct, frozen=True, kw_only=True):
    """Us, as the authorization server knows us.

    Args:
        key: of the provider or the kind of shop; its redirect address is its own, so that no server's answer is taken
            for another's.
        address: another place than the declared ones, such as a simulator's; their paths stay.
    """

    key: str
    declared: Declared
    client_id: str
    client_secret: Secret | None = None
    address: str | None = None

    def at(self, url: str) -> str:
        return url if self.address is None else self.address.rstrip("/") + urlsplit(url).path

    def identity(self) -> dict[str, str]:
        """What goes with each call to the token address."""
        known = {self.declared.client: self.client_id}
        if self.declared.secret and self.client_secret is not None:
            known["client_secret"] = self.client_secret.reveal()
        return known

    def authorize_address(self, *, redirect: str, state: str, challenge: str) -> str:
        """Where the browser goes; the words of RFC 6749, 4.1.1, beside the provider's own."""
        told = self.declared
        asked = {
            "response_type": "code",
            told.client: self.client_id,
            told.redirect: redirect,
            "state": state,
        }
        if told.decline is not None:
            asked[told.decline] = redirect
        if told.scopes:
            asked["scope"] = told.separator.join(told.scopes)
        if told.pkce:
            asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        return f"{self.at(told.authorize_url)}?{urlencode(asked)}"


def find_app(settings: Settings, key: str, declared: Declared) -> App | None:
    """Who we are there; None where the operator registered us nowhere."""
    mine: Mapping[str, AppSettings] = msgspec.structs.asdict(settings.oauth)
    app = mine.get(key)
    if app is None or app.client_id is None:
        return None
    return App(
        key=key,
        declared=declared,
        client_id=app.client_id,
        client_secret=app.client_secret,
        address=app.address,
    )


def callback_address(settings: Settings, key: str) -> str:
    """What is registered there: a page of ours, made of the settings alone."""
    return settings.server.public_url.rstrip("/") + CALLBACK + key
