"""Access that providers and shops grant by OAuth 2: there and back, and the tokens. See README.md."""

from printvision.oauth.attempts import OLD_ATTEMPTS, Attempt, begin_attempt, finish_attempt, trade
from printvision.oauth.declared import App, Declared, callback_address, find_app
from printvision.oauth.errors import (
    BrowserNeeded,
    OAuthDenied,
    OAuthNotSetUp,
    OAuthRefused,
    OAuthUnavailable,
)
from printvision.oauth.schemas import Answer, Authorization
from printvision.oauth.tokens import (
    TokenError,
    TokenNotUsed,
    TokenRefused,
    Tokens,
    TokenUnanswered,
    TokenUnreadable,
    exchange,
    renew,
    tokens_as_json,
)

__all__ = [
    "OLD_ATTEMPTS",
    "Answer",
    "App",
    "Attempt",
    "Authorization",
    "BrowserNeeded",
    "Declared",
    "OAuthDenied",
    "OAuthNotSetUp",
    "OAuthRefused",
    "OAuthUnavailable",
    "TokenError",
    "TokenNotUsed",
    "TokenRefused",
    "TokenUnanswered",
    "TokenUnreadable",
    "Tokens",
    "begin_attempt",
    "callback_address",
    "exchange",
    "find_app",
    "finish_attempt",
    "renew",
    "tokens_as_json",
    "trade",
]
