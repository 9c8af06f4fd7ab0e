"""Webhooks: one for each topic, signed with a secret of ours. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec

from printvision.providers.adapters.printify.words import KEY, moment
from printvision.providers.sdk import ProviderEvent, ProviderUnintelligible, Secret

TOPICS: Final = (
    "order:created",
    "order:updated",
    "order:sent-to-production",
    "order:shipment:created",
    "order:shipment:delivered",
)


class ResourceBody(msgspec.Struct):
    """`data` is null for some and holds a little for others; the order is read again in any case."""

    id: str | int
    type: str


class EventBody(msgspec.Struct):
    id: str
    type: str
    resource: ResourceBody
    created_at: str | None = None


class HookBody(msgspec.Struct, frozen=True):
    id: str
    topic: str
    url: str

    @property
    def host(self) -> str:
        """What they want to be told with a delete."""
        return urlsplit(self.url).hostname or ""


def secret_for(token: Secret, url: str) -> str:
    """The secret of this connection: made of its token, so that registering again does not change it.

    They never show a secret, and one that changes is wrong for the events that are under way: each would be refused,
    and after three refusals they fall silent for an hour.
    """
    words = f"printvision webhooks {urlsplit(url).path}"
    return hmac.new(token.reveal().encode(), words.encode(), hashlib.sha256).hexdigest()[:40]


def marked(url: str, secret: str) -> str:
    """The address with a mark of the secret in it, so that their list shows which webhooks were made with it."""
    mark = urlencode({"signed": hashlib.sha256(secret.encode()).hexdigest()[:8]})
    return urlunsplit(urlsplit(url)._replace(query=mark))


def from_hooks(body: Any) -> list[HookBody]:
    return msgspec.convert(body, list[HookBody])


def stale(hooks: Iterable[HookBody], url: str) -> list[HookBody]:
    """Ours that are of no use: for another secret, host, topic or connection, or the second of a topic.

    A shop may have but one for a topic, so one that an older connection left behind stands in the way of its heir's.
    Those of other programs are left alone.
    """
    kept: set[str] = set()
    found: list[HookBody] = []
    for hook in hooks:
        if hook.url == url and hook.topic in TOPICS and hook.topic not in kept:
            kept.add(hook.topic)
        elif _is_ours(hook.url, url):
            found.append(hook)
    return found


def _is_ours(other: str, url: str) -> bool:
    """Whether both end where PrintVision listens, at whatever host and for whatever connection."""
    theirs, ours = urlsplit(other).path, urlsplit(url).path
    folder = ours.rpartition("/")[0]
    return theirs == ours or (folder != "" and theirs.rpartition("/")[0] == folder)


def missing(hooks: Iterable[HookBody], url: str) -> Sequence[str]:
    there = {hook.topic for hook in hooks if hook.url == url}
    return [topic for topic in TOPICS if topic not in there]


def is_signed(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """HMAC-SHA256 over the raw body, `sha256=` and hex; the key is the secret's text, not the bytes it spells."""
    given = headers.get("x-pfy-signature", "").strip().encode()
    expected = b"sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
    return bool(secret) and hmac.compare_digest(given, expected)


def read_event(body: bytes) -> ProviderEvent:
    """The one event a body holds.

    Raises:
        ProviderUnintelligible: it is no event of theirs.
    """
    try:
        event = msgspec.json.decode(body, type=EventBody)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProviderUnintelligible("That is no event of Printify's", provider=KEY) from None
    resource = event.resource
    return ProviderEvent(
        dedupe_key=f"{event.id}:{event.type}:{resource.id}",
        kind=event.type,
        known=event.type in TOPICS,
        occurred_at=moment(event.created_at),
        provider_order_id=str(resource.id) if resource.type == "order" else None,
    )
