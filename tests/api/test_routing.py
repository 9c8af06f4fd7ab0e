"""From an address to its call."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from printvision.api.edge import Application
from printvision.api.incoming import Incoming
from printvision.api.routing import Answer, Found, Route, Routes


async def handler(request: Incoming, words: Mapping[str, str]) -> Answer:
    return Answer(200)


ROUTES = Routes(
    Route(method, path, handler)
    for method, path in (
        ("GET", "/orders"),
        ("POST", "/orders"),
        ("POST", "/orders/bulk"),
        ("GET", "/orders/{order_id}"),
        ("PATCH", "/orders/{order_id}"),
        ("POST", "/orders/{order_id}/lines/{line_id}"),
    )
)


def find(path: str) -> Found:
    found = ROUTES.find(path)
    assert found is not None
    return found


@pytest.mark.parametrize("path", ["/orders", "/orders/", "//orders", "/orders//"])
def test_needless_slashes_do_not_count(path: str):
    assert (find(path).path, find(path).words) == ("/orders", ())


@pytest.mark.parametrize("path", ["", "/", "/order", "/orders/1/lines", "/orders/1/lines/2/3", "/Orders"])
def test_nothing_is_there(path: str):
    assert ROUTES.find(path) is None


def test_words_stand_for_parameters_in_their_order():
    found = find("/orders/a b/lines/ü")

    assert found.words == ("a b", "ü")
    there = found.address.find("POST")
    assert there is not None
    assert there[1] == ("order_id", "line_id")


@pytest.mark.parametrize("path", ["/orders/bulk", "/orders/bulk/"])
def test_a_literal_word_goes_before_a_parameter_and_is_not_taken_back(path: str):
    found = find(path)

    assert found.words == ()
    assert found.address.find("GET") is None
    assert found.address.allow == "OPTIONS, POST"


def test_an_address_names_its_methods():
    assert find("/orders").address.allow == "GET, HEAD, OPTIONS, POST"
    assert find("/orders/1").address.allow == "GET, HEAD, OPTIONS, PATCH"


async def test_what_the_framework_serves_is_hidden_by_no_call(app: Litestar):
    assert isinstance(app, Application)
    served = [route.path for route in app.routes if isinstance(route, HTTPRoute)]

    assert "/api/v1/events/stream" in served
    assert [path for path in served if app.direct.has(path)] == []
