"""An address too long for a provider is never cut: another makes the order, or a person is told what is too long."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from printvision.orders.possible import Verb
from printvision.orders.states import HoldReason, Stage
from printvision.platform.address import Recipient
from printvision.providers import adapter_type
from printvision.providers.sdk import AddressLimits
from tests.orders.carrying import send, settle
from tests.orders.houses import Houses
from tests.orders.vendor import BUYER, Vendor
from tests.orders.verbs import ask

ONE_TEE = [("TEE-M", 1)]


def living_at(length: int) -> dict[str, Any]:
    """A buyer whose street has so many characters."""
    return BUYER | {"line1": "77 Quillback Row".ljust(length, "w")}


@pytest.fixture
def short_printify(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter_type("printify"), "address_limits", AddressLimits(longest={"line1": 35}))


@pytest.fixture
def short_printful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter_type("printful"), "address_limits", AddressLimits(longest={"line1": 35}))


@pytest.mark.parametrize(("length", "first"), [(35, True), (36, False)])
@pytest.mark.usefixtures("short_printify")
async def test_what_is_too_long_for_one_is_made_by_the_other(mixed: Houses, length: int, first: bool):
    order_id = await send(mixed, recipient=living_at(length))

    assert (await mixed.order(order_id)).stage == Stage.SENT
    assert await mixed.made(order_id) == ((ONE_TEE, []) if first else ([], ONE_TEE))


@pytest.mark.usefixtures("short_printful")
async def test_what_is_too_long_for_all_waits_for_a_person_who_is_told_what_is(vendor: Vendor):
    order_id = await send(vendor, recipient=living_at(36))

    row = await vendor.order(order_id)
    assert (row.stage, row.hold_reason) == (Stage.CHECKED, HoldReason.ADDRESS)
    assert row.hold_detail is not None
    assert "line1 is longer than its 35 characters (36)" in row.hold_detail
    assert "Quillback" not in row.hold_detail
    assert await vendor.fulfilments(order_id) == []

    await ask(vendor, Verb.EDIT_ADDRESS, order_id, recipient=msgspec.convert(living_at(35), Recipient))
    await settle(vendor, order_id)

    row = await vendor.order(order_id)
    assert (row.stage, row.hold_reason) == (Stage.SENT, None)
    known_there = (await vendor.submission(order_id)).provider_order_id
    told = (await vendor.printful.client.get(f"/v2/orders/{known_there}")).json()["data"]["recipient"]
    assert told["address1"] == living_at(35)["line1"]


@pytest.mark.usefixtures("short_printful")
async def test_an_address_that_grows_too_long_after_sending_is_taken_back_and_held(vendor: Vendor):
    order_id = await send(vendor)

    await ask(vendor, Verb.EDIT_ADDRESS, order_id, recipient=msgspec.convert(living_at(36), Recipient))
    await settle(vendor, order_id)

    row = await vendor.order(order_id)
    assert (row.stage, row.hold_reason) == (Stage.CHECKED, HoldReason.ADDRESS)
    assert len(await vendor.submissions(order_id)) == 1
