"""The handlers of the pages: the shell is asked for again by its tag, what it is made of is kept for a year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from printvision.api.errors import NoSuchAddress
from printvision.api.fields import none_match
from printvision.api.web.build import File, Pages
from printvision.api.web.unbuilt import UNBUILT

ASSETS: Final = "assets/"  # their names change with their contents
SHELL_ADDRESSES: Final = (
    *("/", "/w", "/w/{page:path}"),
    *(
        "/sign-in",
        "/forgot",
        "/sign-up",
        "/reset",
        "/confirm",
        "/welcome",
        "/connect",
        "/sign-in/openid",
        "/invitation",
        "/oauth/{provider:str}",
    ),
)
_ASKED_FOR_AGAIN: Final = "no-cache"
_FOR_GOOD: Final = "public, max-age=31536000, immutable"

AnyRequest = Request[Any, Any, State]


def page_routes(pages: Pages | None) -> list[HTTPRouteHandler]:
    """The handlers of all pages.

    Args:
        pages: as they were built; None where they were not, which a page of its own then tells.
    """
    shown = pages or UNBUILT
    alone = [name for name in shown.files if not name.startswith(ASSETS)]
    return [_shell(shown), _assets(shown.files), *(_file(name, shown.files[name]) for name in alone)]


def _shell(pages: Pages) -> HTTPRouteHandler:
    headers = {"cache-control": _ASKED_FOR_AGAIN, "content-security-policy": pages.policy}

    async def shell(request: AnyRequest) -> Response[bytes | None]:
        return _answer(request, pages.shell, headers)

    return _handler([*SHELL_ADDRESSES], "shell")(shell)


def _assets(files: Mapping[str, File]) -> HTTPRouteHandler:
    async def asset(request: AnyRequest) -> Response[bytes | None]:
        found = files.get(ASSETS + str(request.path_params["name"]).removeprefix("/"))
        if found is None:
            raise NoSuchAddress
        return _answer(request, found, {"cache-control": _FOR_GOOD})

    return _handler(["/assets/{name:path}"], "assets")(asset)


def _file(name: str, file: File) -> HTTPRouteHandler:
    async def alone(request: AnyRequest) -> Response[bytes | None]:
        return _answer(request, file, {"cache-control": _ASKED_FOR_AGAIN})

    return _handler([f"/{name}"], name)(alone)


def _handler(addresses: list[str], name: str) -> HTTPRouteHandler:
    return HTTPRouteHandler(
        addresses, http_method=["GET", "HEAD"], status_code=200, name=name, include_in_schema=False
    )


def _answer(request: AnyRequest, file: File, headers: Mapping[str, str]) -> Response[bytes | None]:
    encoding, form = file.form(",".join(request.headers.getall("accept-encoding", [])))
    told = {**headers, "etag": form.tag, "vary": "accept-encoding"}
    known = request.headers.getall("if-none-match", [])
    if known and not none_match(known, form.tag):
        return Response(None, status_code=304, headers=told)
    if encoding:
        told["content-encoding"] = encoding
    return Response(form.body, media_type=file.media_type, headers=told)
