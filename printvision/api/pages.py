"""The few pages that the API itself has: what its problems mean."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State

from printvision.api.problem_pages import CONTENT_SECURITY_POLICY, problem_index, problem_page

_HEADERS = {"content-security-policy": CONTENT_SECURITY_POLICY, "cache-control": "public, max-age=300"}


@get("/problems", name="problems", include_in_schema=False)
async def problems() -> Response[str]:
    return _html(problem_index())


@get("/problems/{code:path}", name="problem", include_in_schema=False)
async def problem(request: Request[Any, Any, State]) -> Response[str]:
    return _html(problem_page(str(request.path_params["code"]).removeprefix("/")))


def _html(page: str) -> Response[str]:
    return Response(page, media_type="text/html", headers=_HEADERS)
