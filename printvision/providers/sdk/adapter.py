"""What an author of an adapter writes, and nothing more.

An adapter is a class with a few facts and a few calls; the client it is given authenticates, waits for the budget,
retries, keeps to time limits, breaks the circuit, redacts and records. `providers/adapters/` is scanned, so a new
file is a new provider.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from printvision.providers.sdk.http import ProviderHttp
from printvision.providers.sdk.types import (
    Account,
    Blueprint,
    BlueprintVariant,
    Capabilities,
    OrderSnapshot,
    PrintArea,
    PrintOrder,
    ProviderEvent,
    QuoteItem,
    Rate,
    Recipient,
    ShippingRate,
    VariantPrice,
    VariantStock,
    WebhookRegistration,
)

SettingsT = TypeVar("SettingsT", bound=msgspec.Struct)


class Adapter(ABC, Generic[SettingsT]):
    """One account at one provider.

    Every call may raise the errors of `sdk.errors`; a call that changes something raises `ProviderOutcomeUnknown`
    where it was sent and no answer came.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    base_url: ClassVar[str]
    settings_type: ClassVar[type[msgspec.Struct]]
    capabilities: ClassVar[Capabilities]
    rate: ClassVar[Rate]

    def __init__(self, settings: SettingsT, http: ProviderHttp) -> None:
        self.settings = settings
        self.http = http

    @classmethod
    @abstractmethod
    def authenticate(cls, settings: SettingsT) -> Any:
        """How calls prove who we are: one of `sdk.auth`."""

    # -- account ---------------------------------------------------------------------------------------------

    @abstractmethod
    async def account(self) -> Account:
        """Their cheapest call that proves the credential."""

    # -- catalogue -------------------------------------------------------------------------------------------

    @abstractmethod
    def blueprints(self) -> AsyncIterator[Blueprint]: ...

    @abstractmethod
    def variants(self, blueprint_external_id: str) -> AsyncIterator[BlueprintVariant]: ...

    @abstractmethod
    async def print_areas(self, blueprint_external_id: str) -> Sequence[PrintArea]: ...

    @abstractmethod
    async def prices(self, blueprint_external_id: str, *, currency: str | None = None) -> Sequence[VariantPrice]:
        """This account's prices of every variant of the blueprint."""

    @abstractmethod
    async def stock(self, blueprint_external_id: str) -> Sequence[VariantStock]: ...

    @abstractmethod
    async def shipping_rates(
        self, recipient: Recipient, items: Sequence[QuoteItem], *, currency: str | None = None
    ) -> Sequence[ShippingRate]: ...

    # -- orders ----------------------------------------------------------------------------------------------

    @abstractmethod
    async def prepare(self, order: PrintOrder) -> OrderSnapshot:
        """Put the order there without having it printed. Repeating it with the same `ref` makes no second one."""

    @abstractmethod
    async def commit(self, provider_order_id: str) -> OrderSnapshot:
        """Have it printed and charged. Committing what is committed answers its state."""

    @abstractmethod
    async def get(self, provider_order_id: str) -> OrderSnapshot:
        """The order now, with its parcels."""

    @abstractmethod
    async def find(self, ref: str) -> OrderSnapshot | None:
        """The order that carries our reference, or None where they know none *at this moment*."""

    @abstractmethod
    async def cancel(self, provider_order_id: str) -> OrderSnapshot:
        """Stop it, and read it back.

        Raises:
            ProviderRejected: too late; they say why.
        """

    # -- webhooks --------------------------------------------------------------------------------------------

    @abstractmethod
    async def register_webhooks(self, url: str) -> WebhookRegistration: ...

    @classmethod
    @abstractmethod
    def verify_webhook(cls, body: bytes, headers: Mapping[str, str], secret: str) -> bool:
        """Whether the raw body is signed with `secret`; header names are lower case."""

    @classmethod
    @abstractmethod
    def read_webhook(cls, body: bytes) -> Sequence[ProviderEvent]:
        """What a webhook says.

        Raises:
            ProviderUnintelligible: the body is nothing they send.
        """
