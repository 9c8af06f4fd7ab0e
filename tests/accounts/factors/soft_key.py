"""A device with passkeys, in software: it signs what a browser would have it sign, or what a test twists."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def octets(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class SoftKey:
    """One passkey. `step` is by how much it counts on with each use; 0 for a device that does not count."""

    origin: str = "http://localhost:8000"
    verified: bool = True
    step: int = 1
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    person: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to `navigator.credentials.create()`."""
        self.person = octets(options["user"]["id"])
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._public()
        told = self._told(options["rp"]["id"], ATTESTED) + attested
        statement = encode_cbor({"fmt": "none", "attStmt": {}, "authData": told})
        client = self._client("webauthn.create", options["challenge"])
        response = {
            "clientDataJSON": base64url(client),
            "attestationObject": base64url(statement),
            "transports": ["internal"],
        }
        return self._answer(response)

    def use(self, options: dict[str, Any], **client: Any) -> dict[str, Any]:
        """The answer to `navigator.credentials.get()`; `client` is put over what the browser tells."""
        told = self._told(options["rpId"], 0)
        data = self._client("webauthn.get", options["challenge"], client)
        signed = self.key.sign(told + hashlib.sha256(data).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": base64url(data),
            "authenticatorData": base64url(told),
            "signature": base64url(signed),
            "userHandle": base64url(self.person),
        }
        return self._answer(response)

    def _told(self, rp_id: str, flags: int) -> bytes:
        self.count += self.step
        flags |= PRESENT | (VERIFIED if self.verified else 0)
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str, over: dict[str, Any] | None = None) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told | (over or {})).encode()

    def _public(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        name = base64url(self.id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        }
