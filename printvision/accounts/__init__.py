"""Who may do what: the vocabulary of permissions, and API keys."""

from printvision.accounts.errors import BadKey, KeyMissing
from printvision.accounts.liveness import find_dead_keys
from printvision.accounts.permissions import Permission
from printvision.accounts.schemas import KeyId, KeyView
from printvision.accounts.service import SignedIn, authenticate, create_key, read_presented, revoke_key

__all__ = [
    "BadKey",
    "KeyId",
    "KeyMissing",
    "KeyView",
    "Permission",
    "SignedIn",
    "authenticate",
    "create_key",
    "find_dead_keys",
    "read_presented",
    "revoke_key",
]
