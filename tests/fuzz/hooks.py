"""What schemathesis is told beside the document, in its own process: things that exist, and what was seen.

A random id is of nothing and a random SKU is nobody's. So that calls also succeed, some of the requests that fit the
document get ids of things that are there, and bodies that name them. Nothing that breaks the document is touched.
"""

from __future__ import annotations

import atexit
import copy
import json
import os
from collections import Counter, defaultdict
from itertools import count
from pathlib import Path
from typing import Any

import schemathesis
from requests import Response
from schemathesis import AuthContext, Case, CheckContext, GenerationMode, HookContext

KNOWN: dict[str, Any] = json.loads(Path(os.environ["FUZZ_KNOWN"]).read_text())
TURN = count()
# With whoever asks; the others go on asking.
ENDS = (
    *("account.delete", "account.change_password", "authenticator.confirm"),
    *("passkeys.finish", "session.ask_to_prove", "session.prove", "sessions.end"),
    *("operators.change_role", "operators.disable_person"),
)
# What a browser begins, for its session to finish.
BEGIN = ("connections.authorize", "shops.authorize")
SEEN: dict[str, Counter[str]] = defaultdict(Counter)


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    meta = case.meta
    if meta is None or meta.generation.mode is not GenerationMode.POSITIVE:
        return
    turn = next(TURN)
    if turn % 4 == 3:
        return  # also what is of nothing
    for name in case.path_parameters or {}:
        if ids := KNOWN["ids"].get(name):
            case.path_parameters[name] = ids[turn % len(ids)]
    bodies = KNOWN["bodies"].get(_key(case), ())
    if bodies and turn % 2:
        case.body = _filled(copy.deepcopy(bodies[turn % len(bodies)]), turn)


@schemathesis.auth(refresh_interval=None)
class WayIn:
    """A key; but what is a person's own is asked with a session, by one of our pages, and signing in by nobody yet."""

    def get(self, case: Case, context: AuthContext) -> dict[str, str]:
        ways = case.operation.definition.raw["security"]
        owns = case.operation.definition.raw.get("x-permission") == "workspaces:workspace:own"
        if (owns and _key(case) != "members.transfer") or _key(case) in BEGIN:  # after that they would not
            page = {"Sec-Fetch-Site": "same-origin", "PrintVision-Workspace": KNOWN["workspace"]}
            return {**page, "Cookie": KNOWN["owner_cookie"]}
        if {"key": []} in ways:
            return {"Authorization": f"Bearer {KNOWN['key']}"}
        cookie = KNOWN["other_cookie" if _key(case) in ENDS else "cookie"]
        return {"Sec-Fetch-Site": "same-origin", **({"Cookie": cookie} if ways else {})}

    def set(self, case: Case, data: dict[str, str], context: AuthContext) -> None:
        case.headers.update(data)


@schemathesis.hook
def after_call(context: HookContext, case: Case, response: Response) -> None:
    if response.request.method == case.operation.method.upper():
        SEEN[_key(case)][str(response.status_code)] += 1


@schemathesis.check
def the_code_is_documented(context: CheckContext, response: Response, case: Case) -> None:
    """A refusal has one of the codes that the document names for its status."""
    told = case.operation.definition.raw["responses"].get(str(response.status_code))
    if told and response.status_code >= 400 and response.request.method == case.operation.method.upper():
        code = response.json()["code"]
        assert code in told["x-problem-codes"], f"{response.status_code} {code} is not documented"


def _key(case: Case) -> str:
    return str(case.operation.definition.raw["operationId"])


def _filled(body: Any, turn: int) -> Any:
    """`{n}` in a text is another number each time."""
    if isinstance(body, dict):
        return {name: _filled(value, turn) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, turn) for value in body]
    return body.replace("{n}", str(turn)) if isinstance(body, str) else body


@atexit.register
def _tell() -> None:
    Path(os.environ["FUZZ_SEEN"]).write_text(json.dumps(SEEN))
