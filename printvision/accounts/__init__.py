"""Who may do what: the vocabulary of permissions, API keys, and sessions of browsers."""

from printvision.accounts.again import sign_in_again
from printvision.accounts.errors import BadKey, BadLink, KeyMissing, SignedOut
from printvision.accounts.liveness import find_dead_keys, find_dead_sessions
from printvision.accounts.permissions import Permission
from printvision.accounts.schemas import KeyId, KeyView
from printvision.accounts.service import SignedIn, authenticate, create_key, read_presented, revoke_key
from printvision.accounts.sessions import (
    NewSession,
    SignInLink,
    create_sign_in_link,
    find_session,
    hash_of,
    sign_in,
    sign_out,
)

__all__ = [
    "BadKey",
    "BadLink",
    "KeyId",
    "KeyMissing",
    "KeyView",
    "NewSession",
    "Permission",
    "SignInLink",
    "SignedIn",
    "SignedOut",
    "authenticate",
    "create_key",
    "create_sign_in_link",
    "find_dead_keys",
    "find_dead_sessions",
    "find_session",
    "hash_of",
    "read_presented",
    "revoke_key",
    "sign_in",
    "sign_in_again",
    "sign_out",
]
