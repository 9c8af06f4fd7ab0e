"""What can go wrong on the command line alone; operations have their own errors."""

from __future__ import annotations

from printvision.platform.errors import PrintVisionError


class BadUsage(PrintVisionError):
    status = 400
    code = "cli/usage"
    title = "The command is not written as it should be"
    action = "See the command's own --help."


class NotRunning(PrintVisionError):
    status = 503
    code = "cli/not-running"
    title = "PrintVision does not run here"
    action = "Start it with `printvision up`, or name another data folder with --data."
    data: str


class WorkspaceUnclear(PrintVisionError):
    """`workspaces` are the short names of the workspaces there are, the first few."""

    status = 400
    code = "cli/workspace-unclear"
    title = "It is not clear which workspace is meant"
    action = "Name one of them with --workspace."
    workspaces: list[str]


class NameUnclear(PrintVisionError):
    """Several things are called so; `ids` are theirs."""

    status = 400
    code = "cli/name-unclear"
    title = "Several things have this name"
    action = "Name one of them by its id."
    ids: list[str]


class NotMigrated(PrintVisionError):
    status = 503
    code = "cli/not-migrated"
    title = "The database does not have this version's shape"
    action = "Run `printvision migrate`."


class PortTaken(PrintVisionError):
    status = 409
    code = "cli/port-taken"
    title = "Another program already listens on this port"
    action = "Stop that program, or choose another port with --port."
    port: int


class SimulatorUnreachable(PrintVisionError):
    status = 503
    code = "cli/simulator-unreachable"
    title = "No simulator answers there"
    action = "Start one with `printvision simulate`, or name its port with --port."
    url: str


class StillWaiting(PrintVisionError):
    """The work goes on by itself; only the waiting has ended."""

    status = 504
    code = "cli/still-waiting"
    title = "It is not done yet"
    action = "Look again later; if no worker runs, start one with `printvision worker`."
    waited_s: float


class DemoFolderInUse(PrintVisionError):
    status = 409
    code = "cli/demo-folder-in-use"
    title = "The demo does not use this folder"
    action = "Name an empty folder, or leave --data out for a temporary one."
    folder: str


class OwnerUnclear(PrintVisionError):
    """Nobody was named to sign in, and the workspace has no owner, or several."""

    status = 409
    code = "cli/owner-unclear"
    title = "It is not clear who signs in"
    action = (
        "Name somebody with --as. Where nobody has an account yet, `printvision operators invite ADDRESS` makes the "
        "first one."
    )
    owners: list[str]
