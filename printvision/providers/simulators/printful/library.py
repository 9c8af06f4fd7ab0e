"""The file library: artwork by address, looked at in the background, the same address never twice."""

from __future__ import annotations

import asyncio
import hashlib
import time
from urllib.parse import urlsplit

import httpx
import structlog

from printvision.providers.simulators.pictures import fetch, measure, open_fetcher
from printvision.providers.simulators.printful.account import Account
from printvision.providers.simulators.printful.errors import Refusal, bad_request, not_found
from printvision.providers.simulators.printful.records import StoredFile

log = structlog.get_logger(__name__)

_AT_ONCE = 4
_MOST_FILES = 500_000


class Library:
    def __init__(self, account: Account) -> None:
        self._account = account
        self._waiting: asyncio.Queue[int] = asyncio.Queue()  # bounded by the files there may be

    def get(self, file_id: int) -> StoredFile:
        if (file := self._account.files.get(str(file_id))) is None:
            raise not_found()
        return file

    def add(
        self, url: object, *, filename: str | None = None, role: str = "default", visible: bool = True
    ) -> StoredFile:
        """The file of this address, new or as it is known.

        Raises:
            Refusal: FL-2, not an address one can fetch.
        """
        address = _address(url)
        known = self._account.file_ids.get(address)
        if known is not None:
            return self._account.files[str(known)]
        if len(self._account.files) >= _MOST_FILES:
            raise Refusal(503, "This simulated library holds as many files as it can")
        file = StoredFile(
            id=self._account.number(),
            url=address,
            created_at=time.time(),
            filename=filename,
            role=role,
            visible=visible,
        )
        self._keep(file)
        self._account.file_ids[address] = file.id
        self._look_at(file)
        return file

    def resume(self) -> None:
        """Take up the files that were waiting when the process ended."""
        for file in self._account.files.values():
            if file.status == "waiting":
                self._look_at(file)

    async def run(self) -> None:
        """Fetch what is waiting, until cancelled; nothing is fetched unless the configuration says so."""
        if not self._account.config.fetch_files:
            return
        async with open_fetcher() as client, asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(self._work(client))

    async def _work(self, client: httpx.AsyncClient) -> None:
        while True:
            file = self.get(await self._waiting.get())
            try:
                data, mime_type = await fetch(client, file.url)
                width, height, dpi, _ = await asyncio.to_thread(measure, data)
            except Exception as error:  # noqa: BLE001 -- whatever is wrong with a stranger's file, it is the file
                log.info("simulator.file.failed", url=file.url, error=repr(error)[:200])
                file.status = "failed"
            else:
                file.status, file.mime_type, file.size = "ok", mime_type, len(data)
                file.hash = hashlib.md5(data, usedforsecurity=False).hexdigest()
                file.width, file.height, file.dpi = width, height, dpi
            self._keep(file)

    def _look_at(self, file: StoredFile) -> None:
        if self._account.config.fetch_files:
            self._waiting.put_nowait(file.id)
            return
        file.status, file.mime_type, file.size = "ok", "image/png", 45_582
        file.hash = hashlib.md5(file.url.encode(), usedforsecurity=False).hexdigest()
        file.width, file.height, file.dpi = 1800, 2400, 150
        self._keep(file)

    def _keep(self, file: StoredFile) -> None:
        self._account.files.put(str(file.id), file)


def _address(url: object) -> str:
    if not isinstance(url, str) or not url:
        raise Refusal(400, "Either a file address or file data must be given", code="FL-8")
    address = url.strip("\u200b \n\t")  # the documents' own examples begin with a zero-width space
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or len(address) > 2048:
        raise bad_request("The file address is not valid", "FL-2")
    return address
