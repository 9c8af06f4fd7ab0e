from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from printvision.platform.redaction import Secret

Next = Annotated[str, Meta(max_length=500)]


class IssuerView(msgspec.Struct, frozen=True):
    """One of the issuers that people sign in by here."""

    name: str
    title: str


class Issuers(msgspec.Struct, frozen=True):
    """In the settings' order."""

    items: list[IssuerView]


class BeginOpenId(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`next` is the page of ours to show afterwards."""

    issuer: Annotated[str, Meta(max_length=40)]
    next: Next = "/"


class OpenIdBegun(msgspec.Struct, frozen=True):
    """Where the browser goes on."""

    address: str


class FinishOpenId(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the issuer sent the browser back with."""

    code: Secret | None = None
    state: Secret
    iss: Annotated[str, Meta(max_length=2_048)] | None = None
    error: Annotated[str, Meta(max_length=200)] | None = None


class ConnectOpenId(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`token` is what follows `#` in the link."""

    token: Secret


class OpenIdSignIn(msgspec.Struct, frozen=True, kw_only=True):
    """How far signing in got: `mailed` where a link was sent that connects an account which is there already; where
    `second` names something, one of these is still to be given."""

    signed_in: bool
    mailed: bool = False
    second: list[str] = []
    next: str = "/"
