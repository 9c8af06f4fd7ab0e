"""How Printify's simulator is set up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from printvision.providers.simulators.faults import Faults, Share

Seconds = Annotated[float, msgspec.Meta(ge=0)]
Range = tuple[Seconds, Seconds]

_DAY_S = 86_400.0


class Stages(msgspec.Struct, frozen=True, kw_only=True):
    """How long each stage of an order takes: seconds, evenly between the two.

    Args:
        costs: `pending`, until its costs are known and it waits on hold.
        accept: `sending-to-production`, until a print provider has it.
        print: `in-production`, until all of it is printed.
        ship: until the parcel is with the carrier and the order `fulfilled`.
        deliver: until it is at the door.
    """

    costs: Range = (0.05, 0.3)
    accept: Range = (0.3, 1.5)
    print: Range = (0.3, 1.5)
    ship: Range = (0.3, 1.5)
    deliver: Range = (0.3, 1.5)


class SimulatorConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one simulated Printify account with one shop.

    Args:
        data_dir: holds `ledger/printify.jsonl` and `state/printify.jsonl`; made where missing.
        seed: of everything that is left to chance.
        api_tokens: what `Authorization: Bearer` may carry; none of them expires.
        public_url: where clients reach it, for the links in its answers.
        auto_approve_s: how long an order may wait on hold before it is sent into production and charged without being
            asked for, as new shops have it; None for a shop whose approval was set to manual.
        webhook_time_scale: what a minute of the pauses between tries, and of the hour a webhook is blocked for,
            lasts, in minutes.
        rate_limit: whether the documented limits are kept (600 calls a minute and their kin).
        fetch_files: whether artwork given by address is really fetched, so that a wrong one is refused.
        split_share: of orders with several lines from one print provider, those sent in two parcels.
        out_of_stock: catalogue variants that are out of stock from the beginning.
        oauth_codes: grant codes that are traded for tokens, again and again, by the app `oauth_app_id`; others are
            given out by `/app/authorize`, and are good once.
        oauth_access_s: how long an access token is good for.
    """

    data_dir: Path
    seed: int = 0
    faults: Faults = Faults()
    stages: Stages = Stages()
    api_tokens: tuple[str, ...] = ("simulator-token",)
    shop_id: int = 5432
    shop_title: str = "Simulated shop"
    public_url: str = "https://api.printify.com"
    auto_approve_s: Seconds | None = _DAY_S
    webhook_time_scale: float = 1.0
    rate_limit: bool = True
    fetch_files: bool = False
    split_share: Share = 0.1
    out_of_stock: tuple[int, ...] = (17_907,)
    oauth_app_id: str = "simulator-app"
    oauth_codes: tuple[str, ...] = ("simulator-code",)
    oauth_access_s: Seconds = 21_600.0
