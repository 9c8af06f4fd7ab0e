"""A person's recovery codes."""

from __future__ import annotations

from typing import Final

from printvision.accounts.factors.models import RecoveryCodeRow
from printvision.accounts.factors.recovery_codes import hash_code, new_codes
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import PersonId
from printvision.platform.scope import SystemScope

_FORGET: Final = "DELETE FROM recovery_codes WHERE person_id = %(person_id)s"
_USE: Final = (
    "DELETE FROM recovery_codes WHERE person_id = %(person_id)s AND code_hash = %(code_hash)s RETURNING 1"
)
_HAS: Final = "SELECT 1 FROM recovery_codes WHERE person_id = %(person_id)s AND code_hash = %(code_hash)s"
_LEFT: Final = "SELECT count(*) FROM recovery_codes WHERE person_id = %(person_id)s"


async def make_codes(scope: SystemScope, person_id: PersonId) -> list[str]:
    """Ten fresh ones in the place of all before.

    Args:
        scope: that holds the person's factors, so that of two who make some at once one is left with none that count.
    """
    await forget_codes(scope, person_id)
    codes, now = new_codes(), clock.now()
    scope.session.add_all(
        RecoveryCodeRow(person_id=person_id, code_hash=hash_code(code), created_at=now) for code in codes
    )
    await scope.session.flush()
    return codes


async def has_code(scope: SystemScope, person_id: PersonId, typed: str) -> bool:
    """Whether it is one of theirs."""
    return bool(await run(scope.session, _HAS, {"person_id": person_id, "code_hash": hash_code(typed)}))


async def use_code(scope: SystemScope, person_id: PersonId, typed: str) -> bool:
    """Whether it is one of theirs; it is used up by this, and of two who give it at once one is refused."""
    return bool(await run(scope.session, _USE, {"person_id": person_id, "code_hash": hash_code(typed)}))


async def count_codes(scope: SystemScope, person_id: PersonId) -> int:
    """How many are left."""
    [[left]] = await run(scope.session, _LEFT, {"person_id": person_id})
    return left


async def forget_codes(scope: SystemScope, person_id: PersonId) -> None:
    await run(scope.session, _FORGET, {"person_id": person_id})
