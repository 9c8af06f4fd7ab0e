"""The tree of commands. Each is imported when it is called, so that help and completion come at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Final, cast

from cyclopts import App, CycloptsError, Group

from printvision import __version__
from printvision.cli.exits import Exit, exit_of

RUN: Final = Group("Run", sort_key=1)
USE: Final = Group("Use", sort_key=2)
LOOK: Final = Group("Look after it", sort_key=3)


def build() -> App:
    """The whole command line."""
    app = App(
        name="printvision",
        help="The desk over print-on-demand providers: every order printed once, followed until delivered.",
        version=__version__,
        help_format="plaintext",
        group_commands=Group("Commands", sort_key=4),
        suppress_keyboard_interrupt=False,
        exit_on_error=False,
        print_error=False,
        result_action="return_value",
    )
    for name, where, group, words in (
        ("up", "running:up", RUN, "Run everything here: database, web server and worker."),
        ("serve", "running:serve", RUN, "Run the web server alone."),
        ("worker", "running:worker", RUN, "Run a worker alone."),
        ("migrate", "running:migrate", RUN, "Bring the database to this version's shape."),
        ("demo", "demo:demo", RUN, "See it work: simulated shop and provider, a few hundred orders."),
        ("simulate", "simulate:app", RUN, "Run a simulated print provider."),
        (
            "orders",
            "orders:app",
            USE,
            "List and show orders; hold, release, cancel, reroute, correct, reprint.",
        ),
        ("routes", "routes:app", USE, "Explain who was to make an order, and why."),
        ("rules", "rules:app", USE, "Show and set what counts when an order is routed."),
        ("connections", "connections:app", USE, "Connect print providers; test, sync and switch them live."),
        ("sign-in", "sign_in:sign_in", USE, "Print a link that signs you in with a browser."),
        ("operators", "operators:app", LOOK, "Let the first people in, and see who runs this."),
        ("tasks", "tasks:app", USE, "List, show and cancel long work and bulk."),
        (
            "hooks",
            "hooks:app",
            USE,
            "Have events sent to addresses of yours; test, pause, replay, see what became of them.",
        ),
        ("keys", "keys:app", USE, "Make, rotate and revoke API keys."),
        ("rates", "rates:app", LOOK, "Load and show exchange rates."),
        ("usage", "usage:app", LOOK, "Show how the API is used."),
        ("mail", "mail:app", LOOK, "Read the mail that was not sent."),
        ("settings", "settings:settings", LOOK, "Every setting and its value now."),
        ("features", "features:features", LOOK, "What each tier may do."),
        ("doctor", "doctor:doctor", LOOK, "Check the whole installation."),
    ):
        app.command(f"printvision.cli.{where}", name=name, group=group, help=words)
    cast("Any", app).register_install_completion_command(add_to_startup=False)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (`exits.Exit`)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    json = "--json" in given
    try:
        code = build()(given)
    except CycloptsError as error:
        return _usage(error, json=json)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        return _reader_gone()
    except SystemExit:
        return Exit.OK  # rich ends us so, with 1, where the reader of its output is gone
    except Exception as error:  # noqa: BLE001 -- the one place where a failed command is told
        from printvision.cli.problems import tell

        tell(error, json=json)
        return exit_of(error)
    return code if isinstance(code, int) else Exit.OK


def _usage(error: CycloptsError, *, json: bool) -> int:
    from printvision.cli.errors import BadUsage
    from printvision.cli.problems import tell

    tell(BadUsage(" ".join(str(error).split())), json=json)
    return Exit.USAGE


def _reader_gone() -> int:
    """`printvision orders list | head`: whoever read us has seen enough."""
    import os

    # Python would complain once more when it flushes standard output at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.OK
