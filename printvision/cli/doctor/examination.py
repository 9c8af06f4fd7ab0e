"""The order of the checks: what the later ones need comes first, and where it is unwell they are not made."""

from __future__ import annotations

from printvision.cli.doctor import database, machine, work
from printvision.cli.doctor.checks import Check, look
from printvision.cli.options import Options
from printvision.platform.errors import InvalidSettings, PrintVisionError
from printvision.platform.runtime import database_urls, open_platform
from printvision.platform.settings import Settings


async def examine(options: Options) -> list[Check]:
    """Every check that can be made."""
    try:
        settings = options.settings()
    except InvalidSettings as error:
        return [Check("settings", False, str(error))]
    checks = [
        await look("settings", machine.told_settings(settings)),
        await look("disk", machine.disk_room(settings)),
        await look("keyring", machine.keyring(settings)),
    ]
    return checks + await _examine_database(settings)


async def _examine_database(settings: Settings) -> list[Check]:
    try:
        urls = database_urls(settings)
    except PrintVisionError as error:
        return [Check("database", False, f"{error.title}. {error.action}")]
    first = await look("database", database.reachable(urls))
    if not first.ok:
        return [first]
    shape = await look("migrations", database.migrations(urls))
    checks = [
        first,
        shape,
        await look("row-level security", database.row_level_security(urls)),
        await look("clock", database.clocks(urls)),
    ]
    return checks + (await _examine_work(settings) if shape.ok else [])


async def _examine_work(settings: Settings) -> list[Check]:
    try:
        async with open_platform(settings) as platform:
            return [
                await look("file store", work.files(platform)),
                await look("workers", work.workers(platform)),
                await look("runs", work.runs(platform)),
                await look("orders", work.orders(platform)),
                await look("messages", work.messages(platform)),
                *await work.connections(platform),
            ]
    except PrintVisionError as error:
        return [Check("platform", False, f"{error.title}. {error.action}")]
