"""Files: a local folder or an S3 bucket behind one small face, and short-lived links that we sign ourselves.

Writing is atomic: a reader sees the whole file or none, whatever is killed. What is kept under the hash of
its content never changes. A link is an address of ours (`/files/{key}`) with its expiry and an HMAC over all
the answer depends on, so a provider can fetch a print file without a credential, from whichever store.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import AsyncIterable, AsyncIterator, Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

import msgspec
import obstore
from obstore import exceptions
from obstore.store import LocalStore, ObjectStore, from_url

from printvision.platform import clock
from printvision.platform.errors import PrintVisionError
from printvision.platform.ids import new_id

MAX_LINK_LIFE: Final = timedelta(days=7)
MAX_FILE_BYTES: Final = 1_000_000_000
CHUNK_BYTES: Final = 256 * 1024

_KEY: Final = re.compile(r"(?=.{1,500}\Z)[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*\Z")
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}\Z")
_UNSAFE_IN_NAMES: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_NETWORK_PATIENCE: Final = timedelta(seconds=30)


class BadFileKey(PrintVisionError):
    status = 400
    code = "files/bad-key"
    title = "That is not the name of a file here"
    action = "Use the address as it was given to you."


class FileMissing(PrintVisionError):
    status = 404
    code = "files/missing"
    title = "This file is not here"
    action = "Upload it again."


class FileTooLarge(PrintVisionError):
    """`max_bytes`: the most that is taken."""

    status = 413
    code = "files/too-large"
    title = "This file is larger than what is taken"
    action = "Send a smaller file."
    max_bytes: int


class FilesUnavailable(PrintVisionError):
    status = 503
    code = "files/unavailable"
    title = "The file store does not answer"
    action = "Try again; the operator checks the folder's disk and rights, or the bucket's address and keys."


class LinkRefused(PrintVisionError):
    status = 403
    code = "files/link-refused"
    title = "This link was not made here"
    action = "Use the link exactly as it was given to you, or ask for a fresh one."


class LinkExpired(PrintVisionError):
    status = 410
    code = "files/link-expired"
    title = "This link is no longer valid"
    action = "Ask for a fresh link."


class LinkedFile(msgspec.Struct, frozen=True):
    """What a verified link stands for."""

    key: str
    filename: str
    media_type: str
    expires_at_s: int

    def headers(self) -> dict[str, str]:
        """How it is served: as a download that no browser runs, even where somebody uploaded a page."""
        plain = self.filename.encode("ascii", "replace").decode().replace("?", "_")
        encoded = quote(self.filename, safe="")
        return {
            "content-type": self.media_type,
            "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}",
            "content-security-policy": "default-src 'none'; sandbox",
            "x-content-type-options": "nosniff",
            "cache-control": "private, max-age=300",
        }


class StoredFile:
    """A file opened for reading: iterate it for its chunks of about `CHUNK_BYTES`; `size` is in bytes."""

    def __init__(self, result: obstore.GetResult) -> None:
        self._result = result
        self.size: int = result.meta["size"]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translated():
            async for chunk in self._result.stream(min_chunk_size=CHUNK_BYTES):
                yield chunk


def content_key(content: bytes, *, kind: str = "artwork") -> str:
    """The key of what never changes: `artwork/<first two>/<sha256>`."""
    digest = hashlib.sha256(content).hexdigest()
    return f"{kind}/{digest[:2]}/{digest}"


class FileStore:
    """Files by key: lower-case words with dots, dashes and underscores, joined by slashes, up to 500 long.

    Args:
        address: a folder, made (0700) where absent, or an `s3://bucket/prefix` address. The bucket's keys,
            region and endpoint come from the usual `AWS_…` variables.
        signing_key: at least 32 bytes; links signed with another key are refused.
        public_url: what links begin with, without a slash at the end.

    Every call may raise BadFileKey and FilesUnavailable.
    """

    def __init__(self, address: str, *, signing_key: bytes, public_url: str) -> None:
        if len(signing_key) < 32:
            raise ValueError("a signing key has at least 32 bytes")
        self._store = _open_store(address)
        self._signing_key = signing_key
        self._public_url = public_url.rstrip("/")

    # -- content ---------------------------------------------------------------------------------------------

    async def put(
        self, key: str, content: bytes | AsyncIterable[bytes], *, max_bytes: int = MAX_FILE_BYTES
    ) -> int:
        """Write a file, whole or not at all, over what was there; answers its size in bytes.

        Raises:
            FileTooLarge: nothing was written.
        """
        counted = _Counted(content, max_bytes)
        with _translated():
            await obstore.put_async(self._store, _checked(key), counted.content)
        return counted.size

    async def put_content(self, content: bytes, *, kind: str = "artwork") -> str:
        """Keep content under its own hash, once; answers the key."""
        key = content_key(content, kind=kind)
        if not await self.exists(key):
            await self.put(key, content)
        return key

    async def get(self, key: str, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
        """The whole file.

        Raises:
            FileMissing: there is none.
            FileTooLarge: it has more than `max_bytes`; it was not read.
        """
        with _translated():
            result = await obstore.get_async(self._store, _checked(key))
            if result.meta["size"] > max_bytes:
                raise FileTooLarge(max_bytes=max_bytes)
            return bytes(await result.bytes_async())

    async def stream(self, key: str) -> StoredFile:
        """The file, to be read in chunks.

        Raises:
            FileMissing: there is none.
        """
        with _translated():
            return StoredFile(await obstore.get_async(self._store, _checked(key)))

    async def exists(self, key: str) -> bool:
        try:
            with _translated():
                await obstore.head_async(self._store, _checked(key))
        except FileMissing:
            return False
        return True

    async def delete(self, key: str) -> None:
        """Remove a file; one that is not there is no error."""
        try:
            with _translated():
                await obstore.delete_async(self._store, _checked(key))
        except FileMissing:
            return

    async def check(self) -> None:
        """Write, read and remove a small file.

        Raises:
            FilesUnavailable: the store cannot be used.
        """
        key = f"check/{new_id().hex}"
        await self.put(key, b"ok")
        try:
            if await self.get(key) != b"ok":
                raise FilesUnavailable(note="a written file read back differently")
        finally:
            await self.delete(key)

    # -- links -----------------------------------------------------------------------------------------------

    def signed_link(self, key: str, *, expires_in: timedelta, filename: str, media_type: str) -> str:
        """An address that answers this file without a credential until it expires.

        Args:
            expires_in: from now, more than nothing and at most `MAX_LINK_LIFE`.
            filename: what the download is called; what a file name cannot hold is taken out.
            media_type: what it is served as, such as `image/png`.
        """
        if not timedelta(0) < expires_in <= MAX_LINK_LIFE:
            raise ValueError(f"a link lives up to {MAX_LINK_LIFE}")
        if not _MEDIA_TYPE.match(media_type):
            raise ValueError("not a media type")
        expires = int((clock.now() + expires_in).timestamp())
        file = LinkedFile(_checked(key), _file_name(filename), media_type, expires)
        query = {"e": expires, "n": file.filename, "t": media_type, "s": self._signature(file)}
        return f"{self._public_url}/files/{key}?{urlencode(query)}"

    def verify_link(self, key: str, query: Mapping[str, str]) -> LinkedFile:
        """Check a link that came back; compared in constant time, the signature before anything else.

        Args:
            key: what follows `/files/`, decoded.
            query: the decoded query parameters; others than ours are ignored.

        Raises:
            LinkRefused: a part is missing, changed or signed with another key.
            LinkExpired: it was good once.
        """
        expires = query.get("e", "")
        if not _KEY.match(key) or not re.fullmatch(r"[0-9]{1,12}", expires):
            raise LinkRefused
        file = LinkedFile(key, query.get("n", ""), query.get("t", ""), int(expires))
        given = query.get("s", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._signature(file).encode()):
            raise LinkRefused
        left = file.expires_at_s - clock.now().timestamp()
        if left <= 0:
            raise LinkExpired
        if left > MAX_LINK_LIFE.total_seconds():
            raise LinkRefused(note="expires later than any link we make")
        return file

    def _signature(self, file: LinkedFile) -> str:
        signed = msgspec.json.encode(["file-link/1", *msgspec.structs.astuple(file)])
        return (
            base64.urlsafe_b64encode(hmac.digest(self._signing_key, signed, "sha256")).rstrip(b"=").decode()
        )


class _Counted:
    """Content that stops being read once it is too large; the store then keeps none of it."""

    def __init__(self, content: bytes | AsyncIterable[bytes], max_bytes: int) -> None:
        self.size = 0
        self._max_bytes = max_bytes
        if isinstance(content, bytes):
            self._add(content)
            self.content: bytes | AsyncIterable[bytes] = content
        else:
            self.content = self._count(content)

    def _add(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > self._max_bytes:
            raise FileTooLarge(max_bytes=self._max_bytes)

    async def _count(self, content: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        async for chunk in content:
            self._add(chunk)
            yield chunk


def _open_store(address: str) -> ObjectStore:
    if "://" in address and not address.startswith("file://"):
        return from_url(
            address,
            client_options={"connect_timeout": timedelta(seconds=5), "read_timeout": _NETWORK_PATIENCE},
            retry_config={"max_retries": 3, "retry_timeout": _NETWORK_PATIENCE},
        )
    folder = Path(address.removeprefix("file://")).expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalStore(folder)
    except OSError as error:
        raise FilesUnavailable(note=f"{folder}: {error.strerror}") from None


def _checked(key: str) -> str:
    # Parts begin with a letter or digit, so no key climbs out of its folder.
    if not _KEY.match(key):
        raise BadFileKey
    return key


def _file_name(name: str) -> str:
    # Lone surrogates have no UTF-8 form.
    whole = name.encode("utf-8", "replace").decode()
    return _UNSAFE_IN_NAMES.sub("_", whole).strip(" .")[:120] or "file"


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except FileNotFoundError:
        raise FileMissing from None
    except (OSError, exceptions.BaseError) as error:
        raise FilesUnavailable(note=f"{type(error).__name__}: {str(error)[:500]}") from error
