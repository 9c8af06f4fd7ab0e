"""Starting the demo's processes and ending them. The web server answers as early as can be: what it does not need is
done beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from printvision.cli.demo.folder import fresh_folder
from printvision.cli.demo.plan import Ended, Plan
from printvision.cli.demo.screen import Screen
from printvision.platform.bundled_postgres import BundledPostgres

if TYPE_CHECKING:
    from printvision.cli.demo.stage import Stage

READY_WITHIN_S: Final = 60.0


async def run_demo(
    plan: Plan, screen: Screen, *, tell: Callable[[Stage, Ended], None], serve_on: bool = False
) -> Ended | None:
    """The whole demo, in this process and its children.

    Args:
        tell: called at the end, while everything still runs.
        serve_on: go on serving after that, until somebody stops us.

    Returns:
        What came of it; None where somebody stopped us before.

    Raises:
        DemoFolderInUse, PortTaken, PrintVisionError
    """
    folder = fresh_folder(plan.data)
    screen.say(f"Starting in {folder.path} …")
    database = BundledPostgres(folder.path)
    starting = asyncio.create_task(asyncio.to_thread(database.start))
    ended: Ended | None = None
    keep = not folder.temporary
    try:
        await asyncio.sleep(0)  # it begins, and meanwhile we import what the processes need
        from printvision.cli.demo.stage import Stage

        stage = Stage.at(folder, plan)
        await starting
        async with stage.supervisor(database) as supervisor:
            # All else comes after that, so that nothing takes the web server's time while it starts.
            if await supervisor.wait_ready(timeout_s=READY_WITHIN_S):
                from printvision.cli.demo.story import Story

                ended = await supervisor.during(Story(stage, screen).play())
            if ended is not None:
                tell(stage, ended)
                if serve_on:
                    await supervisor.wait()
        keep = keep or bool(ended and (ended.problems or ended.evidence))
        return ended
    except Exception:
        keep = True
        screen.say(f"What it wrote is kept in {folder.path}")
        raise
    finally:
        await asyncio.gather(starting, return_exceptions=True)
        await asyncio.to_thread(database.stop)
        if not keep:
            await asyncio.to_thread(database.remove)
            folder.remove()
