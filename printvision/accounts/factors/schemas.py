from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.platform.redaction import Secret

Code = Annotated[str, Meta(min_length=6, max_length=6, pattern="^[0-9]{6}$")]
# As `PublicKeyCredential.toJSON()` gives it, of which browsers add to what is in it.
CredentialJson = Annotated[dict[Annotated[str, Meta(max_length=100)], Any], Meta(max_length=20)]
PasskeyName = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]


class AuthenticatorView(msgspec.Struct, frozen=True):
    """An authenticator app. `last_used_at`: when a code of it was last taken to sign in."""

    created_at: datetime
    last_used_at: datetime | None


class PasskeyView(msgspec.Struct, frozen=True):
    """A passkey.

    Args:
        backed_up: it is kept on more than the one device.
        counted_back_at: when it was refused because there may be two of it; remove it then.
    """

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None
    backed_up: bool
    counted_back_at: datetime | None


class DeviceView(msgspec.Struct, frozen=True):
    """A browser in which no second factor is asked for. `device` is what it calls itself."""

    id: UUID
    device: str
    address: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


class FactorsView(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        recovery_codes_left: of ten; 0 also where none were ever made.
        required_by: workspaces, by their slugs, that ask for a second factor of you.
    """

    authenticator: AuthenticatorView | None
    passkeys: list[PasskeyView]
    recovery_codes_left: int
    required_by: list[str]


class NewAuthenticator(msgspec.Struct, frozen=True, kw_only=True):
    """What to give an authenticator app: one of these three, which are not shown again.

    Args:
        secret: in base32, to type.
        address: `otpauth://…`, to open on the device itself.
        picture: it as a QR code, an `<svg>` element.
    """

    secret: str
    address: str
    picture: str


class ConfirmAuthenticator(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`code` is what the app shows now."""

    code: Code


class Ceremony(msgspec.Struct, frozen=True, kw_only=True):
    """`options` is for `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`."""

    options: dict[str, Any]


class AddPasskey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        name: to tell it from others.
        credential: what `navigator.credentials.create()` gave, by its `toJSON()`.
    """

    name: PasskeyName
    credential: CredentialJson


class UsePasskey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`credential` is what `navigator.credentials.get()` gave, by its `toJSON()`."""

    credential: CredentialJson


class OnePasskey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    passkey_id: UUID


class RenamePasskey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    passkey_id: UUID
    name: PasskeyName


class RecoveryCodes(msgspec.Struct, frozen=True, kw_only=True):
    """Each works once; they are not shown again, and those made before work no more."""

    codes: list[str]


class Devices(msgspec.Struct, frozen=True, kw_only=True):
    items: list[DeviceView]


class OneDevice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    device_id: UUID


class GiveSecond(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly one of `totp`, `recovery` and `passkey`.

    Args:
        totp: the six digits that the authenticator shows.
        recovery: a recovery code; hyphens, blanks and case are of no account.
        passkey: what `navigator.credentials.get()` gave, by its `toJSON()`.
        remember_device: no second factor is asked for in this browser for 30 days.
    """

    totp: Code | None = None
    recovery: Secret | None = None
    passkey: CredentialJson | None = None
    remember_device: bool = False


class Prove(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly one of `password`, `totp` and `passkey`, which is what `navigator.credentials.get()` gave."""

    password: Secret | None = None
    totp: Code | None = None
    passkey: CredentialJson | None = None
