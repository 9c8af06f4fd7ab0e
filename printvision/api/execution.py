"""The one door: whoever calls, by whichever wire, is checked in one order and runs in one transaction.

rate → authenticate → workspace, its rate → permission, fresh proof → feature → input → (reserve) → kept answer or
transaction → count, audit

Nothing of the body is read before the caller is known to be allowed in. Reserving what a tier meters belongs
inside the transaction, before the verb: a roll-back then gives it back.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import TracebackType
from typing import Any

import msgspec
import structlog
from structlog.contextvars import bind_contextvars, reset_contextvars

from printvision.accounts import (
    BadKey,
    KeyMissing,
    SignedIn,
    SignedOut,
    authenticate,
    find_session,
    hash_of,
    read_presented,
)
from printvision.api.caching import kept_answer
from printvision.api.idempotency import once
from printvision.api.input import Given, read_input
from printvision.api.output import check_output
from printvision.api.signing_in import known_of
from printvision.api.spending import Heard, Spending, Told
from printvision.api.use import ApiUse, api_use_of
from printvision.api.versions import check_version
from printvision.entitlements import decide
from printvision.platform import clock
from printvision.platform.caching import touch
from printvision.platform.errors import PrintVisionError
from printvision.platform.ids import WorkspaceId
from printvision.platform.operations import Operation, registry
from printvision.platform.runtime import Platform
from printvision.platform.scope import (
    AnyScope,
    PermissionMissing,
    PersonScope,
    Principal,
    SystemScope,
    VisitScope,
    WorkspaceScope,
    system_scope,
    workspace_scope,
)
from printvision.platform.telemetry import count_operation, span
from printvision.platform.visits import Visit
from printvision.workspaces import get_tier

log = structlog.get_logger(__name__)

AnyOperation = Operation[Any, Any]
Reader = Callable[[], Awaitable[Given]]
Way = Callable[[WorkspaceScope, AnyOperation, Given, Callable[[], Awaitable[Any]]], Coroutine[Any, Any, Any]]
"""What becomes of a call that may be made: the transaction is open, and the last argument makes it there."""


async def at_once(
    scope: WorkspaceScope, operation: AnyOperation, given: Given, call: Callable[[], Awaitable[Any]]
) -> Any:
    """The way of most calls: now, and once where the input has a key."""
    return await call() if given.key is None else await once(scope, operation, given, call)


def _nobody() -> None:
    return None


@dataclass(frozen=True)
class Caller:
    """Somebody outside: the key they present, as it came, and what their browser does.

    Args:
        workspace: which of theirs a person is in: its slug or its id. A key says so by itself.
        heard: hears whose the key is.
    """

    key: str | None
    visit: Visit
    workspace: str | None = None
    heard: Heard | None = None

    @cached_property
    def credential(self) -> str | None:
        """What tells one caller from another: the hash of the key, or of the session's token and where it is; known or
        not. None where there is none that could be.

        What another site has a browser send is nobody's: else it could use up the session's budget.
        """
        if (token := self.visit.token) is not None:
            return f"{hash_of(token.reveal()).hex()} {self.workspace}" if self.visit.same_origin else None
        try:
            return read_presented(self.key).hash
        except (KeyMissing, BadKey):
            return None

    def outside(self) -> Caller:
        """The same, in no workspace."""
        return replace(self, workspace=None)

    def spending(self, platform: Platform, told: Told | None = None) -> Spending:
        """A call's way through the budgets of whoever makes it."""
        return Spending(platform, self.credential, self.visit.address, told=told, heard=self.heard)


async def sign_in(platform: Platform, caller: Caller) -> SignedIn:
    """Who it is, by their key, which may have been asked for lately, or by their session.

    Raises:
        KeyMissing, BadKey, WrongNetwork, CrossSite, SignedOut, NotFound, SecondFactorNeeded
    """
    fresh = known_of(platform).find_fresh(caller.credential) if caller.visit.token is None else None
    if fresh is None:
        return await sign_in_anew(platform, caller)
    fresh.require_address(caller.visit.address)
    return fresh


async def sign_in_anew(platform: Platform, caller: Caller) -> SignedIn:
    """The same as the database knows it now: for what stays open longer than a call."""
    known, credential = known_of(platform), caller.credential
    asked_at_s = known.now_s()
    try:
        who = await _look_up(platform, caller)
    except (BadKey, SignedOut):
        if credential:
            known.forget(credential)
        raise
    if credential:
        known.remember(credential, who, asked_at_s)
    who.require_address(caller.visit.address)
    return who


async def _look_up(platform: Platform, caller: Caller) -> SignedIn:
    async with system_scope(platform, "sign-in", atomic=False) as scope:
        if (token := caller.visit.token) is None:
            return await authenticate(scope, caller.key)
        caller.visit.require_our_page()
        return await find_session(scope, token.reveal(), caller.workspace)


async def find_out(platform: Platform, caller: Caller) -> None:
    """Have the caller's `heard` hear whose key it is, ahead of any call. It takes one call from the address's budget,
    and only where the key is not known yet.

    Raises:
        PrintVisionError: it is nobody's, or nobody's who may ask now.
    """
    if caller.credential is None:
        return
    spending = caller.spending(platform)
    if spending.who is None:
        await spending.enter(1)
    await spending.find_out(sign_in(platform, caller))


async def execute(
    platform: Platform,
    caller: Caller,
    operation: AnyOperation,
    read: Reader,
    *,
    way: Way = at_once,
    told: Told | None = None,
) -> Any:
    """Run an operation for somebody outside.

    Args:
        read: gives the input; called only once the caller may call.
        way: what becomes of the call once it may be made; of no account where the operation is public.
        told: hears what is left of the caller's budgets, also where there is not enough.

    Returns:
        The operation's output struct; a `Replay` where the input has a key that was used before.

    Raises:
        PrintVisionError: whichever check refused, or what the operation itself says.
    """
    if not operation.of_workspace:
        caller = caller.outside()
    spending = caller.spending(platform, told)
    with _Watched(operation, api_use_of(platform), lambda: spending.who):
        if operation.scope is VisitScope and operation.sensitive_input:
            await spending.attempt(operation.rate_cost)
        else:
            await spending.enter(operation.rate_cost)
        if operation.public:
            return await _run_public(platform, caller.visit, operation, read)
        who = await spending.go_on(sign_in(platform, caller), operation.rate_cost)
        return await _run(platform, who, caller.visit, operation, read, way=way)


async def execute_as(
    platform: Platform,
    principal: Principal,
    workspace_id: WorkspaceId,
    operation: AnyOperation | str,
    input: msgspec.Struct | Mapping[str, Any],
) -> Any:
    """Run an operation for somebody inside this process, such as the command line: all checks after sign-in.

    Args:
        operation: or its key.
        input: its struct, or the members of it as JSON has them.

    Raises:
        KeyError: there is no operation of that key.
        PrintVisionError: as `execute`.
    """
    made = registry()[operation] if isinstance(operation, str) else operation

    async def read() -> Given:
        return Given.of(input)

    visit = Visit(address="")
    with _Watched(made):
        if made.public:
            return await _run_public(platform, visit, made, read)
        async with system_scope(platform, "sign-in", atomic=False) as scope:
            tier = await get_tier(scope, workspace_id)
        return await _run(platform, SignedIn(principal, workspace_id, tier), visit, made, read)


async def execute_for(
    platform: Platform, who: SignedIn, operation: AnyOperation, given: Given, way: Way
) -> Any:
    """Run an operation for somebody who signed in before, in a way of the caller's: all checks after sign-in.

    Raises:
        PrintVisionError: as `execute`.
    """

    async def read() -> Given:
        return given

    with _Watched(operation, api_use_of(platform), lambda: who):
        return await _run(platform, who, Visit(address=""), operation, read, way=way)


async def _run(
    platform: Platform,
    who: SignedIn,
    visit: Visit,
    operation: AnyOperation,
    read: Reader,
    *,
    way: Way = at_once,
) -> Any:
    principal = f"{who.principal.actor}:{who.principal.id}"
    with _Told(operation, workspace_id=str(who.workspace_id), principal=principal):
        workspace_id = who.inside if operation.of_workspace else None
        _check_allowed(who, operation)
        decide(who.tier, operation.feature).require(operation.feature)
        given = await read()
        checked = read_input(operation.input, given)
        if workspace_id is None:
            return await _run_personal(platform, who, visit, operation, checked)
        if operation.cache is not None:

            async def compute() -> Any:
                async with workspace_scope(platform, workspace_id, who.principal) as scope:
                    return await _answer(scope, operation, checked)

            return await kept_answer(platform, operation, workspace_id, checked, compute)
        async with workspace_scope(platform, workspace_id, who.principal, session_id=who.session_id) as scope:
            if given.if_match:
                await check_version(scope, operation, checked, given.if_match)
            return await way(scope, operation, given, lambda: _answer(scope, operation, checked))


def _check_allowed(who: SignedIn, operation: AnyOperation) -> None:
    assert operation.permission is not None, "an operation without a permission is public"
    if not who.principal.may(operation.permission):
        raise PermissionMissing(permission=operation.permission)
    if operation.step_up and who.session is not None:
        who.session.require_fresh_proof(clock.now())


async def _run_personal(
    platform: Platform, who: SignedIn, visit: Visit, operation: AnyOperation, input: msgspec.Struct
) -> Any:
    async with system_scope(platform, operation.key) as system:
        scope = PersonScope(platform, operation.key, system.transaction, visit, who.principal, who.session_id)
        return await _answer(scope, operation, input)


async def _run_public(platform: Platform, visit: Visit, operation: AnyOperation, read: Reader) -> Any:
    with _Told(operation):
        if operation.scope is VisitScope and operation.changes:
            visit.require_our_page()  # else another site could sign somebody in to an account of its own
        checked = read_input(operation.input, await read())

        async def compute() -> Any:
            async with system_scope(platform, operation.key) as scope:
                return await _answer(_of_anybody(scope, visit, operation), operation, checked)

        return await kept_answer(platform, operation, None, checked, compute)


def _of_anybody(scope: SystemScope, visit: Visit, operation: AnyOperation) -> SystemScope:
    if operation.scope is not VisitScope:
        return scope
    return VisitScope(scope.platform, scope.purpose, scope.transaction, visit)


async def _answer(scope: AnyScope, operation: AnyOperation, input: msgspec.Struct) -> Any:
    output = await operation(scope, input)
    if operation.drops:
        touch(scope, *operation.drops)
    if scope.platform.settings.validate_responses:
        check_output(operation, output)  # inside the transaction: what answers wrongly has changed nothing
    return output


# Around every call; classes, for as generators these two would be a fifth of a short one.


class _Watched:
    """Count the call, its time and its outcome, and trace it; where it is known whose it is, in their use too."""

    __slots__ = ("_began_s", "_operation", "_span", "_tokens", "_use", "_who")

    def __init__(
        self, operation: AnyOperation, use: ApiUse | None = None, who: Callable[[], SignedIn | None] = _nobody
    ) -> None:
        self._operation = operation
        self._use = use
        self._who = who

    def __enter__(self) -> None:
        key = self._operation.key
        self._began_s = time.perf_counter()
        self._tokens = bind_contextvars(operation=key)
        self._span = span("operation", operation=key, feature=self._operation.feature.key)
        self._span.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace_back: TracebackType | None
    ) -> None:
        self._span.__exit__(kind, error, trace_back)
        reset_contextvars(**self._tokens)
        operation, took_s = self._operation, time.perf_counter() - self._began_s
        count_operation(operation.key, operation.feature.key, _outcome(error), took_s)
        if self._use is not None and (who := self._who()) is not None:
            self._use.count(who, operation, error, took_s * 1_000)


class _Told:
    """Tell every log line who acts; and write down that they called, refused or not, if the operation asks for it."""

    __slots__ = ("_operation", "_tokens", "_who")

    def __init__(self, operation: AnyOperation, **who: str) -> None:
        self._operation = operation
        self._who = who

    def __enter__(self) -> None:
        self._tokens = bind_contextvars(**self._who)

    def __exit__(self, kind: object, error: BaseException | None, trace_back: object) -> None:
        if self._operation.audit:
            log.info("operation.audited", outcome=_outcome(error))
        reset_contextvars(**self._tokens)


def _outcome(error: BaseException | None) -> str:
    if error is None:
        return "ok"
    return error.code if isinstance(error, PrintVisionError) else PrintVisionError.code
