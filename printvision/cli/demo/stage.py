"""Where the demo plays: its folder, its ports, its processes. It imports little, so that they start soon."""

from __future__ import annotations

from dataclasses import dataclass

from printvision.cli.demo.folder import DemoFolder
from printvision.cli.demo.plan import Plan
from printvision.cli.demo.surroundings import demo_settings, simulator_role
from printvision.cli.ports import check_port, free_port
from printvision.cli.roles import serve_role, worker_role
from printvision.platform.bundled_postgres import BundledPostgres
from printvision.platform.runtime import keyring_path
from printvision.platform.sealed import Keyring
from printvision.platform.settings import Settings
from printvision.platform.supervisor import Supervisor


@dataclass(frozen=True)
class Stage:
    """One demo's place on this machine."""

    plan: Plan
    folder: DemoFolder
    settings: Settings
    simulator_port: int

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
        return cls(plan, folder, settings, free_port())

    @property
    def url(self) -> str:
        return self.settings.server.public_url

    @property
    def simulator_url(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"

    def supervisor(self, database: BundledPostgres) -> Supervisor:
        """The processes, stopped in this order."""
        # A file that cannot be fetched fails an order for good, and a killed web server gives none.
        fetch_files = self.plan.kills == 0
        return Supervisor(
            [
                serve_role(self.settings),
                worker_role(self.settings),
                simulator_role(
                    self.folder, self.simulator_port, seed=self.plan.seed, fetch_files=fetch_files
                ),
            ],
            database=database,
            processes_file=self.folder.processes,
            log_folder=self.folder.logs,
        )
