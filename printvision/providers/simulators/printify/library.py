"""The media library: pictures by address or by content, looked at before the call is answered."""

from __future__ import annotations

import asyncio
import binascii
import time
from base64 import b64decode
from collections.abc import Sequence
from urllib.parse import urlsplit

import httpx
import structlog

from printvision.providers.simulators.pictures import Measure, fetch, measure, open_fetcher
from printvision.providers.simulators.printify.account import Account
from printvision.providers.simulators.printify.errors import (
    DOWNLOAD_FAILED,
    UPLOAD_REFUSED,
    impossible,
    invalid,
    not_found,
    turned_away,
)
from printvision.providers.simulators.printify.intake import UploadIn
from printvision.providers.simulators.printify.records import Upload

log = structlog.get_logger(__name__)

_MOST_UPLOADS = 200_000
_LARGEST_CONTENTS = 5 * 1024 * 1024
_UNSEEN = Measure(4500, 6000, 300, "image/png")  # what is taken for granted of a picture that is not fetched
_UNSEEN_BYTES = 1_138_575


class Library:
    def __init__(self, account: Account) -> None:
        self._account = account

    def get(self, upload_id: str) -> Upload:
        if (upload := self.find(upload_id)) is None:
            raise not_found()
        return upload

    def find(self, upload_id: str) -> Upload | None:
        return self._account.uploads.get(upload_id)

    def list(self) -> Sequence[Upload]:
        """Newest first, without those that were archived."""
        return [upload for upload in reversed(list(self._account.uploads.values())) if not upload.archived]

    async def add(self, sent: UploadIn) -> Upload:
        """
        Raises:
            Refusal: 8201, too large or no PNG or JPEG; 10300, it could not be fetched.
        """
        if len(self._account.uploads) >= _MOST_UPLOADS:
            raise turned_away(503, "This simulated library holds as many pictures as it can")
        if sent.contents is not None:
            data = _decoded(sent.contents)
            return self._keep(sent.file_name, len(data), await _look(data))
        address = _address(sent.url)
        if not self._account.config.fetch_files:
            return self._keep(sent.file_name, _UNSEEN_BYTES, _UNSEEN)
        data = await _download(address)
        return self._keep(sent.file_name, len(data), await _look(data))

    def stock(self, upload_id: str) -> None:
        """Have a picture of this id."""
        self._keep("sample.png", _UNSEEN_BYTES, _UNSEEN, upload_id)

    def archive(self, upload: Upload) -> None:
        upload.archived = True
        self._account.uploads.put(upload.id, upload)

    def _keep(self, file_name: str, size: int, seen: Measure, upload_id: str | None = None) -> Upload:
        upload = Upload(
            id=upload_id or self._account.fresh_id(),
            file_name=file_name,
            width=seen.width,
            height=seen.height,
            size=size,
            mime_type=seen.kind or "image/png",
            uploaded_at=time.time(),
        )
        self._account.uploads.put(upload.id, upload)
        return upload


def _address(url: str | None) -> str:
    parts = urlsplit(url or "")
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url or "") > 2048:
        raise invalid("Either url or contents must be given")
    return url or ""


def _decoded(contents: str) -> bytes:
    try:
        data = b64decode(contents, validate=True)
    except binascii.Error:
        raise _refused("error.file.wrong.format") from None
    if len(data) > _LARGEST_CONTENTS:
        raise _refused("error.file.size.limit.exceeded")
    return data


async def _download(url: str) -> bytes:
    try:
        async with open_fetcher() as client:
            return (await fetch(client, url))[0]
    except ValueError:
        raise _refused("error.file.size.limit.exceeded") from None
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
        log.info("simulator.upload.failed", error=repr(error)[:200])
        raise impossible(
            f"The picture could not be fetched: {type(error).__name__}", DOWNLOAD_FAILED
        ) from None


async def _look(data: bytes) -> Measure:
    try:
        seen = await asyncio.to_thread(measure, data)
    except Exception as error:  # noqa: BLE001 -- whatever is wrong with a stranger's file, it is the file
        log.info("simulator.upload.unreadable", error=repr(error)[:200])
        raise _refused("error.file.wrong.format") from None
    if seen.kind is None:
        raise _refused("error.file.wrong.format")
    return seen


def _refused(cause: str) -> Exception:
    return invalid(f'Failed to upload image. Cause: {{"code":"{cause}"}}', UPLOAD_REFUSED)
