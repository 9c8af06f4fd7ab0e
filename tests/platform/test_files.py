from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from printvision.platform.files import (
    CHUNK_BYTES,
    BadFileKey,
    FileMissing,
    FileStore,
    FilesUnavailable,
    FileTooLarge,
    LinkExpired,
    LinkRefused,
    content_key,
)

KEY = "artwork/2c/2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SIGNING_KEY = bytes(range(32))


def store_at(folder: Path | str, signing_key: bytes = SIGNING_KEY) -> FileStore:
    return FileStore(str(folder), signing_key=signing_key, public_url="https://pv.example/")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "files"


@pytest.fixture
def store(folder: Path) -> FileStore:
    return store_at(folder)


async def pieces(*chunks: bytes | Exception) -> AsyncIterator[bytes]:
    for chunk in chunks:
        if isinstance(chunk, Exception):
            raise chunk
        yield chunk


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# -- content -------------------------------------------------------------------------------------------------


def test_the_folder_is_made_for_its_owner_alone(store: FileStore, folder: Path):
    assert folder.stat().st_mode & 0o777 == 0o700


async def test_put_then_get_stream_and_exists(store: FileStore, folder: Path):
    content = os.urandom(3 * CHUNK_BYTES + 5)

    assert await store.put("exports/a.csv", content) == len(content)

    opened = await store.stream("exports/a.csv")
    assert (opened.size, b"".join([chunk async for chunk in opened])) == (len(content), content)
    assert await store.get("exports/a.csv") == content
    assert await store.exists("exports/a.csv")
    assert files_in(folder) == ["exports/a.csv"]


async def test_put_takes_a_stream_and_an_empty_file(store: FileStore):
    assert await store.put("a", pieces(b"x" * 6_000_000, b"", b"y")) == 6_000_001
    assert (await store.get("a"))[-2:] == b"xy"
    assert await store.put("b", b"") == 0
    assert await store.get("b") == b""


async def test_put_replaces_the_whole_file(store: FileStore):
    await store.put("a", b"longer than the next")
    await store.put("a", b"short")

    assert await store.get("a") == b"short"


async def test_a_stream_that_breaks_leaves_what_was_there(store: FileStore, folder: Path):
    await store.put("a", b"before")

    with pytest.raises(RuntimeError, match="the client went away"):
        await store.put("a", pieces(b"x" * 9_000_000, RuntimeError("the client went away")))

    assert await store.get("a") == b"before"
    assert files_in(folder) == ["a"]


@pytest.mark.parametrize("streamed", [True, False])
async def test_put_refuses_more_than_its_bound_and_writes_nothing(
    store: FileStore, folder: Path, streamed: bool
):
    content = pieces(b"x" * 60, b"x" * 41) if streamed else b"x" * 101

    with pytest.raises(FileTooLarge) as caught:
        await store.put("a", content, max_bytes=100)

    assert caught.value.fields == {"max_bytes": 100}
    assert files_in(folder) == []


async def test_get_refuses_more_than_its_bound(store: FileStore):
    await store.put("a", b"x" * 101)

    with pytest.raises(FileTooLarge):
        await store.get("a", max_bytes=100)


async def test_put_content_keeps_it_once_under_its_hash(store: FileStore, folder: Path):
    key = await store.put_content(b"foo")
    written_at = (folder / key).stat().st_mtime_ns

    assert key == KEY == content_key(b"foo")
    assert await store.put_content(b"foo") == key
    assert (folder / key).stat().st_mtime_ns == written_at
    assert hashlib.sha256(await store.get(key)).hexdigest() == key.rsplit("/")[-1]


async def test_a_missing_file_is_missing_and_deleting_it_is_no_error(store: FileStore):
    await store.delete("none")

    assert not await store.exists("none")
    for read in (store.get, store.stream):
        with pytest.raises(FileMissing):
            await read("none")


async def test_delete_removes_the_file(store: FileStore, folder: Path):
    await store.put("a/b", b"x")
    await store.delete("a/b")

    assert files_in(folder) == []


BAD_KEYS = [
    "",
    "/etc/passwd",
    "../secret",
    "a/../../secret",
    "a/./b",
    "a//b",
    "a/",
    "a\\..\\b",
    "a\x00b",
    "a\n",
    "A",
    ".hidden",
    "a/.hidden",
    "a b",
    "%2e%2e/a",
    "ä",
    "a/" * 250 + "b",
]


@pytest.mark.parametrize("key", BAD_KEYS)
async def test_no_key_leaves_the_folder(store: FileStore, folder: Path, key: str):
    for call in (
        store.get(key),
        store.stream(key),
        store.exists(key),
        store.delete(key),
        store.put(key, b"x"),
    ):
        with pytest.raises(BadFileKey):
            await call
    with pytest.raises(LinkRefused):
        store.verify_link(key, {"e": "1", "s": "x"})
    assert files_in(folder.parent) == []


async def test_check_passes_and_leaves_nothing(store: FileStore, folder: Path):
    await store.check()

    assert files_in(folder) == []


async def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(FilesUnavailable):
        store_at(tmp_path / "file" / "files")


async def test_a_key_below_a_file_is_told(store: FileStore):
    await store.put("a", b"x")

    with pytest.raises(FilesUnavailable):
        await store.put("a/b", b"x")


async def test_other_stores_are_opened_by_their_address():
    store = store_at("memory:///")

    await store.put_content(b"foo")

    assert await store.get(KEY) == b"foo"
    assert not await store.exists("other")


# -- links ---------------------------------------------------------------------------------------------------


def parts_of(link: str) -> tuple[str, dict[str, str]]:
    split = urlsplit(link)
    return split.path.removeprefix("/files/"), dict(parse_qsl(split.query, keep_blank_values=True))


def link_of(store: FileStore, **changes: object) -> tuple[str, dict[str, str]]:
    given: dict[str, object] = {
        "expires_in": timedelta(hours=1),
        "filename": "Ünder/the sea.png",
        "media_type": "image/png",
    }
    return parts_of(store.signed_link(KEY, **(given | changes)))  # pyright: ignore


@time_machine.travel(NOW, tick=False)
def test_a_link_opens_what_it_was_made_for(store: FileStore):
    link = store.signed_link(KEY, expires_in=timedelta(hours=1), filename="a.png", media_type="image/png")

    assert link.startswith(f"https://pv.example/files/{KEY}?e=1772370000&n=a.png&t=image%2Fpng&s=")
    file = store.verify_link(*parts_of(link))
    assert (file.key, file.filename, file.media_type) == (KEY, "a.png", "image/png")
    assert file.expires_at_s == int(NOW.timestamp()) + 3600


@time_machine.travel(NOW, tick=False)
def test_a_link_is_served_as_a_download_that_nothing_runs(store: FileStore):
    key, query = link_of(store)

    assert store.verify_link(key, query).headers() == {
        "content-type": "image/png",
        "content-disposition": (
            "attachment; filename=\"_nder_the sea.png\"; filename*=UTF-8''%C3%9Cnder_the%20sea.png"
        ),
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
        "cache-control": "private, max-age=300",
    }


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("part", ["e", "n", "t", "s"])
@pytest.mark.parametrize("how", ["changed", "longer", "empty", "left out"])
def test_a_link_with_a_part_tampered_with_is_refused(store: FileStore, part: str, how: str):
    key, query = link_of(store)
    changed = {
        "changed": query | {part: query[part][:-1] + ("1" if query[part][-1] != "1" else "2")},
        "longer": query | {part: query[part] + "0"},
        "empty": query | {part: ""},
        "left out": {name: value for name, value in query.items() if name != part},
    }[how]

    with pytest.raises(LinkRefused):
        store.verify_link(key, changed)


@time_machine.travel(NOW, tick=False)
def test_a_link_does_not_open_another_file_nor_another_installations(store: FileStore, folder: Path):
    key, query = link_of(store)

    with pytest.raises(LinkRefused):
        store.verify_link(key[:-1] + "f", query)
    with pytest.raises(LinkRefused):
        store_at(folder, signing_key=bytes(32)).verify_link(key, query)


@time_machine.travel(NOW, tick=False)
def test_values_do_not_slide_from_one_part_of_a_link_into_another(store: FileStore):
    key, query = link_of(store, filename="a", media_type="image/png")

    with pytest.raises(LinkRefused):
        store.verify_link(key, query | {"n": 'a","image/png', "t": ""})


def test_a_link_ends_when_it_said(store: FileStore):
    with time_machine.travel(NOW, tick=False):
        key, query = link_of(store, expires_in=timedelta(seconds=60))

    with time_machine.travel(NOW + timedelta(seconds=59), tick=False):
        assert store.verify_link(key, query).key == KEY
    with time_machine.travel(NOW + timedelta(seconds=60), tick=False), pytest.raises(LinkExpired):
        store.verify_link(key, query)


@pytest.mark.parametrize("life", [timedelta(0), timedelta(seconds=-1), timedelta(days=7, seconds=1)])
def test_no_link_lives_longer_than_a_week(store: FileStore, life: timedelta):
    with pytest.raises(ValueError, match="7 days"):
        link_of(store, expires_in=life)


def test_a_link_from_a_clock_that_was_ahead_is_refused(store: FileStore):
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        key, query = link_of(store)

    with time_machine.travel(NOW, tick=False), pytest.raises(LinkRefused):
        store.verify_link(key, query)


@pytest.mark.parametrize("media_type", ["", "image", "text/html\r\nx: y", "image/png; x=y"])
def test_a_link_has_a_plain_media_type(store: FileStore, media_type: str):
    with pytest.raises(ValueError, match="not a media type"):
        link_of(store, media_type=media_type)


@given(st.text(st.characters(), max_size=200))
@time_machine.travel(NOW, tick=False)
def test_any_file_name_makes_a_link_that_opens_and_a_header_that_holds(name: str):
    store = store_at("memory:///")
    key, query = link_of(store, filename=name)

    disposition = store.verify_link(key, query).headers()["content-disposition"]

    assert disposition.isascii()
    assert disposition.isprintable()
    assert disposition.count('"') == 2


@given(st.dictionaries(st.sampled_from("ents"), st.text(st.characters(), max_size=50)))
def test_no_query_crashes_the_check(query: dict[str, str]):
    with pytest.raises(LinkRefused):
        store_at("memory:///").verify_link(KEY, query)


def test_a_short_signing_key_is_refused(folder: Path):
    with pytest.raises(ValueError, match="32 bytes"):
        store_at(folder, signing_key=b"short")
