"""What many commands take: which installation, which workspace, for people or for programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from printvision.cli.output import Output
    from printvision.platform.settings import Settings


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Options:
    """
    Args:
        data: the data folder; without it, what the settings say.
        json: one JSON document as the last line of standard output, problems on standard error.
    """

    data: Annotated[
        Path | None,
        Parameter(help="The data folder (else PRINTVISION_DATA_DIR, else ./var)."),
    ] = None
    json: Annotated[
        bool,
        Parameter(
            negative="", show_default=False, help="Answer with one JSON document instead of words and tables."
        ),
    ] = False

    def settings(self) -> Settings:
        """
        Raises:
            InvalidSettings
        """
        import msgspec

        from printvision.platform.settings import load_settings

        loaded = load_settings()
        return loaded if self.data is None else msgspec.structs.replace(loaded, data_dir=str(self.data))

    def output(self) -> Output:
        from printvision.cli.output import Output

        return Output(json=self.json)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class WorkspaceOptions(Options):
    """
    Args:
        workspace: the short name of the workspace; needed where there is more than one.
    """

    workspace: Annotated[
        str | None, Parameter(name=("--workspace", "-w"), help="Short name of the workspace.")
    ] = None


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ServerOptions(Options):
    """
    Args:
        host, port: where the web server listens; without them, what the settings say.
    """

    host: Annotated[str | None, Parameter(help="The address to listen on (127.0.0.1).")] = None
    port: Annotated[int | None, Parameter(name=("--port", "-p"), help="The port to listen on (8000).")] = None

    def settings(self) -> Settings:
        """
        Raises:
            InvalidSettings
        """
        import msgspec

        from printvision.platform.errors import InvalidSettings
        from printvision.platform.settings import ServerSettings

        loaded = Options.settings(self)
        server = loaded.server
        if self.port is not None and not 1 <= self.port <= 65_535:
            raise InvalidSettings("--port: Expected 1 to 65535", variable="--port")
        if self.port is not None:
            # Whoever names a port and no public address is trying it out on this machine.
            untold = server.public_url == ServerSettings().public_url
            public = f"http://127.0.0.1:{self.port}" if untold else server.public_url
            server = msgspec.structs.replace(server, port=self.port, public_url=public)
        if self.host is not None:
            server = msgspec.structs.replace(server, host=self.host)
        return msgspec.structs.replace(loaded, server=server)


HERE = Options()
MINE = WorkspaceOptions()
SERVER = ServerOptions()
