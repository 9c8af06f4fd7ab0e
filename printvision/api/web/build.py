"""What the build left, read once at the start. What is not in it there is no way to ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import printvision
from printvision.api.codings import choose
from printvision.api.fields import entity_tag
from printvision.api.web.policy import policy_of

DIST: Final = Path(printvision.__file__).parent / "web" / "dist"
SHELL: Final = "index.html"
# In the order of preference; the build lays them beside the files.
ENCODINGS: Final = {"br": ".br", "gzip": ".gz"}
# Texts are sent with their charset, UTF-8, by the framework.
MEDIA_TYPES: Final = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class Form:
    """A file in one encoding."""

    body: bytes
    tag: str

    @classmethod
    def of(cls, body: bytes) -> Form:
        return cls(body, entity_tag(body))


@dataclass(frozen=True, slots=True)
class File:
    """
    Args:
        forms: by content encoding; the plain one by an empty name.
    """

    media_type: str
    forms: Mapping[str, Form]

    def form(self, accept_encoding: str) -> tuple[str, Form]:
        """The form that the header `Accept-Encoding` weighs most, the smallest between equals, with its encoding."""
        name = choose(accept_encoding, [each for each in ENCODINGS if each in self.forms]) or ""
        return name, self.forms[name]


@dataclass(frozen=True, slots=True)
class Pages:
    """
    Args:
        shell: the one page that shows all the others.
        policy: its Content-Security-Policy.
        files: all the others by their paths, such as `assets/index-C86tIbK1.css`.
    """

    shell: File
    policy: str
    files: Mapping[str, File]


def load_pages(folder: Path = DIST) -> Pages | None:
    """The pages as they were built; None where they were not."""
    if not (folder / SHELL).is_file():
        return None
    files = {
        path.relative_to(folder).as_posix(): _read(path)
        for path in sorted(folder.rglob("*"))
        if path.suffix in MEDIA_TYPES and path.is_file()
    }
    shell = files.pop(SHELL)
    return Pages(shell, policy_of(shell.forms[""].body.decode()), files)


def _read(path: Path) -> File:
    forms = {"": Form.of(path.read_bytes())}
    for name, suffix in ENCODINGS.items():
        beside = path.with_name(path.name + suffix)
        if beside.is_file():
            forms[name] = Form.of(beside.read_bytes())
    return File(MEDIA_TYPES[path.suffix], forms)
