"""The Content-Security-Policy of a page that is a file: it carries no nonce, so its inline parts are known by hash."""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from typing import Final

_INLINE: Final = ("script", "style")


def policy_of(page: str) -> str:
    """What the page may do: load and call its own origin, and run the scripts and styles that are written in it."""
    found = _Inline()
    found.feed(page.replace("\r\n", "\n").replace("\r", "\n"))  # as a browser reads it before it hashes
    found.close()
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_sources(found.texts['script'])}",
            f"style-src {_sources(found.texts['style'])}",
            "connect-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _sources(texts: list[str]) -> str:
    return " ".join(["'self'", *dict.fromkeys(f"'sha256-{_hash(text)}'" for text in texts)])


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class _Inline(HTMLParser):
    """The texts of a page's inline scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.texts: dict[str, list[str]] = {name: [] for name in _INLINE}
        self._inside: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _INLINE and "src" not in dict(attrs):
            self._inside = tag
            self.texts[tag].append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[self._inside][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = None
