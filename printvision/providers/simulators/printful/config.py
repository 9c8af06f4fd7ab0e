"""How Printful's simulator is set up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from printvision.providers.simulators.faults import Faults, Share

Range = tuple[Annotated[float, msgspec.Meta(ge=0)], Annotated[float, msgspec.Meta(ge=0)]]


class Stages(msgspec.Struct, frozen=True, kw_only=True):
    """How long each stage of production takes: seconds, evenly between the two.

    Args:
        costs: until a v2 order's costs are calculated; before, it cannot be confirmed.
        accept: pending, until it is in process.
        print: until all of it is printed and packed.
        ship: until the parcel is with the carrier.
        deliver: until it is at the door.
    """

    costs: Range = (0.05, 0.3)
    accept: Range = (0.3, 1.5)
    print: Range = (0.3, 1.5)
    ship: Range = (0.3, 1.5)
    deliver: Range = (0.3, 1.5)


class SimulatorConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one simulated Printful account with one store.

    Args:
        data_dir: holds `ledger/printful.jsonl` and `state/printful.jsonl`; made where missing.
        seed: of everything that is left to chance.
        api_tokens: what `Authorization: Bearer` may carry; none of them expires.
        public_url: where clients reach it, for the links in its answers.
        webhook_time_scale: what a minute of the documented pauses between tries lasts, in minutes.
        rate_limit: whether the documented limits are kept (120 calls a minute and their kin).
        fetch_files: whether artwork is really fetched, so that a wrong address fails the order.
        split_share: of confirmed orders with several lines from one plant, those sent in two parcels.
        out_of_stock: catalogue variants that are out of stock from the beginning.
        oauth_codes: authorization codes that `/oauth/token` trades in, again and again, whoever asks; others are given
            out by `/oauth/authorize` to the app `oauth_client_id`, for its secret.
        oauth_access_s: how long an access token is good for.
    """

    data_dir: Path
    seed: int = 0
    faults: Faults = Faults()
    stages: Stages = Stages()
    api_tokens: tuple[str, ...] = ("simulator-token",)
    store_id: int = 10
    store_name: str = "Simulated store"
    public_url: str = "https://api.printful.com"
    webhook_time_scale: float = 1.0
    rate_limit: bool = True
    fetch_files: bool = False
    split_share: Share = 0.1
    out_of_stock: tuple[int, ...] = (4030,)
    oauth_codes: tuple[str, ...] = ("simulator-code",)
    oauth_client_id: str = "simulator-app"
    oauth_client_secret: str = "simulator-secret"  # noqa: S105 - protects nothing
    oauth_access_s: float = 3_600.0
