"""What a provider calls us with is believed only when it is signed, and then only as a hint."""

from __future__ import annotations

from typing import ClassVar

import pytest

from printvision.providers.sdk import ProviderUnintelligible
from tests.contracts.bench import Bench, Stage, until
from tests.contracts.postbox import Delivery, Postbox

NONSENSE = (b"", b"{}", b"[]", b"null", b"\xff", b'{"type": 5}', b"[" * 50_000, b'{"type": "x"}')


class WebhookContract:
    bench: ClassVar[Bench]

    async def test_a_delivery_is_accepted_with_its_signature_and_refused_without(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order()
        if not adapter.capabilities.signed_webhooks:
            pytest.skip("they do not sign")

        async with Postbox() as postbox:
            registered = await adapter.register_webhooks(postbox.url)
            made = await adapter.prepare(order)

            async def delivered() -> Delivery | None:
                for delivery in postbox.deliveries:
                    events = adapter.read_webhook(delivery.body)
                    if any(event.provider_order_id == made.provider_order_id for event in events):
                        return delivery
                return None

            delivery = await until(delivered)

        assert registered.secret
        assert registered.secret not in repr(registered)
        other = registered.secret[::-1]
        assert adapter.verify_webhook(delivery.body, delivery.headers, registered.secret)
        assert not adapter.verify_webhook(delivery.body + b" ", delivery.headers, registered.secret)
        assert not adapter.verify_webhook(delivery.body, {}, registered.secret)
        for wrong in (other, "", "zz", "ø"):
            assert not adapter.verify_webhook(delivery.body, delivery.headers, wrong)
        (event,) = adapter.read_webhook(delivery.body)
        assert (event.provider_order_id, event.known) == (made.provider_order_id, True)
        assert event.dedupe_key == adapter.read_webhook(delivery.body)[0].dedupe_key

    @pytest.mark.parametrize("body", NONSENSE)
    async def test_a_body_that_is_nothing_of_theirs_is_unintelligible(
        self, stage: Stage, body: bytes
    ) -> None:
        with pytest.raises(ProviderUnintelligible):
            stage.connect().read_webhook(body)
