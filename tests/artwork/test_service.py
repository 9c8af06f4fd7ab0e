from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import select

from printvision.accounts import Permission
from printvision.artwork import ArtworkView, artwork_link, find_artworks, require_fit, store_artwork
from printvision.artwork.errors import (
    ArtworkTooLarge,
    ArtworkTooSmall,
    ArtworkUnreadable,
    ArtworkUnsupportedType,
)
from printvision.artwork.models import ArtworkRow
from printvision.artwork.operations import get, list_all, upload
from printvision.artwork.schemas import GetArtwork, ListArtworks, UploadArtwork
from printvision.artwork.slots import ArtworkBusy, InspectionSlots
from printvision.platform.errors import NotFound, PrintVisionError
from printvision.platform.events import EventRow
from printvision.platform.files import LinkExpired
from printvision.platform.runtime import Platform
from printvision.platform.scope import PermissionMissing
from tests.artwork.pictures import ihdr, jpeg, packed_zeros, png
from tests.factories.fake_adapter import front
from tests.factories.workspaces import MadeWorkspace, make_workspace


@pytest.fixture
async def stranger(platform: Platform) -> MadeWorkspace:
    return await make_workspace(platform)


async def store(workspace: MadeWorkspace, data: bytes, filename: str = "logo.png") -> ArtworkView:
    async with workspace.scope() as scope:
        return await store_artwork(scope, data, filename)


async def link(workspace: MadeWorkspace, artwork_id: UUID, expires_in: timedelta | None = None) -> str:
    async with workspace.scope() as scope:
        if expires_in is None:
            return await artwork_link(scope, artwork_id)
        return await artwork_link(scope, artwork_id, expires_in)


def parts(url: str) -> tuple[str, dict[str, str]]:
    """The key of a link and its query."""
    split = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(split.query).items()}
    return split.path.removeprefix("/files/"), query


def stored_files(platform: Platform) -> list[str]:
    folder = platform.settings.data_path / "files"
    return [path.name for path in folder.rglob("*") if path.is_file()]


async def test_a_picture_is_kept_as_what_it_is(platform: Platform, workspace: MadeWorkspace):
    data = png(40, 30, colour=6)
    artwork = await store(workspace, data, "C:\\pictures\\My logo.final.jpeg")

    assert (artwork.width_px, artwork.height_px, artwork.has_alpha) == (40, 30, True)
    assert (artwork.media_type, artwork.filename) == ("image/png", "My logo.final.png")
    assert (artwork.size_bytes, artwork.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert stored_files(platform) == [artwork.sha256]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", "artwork.png"),
        ("logo", "logo.png"),
        ("../../etc/passwd", "passwd.png"),
        (".png", "png.png"),
        ("a\r\nb.png", "ab.png"),
        ("x" * 255, "x" * 120 + ".png"),
    ],
)
async def test_a_file_name_is_only_a_name(workspace: MadeWorkspace, given: str, kept: str):
    assert (await store(workspace, png(2, 2), given)).filename == kept


async def test_the_same_content_is_the_same_artwork_under_its_first_name(
    platform: Platform, workspace: MadeWorkspace
):
    first = await store(workspace, png(4, 4), "first.png")
    second = await store(workspace, png(4, 4), "second.png")

    assert second == first
    assert len(stored_files(platform)) == 1
    async with workspace.scope() as scope:
        kinds = (await scope.session.scalars(select(EventRow.kind))).all()
    assert kinds == ["artwork.stored"]


async def test_uploads_of_one_picture_at_one_moment_are_one_artwork(workspace: MadeWorkspace):
    stored = await asyncio.gather(*(store(workspace, png(5, 5)) for _ in range(4)))

    assert len({artwork.id for artwork in stored}) == 1


async def test_a_file_that_was_lost_comes_back_with_the_same_content(
    platform: Platform, workspace: MadeWorkspace
):
    await store(workspace, png(4, 4))
    for path in (platform.settings.data_path / "files").rglob("*"):
        if path.is_file():
            path.unlink()

    artwork = await store(workspace, png(4, 4))

    assert stored_files(platform) == [artwork.sha256]


async def test_another_workspace_has_an_artwork_of_its_own_and_does_not_find_mine(
    workspace: MadeWorkspace, stranger: MadeWorkspace
):
    mine = await store(workspace, png(4, 4), "mine.png")
    theirs = await store(stranger, png(4, 4), "theirs.png")

    assert theirs.id != mine.id
    async with stranger.scope() as scope:
        assert await find_artworks(scope, [mine.id, theirs.id]) == {theirs.id: theirs}
        with pytest.raises(NotFound):
            await get(scope, GetArtwork(artwork_id=mine.id))
        with pytest.raises(NotFound):
            await artwork_link(scope, mine.id)
        assert [view.id for view in (await list_all(scope, ListArtworks())).items] == [theirs.id]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", ArtworkUnsupportedType),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ArtworkUnsupportedType),
        (png(50, 50)[:-20], ArtworkUnreadable),
        (b"\x89PNG\r\n\x1a\n" + ihdr(60_000, 60_000), ArtworkUnreadable),
        (png(30_000, 30_000, data=packed_zeros(3)), ArtworkUnreadable),
        (png(21_000, 21_000, data=packed_zeros(1_324)), ArtworkTooLarge),
    ],
    ids=["empty", "svg", "cut short", "header alone", "false size", "bomb"],
)
async def test_what_is_no_sound_picture_is_refused_and_nothing_is_kept(
    platform: Platform, workspace: MadeWorkspace, data: bytes, error: type[PrintVisionError]
):
    with pytest.raises(error):
        await store(workspace, data)

    assert stored_files(platform) == []
    async with workspace.scope() as scope:
        assert (await scope.session.scalars(select(ArtworkRow.id))).all() == []


async def test_a_caller_who_waits_too_long_is_sent_away():
    slots = InspectionSlots(1, wait_s=0.01)
    async with slots.one():
        with pytest.raises(ArtworkBusy):
            async with slots.one():
                pass
    async with slots.one():
        pass


async def test_a_picture_of_one_pixel_does_not_fit_a_print_area(workspace: MadeWorkspace):
    artwork = await store(workspace, png(1, 1))

    with pytest.raises(ArtworkTooSmall) as refused:
        require_fit(artwork, front(1800, 2400))

    assert refused.value.needed_width_px == 1800
    assert refused.value.needed_height_px == 1800


async def test_a_picture_of_enough_pixels_fits_turned_as_it_is_seen(workspace: MadeWorkspace):
    artwork = await store(workspace, jpeg(240, 180, orientation=6))

    assert (artwork.width_px, artwork.height_px) == (180, 240)
    assert require_fit(artwork, front(180, 240)).effective_dpi == 150


async def test_a_link_opens_its_file_and_nothing_else(platform: Platform, workspace: MadeWorkspace):
    data = png(4, 4)
    artwork = await store(workspace, data)

    key, query = parts(await link(workspace, artwork.id))

    file = platform.files.verify_link(key, query)
    assert (file.filename, file.media_type) == ("logo.png", "image/png")
    assert await platform.files.get(file.key) == data


async def test_a_link_stays_the_same_for_every_try_in_a_quarter_of_a_day(workspace: MadeWorkspace):
    artwork = await store(workspace, png(4, 4))
    links: dict[str, str] = {}
    for moment in ("00:00:00.5", "03:17:09", "05:59:59.9", "06:00:00.1"):
        with time_machine.travel(datetime.fromisoformat(f"2026-03-01 {moment}+00:00"), tick=False):
            links[moment] = await link(workspace, artwork.id)

    assert links["00:00:00.5"] == links["03:17:09"] == links["05:59:59.9"]
    assert links["06:00:00.1"] != links["05:59:59.9"]


@pytest.mark.parametrize(
    "life", [timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(days=6)]
)
async def test_a_link_lives_as_long_as_asked_and_at_most_six_hours_more(
    platform: Platform, workspace: MadeWorkspace, life: timedelta
):
    artwork = await store(workspace, png(4, 4))
    now = datetime(2026, 3, 1, 13, 37, 11, 500_000, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        key, query = parts(await link(workspace, artwork.id, life))

    with time_machine.travel(now + life - timedelta(seconds=1), tick=False):
        platform.files.verify_link(key, query)
    with time_machine.travel(now + life + timedelta(hours=6), tick=False), pytest.raises(LinkExpired):
        platform.files.verify_link(key, query)


async def test_another_picture_has_another_link(workspace: MadeWorkspace):
    first, second = await store(workspace, png(4, 4)), await store(workspace, png(4, 5))

    assert await link(workspace, first.id) != await link(workspace, second.id)


async def test_uploading_and_looking_need_their_permissions(workspace: MadeWorkspace):
    async with workspace.scope(Permission.ARTWORK_READ) as scope:
        with pytest.raises(PermissionMissing):
            await upload(scope, UploadArtwork(data=png(2, 2)))
    async with workspace.scope(Permission.ARTWORK_UPLOAD) as scope:
        artwork = await upload(scope, UploadArtwork(data=png(2, 2), filename="a.png"))
        with pytest.raises(PermissionMissing):
            await get(scope, GetArtwork(artwork_id=artwork.id))
        with pytest.raises(PermissionMissing):
            await list_all(scope, ListArtworks())


async def test_an_unknown_picture_is_not_found(workspace: MadeWorkspace):
    async with workspace.scope() as scope:
        with pytest.raises(NotFound):
            await get(scope, GetArtwork(artwork_id=uuid4()))
