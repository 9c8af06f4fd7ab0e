"""Every setting, as one typed tree, read once at start from a TOML file and the environment.

A setting `server.port` is `[server] port = 8000` in the file and `PRINTVISION_SERVER_PORT` in the environment, which
wins; the few names the whole world uses (`DATABASE_URL`, `REDIS_URL`) are taken as they are. A variable that is empty
counts as not given. A wrong value stops the start and names itself. Nothing else in the product reads the environment.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_type_hints

import msgspec
from msgspec import Meta

from printvision.platform.errors import InvalidSettings
from printvision.platform.redaction import Secret, dec_hook

Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Port = Annotated[int, Meta(ge=0, le=65_535)]
Budget = Annotated[int, Meta(ge=1, le=1_000_000_000)]
Word = Annotated[str, Meta(min_length=1)]
_ORIGIN = r"https?://[a-z0-9.:\[\]-]+"  # as browsers write it: in lower case and without a path
Origins = Annotated[str, Meta(pattern=rf"^({_ORIGIN}( {_ORIGIN})*)?$")]
WebAddress = Annotated[str, Meta(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$")]

POSTGRES: Final = ("postgresql://", "postgres://", "postgresql+psycopg://")
REDIS: Final = ("redis://", "rediss://", "unix://")


def _check_scheme(url: Secret | None, schemes: tuple[str, ...]) -> None:
    # Only how it begins is told: the rest may hold a password.
    if url is not None and not url.reveal().startswith(schemes):
        raise ValueError(f"Expected an address that begins with {' or '.join(schemes)}")


class DatabaseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where PostgreSQL is. All empty: the bundled server in the data folder.

    Args:
        url: the login of the application, to which row-level security applies.
        system_url: the login of relay, scheduler, sign-in and operators.
        owner_url: the login that owns the tables; used by migrations alone.
        direct_url: past a transaction pooler, for LISTEN; `system_url` where there is no pooler.
        pool_size: the most connections of a process for the application's login; half as many for the system's.
    """

    url: Secret | None = None
    system_url: Secret | None = None
    owner_url: Secret | None = None
    direct_url: Secret | None = None
    pool_size: Annotated[int, Meta(ge=1, le=100)] = 10

    def __post_init__(self) -> None:
        for url in (self.url, self.system_url, self.owner_url, self.direct_url):
            _check_scheme(url, POSTGRES)


class ServerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The web server.

    Args:
        host: the address it listens on.
        port: 0 takes a free one.
        public_url: what providers and shops call; links are made from it, never from a Host header.
        allow_insecure_http: lets people sign in over http from afar, where whoever is on the way reads what they do.
        max_body_bytes: the largest request, uploads apart.
        max_upload_bytes: the largest picture.
        requests_a_minute: of one API key, over all processes.
        workspace_requests_a_minute: of all keys of a workspace together.
        address_requests_a_minute: of an address, by calls without a key or with one that is not known yet.
        trusted_proxies: networks of proxies whose `X-Forwarded-For` is believed, such as `10.0.0.0/8`, separated by a
            space; nobody's where it is empty.
        cors_origins: whose pages a browser lets call the API with any workspace's key, such as `https://app.example.com`,
            separated by a space; a workspace adds its own.
    """

    host: Word = "127.0.0.1"
    port: Port = 8000
    public_url: WebAddress = "http://127.0.0.1:8000"
    allow_insecure_http: bool = False
    max_body_bytes: Annotated[int, Meta(ge=1_024, le=100_000_000)] = 5_000_000
    max_upload_bytes: Annotated[int, Meta(ge=1_024, le=1_000_000_000)] = 200_000_000
    requests_a_minute: Budget = 6_000
    workspace_requests_a_minute: Budget = 12_000
    address_requests_a_minute: Budget = 1_200
    trusted_proxies: str = ""
    cors_origins: Origins = ""

    def __post_init__(self) -> None:
        try:
            self.proxy_networks()
        except ValueError as error:
            raise ValueError(f"Expected networks such as 10.0.0.0/8, separated by a space: {error}") from None

    def proxy_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(ip_network(word) for word in self.trusted_proxies.split())


class WorkerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The process that carries orders forward.

    Args:
        concurrency: runs at once in one process.
        poll_s: how often the queue is looked at.
        stale_after_s: silence after which another process takes up a worker's runs.
        follow_every_s: how often a provider is asked about an order when its webhooks are silent.
        sweep_every_s: how often orders without a run are looked for.
    """

    concurrency: Annotated[int, Meta(ge=1, le=500)] = 24
    poll_s: Seconds = 0.2
    stale_after_s: Seconds = 10.0
    follow_every_s: Seconds = 900.0
    sweep_every_s: Seconds = 5.0


class ProviderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Calls to providers.

    Args:
        allow_private_addresses: lets a connection point at this machine or its network: simulators and tests.
        connect_timeout_s: until there is a connection.
        read_timeout_s: the longest silence while an answer comes.
        rest_s: how long a connection that failed several times in a row is left alone.
        calls_kept: how many of a connection's last calls are kept, redacted.
    """

    allow_private_addresses: bool = False
    connect_timeout_s: Seconds = 5.0
    read_timeout_s: Seconds = 20.0
    rest_s: Seconds = 30.0
    calls_kept: Annotated[int, Meta(ge=0, le=10_000)] = 200


class AppSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """PrintVision as one provider, or one kind of shop, knows it.

    Args:
        client_id: it is registered there by; nothing is granted by OAuth 2 where it is empty.
        client_secret: where it has one beside its id.
        address: another place than its own, such as a simulator's; needs `providers.allow_private_addresses`.
    """

    client_id: Word | None = None
    client_secret: Secret | None = None
    address: WebAddress | None = None


class OAuthSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where PrintVision is registered, so that access is granted by signing in there."""

    printful: AppSettings = AppSettings()
    printify: AppSettings = AppSettings()
    shopify: AppSettings = AppSettings()


class LiveSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Streams of events to whoever watches.

    Args:
        heartbeat_s: the longest silence on a stream.
        buffer: how many events a slow reader may be behind before its stream is cut off.
        streams: the most at once in one web process.
        streams_a_workspace: the most of them of one workspace.
        resume_within_s: the oldest id that a stream is resumed from.
    """

    heartbeat_s: Annotated[float, Meta(gt=0, le=15)] = 10.0
    buffer: Annotated[int, Meta(ge=1, le=10_000)] = 1_000
    streams: Annotated[int, Meta(ge=1, le=100_000)] = 4_000
    streams_a_workspace: Annotated[int, Meta(ge=1, le=100_000)] = 500
    resume_within_s: Seconds = 86_400.0


class HookSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Calls to the addresses that workspaces want their events sent to.

    Args:
        allow_private_addresses: lets an endpoint be on this machine or its network, by http too.
        call_timeout_s: one call, from connecting to the answer.
        disable_after_s: how long every call to an endpoint may fail before nothing more is sent to it.
        keep_s: how long a delivery is kept, whatever became of it.
    """

    allow_private_addresses: bool = False
    call_timeout_s: Annotated[float, Meta(gt=0, le=30)] = 15.0
    disable_after_s: Annotated[float, Meta(ge=3_600)] = 432_000.0
    keep_s: Annotated[float, Meta(ge=86_400)] = 2_592_000.0


class CacheSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers that are given again.

    Args:
        store: `memory` of each process; `disk`, a folder among the data, for several processes of one machine;
            `redis`, the server that `redis_url` names, for all of them.
        memory_bytes: the most that one process keeps.
        disk_bytes: the most that the folder holds, about.
        entry_bytes: the largest answer that is kept.
    """

    store: Literal["memory", "disk", "redis"] = "memory"
    memory_bytes: Annotated[int, Meta(ge=1_000_000)] = 64_000_000
    disk_bytes: Annotated[int, Meta(ge=1_000_000)] = 500_000_000
    entry_bytes: Annotated[int, Meta(ge=1_024, le=100_000_000)] = 256_000


class MetricsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Figures for a Prometheus.

    Args:
        key: opens `/metrics` of the web server, as a bearer, from anywhere; without one it answers this machine.
        host: the address of the ports below.
        port: of the web server's figures alone; none where it is empty.
        worker_port: of the worker's; each worker on a machine needs its own.
    """

    key: Secret | None = None
    host: Word = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65_535)] | None = None
    worker_port: Annotated[int, Meta(ge=1, le=65_535)] | None = None


class IssuerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An issuer of OpenID Connect that people sign in by.

    Args:
        name: in addresses; it never changes.
        title: what the sign-in page calls it.
        url: its issuer identifier, to the letter.
        allow_private_addresses: lets it be on this machine or its network.
    """

    name: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$")]
    title: Annotated[str, Meta(min_length=1, max_length=60)]
    url: WebAddress
    client_id: Word
    client_secret: Secret
    allow_private_addresses: bool = False


class AccountSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may have an account.

    Args:
        sign_up: `invite`: who is invited; `open`: whoever reads their mail; `closed`: whom an operator lets in.
        refused_passwords: a file with a password a line that nobody may take, beside those that everybody knows.
        issuers: of OpenID Connect, each with `name`, `title`, `url`, `client_id` and `client_secret`; JSON in the
            environment, `[[accounts.issuers]]` in the file.
    """

    sign_up: Literal["invite", "open", "closed"] = "invite"
    refused_passwords: Word | None = None
    issuers: list[IssuerSettings] = []

    def __post_init__(self) -> None:
        if len({issuer.name for issuer in self.issuers}) < len(self.issuers):
            raise ValueError("Expected issuers of different names")
        if len({issuer.url for issuer in self.issuers}) < len(self.issuers):
            raise ValueError("Expected issuers of different addresses")


class MailSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How mail is sent.

    Args:
        host: an SMTP server; without one letters wait in the outbox (`printvision mail outbox`).
        port: 587 for `starttls`, 465 for `tls`, as a rule.
        security: `none` is for a server on this machine or a network that is trusted.
        user: where the server asks who sends.
        sender: whose letters they are, such as `PrintVision <desk@print.example>`.
    """

    host: Word | None = None
    port: Annotated[int, Meta(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Word | None = None
    password: Secret | None = None
    sender: Word = "PrintVision <printvision@localhost>"


class LogSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is written to standard error.

    Args:
        level: debug, info, warning, error or critical.
        json: one JSON object a line; false for people.
    """

    level: str = "info"
    json: bool = True


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What concerns everything.

    Args:
        data_dir: holds the keyring, the files and, where it is bundled, the database.
        redis_url: shares request rates between several web processes, and what they cache where that says so.
        files_url: an S3 address for pictures, instead of the data folder.
        validate_responses: hold every answer of the API against its schema before it is sent; for tests and trials.
    """

    data_dir: Word = "./var"
    redis_url: Secret | None = None
    files_url: Word | None = None
    validate_responses: bool = False
    database: DatabaseSettings = DatabaseSettings()
    server: ServerSettings = ServerSettings()
    worker: WorkerSettings = WorkerSettings()
    providers: ProviderSettings = ProviderSettings()
    oauth: OAuthSettings = OAuthSettings()
    live: LiveSettings = LiveSettings()
    hooks: HookSettings = HookSettings()
    cache: CacheSettings = CacheSettings()
    metrics: MetricsSettings = MetricsSettings()
    accounts: AccountSettings = AccountSettings()
    mail: MailSettings = MailSettings()
    logs: LogSettings = LogSettings()

    def __post_init__(self) -> None:
        _check_scheme(self.redis_url, REDIS)
        if self.cache.store == "redis" and self.redis_url is None:
            raise ValueError("Expected REDIS_URL beside a cache that is to be in Redis")
        elsewhere = [app.address for app in msgspec.structs.astuple(self.oauth) if app.address]
        if elsewhere and not self.providers.allow_private_addresses:
            raise ValueError("Expected providers.allow_private_addresses beside an address of an oauth app")

    @property
    def data_path(self) -> Path:
        return Path(self.data_dir).expanduser().resolve()


ALIASES: dict[tuple[str, ...], str] = {
    ("database", "url"): "DATABASE_URL",
    ("database", "system_url"): "DATABASE_SYSTEM_URL",
    ("database", "owner_url"): "DATABASE_OWNER_URL",
    ("database", "direct_url"): "DATABASE_DIRECT_URL",
    ("redis_url",): "REDIS_URL",
}


def load_settings(environ: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """Read the file (`PRINTVISION_CONFIG`, else `printvision.toml` if it is there) and the environment over it.

    Raises:
        InvalidSettings: names the variable, or the file and the place in it.
    """
    environ = os.environ if environ is None else environ
    named = environ.get("PRINTVISION_CONFIG")
    file = file or (Path(named) if named else None)
    if file is None and Path("printvision.toml").is_file():
        file = Path("printvision.toml")
    tree = _read_file(file) if file else {}
    if file:
        _check(str(file), tree)
    for path in _leaves(Settings):
        name = variable(path)
        if value := environ.get(name):
            _put(tree, path, _parse(name, value) if path in LISTS else value)
            _check(name, tree)
    known = {variable(path) for path in _leaves(Settings)} | OWN_VARIABLES
    for name in environ:
        if name.startswith("PRINTVISION_") and name not in known:
            raise InvalidSettings(
                f"{name} is not a setting; see `printvision settings` for the list", variable=name
            )
    return _convert(tree)


def server_at(public_url: str) -> ServerSettings:
    """Settings of a server that is reached there, for a command that is told an address.

    Raises:
        InvalidSettings: it is none.
    """
    try:
        return msgspec.convert({"public_url": public_url}, ServerSettings)
    except msgspec.ValidationError as error:
        raise InvalidSettings(f"--url: {error}", variable="--url") from None


LISTS: Final = frozenset({("accounts", "issuers")})
"""Settings that are lists: JSON in the environment."""

OWN_VARIABLES = {
    "PRINTVISION_CONFIG",
    "PRINTVISION_SHARED",
    "PRINTVISION_SKIP_WEB",
    "PRINTVISION_LIFELINE_FD",
    "PRINTVISION_API_KEY",
    "PRINTVISION_URL",
}
"""Names that are ours but not settings: where the file is, what tests read, what a child process inherits, and what
the command line takes as its key and address, and that the build leaves the pages out."""


def variable(path: tuple[str, ...]) -> str:
    """The environment's name of a setting."""
    return ALIASES.get(path) or "PRINTVISION_" + "_".join(path).upper()


def environment(settings: Settings) -> dict[str, str]:
    """The environment that makes a child process read the same settings."""
    tree = msgspec.to_builtins(settings, enc_hook=_reveal)
    found: dict[str, str] = {}
    for path in _leaves(Settings):
        value: Any = tree
        for part in path:
            value = value[part]
        if value is not None:
            found[variable(path)] = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return found


def _reveal(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(type(value).__name__)


def _read_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text())
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidSettings(f"{file}: {error}", variable="PRINTVISION_CONFIG") from None


def _leaves(struct: type[msgspec.Struct], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, hint in get_type_hints(struct).items():
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            found += _leaves(hint, (*above, name))
        else:
            found.append((*above, name))
    return found


def _put(tree: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    for part in path[:-1]:
        tree = tree.setdefault(part, {})
    tree[path[-1]] = value


def _parse(name: str, value: str) -> list[Any]:
    try:
        return msgspec.json.decode(value, type=list[Any])
    except msgspec.MsgspecError:
        # What it holds is not told: it may be a secret.
        raise InvalidSettings(f"{name}: Expected a list in JSON", variable=name) from None


def _check(name: str, tree: dict[str, Any]) -> None:
    try:
        _convert(tree)
    except msgspec.ValidationError as error:
        raise InvalidSettings(f"{name}: {error}", variable=name) from None


def _convert(tree: dict[str, Any]) -> Settings:
    return msgspec.convert(tree, Settings, strict=False, dec_hook=dec_hook)
