"""Who may do what: people, their sessions, members and roles, API keys, and the vocabulary of permissions."""

from printvision.accounts.again import sign_in_again
from printvision.accounts.entries import OLD_CONSENTS, OLD_ENTRIES
from printvision.accounts.errors import (
    AccessChanged,
    BadKey,
    BadLink,
    EmailTaken,
    KeyMissing,
    ProveAgain,
    SecondFactorNeeded,
    SignedOut,
    WorkspaceMissing,
    WrongNetwork,
)
from printvision.accounts.links import OLD_LINKS, NewLink, create_link, hash_of, new_token, use_link
from printvision.accounts.liveness import find_dead_keys
from printvision.accounts.operator_schemas import ListPeople
from printvision.accounts.operators import change_operator_role, list_people
from printvision.accounts.people import (
    add_member,
    create_person,
    find_owners,
    find_person,
    get_person,
    own_the_unowned,
)
from printvision.accounts.permissions import Permission
from printvision.accounts.proofs import Proof, Purpose
from printvision.accounts.roles import OperatorRole, Role
from printvision.accounts.schemas import KeyId, KeyView
from printvision.accounts.service import (
    authenticate,
    create_key,
    list_keys,
    read_presented,
    revoke_key,
    rotate_key,
)
from printvision.accounts.sessions import OLD_SESSIONS, begin_session, find_open, find_session
from printvision.accounts.signed_in import Session, SignedIn

__all__ = [
    "OLD_CONSENTS",
    "OLD_ENTRIES",
    "OLD_LINKS",
    "OLD_SESSIONS",
    "AccessChanged",
    "BadKey",
    "BadLink",
    "EmailTaken",
    "KeyId",
    "KeyMissing",
    "KeyView",
    "ListPeople",
    "NewLink",
    "OperatorRole",
    "Permission",
    "Proof",
    "ProveAgain",
    "Purpose",
    "Role",
    "SecondFactorNeeded",
    "Session",
    "SignedIn",
    "SignedOut",
    "WorkspaceMissing",
    "WrongNetwork",
    "add_member",
    "authenticate",
    "begin_session",
    "change_operator_role",
    "create_key",
    "create_link",
    "create_person",
    "find_dead_keys",
    "find_open",
    "find_owners",
    "find_person",
    "find_session",
    "get_person",
    "hash_of",
    "list_keys",
    "list_people",
    "new_token",
    "own_the_unowned",
    "read_presented",
    "revoke_key",
    "rotate_key",
    "sign_in_again",
    "use_link",
]
