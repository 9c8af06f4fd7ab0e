"""A process that uses a connection when it is told to: `python -m tests.oauth.renewer WORKSPACE CONNECTION`.

For each line it reads it says `ready` once it knows the connection's tokens, and after the next line what came of a
call with them.
"""

from __future__ import annotations

import asyncio
import sys
from uuid import UUID

from printvision.api.discovery import load_operations
from printvision.platform.ids import WorkspaceId
from printvision.platform.runtime import open_platform
from printvision.platform.scope import Principal, workspace_scope
from printvision.platform.settings import load_settings
from printvision.providers import ready_adapter
from printvision.providers.sdk import ProviderError


async def main(workspace_id: WorkspaceId, connection_id: UUID) -> None:
    load_operations()  # and with them every table
    async with open_platform(load_settings()) as platform:
        while await asyncio.to_thread(sys.stdin.readline):
            async with workspace_scope(platform, workspace_id, Principal.work("test")) as scope:
                ready = await ready_adapter(scope, connection_id)
            print("ready", flush=True)
            await asyncio.to_thread(sys.stdin.readline)
            try:
                said = f"found {await ready.open().find('a' * 32)}"
            except ProviderError as error:
                said = f"{error.code} {error.detail}"
            print(said, flush=True)


if __name__ == "__main__":
    asyncio.run(main(WorkspaceId(UUID(sys.argv[1])), UUID(sys.argv[2])))
