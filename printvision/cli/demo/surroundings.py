"""What the demo runs in: its own settings, and nothing of the operator's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from printvision.cli.demo.folder import DemoFolder
from printvision.platform.processes import Role
from printvision.platform.settings import (
    ALIASES,
    ProviderSettings,
    ServerSettings,
    Settings,
    WorkerSettings,
)

PROVIDERS = {"printful": "Printful", "printify": "Printify"}
"""Who prints: their names by their keys."""
ROLES = {"printful": "simulate", "printify": "simulate-printify"}
"""Their simulators' processes; the first has the name it had when it was the only one."""
REQUESTS_A_MINUTE = 12_000
"""What a connection may ask of its simulator, which keeps no limit here: a demo at the published 120 a minute would
take an hour."""


def forget_environment() -> None:
    """Take the operator's settings out of this process, so that no child of ours meets their database."""
    for name in [*os.environ]:
        if name.startswith("PRINTVISION_") or name in ALIASES.values():
            del os.environ[name]
    # An empty file, so that a printvision.toml in the current folder is not read.
    os.environ["PRINTVISION_CONFIG"] = os.devnull


def demo_settings(data: Path, port: int) -> Settings:
    """Everything in one folder, on this machine, with short pauses: what takes minutes in earnest takes seconds."""
    return Settings(
        data_dir=str(data),
        server=ServerSettings(port=port, public_url=f"http://127.0.0.1:{port}"),
        worker=WorkerSettings(stale_after_s=3.0, follow_every_s=6.0, sweep_every_s=1.0),
        providers=ProviderSettings(
            allow_private_addresses=True, connect_timeout_s=2.0, read_timeout_s=3.0, rest_s=3.0
        ),
    )


def simulator_role(provider: str, folder: DemoFolder, port: int, *, seed: int, fetch_files: bool) -> Role:
    """A simulated provider; its ledger is in the demo's folder."""
    return Role(
        ROLES[provider],
        [
            *(sys.executable, "-m", "printvision", "simulate", provider),
            *("--data", str(folder.path), "--port", str(port), "--seed", str(seed)),
            *("--no-rate-limit", "--webhook-time-scale", "0.01", "--json"),
            *(["--fetch-files"] if fetch_files else []),
        ],
        ready=f"http://127.0.0.1:{port}/_simulator/health",
        after="serve",
    )
