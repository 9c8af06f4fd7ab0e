"""By what somebody shows who they are, and what a link in their hand is good for."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Proof(StrEnum):
    """`link`: one printed at the machine's own console; `device`: one remembered since an earlier second factor."""

    PASSWORD = "password"  # noqa: S105 - a word for it, not one
    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY = "recovery"
    OPENID = "openid"
    LINK = "link"
    DEVICE = "device"


class Purpose(StrEnum):
    """What a link does, once."""

    SIGN_IN = "sign-in"
    SIGN_UP = "sign-up"
    CHANGE_EMAIL = "change-email"
    RESET_PASSWORD = "reset-password"  # noqa: S105 - as above
    INVITE = "invite"
    OPENID = "openid"
    CONNECT_OPENID = "connect-openid"


# Beyond a password or another program's word: something that only they have.
STRONG: Final = frozenset({Proof.TOTP, Proof.PASSKEY, Proof.RECOVERY, Proof.LINK, Proof.DEVICE})
