"""The simulated account: everything it holds, and what it must not forget."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable

from printvision.providers.simulators.agenda import Agenda
from printvision.providers.simulators.faults import Dice
from printvision.providers.simulators.granting import Granting, TokenEvent
from printvision.providers.simulators.journal import Journal
from printvision.providers.simulators.ledger import Ledger
from printvision.providers.simulators.printful.config import Range, SimulatorConfig
from printvision.providers.simulators.printful.records import (
    Hooks,
    OAuthGrant,
    Order,
    PlainHooks,
    StoredFile,
    SyncProduct,
    SyncVariant,
    Task,
)

_FIRST_NUMBER = 100_000_001


class Account:
    """Shelves that last, the ledger, the agenda and chance. The verbs are in the modules beside this one."""

    def __init__(self, config: SimulatorConfig) -> None:
        self.config = config
        self.agenda = Agenda()
        self.dice = Dice(config.faults, config.seed)
        self.ledger = Ledger(config.data_dir / "ledger" / "printful.jsonl")
        self.granting = Granting(config.data_dir / "ledger" / "printful-tokens.jsonl")
        self.journal = Journal(config.data_dir / "state" / "printful.jsonl")
        self.orders = self.journal.shelf("orders", Order)
        self.files = self.journal.shelf("files", StoredFile)
        self.products = self.journal.shelf("products", SyncProduct)
        self.hooks = self.journal.shelf("hooks", Hooks)
        self.plain_hooks = self.journal.shelf("plain_hooks", PlainHooks)
        self.tasks = self.journal.shelf("tasks", Task)
        self.grants = self.journal.shelf("grants", OAuthGrant)
        self.order_ids: dict[str, int] = {}  # by external id
        self.file_ids: dict[str, int] = {}  # by address
        self._chance = random.Random(config.seed)  # noqa: S311 -- repeatable on purpose, protects nothing

    def open(self) -> None:
        """Remember what was there before. Call it once, after everything has made its shelves."""
        self.journal.open(_FIRST_NUMBER)
        self.order_ids = {order.external_id: order.id for order in self.orders.values() if order.external_id}
        self.file_ids = {file.url: file.id for file in self.files.values()}
        if not self.products:
            self._stock_the_store()

    def revoke(self) -> int:
        """The account's owner takes back all that was granted; how much that was."""
        tokens = [token for token, _ in self.grants.items()]
        for token in tokens:
            self.granting.note(TokenEvent.REVOKED, token)
            self.grants.remove(token)
        return len(tokens)

    def close(self) -> None:
        self.journal.close()
        self.ledger.close()

    def number(self) -> int:
        """A fresh id."""
        return self.journal.next_number()

    def by_chance(self, share: float) -> bool:
        return self._chance.random() < share

    def after(self, stage: Range) -> float:
        """When a stage that begins now is over."""
        return time.time() + self._chance.uniform(*stage)

    def later(self, when: float, action: Callable[[], None]) -> None:
        self.agenda.at(when, action)

    def is_out(self, variant_id: int) -> bool:
        """Whether a catalogue variant is out of stock."""
        return variant_id in self.config.out_of_stock or self.dice.is_out(variant_id)

    def find_sync_variant(self, sync_id: int | None, external_id: str | None) -> SyncVariant | None:
        for product in self.products.values():
            for variant in product.variants:
                if variant.id == sync_id or (external_id and variant.external_id == external_id):
                    return variant
        return None

    def _stock_the_store(self) -> None:
        """The one product that the published order examples take for granted."""
        files = [{"type": "default", "url": "https://www.example.com/files/tshirts/example.png"}]
        variants = [
            SyncVariant(
                id=number, external_id=external_id, sync_product_id=1, variant_id=4010 + number,
                name="Sample tee", retail_price="19.99", files=files,
            )
            for number, external_id in ((1, "variant-1"), (2, "1001"))
        ]  # fmt: skip
        self.products.put(
            "1", SyncProduct(id=1, external_id="sample-tee", name="Sample tee", variants=variants)
        )


def fresh_key(bytes_: int = 24) -> str:
    return secrets.token_hex(bytes_)
