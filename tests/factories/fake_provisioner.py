"""A print provider that wants a product made of an offer before it can be ordered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

import pytest

from printvision.platform.money import Money
from printvision.providers.registry import adapter_types
from printvision.providers.schemas import AddConnection
from printvision.providers.sdk import Adapter, ProductSpec, Provisioned, Provisioner, VariantPrice
from printvision.providers.service import add_connection
from tests.factories.fake_adapter import FakeAdapter, FakeProvider, Hook
from tests.factories.workspaces import MadeWorkspace


@dataclass
class Workshop(FakeProvider):
    """`products` are what was really made, by our SKU; `after` runs behind each answer that changed something.

    A product tells that a piece costs `cents`, or nothing where that is None.
    """

    products: dict[str, list[ProductSpec]] = field(default_factory=dict[str, list[ProductSpec]])
    after: Hook = lambda verb, thing: None
    cents: int | None = 1150

    def fail_after(self, verb: str, error: BaseException, *, times: int = 1) -> None:
        """Do what is asked the next `times`, and raise `error` instead of answering."""
        left = times

        def raise_it(asked: str, about: str) -> None:
            nonlocal left
            del about
            if asked == verb and left > 0:
                left -= 1
                raise error

        self.after = raise_it

    @property
    def made(self) -> list[ProductSpec]:
        return [spec for specs in self.products.values() for spec in specs]

    def asked(self, verb: str) -> int:
        """How often it was asked, whatever for."""
        return sum(count for (each, _), count in self.calls.items() if each == verb)


class FakeMaker(FakeAdapter, Provisioner):
    """One connection's view of a `Workshop`."""

    key: ClassVar[str] = "maker"
    title: ClassVar[str] = "Maker"

    def __init__(self, workshop: Workshop) -> None:
        super().__init__(workshop)
        self.workshop = workshop

    async def find_product(self, spec: ProductSpec) -> Provisioned | None:
        self.workshop.answer("find_product", spec.sku)
        known = self.workshop.products.get(spec.sku)
        self.workshop.after("find_product", spec.sku)
        return self._told(known[0]) if known else None

    async def make_product(self, spec: ProductSpec) -> Provisioned:
        self.workshop.answer("make_product", spec.sku)
        self.workshop.products.setdefault(spec.sku, []).append(spec)
        self.workshop.after("make_product", spec.sku)
        return self._told(spec)

    def _told(self, spec: ProductSpec) -> Provisioned:
        cents = self.workshop.cents
        price = None
        if cents is not None:
            price = VariantPrice(
                variant_external_id=spec.variant_external_id, technique="print", price=Money(cents, "USD")
            )
        return Provisioned(external_id=f"product-{spec.sku}", price=price)


@pytest.fixture
def workshop(monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """The workshop behind every connection, and `maker` among the providers there are."""
    made = Workshop()
    kinds: Mapping[str, type[Adapter[Any]]] = {**adapter_types(), FakeMaker.key: FakeMaker}
    for module in ("registry", "service"):
        monkeypatch.setattr(f"printvision.providers.{module}.adapter_types", lambda: kinds)
    monkeypatch.setattr("printvision.providers.pool.make_adapter", lambda *_, **__: FakeMaker(made))
    return made


async def make_maker_connection(workspace: MadeWorkspace) -> UUID:
    wanted = AddConnection(provider="maker", name="Workshop", credentials={"token": "not-a-real-one"})
    async with workspace.scope() as scope:
        return (await add_connection(scope, wanted)).id
