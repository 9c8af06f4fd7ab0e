"""What a browser presents besides the call itself, and what the answer has it keep.

A verb never sees a cookie: it reads and fills jars, and the wire turns them into cookies of this
installation's address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from printvision.platform.errors import PrintVisionError
from printvision.platform.redaction import Secret

DEVICE_LENGTH: Final = 300


class CrossSite(PrintVisionError):
    """None of our own pages made a call that only they may make, as far as the browser says; nothing was done."""

    status = 403
    code = "access/cross-site"
    title = "A session counts only for PrintVision's own pages"
    action = "Call with an API key in the header Authorization instead, and send no cookie."


class InsecureAddress(PrintVisionError):
    """The public address is http and not on this machine: a session would be read on its way."""

    status = 403
    code = "access/insecure-address"
    title = "Signing in needs https"
    action = (
        "Serve PrintVision over https and say so in PRINTVISION_SERVER_PUBLIC_URL. In a network that is trusted with "
        "it, PRINTVISION_SERVER_ALLOW_INSECURE_HTTP=true lets http do."
    )


class Jar(StrEnum):
    """What a browser may keep for us; each is a cookie of its own."""

    SESSION = "session"
    DEVICE = "device"
    OPENID = "openid"
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True)
class Kept:
    """A token for the browser to keep; None has it forget the one it has."""

    token: Secret | None
    lasts: timedelta


@dataclass(slots=True)
class Visit:
    """One call of a browser.

    Args:
        address: it comes from.
        device: the browser's name for itself, at most `DEVICE_LENGTH` characters; as forgeable as any header.
        presented: the tokens it keeps; none where it presents an API key as well.
        same_origin: whether one of our own pages called.
        secure: whether tokens may be given out at this address at all.

    Attributes:
        answered: what the answer has it keep.
    """

    address: str
    device: str = ""
    presented: Mapping[Jar, Secret] = field(default_factory=dict[Jar, Secret])
    same_origin: bool = False
    secure: bool = False
    answered: dict[Jar, Kept] = field(default_factory=dict[Jar, Kept])

    @property
    def token(self) -> Secret | None:
        """The session that the browser has."""
        return self.presented.get(Jar.SESSION)

    def require_our_page(self) -> None:
        """
        Raises:
            CrossSite: another site would else act, or sign somebody in, as it likes.
        """
        if not self.same_origin:
            raise CrossSite

    def keep(self, jar: Jar, token: Secret, lasts: timedelta) -> None:
        """
        Raises:
            InsecureAddress
        """
        if not self.secure:
            raise InsecureAddress
        self.answered[jar] = Kept(token, lasts)

    def forget(self, jar: Jar) -> None:
        """Have the browser forget what it keeps there."""
        self.answered[jar] = Kept(None, timedelta(0))
