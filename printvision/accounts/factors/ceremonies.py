"""Passkeys (WebAuthn): what a browser is asked, and whether what it answers is right. Nothing is stored here.

What a maker says of its device (attestation) is not asked for, and passed over where it is told: any passkey will do.
A call from within another site's page (`crossOrigin`) is refused: our pages are shown in no frame.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.helpers import (
    encode_cbor,
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_cbor,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from printvision.accounts.factors.errors import BadPasskey, NoPasskeysHere
from printvision.platform.origin import origin_of

CHALLENGE_LASTS: Final = timedelta(minutes=5)
MAX_CREDENTIAL_BYTES: Final = 1_023  # WebAuthn level 3, 4: "credential ID"

_TIMEOUT_MS: Final = int(CHALLENGE_LASTS.total_seconds() * 1_000)
_TRANSPORTS: Final = frozenset(AuthenticatorTransport)

Credential = Mapping[str, Any]
"""What `PublicKeyCredential.toJSON()` gives; as hostile as anything from outside."""


@dataclass(frozen=True, slots=True)
class Party:
    """For whom passkeys are made: `id` is the host's name, `origin` that of our pages."""

    id: str
    origin: str
    name: str = "PrintVision"


@dataclass(frozen=True, slots=True)
class Known:
    """A passkey that somebody has."""

    id: bytes
    transports: Sequence[str]


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey. `verified`: the device knew who was at it."""

    id: bytes
    public_key: bytes
    sign_count: int
    transports: list[str]
    backed_up: bool
    verified: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A passkey that was used. `sign_count` is 0 where the device does not count."""

    sign_count: int
    backed_up: bool
    verified: bool


def party_of(public_url: str) -> Party:
    """
    Raises:
        NoPasskeysHere
    """
    origin = origin_of(public_url)
    address = urlsplit(origin)
    host = address.hostname or ""
    local = host == "localhost" or host.endswith(".localhost")
    if _is_number(host) or (address.scheme != "https" and not local):
        raise NoPasskeysHere
    return Party(host, origin)


def ask_for_new(
    party: Party, challenge: bytes, person_id: UUID, *, email: str, name: str, known: Sequence[Known]
) -> dict[str, Any]:
    """What `navigator.credentials.create()` is given, by `parseCreationOptionsFromJSON`: one that signs in without a
    name where the device can, and none that is there already."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=person_id.bytes,
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[_described(each) for each in known],
    )
    return options_to_json_dict(options)


def ask_for_use(party: Party, challenge: bytes, known: Sequence[Known], *, alone: bool) -> dict[str, Any]:
    """What `navigator.credentials.get()` is given, by `parseRequestOptionsFromJSON`.

    Args:
        known: one of these; none for whichever the person chooses.
        alone: whether it is the only proof, so that the device has to know who is at it.
    """
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        allow_credentials=[_described(each) for each in known],
        user_verification=UserVerificationRequirement.REQUIRED
        if alone
        else UserVerificationRequirement.PREFERRED,
    )
    return options_to_json_dict(options)


def read_id(credential: Credential) -> bytes:
    """Which passkey it says it is.

    Raises:
        BadPasskey
    """
    return _read_use(credential).raw_id


def read_person(credential: Credential) -> bytes | None:
    """Whose passkey the device says it is, as it was told when it was made; not every device says so.

    Raises:
        BadPasskey
    """
    return _read_use(credential).response.user_handle


def check_new(party: Party, challenge: bytes, credential: Credential) -> Made:
    """
    Raises:
        BadPasskey
    """
    try:
        parsed = _without_statement(parse_registration_credential_json(dict(credential)))
        _refuse_frames(parsed.response.client_data_json)
        made = webauthn.verify_registration_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    except Exception as error:  # it reads what anybody sends, and fails in more ways than it names
        raise BadPasskey(note=repr(error)) from error
    if made.credential_id != parsed.raw_id or len(made.credential_id) > MAX_CREDENTIAL_BYTES:
        raise BadPasskey(note="another id than it signed, or too long a one")
    return Made(
        id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=sorted({each.value for each in parsed.response.transports or ()}),
        backed_up=made.credential_backed_up,
        verified=made.user_verified,
    )


def check_use(
    party: Party, challenge: bytes, credential: Credential, public_key: bytes, *, alone: bool
) -> Shown:
    """
    Args:
        alone: whether it is the only proof, so that the device must have known who was at it.

    Raises:
        BadPasskey
    """
    try:
        parsed = parse_authentication_credential_json(dict(credential))
        _refuse_frames(parsed.response.client_data_json)
        shown = webauthn.verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,  # it is compared where it is kept
            require_user_verification=alone,
        )
    except Exception as error:  # as above
        raise BadPasskey(note=repr(error)) from error
    return Shown(shown.new_sign_count, shown.credential_backed_up, shown.user_verified)


def _read_use(credential: Credential) -> AuthenticationCredential:
    try:
        return parse_authentication_credential_json(dict(credential))
    except Exception as error:  # as above
        raise BadPasskey(note=repr(error)) from error


def _without_statement(credential: RegistrationCredential) -> RegistrationCredential:
    """As browsers give it where no attestation is asked for: what the maker says is not looked at."""
    outer = parse_cbor(credential.response.attestation_object)
    credential.response.attestation_object = encode_cbor(
        {"fmt": "none", "attStmt": {}, "authData": outer["authData"]}
    )
    return credential


def _refuse_frames(client_data: bytes) -> None:
    parse_client_data_json(client_data)
    told = json.loads(client_data)
    if told.get("crossOrigin") not in (None, False) or "topOrigin" in told:
        raise ValueError("from within another site's page")


def _described(known: Known) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(each) for each in known.transports if each in _TRANSPORTS]
    return PublicKeyCredentialDescriptor(id=known.id, transports=transports or None)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
