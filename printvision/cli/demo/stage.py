"""Where the demo plays: its folder, its ports, its processes. It imports little, so that they start soon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from printvision.cli.demo.folder import DemoFolder
from printvision.cli.demo.plan import Plan
from printvision.cli.demo.surroundings import PROVIDERS, demo_settings, simulator_role
from printvision.cli.ports import check_port, free_port
from printvision.cli.roles import serve_role, worker_role
from printvision.platform.bundled_postgres import BundledPostgres
from printvision.platform.runtime import keyring_path
from printvision.platform.sealed import Keyring
from printvision.platform.settings import Settings
from printvision.platform.supervisor import Supervisor


@dataclass(frozen=True)
class Stage:
    """One demo's place on this machine.

    Args:
        simulators: the port of each provider's.
    """

    plan: Plan
    folder: DemoFolder
    settings: Settings
    simulators: Mapping[str, int]

    @classmethod
    def at(cls, folder: DemoFolder, plan: Plan) -> Stage:
        """In a fresh folder, on the wanted port or a free one.

        Raises:
            PortTaken
        """
        port = plan.port or free_port()
        check_port("127.0.0.1", port)
        settings = demo_settings(folder.path, port)
        # Made before anything asks for it; the folder is fresh, so nothing was sealed with another.
        Keyring.create(keyring_path(settings))
        return cls(plan, folder, settings, {provider: free_port() for provider in PROVIDERS})

    @property
    def url(self) -> str:
        return self.settings.server.public_url

    def simulator_url(self, provider: str) -> str:
        return f"http://127.0.0.1:{self.simulators[provider]}"

    def supervisor(self, database: BundledPostgres) -> Supervisor:
        """The processes, stopped in this order."""
        # A file that cannot be fetched fails an order for good, and a killed web server gives none.
        fetch_files = self.plan.kills == 0
        return Supervisor(
            [
                serve_role(self.settings),
                worker_role(self.settings),
                *(
                    simulator_role(provider, self.folder, port, seed=self.plan.seed, fetch_files=fetch_files)
                    for provider, port in self.simulators.items()
                ),
            ],
            database=database,
            processes_file=self.folder.processes,
            log_folder=self.folder.logs,
        )
