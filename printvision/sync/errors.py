"""What can go wrong with a sync as a whole."""

from __future__ import annotations

from printvision.platform.errors import PrintVisionError


class NotListed(PrintVisionError):
    """Told of a blueprint among a sync's problems."""

    status = 404
    code = "sync/not-listed"
    title = "The print provider does not list this blueprint"
    action = "Check its id; where it was there before, the provider has taken it out."


class NothingRead(PrintVisionError):
    """Told of a sync whose blueprints were all passed over."""

    status = 502
    code = "sync/nothing-read"
    title = "Not one of the blueprints could be read"
    action = "Look at the sync's problems and at the connection's last calls."


class SyncLost(PrintVisionError):
    """Told of a sync whose worker ended over and over without an answer."""

    code = "sync/lost"
    title = "The sync was begun several times and never came to its end"
    action = "Start it again; if it happens again, tell the operator."
