"""The simulated account: everything it holds, and what it must not forget."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterable

from printvision.providers.simulators.agenda import Agenda
from printvision.providers.simulators.faults import Dice
from printvision.providers.simulators.granting import Granting, TokenEvent
from printvision.providers.simulators.journal import Journal
from printvision.providers.simulators.ledger import Ledger
from printvision.providers.simulators.printify import pricing
from printvision.providers.simulators.printify.blanks import Variant
from printvision.providers.simulators.printify.catalog import Offering
from printvision.providers.simulators.printify.config import Range, SimulatorConfig
from printvision.providers.simulators.printify.records import Hook, OAuthGrant, Order, Product, Upload


class Account:
    """Shelves that last, the ledger, the agenda and chance. The verbs are in the modules beside this one."""

    def __init__(self, config: SimulatorConfig) -> None:
        self.config = config
        self.agenda = Agenda()
        self.dice = Dice(config.faults, config.seed)
        self.ledger = Ledger(config.data_dir / "ledger" / "printify.jsonl")
        self.granting = Granting(config.data_dir / "ledger" / "printify-tokens.jsonl")
        self.journal = Journal(config.data_dir / "state" / "printify.jsonl")
        self.orders = self.journal.shelf("orders", Order)
        self.products = self.journal.shelf("products", Product)
        self.uploads = self.journal.shelf("uploads", Upload)
        self.hooks = self.journal.shelf("hooks", Hook)  # by topic: a shop has one for each
        self.grants = self.journal.shelf("grants", OAuthGrant)  # by refresh token
        self.order_ids: dict[str, str] = {}  # by external id
        self.connected = True
        self._chance = random.Random(config.seed)  # noqa: S311 -- repeatable on purpose, protects nothing

    def open(self) -> None:
        """Remember what was there before. Call it once, after everything has made its shelves."""
        self.journal.open()
        self.order_ids = {order.external_id: order.id for order in self.orders.values()}

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
        """A fresh whole number."""
        return self.journal.next_number()

    def fresh_id(self) -> str:
        """A fresh id: 24 hexadecimal digits."""
        return hashlib.blake2b(f"{self.config.seed}/{self.number()}".encode(), digest_size=12).hexdigest()

    def by_chance(self, share: float) -> bool:
        return self._chance.random() < share

    def after(self, stage: Range) -> float:
        """When a stage that begins now is over."""
        return time.time() + self._chance.uniform(*stage)

    def later(self, when: float, action: Callable[[], None]) -> None:
        self.agenda.at(when, action)

    def is_out(self, offering: Offering, variant: Variant) -> bool:
        """Whether the variant is out of stock at this print provider."""
        return variant.id in self.config.out_of_stock or self.dice.is_out(*offering.names(variant))

    def cost(self, offering: Offering, variant: Variant, positions: Iterable[str]) -> int:
        """What one piece costs now, in US cents."""
        return self.dice.priced(pricing.base_cost(offering, variant, positions))
