"""`printvision up`, `serve`, `worker` and `migrate`: the installation's own processes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from printvision.cli.options import HERE, SERVER, Options, ServerOptions

if TYPE_CHECKING:
    from rich.console import Console

    from printvision.cli.installation import Prepared
    from printvision.cli.output import Output
    from printvision.platform.settings import Settings

SHAPE_WITHIN_S = 60.0


def up(*, options: ServerOptions = SERVER) -> None:
    """Run everything here: the database (unless DATABASE_URL names one), the web server and a worker.

    The first time it makes a workspace and its API key, which it shows once and keeps in `first-api-key` in
    the data folder. Ctrl-C ends all of it.
    """
    from printvision.cli.stopping import run_until_stopped

    run_until_stopped(_up(options.settings(), options.output()))


async def _up(settings: Settings, out: Output) -> None:
    from printvision.cli.installation import database_of, prepare
    from printvision.cli.ports import check_port
    from printvision.cli.roles import serve_role, worker_role
    from printvision.platform.logs import configure_logs
    from printvision.platform.supervisor import Supervisor

    configure_logs("up", level="warning", json=False)
    check_port(settings.server.host, settings.server.port)
    database = database_of(settings)
    try:
        if database:
            out.say("Starting the database …")
            await asyncio.to_thread(database.start)
        out.say("Getting ready …")
        prepared = await prepare(settings)
        async with Supervisor(
            [serve_role(settings), worker_role(settings)],
            database=database,
            processes_file=settings.data_path / "processes.json",
            log_folder=settings.data_path / "logs",
        ) as supervisor:
            if await supervisor.wait_ready(timeout_s=60):
                _announce(settings, prepared, out)
                await supervisor.wait()
    finally:
        if database:
            await asyncio.to_thread(database.stop)
    out.say("Stopped.")


def _announce(settings: Settings, prepared: Prepared, out: Output) -> None:
    from rich.text import Text

    from printvision.cli.output import fields

    url = settings.server.public_url
    key = prepared.first_key.reveal() if prepared.first_key else None
    document = {"ready": True, "url": url, "api_key": key, "data": str(settings.data_path)}

    def show(console: Console) -> None:
        console.print(Text("PrintVision runs.", style="bold green"))
        console.print(
            fields(
                (
                    ("at", url),
                    ("data", settings.data_path),
                    ("logs", settings.data_path / "logs"),
                    ("API key", key),
                    ("", f"shown this once; also in {prepared.key_file}" if key else None),
                    (
                        "pages",
                        "`printvision operators invite YOUR-ADDRESS` prints your way in" if key else None,
                    ),
                )
            )
        )
        console.print(Text("Ctrl-C ends it.", style="dim"))

    out.answer(document, show)


def serve(*, options: ServerOptions = SERVER) -> None:
    """Run the web server alone: API, webhooks, links to files. The database and its shape are there already."""
    from printvision.app import serve as run
    from printvision.cli.ports import check_port
    from printvision.platform.lifeline import hold
    from printvision.platform.logs import configure_logs

    settings = options.settings()
    configure_logs("serve", level=settings.logs.level, json=settings.logs.json)
    hold()
    check_port(settings.server.host, settings.server.port)
    run(settings)


def worker(*, options: Options = HERE) -> None:
    """Run a worker alone: it carries orders forward. Any number may run.

    It waits a minute for the tables to be there.
    """
    from printvision.cli.shape import wait_for_tables

    settings = options.settings()
    wait_for_tables(settings, within_s=SHAPE_WITHIN_S)

    # It imports the whole product, which only what can begin at once should do.
    from printvision.worker import run_worker

    run_worker(settings)


def migrate(*, options: Options = HERE) -> None:
    """Bring the database to this version's shape; of a new installation also make the keyring and the first key.

    Where all of that is there already nothing happens.
    """
    from printvision.cli.installation import database_of, prepare, running
    from printvision.platform.logs import configure_logs

    settings = options.settings()
    configure_logs("migrate", level="warning", json=False)
    with running(database_of(settings)):
        prepared = asyncio.run(prepare(settings))
    key_file = str(prepared.key_file) if prepared.first_key else None

    def show(console: Console) -> None:
        console.print("The database has this version's shape.")
        if key_file:
            console.print(f"The first API key is in {key_file}.")

    options.output().answer({"migrated": True, "first_api_key_file": key_file}, show)
