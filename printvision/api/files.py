"""`/files/{key}`: print files for whoever holds a signed link, such as a provider."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.datastructures import State
from litestar.response import Stream

from printvision.api.rest import read_query
from printvision.platform.files import FileStore


@get("/files/{key:path}", name="files", include_in_schema=False)
async def linked_file(request: Request[Any, Any, State], state: State) -> Stream:
    """The file in chunks, as the download its link says."""
    files: FileStore = state.platform.files
    key = str(request.path_params["key"]).removeprefix("/")
    linked = files.verify_link(key, dict(read_query(request.scope["query_string"])))
    stored = await files.stream(linked.key)
    headers = {**linked.headers(), "content-length": str(stored.size)}
    return Stream(stored, headers=headers, media_type=headers.pop("content-type"))
