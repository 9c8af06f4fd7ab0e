"""An offer is a product at those providers that want one: made once, found again, and telling its price."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

import msgspec
import pytest

from printvision.providers.sdk import (
    Adapter,
    ProductSpec,
    ProviderOutcomeUnknown,
    ProviderRejected,
    Provisioner,
)
from tests.contracts.bench import Bench, Stage


class ProvisioningContract:
    bench: ClassVar[Bench]

    async def test_a_product_is_found_by_its_sku_only_once_it_is_made(self, stage: Stage) -> None:
        maker, spec = self._ready(stage.connect())

        before = await maker.find_product(spec)
        made = await maker.make_product(spec)
        after = await maker.find_product(spec)

        assert before is None
        assert after == made

    async def test_a_product_tells_what_one_piece_costs(self, stage: Stage) -> None:
        maker, spec = self._ready(stage.connect())

        price = (await maker.make_product(spec)).price

        assert price is not None
        assert (price.variant_external_id, price.technique) == (
            spec.variant_external_id,
            spec.files[0].technique,
        )
        assert price.price.amount_minor > 0
        prices = await stage.connect().prices(spec.blueprint_external_id)
        assert price.price in [
            known.price for known in prices if known.variant_external_id == spec.variant_external_id
        ]

    async def test_a_product_whose_answer_was_lost_is_unknown_and_then_found(self, stage: Stage) -> None:
        maker, spec = self._ready(stage.connect())
        lost = {"share": 1, "operations": ["products.create"], "times": 1}
        await stage.faults(applied_then_timeout=lost)

        with pytest.raises(ProviderOutcomeUnknown):
            await maker.make_product(spec)

        assert await maker.find_product(spec) is not None

    async def test_a_product_of_another_variant_is_not_the_one_with_the_sku(self, stage: Stage) -> None:
        maker, spec = self._ready(stage.connect())
        await maker.make_product(spec)
        others = {item.variant_external_id for item in stage.order(lines=2).items} - {
            spec.variant_external_id
        }

        other = msgspec.structs.replace(spec, variant_external_id=others.pop())

        assert await maker.find_product(other) is None

    @pytest.mark.parametrize("wrong", ["no picture", "no such place", "no such variant"])
    async def test_a_product_that_cannot_be_printed_is_refused(self, stage: Stage, wrong: str) -> None:
        maker, spec = self._ready(stage.connect())
        elsewhere = msgspec.structs.replace(spec.files[0], placement="moon")
        changes: dict[str, Any] = {
            "no picture": {"files": ()},
            "no such place": {"files": (elsewhere,)},
            "no such variant": {"variant_external_id": "99999999"},
        }[wrong]
        impossible = msgspec.structs.replace(spec, **changes)

        with pytest.raises(ProviderRejected):
            await maker.make_product(impossible)

        assert await maker.find_product(spec) is None

    def _ready(self, adapter: Adapter[Any]) -> tuple[Provisioner, ProductSpec]:
        spec = self.bench.spec(f"pv-{uuid4().hex}")
        if not isinstance(adapter, Provisioner) or spec is None:
            pytest.skip("they want no products")
        return adapter, spec
