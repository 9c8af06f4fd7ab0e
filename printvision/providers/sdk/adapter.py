"""What an author of an adapter writes, and nothing more.

An adapter is a class with a few facts and a few calls; the client it is given authenticates, waits for the
budget, retries, keeps to time limits, breaks the circuit, redacts and records. `providers/adapters/` is
scanned, so a new file is a new provider.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, Self, TypeVar

import msgspec

from printvision.oauth import Declared
from printvision.platform.redaction import dec_hook
from printvision.providers.sdk.auth import Auth, Granted, OAuth2
from printvision.providers.sdk.breaker import Breaker
from printvision.providers.sdk.budget import Budget, Priority
from printvision.providers.sdk.errors import ProviderError
from printvision.providers.sdk.http import ProviderHttp
from printvision.providers.sdk.recording import Recorder
from printvision.providers.sdk.reply import Reply
from printvision.providers.sdk.types import (
    Account,
    AddressLimits,
    Blueprint,
    BlueprintVariant,
    Capabilities,
    OrderSnapshot,
    PrintArea,
    PrintOrder,
    ProductSpec,
    ProviderEvent,
    Provisioned,
    QuoteItem,
    Rate,
    Recipient,
    ShippingRate,
    Tariff,
    VariantPrice,
    VariantStock,
    WebhookRegistration,
)
from printvision.providers.sdk.wire import Client, Limits

SettingsT = TypeVar("SettingsT", bound=msgspec.Struct)


class Adapter(ABC, Generic[SettingsT]):
    """One account at one provider.

    Every call may raise the errors of `sdk.errors`; a call that changes something raises
    `ProviderOutcomeUnknown` where it was sent and no answer came.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    base_url: ClassVar[str]
    settings_type: ClassVar[type[msgspec.Struct]]
    capabilities: ClassVar[Capabilities]
    rate: ClassVar[Rate]
    address_limits: ClassVar[AddressLimits] = AddressLimits()
    oauth: ClassVar[Declared | None] = None
    """How access is granted by signing in there. The settings' `token` is then a secret that is the connection's own
    and nobody's there: good to make others of, such as a webhook's, and never sent.
    """

    def __init__(self, settings: SettingsT, http: ProviderHttp) -> None:
        self.settings = settings
        self.http = http

    @classmethod
    def connect(
        cls,
        settings: SettingsT,
        *,
        client: Client,
        budget: Budget,
        breaker: Breaker,
        recorder: Recorder,
        limits: Limits | None = None,
        base_url: str | None = None,
        granted: Granted | None = None,
        priority: Priority = Priority.ORDERS,
    ) -> Self:
        """The adapter with its client around it.

        Args:
            client: from `open_client`, shared by all connections of the process.
            base_url: another address than the provider's own, such as a simulator's.
            granted: where the connection was granted by OAuth 2; its tokens go with the calls then.
        """
        proof = OAuth2(granted) if granted else cls.authenticate(settings)
        http = ProviderHttp(
            base_url or cls.base_url,
            proof,
            client=client,
            budget=budget,
            breaker=breaker,
            recorder=recorder,
            provider=cls.key,
            limits=limits,
            classify=cls.classify,
            headers=cls.headers(settings),
            priority=priority,
            whole_limit=cls.rate.requests,
        )
        return cls(settings, http)

    @classmethod
    def read_settings(cls, values: Mapping[str, Any]) -> SettingsT:
        """Settings from plain values; texts become `Secret` where the settings say so.

        Raises:
            msgspec.ValidationError: names the field that does not fit; no value is quoted.
        """
        return msgspec.convert(values, cls.settings_type, dec_hook=dec_hook)  # pyright: ignore[reportReturnType]

    @classmethod
    @abstractmethod
    def authenticate(cls, settings: SettingsT) -> Auth:
        """How calls prove who we are, where they do by what somebody entered."""

    @classmethod
    def headers(cls, settings: SettingsT) -> Mapping[str, str]:
        """What else goes with every call; nothing secret."""
        del settings
        return {}

    @classmethod
    def classify(cls, reply: Reply, error: ProviderError) -> ProviderError:
        """Their own meaning of an error answer, where the status alone misleads."""
        del reply
        return error

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
    async def prices(
        self, blueprint_external_id: str, *, currency: str | None = None
    ) -> Sequence[VariantPrice]:
        """This account's prices of every variant of the blueprint."""

    @abstractmethod
    async def stock(self, blueprint_external_id: str) -> Sequence[VariantStock]: ...

    @abstractmethod
    async def tariffs(
        self, blueprint_external_id: str, variant_external_ids: Sequence[str], recipient: Recipient
    ) -> Sequence[Tariff]:
        """What carrying these variants of a blueprint to the recipient's country costs, by each method they offer.

        Kept by country: of the recipient nothing else may change the answer.
        """

    @abstractmethod
    async def shipping_rates(
        self, recipient: Recipient, items: Sequence[QuoteItem], *, currency: str | None = None
    ) -> Sequence[ShippingRate]:
        """What carrying exactly these items to exactly there costs now."""

    # -- orders ----------------------------------------------------------------------------------------------

    @abstractmethod
    async def prepare(self, order: PrintOrder) -> OrderSnapshot:
        """Put the order there without having it printed; again with the same `ref` makes no second one."""

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


class Provisioner(ABC):
    """A provider where an offer is a product of its own, made before it can be priced or ordered.

    An adapter that is one of these is asked for it once for each offer, found again by our SKU.
    """

    @abstractmethod
    async def find_product(self, spec: ProductSpec) -> Provisioned | None:
        """The product that carries the SKU, or None where they list none."""

    @abstractmethod
    async def make_product(self, spec: ProductSpec) -> Provisioned:
        """Make it. Not looked for first: the caller does, where an earlier try may have worked."""
