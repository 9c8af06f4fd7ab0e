"""Connections: their secrets go in and never come out, and a refused one is left alone until somebody acts."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from sqlalchemy import select

from printvision.accounts import Permission
from printvision.platform.address import Recipient
from printvision.platform.db import libpq_url
from printvision.platform.errors import NotFound
from printvision.platform.events import EventRow
from printvision.platform.runtime import Platform, open_platform
from printvision.platform.scope import PermissionMissing
from printvision.platform.sealed import CannotOpen
from printvision.platform.settings import ProviderSettings, Settings
from printvision.platform.workflows import Run
from printvision.providers import (
    find_connection,
    open_adapter,
    pause_connection,
    ready_adapter,
    ready_adapters,
    trying,
)
from printvision.providers.adapters.printful import Printful
from printvision.providers.calls import MOST_BUFFERED, CallLog
from printvision.providers.errors import AddressNotAllowed, BadCredentials, UnknownProvider
from printvision.providers.models import CallRow, ConnectionRow
from printvision.providers.operations import calls as calls_operation
from printvision.providers.pool import credentials_at, pool_of, webhook_secret_at
from printvision.providers.schemas import AddConnection, ConnectionView, ListCalls, UpdateConnection
from printvision.providers.sdk import (
    CallRecord,
    ProviderError,
    ProviderNeedsAttention,
    ProviderUnavailable,
    QuoteItem,
)
from printvision.providers.sdk.breaker import THRESHOLD
from printvision.providers.service import add_connection, resume_connection, update_connection
from printvision.providers.simulators.faults import Fault, Faults
from tests.factories.workspaces import MadeWorkspace, make_workspace
from tests.orders.printful_thread import Served, served, used
from tests.providers.simulators import printify
from tests.providers.simulators.running import Running, quick
from tests.waiting import until

TOKEN = "pf-Token-of-the-workspace-9f2c"
FRESH = "pf-Fresh-token-of-the-workspace-77a1"
BUYER = Recipient(
    name="Odalys Wexford",
    line1="77 Quillback Row",
    city="Austin",
    region="TX",
    postal_code="73301",
    country="US",
    email="odalys@wexford.example",
)


@pytest.fixture(scope="module")
def printful_thread(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    with served(quick(tmp_path_factory.mktemp("printful"), api_tokens=(TOKEN, FRESH))) as simulator:
        yield simulator


@pytest.fixture
async def printful(printful_thread: Served) -> AsyncGenerator[Running]:
    async with used(printful_thread, TOKEN) as simulator:
        yield simulator


def wanted(**changes: Any) -> AddConnection:
    whole: dict[str, Any] = {"provider": "printful", "name": "Print house", "credentials": {"token": TOKEN}}
    return msgspec.convert(whole | changes, AddConnection)


@dataclass(frozen=True)
class Account:
    """A connection, and what a test asks of it."""

    workspace: MadeWorkspace
    id: UUID

    @property
    def platform(self) -> Platform:
        return self.workspace.platform

    async def row(self) -> ConnectionRow:
        async with self.workspace.scope() as scope:
            return (
                await scope.session.execute(select(ConnectionRow).where(ConnectionRow.id == self.id))
            ).scalar_one()

    async def view(self) -> ConnectionView:
        async with self.workspace.scope() as scope:
            found = await find_connection(scope, self.id)
        assert found is not None
        return found

    async def update(self, **changes: Any) -> ConnectionView:
        async with self.workspace.scope() as scope:
            return await update_connection(
                scope, msgspec.convert({"connection_id": self.id} | changes, UpdateConnection)
            )

    async def events(self) -> list[tuple[str, dict[str, Any]]]:
        async with self.workspace.scope() as scope:
            rows = await scope.session.execute(select(EventRow).order_by(EventRow.seq))
            return [(row.kind.removeprefix("providers.connection_"), row.data) for row in rows.scalars()]

    async def try_it(self) -> dict[str, Any]:
        """What a test of it came to."""
        run = Run(self.platform, "run", self.workspace.id, self.id, "providers.try")
        await trying.try_connection.body(run)
        result = (await self.view()).last_test
        assert result is not None
        return {name: value for name, value in result.items() if name != "at" and value not in (None, [])}

    async def calls(self) -> list[dict[str, Any]]:
        """The record of its calls as the API answers it, once all are written."""
        await pool_of(self.platform).calls.close()
        async with self.workspace.scope() as scope:
            return (await calls_operation(scope, ListCalls(connection_id=self.id, limit=200))).items


async def connect(workspace: MadeWorkspace, **changes: Any) -> Account:
    async with workspace.scope() as scope:
        return Account(workspace, (await add_connection(scope, wanted(**changes))).id)


@pytest.fixture
async def account(workspace: MadeWorkspace, printful_thread: Served, printful: Running) -> Account:
    """An account with the simulated Printful; `printful` takes its faults away again."""
    return await connect(workspace, base_url=printful_thread.url)


# -- secrets -----------------------------------------------------------------------------------------------------------


def everything_stored(platform: Platform) -> str:
    """Every row of every table, the workflow engine's too, as text; bytes in hex."""
    with psycopg.connect(libpq_url(platform.urls.owner)) as owner:
        tables = owner.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'dbos')"
        ).fetchall()
        return "\n".join(
            str(row)
            for (table,) in tables
            for row in owner.execute(f"SELECT t::text FROM {table} t".encode())
        )


def forms_of(secret: str) -> set[str]:
    return {secret, secret.encode().hex(), base64.b64encode(secret.encode()).decode().rstrip("=")}


async def test_no_secret_is_found_in_a_table_a_log_line_an_event_or_an_answer(
    account: Account, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    await account.try_it()
    await account.update(credentials={"token": FRESH})
    answers = [await account.view(), await account.calls(), await account.events()]
    async with account.workspace.scope() as scope:
        row = await account.row()
        webhook_secret = scope.platform.keyring.open(
            row.webhook_secret or b"", webhook_secret_at(row.workspace_id, row.id)
        ).decode()

    told = capfd.readouterr()
    places = {
        "tables": everything_stored(account.platform),
        "logs": told.out + told.err + caplog.text,
        "answers": msgspec.json.encode(answers).decode() + repr(answers),
    }
    secrets = {form for secret in (TOKEN, FRESH, webhook_secret) for form in forms_of(secret)}
    for place, content in places.items():
        assert [form for form in secrets if form in content] == [], place
    assert "oauth-scopes" in places["tables"]  # it did look where the calls are


async def test_a_credential_opens_for_its_own_row_alone(account: Account):
    row = await account.row()
    keyring = account.platform.keyring

    assert msgspec.json.decode(keyring.open(row.credentials, credentials_at(row.workspace_id, row.id))) == {
        "token": TOKEN
    }
    for at in (credentials_at(row.workspace_id, uuid4()), credentials_at(uuid4(), row.id)):
        with pytest.raises(CannotOpen):
            keyring.open(row.credentials, at)


@pytest.mark.parametrize(
    ("credentials", "path", "message"),
    [
        ({"tokn": TOKEN}, "credentials.tokn", "There is no such field"),
        ({"token": TOKEN, "store": "5"}, "credentials.store", "There is no such field"),
        ({"token": ""}, "credentials.token", "Expected text in one line, not empty"),
        ({"token": " \n"}, "credentials.token", "Expected text in one line, not empty"),
        ({"token": f"{TOKEN}\r\nX-Evil: 1"}, "credentials.token", "Expected text in one line, not empty"),
        ({"token": f"{TOKEN}\x00"}, "credentials.token", "Expected text in one line, not empty"),
        ({"store_id": TOKEN}, "credentials", "Object missing required field `token`"),
        ({"token": None, "store_id": TOKEN}, "credentials", "Expected `str` - at `$.token`"),
        ({"token": True, "store_id": TOKEN}, "credentials", "Expected `str` - at `$.token`"),
    ],
)
async def test_a_credential_of_the_wrong_shape_is_refused_by_the_name_of_its_field(
    workspace: MadeWorkspace, credentials: dict[str, Any], path: str, message: str
):
    with pytest.raises(BadCredentials) as refused:
        await connect(workspace, credentials=credentials)

    assert (refused.value.status, refused.value.code) == (422, "providers/bad-credentials")
    assert refused.value.fields == {"errors": [{"path": path, "message": message}]}
    assert TOKEN not in f"{refused.value} {refused.value.fields} {refused.value.note}"
    async with workspace.scope() as scope:
        assert list((await scope.session.execute(select(ConnectionRow.id))).scalars()) == []


async def test_blanks_that_copying_brought_along_are_left_out(workspace: MadeWorkspace):
    account = await connect(workspace, credentials={"token": f"  {TOKEN}\n"})

    row = await account.row()
    opened = account.platform.keyring.open(row.credentials, credentials_at(row.workspace_id, row.id))
    assert msgspec.json.decode(opened) == {"token": TOKEN}


async def test_a_wrong_fresh_credential_changes_nothing(account: Account):
    before = (await account.row()).credentials

    with pytest.raises(BadCredentials):
        await account.update(name="Renamed", credentials={"tokn": FRESH})

    after = await account.row()
    assert (after.credentials, after.name) == (before, "Print house")


async def test_an_unknown_provider_is_refused_with_those_there_are(workspace: MadeWorkspace):
    with pytest.raises(UnknownProvider) as refused:
        await connect(workspace, provider="inkwell")

    assert refused.value.fields == {"provider": "inkwell", "providers": ["printful", "printify"]}


# -- addresses ---------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def where_private_addresses_are_not_allowed(settings: Settings) -> AsyncGenerator[MadeWorkspace]:
    strict = msgspec.structs.replace(settings, providers=ProviderSettings(allow_private_addresses=False))
    async with open_platform(strict) as platform:
        yield await make_workspace(platform)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://api.printful.com", "https://evil.example"])
async def test_no_other_address_than_the_providers_own_is_taken_unless_the_operator_allows_it(
    settings: Settings, url: str
):
    async with where_private_addresses_are_not_allowed(settings) as workspace:
        with pytest.raises(AddressNotAllowed) as refused:
            await connect(workspace, base_url=url)

        assert refused.value.fields == {"url": url}
        assert (await (await connect(workspace)).view()).base_url == "https://api.printful.com"


async def test_an_address_stored_before_it_was_forbidden_is_not_called(
    settings: Settings, workspace: MadeWorkspace, printful_thread: Served
):
    account = await connect(workspace, base_url=printful_thread.url)
    strict = msgspec.structs.replace(settings, providers=ProviderSettings(allow_private_addresses=False))
    async with open_platform(strict) as platform:
        async with open_adapter(platform, workspace.id, account.id) as adapter:
            with pytest.raises(ProviderError):
                await adapter.account()
        elsewhere = Account(MadeWorkspace(platform, workspace.id), account.id)
        assert {call["status"] for call in await elsewhere.calls()} == {None}


@pytest.mark.parametrize(
    "url",
    ["ftp://127.0.0.1", "file:///etc/passwd", "http://user:pw@127.0.0.1", "http://169.254.169.254", "x"],
)
async def test_some_addresses_are_never_taken(workspace: MadeWorkspace, url: str):
    with pytest.raises(AddressNotAllowed):
        await connect(workspace, base_url=url)


async def test_a_slash_at_the_end_is_left_out(workspace: MadeWorkspace):
    account = await connect(workspace, base_url="http://127.0.0.1:9/")

    assert (await account.view()).base_url == "http://127.0.0.1:9"


# -- permission --------------------------------------------------------------------------------------------------------


async def test_without_the_permission_nothing_is_connected_changed_or_tried(account: Account):
    before = await account.row()
    reads = account.workspace.scope(Permission.CONNECTIONS_READ)
    change = UpdateConnection(connection_id=account.id, live=True, credentials={"token": FRESH})
    verbs: list[Callable[[Any], Any]] = [
        lambda scope: add_connection(scope, wanted()),
        lambda scope: update_connection(scope, change),
        lambda scope: trying.ask_for_test(scope, account.id),
    ]

    async with reads as scope:
        for verb in verbs:
            with pytest.raises(PermissionMissing) as refused:
                await verb(scope)
            assert refused.value.fields == {"permission": Permission.CONNECTIONS_MANAGE}

    after = await account.row()
    assert (after.credentials, after.live, after.last_test) == (before.credentials, False, None)
    assert [kind for kind, _ in await account.events()] == ["added"]


async def test_another_workspace_finds_nothing(account: Account):
    stranger = await make_workspace(account.platform)
    foreign = Account(stranger, account.id)

    async with stranger.scope() as scope:
        assert await find_connection(scope, account.id) is None
        with pytest.raises(NotFound):
            await pause_connection(scope, account.id, "not mine")
        with pytest.raises(NotFound):
            await calls_operation(scope, ListCalls(connection_id=account.id))
    for act in (foreign.update(name="Mine"), foreign.update(credentials={"token": FRESH})):
        with pytest.raises(NotFound):
            await act
    with pytest.raises(NotFound):
        async with open_adapter(account.platform, stranger.id, account.id):
            pass
    async with stranger.scope() as scope:
        with pytest.raises(NotFound):
            await ready_adapter(scope, account.id)


# -- switches ----------------------------------------------------------------------------------------------------------


async def test_a_new_connection_is_told_of_and_not_live(account: Account):
    view = await account.view()

    assert (view.live, view.active, view.webhooks, view.last_test) == (False, True, False, None)
    assert view.requests_a_minute == 120
    assert await account.events() == [("added", {"provider": "printful"})]


async def test_the_live_switch_is_told_when_it_is_turned_and_not_when_it_stays(account: Account):
    for live in (False, True, True, False):
        assert (await account.update(live=live)).live is live

    assert (await account.events())[1:] == [("switched", {"live": True}), ("switched", {"live": False})]
    assert (await account.row()).live_since is None


async def test_since_when_it_is_live_is_kept_when_it_is_renamed(account: Account):
    await account.update(live=True)
    since = (await account.row()).live_since

    await account.update(name="Renamed", live=True)

    assert since is not None
    assert (await account.row()).live_since == since


async def test_a_paused_connection_makes_no_call(account: Account, printful: Running):
    async with account.workspace.scope() as scope:
        await pause_connection(scope, account.id, "The key was revoked")

    with pytest.raises(ProviderNeedsAttention, match="The key was revoked"):
        async with open_adapter(account.platform, account.workspace.id, account.id):
            pass

    view = await account.view()
    assert (view.active, view.state_detail) == (False, "The key was revoked")
    assert await account.calls() == []


async def test_a_connection_read_in_a_transaction_is_called_when_it_has_ended(
    account: Account, printful: Running
):
    async with account.workspace.scope() as scope:
        ready = await ready_adapter(scope, account.id)

    await ready.open().account()

    assert ready.connection == await account.view()
    assert len(await account.calls()) == 2


async def test_a_paused_connection_is_told_when_it_is_opened_and_not_when_it_is_read(account: Account):
    async with account.workspace.scope() as scope:
        await pause_connection(scope, account.id, "The key was revoked")
        ready = await ready_adapter(scope, account.id)

    with pytest.raises(ProviderNeedsAttention, match="The key was revoked"):
        ready.open()
    assert await account.calls() == []


async def test_several_connections_are_read_at_once_and_only_ones_own(account: Account):
    stranger = await make_workspace(account.platform)
    theirs = await connect(stranger)
    other = await connect(account.workspace, name="Other")

    async with account.workspace.scope() as scope:
        found = await ready_adapters(scope, [other.id, theirs.id, account.id])

    assert [(key, ready.connection.id) for key, ready in found.items()] == [
        (account.id, account.id),
        (other.id, other.id),
    ]


async def test_what_is_ready_shows_no_credential(account: Account):
    async with account.workspace.scope() as scope:
        ready = await ready_adapter(scope, account.id)

    assert TOKEN not in repr(ready)


async def test_a_pause_and_its_end_are_told_once_and_the_first_reason_stays(account: Account):
    async with account.workspace.scope() as scope:
        await pause_connection(scope, account.id, "first")
        await pause_connection(scope, account.id, "second")
    assert (await account.view()).state_detail == "first"

    async with account.workspace.scope() as scope:
        await resume_connection(scope, account.id)
        await resume_connection(scope, account.id)

    assert (await account.events())[1:] == [("paused", {}), ("resumed", {})]
    assert (await account.view()).state_detail is None


async def test_a_fresh_credential_ends_a_pause_and_a_new_name_does_not(account: Account):
    async with account.workspace.scope() as scope:
        await pause_connection(scope, account.id, "The key was revoked")

    assert (await account.update(name="Renamed")).active is False
    assert (await account.update(credentials={"token": FRESH})).active is True


# -- trying ------------------------------------------------------------------------------------------------------------


async def test_a_connection_that_works_says_whose_it_is_and_gets_its_webhooks(account: Account):
    result = await account.try_it()

    view = await account.view()
    assert result == {"ok": True, "account_id": "10", "account_name": "Simulated store"}
    assert (view.active, view.account_name, view.webhooks) == (True, "Simulated store", True)


async def test_a_refused_credential_pauses_the_connection_and_a_good_one_takes_it_up_again(
    workspace: MadeWorkspace, printful_thread: Served
):
    account = await connect(workspace, base_url=printful_thread.url, credentials={"token": "revoked-0001"})

    refused = await account.try_it()
    assert (refused["ok"], refused["problem"]) == (False, "providers/needs-attention")
    assert (await account.view()).active is False
    assert await account.try_it() == refused, "a paused connection is tried too"

    await account.update(credentials={"token": TOKEN})
    assert (await account.try_it())["ok"] is True
    assert [kind for kind, _ in await account.events()] == ["added", "paused", "resumed"]


async def test_a_provider_that_cannot_answer_pauses_nothing(account: Account, printful: Running):
    await printful.set(Faults(server_error=Fault(share=1.0)))

    result = await account.try_it()

    assert (result["ok"], result["problem"]) == (False, "providers/unavailable")
    assert (await account.view()).active is True


async def test_a_credential_that_works_counts_though_webhooks_cannot_be_set_up(
    account: Account, printful: Running
):
    await printful.set(Faults(server_error=Fault(share=1.0, operations=("webhooks.*",))))

    result = await account.try_it()

    view = await account.view()
    assert (result["ok"], view.active, view.webhooks) == (True, True, False)
    assert result["detail"].startswith("The credential works, but webhooks could not be set up")


async def test_what_an_account_warns_of_is_kept_also_where_webhooks_cannot_be_set_up(
    workspace: MadeWorkspace, tmp_path: Path
):
    async with printify.running(printify.quick(tmp_path)) as simulator:
        token = {"token": "simulator-token"}
        account = await connect(
            workspace, provider="printify", base_url=str(simulator.client.base_url), credentials=token
        )
        welcome = await account.try_it()
        await simulator.set(Faults(server_error=Fault(share=1.0, operations=("webhooks.*",))))
        without = await account.try_it()

    assert [warning.partition(" after")[0] for warning in welcome["warnings"]] == [
        "A new Printify shop sends every order to production by itself"
    ]
    assert (without["ok"], without["problem"]) == (True, "providers/unavailable")
    assert without["warnings"] == welcome["warnings"]


async def test_a_registration_done_twice_keeps_a_secret_that_verifies(account: Account):
    for _ in range(2):
        await account.try_it()

    assert (await account.view()).webhooks is True


# -- calls -------------------------------------------------------------------------------------------------------------


async def test_the_last_calls_are_shown_newest_first_without_credential_and_buyer(account: Account):
    async with open_adapter(account.platform, account.workspace.id, account.id) as adapter:
        await adapter.account()
        rates = await adapter.shipping_rates(BUYER, [QuoteItem(variant_external_id="4011", quantity=1)])

    recorded = await account.calls()

    assert rates
    assert [(call["method"], call["template"], call["status"]) for call in recorded] == [
        ("POST", "/v2/shipping-rates", 200),
        ("GET", "/v2/stores", 200),
        ("GET", "/v2/oauth-scopes", 200),
    ]
    shown = msgspec.json.encode(recorded).decode()
    assert [word for word in (TOKEN, "Odalys", "Quillback", "wexford", "73301") if word in shown] == []
    assert "4011" in shown  # what was asked for is


async def test_a_failed_call_is_recorded_with_its_error(account: Account, printful: Running):
    await printful.set(Faults(server_error=Fault(share=1.0)))
    async with open_adapter(account.platform, account.workspace.id, account.id) as adapter:
        with pytest.raises(ProviderUnavailable):
            await adapter.account()

    recorded = await account.calls()

    assert {(call["status"], call["error"]) for call in recorded} == {(500, "providers/unavailable")}
    assert [call["attempt"] for call in recorded] == list(range(len(recorded), 0, -1))


def record(number: int = 0, **changes: Any) -> CallRecord:
    plain = CallRecord(
        provider="printful",
        at=datetime(2026, 3, 1, tzinfo=UTC),
        method="GET",
        path=f"/v2/orders/{number}",
        template="/v2/orders/{}",
        attempt=1,
        status=200,
        duration_ms=12.5,
        request="",
        response="",
    )
    return msgspec.structs.replace(plain, **changes)


async def paths(account: Account) -> list[str]:
    async with account.workspace.scope() as scope:
        rows = await scope.session.execute(select(CallRow.record).order_by(CallRow.id))
        return [row["path"] for row in rows.scalars()]


@asynccontextmanager
async def keeping(settings: Settings, calls_kept: int) -> AsyncGenerator[Platform]:
    providers = ProviderSettings(allow_private_addresses=True, calls_kept=calls_kept)
    async with open_platform(msgspec.structs.replace(settings, providers=providers)) as platform:
        yield platform


@pytest.mark.parametrize("kept", [0, 1, 3, 100])
async def test_no_more_calls_are_kept_than_the_setting_says(account: Account, settings: Settings, kept: int):
    async with keeping(settings, kept) as platform:
        for batch in range(2):
            log = CallLog(platform)
            for number in range(4):
                log.recorder(account.workspace.id, account.id).record(record(batch * 4 + number))
            await log.close()

    assert await paths(account) == [f"/v2/orders/{number}" for number in range(8)][8 - min(kept, 8) :]


async def test_what_one_connection_calls_does_not_push_out_what_another_called(
    account: Account, settings: Settings
):
    quiet = await connect(account.workspace, name="Quiet")
    async with keeping(settings, 2) as platform:
        log = CallLog(platform)
        log.put(account.workspace.id, quiet.id, record(99))
        for number in range(5):
            log.put(account.workspace.id, account.id, record(number))
        await log.close()

    assert sorted(await paths(account)) == ["/v2/orders/3", "/v2/orders/4", "/v2/orders/99"]


async def test_calls_of_a_removed_connection_are_lost_and_those_of_others_are_not(account: Account):
    log = CallLog(account.platform)
    log.put(account.workspace.id, uuid4(), record(1))
    log.put(account.workspace.id, account.id, record(2))

    await log.close()

    assert await paths(account) == ["/v2/orders/2"]


async def test_an_answer_that_no_column_holds_is_recorded_all_the_same(account: Account):
    log = CallLog(account.platform)
    log.put(account.workspace.id, account.id, record(1, response="before\x00after"))
    log.put(account.workspace.id, account.id, record(2))

    await log.close()

    assert await paths(account) == ["/v2/orders/1", "/v2/orders/2"]


async def test_a_buffer_that_is_full_lets_the_oldest_go(account: Account, settings: Settings):
    async with keeping(settings, 10_000) as platform:
        log = CallLog(platform)
        for number in range(MOST_BUFFERED + 3):
            log.put(account.workspace.id, account.id, record(number))
        await log.close()

    kept = await paths(account)
    assert (len(kept), kept[0]) == (MOST_BUFFERED, "/v2/orders/3")


async def test_calls_are_written_without_being_asked_for(account: Account):
    log = CallLog(account.platform)
    log.put(account.workspace.id, account.id, record(1))

    assert await until(lambda: paths(account)) == ["/v2/orders/1"]
    await log.close()


async def test_a_process_that_ends_writes_what_it_still_held(
    account: Account, settings: Settings, printful: Running
):
    async with (
        open_platform(settings) as platform,
        open_adapter(platform, account.workspace.id, account.id) as adapter,
    ):
        await adapter.account()

    assert len(await paths(account)) == 2


# -- failing in a row --------------------------------------------------------------------------------------------------


async def test_a_connection_that_keeps_failing_is_left_alone_as_long_as_the_setting_says(
    account: Account, settings: Settings
):
    providers = ProviderSettings(allow_private_addresses=True, rest_s=0.5)
    async with open_platform(msgspec.structs.replace(settings, providers=providers)) as platform:
        kept = pool_of(platform).kept(account.workspace.id, account.id, "printful", Printful.rate)
        for _ in range(THRESHOLD):
            with pytest.raises(ProviderUnavailable):
                async with kept.breaker.guard():
                    raise ProviderUnavailable("dark", provider="printful", retry_after_s=None)

        assert await kept.breaker.is_open()

        async def rested() -> bool:
            return not await kept.breaker.is_open()

        await until(rested, within_s=5)
