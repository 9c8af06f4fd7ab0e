"""Whether an ID token is what it claims (OpenID Connect Core 1.0, section 3.1.3.7)."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from printvision.platform import clock

LEEWAY_S: Final = 60
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a private key alone: with `none` or HMAC somebody else could have made the token."""
_HASHES: Final = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512, "DSA": hashlib.sha512}


class BadToken(Exception):
    """It is not the issuer's, not for us, not for this sign-in, or not of now."""


def kid_of(id_token: str) -> str | None:
    """Which key it says that it is signed with; nothing is checked.

    Raises:
        BadToken: it is no token at all.
    """
    try:
        kid = extract_compact(id_token.encode()).headers().get("kid")
    except (JoseError, ValueError) as error:
        raise BadToken(type(error).__name__) from None
    return kid if isinstance(kid, str) else None


def read_token(
    id_token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, access_token: str
) -> dict[str, Any]:
    """The claims of a token that holds.

    Raises:
        BadToken: with the rule that it breaks.
    """
    try:
        token = jwt.decode(id_token, keys, algorithms=list(ALGORITHMS))
        jwt.JWTClaimsRegistry(
            now=int(clock.now().timestamp()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            sub={"essential": True},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(token.claims)
    except (JoseError, ValueError, TypeError) as error:
        raise BadToken(type(error).__name__) from None
    claims = token.claims
    if not isinstance(claims["sub"], str) or not 1 <= len(claims["sub"]) <= 255:
        raise BadToken("sub")
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1  # pyright: ignore[reportUnknownArgumentType]
    if (several or "azp" in claims) and claims.get("azp") != client_id:
        raise BadToken("azp")
    if not _same(claims.get("nonce"), nonce):
        raise BadToken("nonce")
    if "at_hash" in claims and not _same(claims["at_hash"], _half(token.header["alg"], access_token)):
        raise BadToken("at_hash")
    return claims


def _half(alg: str, text: str) -> str:
    digest = _HASHES[alg[-3:]](text.encode()).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def _same(given: object, expected: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(), expected.encode())
