"""Header fields of answers, and of requests about answers: budgets, the next page, versions of a thing."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final
from urllib.parse import quote, urlencode

from printvision.platform.rates import PERIOD_S, Budget

Fields = tuple[tuple[bytes, bytes], ...]

TAG_BYTES: Final = 15  # 20 characters; two of 2^60 answers would share one
_TAG = re.compile(r'(W/)?("[!\x23-\x7e\x80-\xff]*")')
_OF_A_CODING = re.compile(r'(?<=^"[A-Za-z0-9_-]{20})-(?:gzip|zstd)(?="$)')


def rate_limits(budgets: Sequence[Budget]) -> Fields:
    """`RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10): a policy for each budget, called as
    whose it is; nothing where no budget was asked."""
    if not budgets:
        return ()
    policies = ", ".join([f'"{each.policy.value}";q={each.limit};w={PERIOD_S:.0f}' for each in budgets])
    left = ", ".join([f'"{each.policy.value}";r={each.remaining};t={each.reset_s}' for each in budgets])
    return ((b"ratelimit-policy", policies.encode()), (b"ratelimit", left.encode()))


def next_link(address: str, path: str, query: Sequence[tuple[str, str]], cursor: str) -> bytes:
    """`Link` to the page that follows (RFC 8288).

    Args:
        address: where the installation is reached from outside.
        path, query: of the page before, decoded.
        cursor: `next_cursor` of it.
    """
    words = [(name, word) for name, word in query if name != "cursor"]
    following = urlencode([*words, ("cursor", cursor)])
    return f'<{address.rstrip("/")}{quote(path)}?{following}>; rel="next"'.encode()


def entity_tag(body: bytes) -> str:
    """A strong `ETag`: of other bytes it is another."""
    return f'"{urlsafe_b64encode(blake2b(body, digest_size=TAG_BYTES).digest()).decode()}"'


def none_match(if_none_match: Sequence[str], tag: str) -> bool:
    """Whether none of the versions that `If-None-Match` names is this one, by the weak comparison (RFC 9110, 13.1.2).

    Args:
        if_none_match: the field as often as it was sent; `*` names every version.
        tag: strong or weak.
    """
    opaque = tag.removeprefix("W/")
    return not any(
        line.strip() == "*" or any(named == opaque for _, named in _tags(line)) for line in if_none_match
    )


def any_match(if_match: Sequence[str], tag: str) -> bool:
    """Whether one of the versions that `If-Match` names is this one, by the strong comparison (RFC 9110, 13.1.1)."""
    return any(line.strip() == "*" or ("", tag) in _tags(line) for line in if_match)


def _tags(line: str) -> list[tuple[str, str]]:
    """Each with whether it is weak; one of a compressed answer is that of its version."""
    return [(weak, _OF_A_CODING.sub("", tag)) for weak, tag in _TAG.findall(line)]
