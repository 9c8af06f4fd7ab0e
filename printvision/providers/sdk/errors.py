"""What can go wrong with a provider, sorted by who acts next."""

from __future__ import annotations

from typing import Any

from printvision.platform.errors import PrintVisionError


class ProviderError(PrintVisionError):
    """Anything a provider did to us; `provider` is the adapter's key.

    `after_unknown` is True where an earlier try of the same call was sent and not answered: whatever this answer
    says, the earlier one may have worked.
    """

    after_unknown = False

    status = 502
    code = "providers/error"
    title = "The print provider did not do what was asked"
    action = "Look at the connection's last calls."
    provider: str


class ProviderUnavailable(ProviderError):
    """Time-out before anything was sent, 429, 5xx on a read. The worker backs off and tries again.

    `retry_after_s`: seconds the provider asked for, 0 to 3600, or None where it did not say.
    """

    status = 503
    code = "providers/unavailable"
    title = "The print provider cannot answer right now"
    action = "Nothing to do: the call is made again by itself."
    retry_after_s: float | None


class ProviderThrottled(ProviderUnavailable):
    """We called too often, by their count or by our own. Nothing was done; they are in good health."""

    code = "providers/throttled"
    title = "The print provider's rate limit is used up for the moment"


class ProviderOutcomeUnknown(ProviderUnavailable):
    """The call was sent and no answer came, so it may have worked. It is read back, not blindly repeated."""

    code = "providers/outcome-unknown"
    title = "The print provider took the call but did not answer"
    action = "Nothing to do: the outcome is looked up before anything is sent again."


class ProviderRejected(ProviderError):
    """They refused this order, file or address. A person of the workspace acts."""

    status = 422
    code = "providers/rejected"
    title = "The print provider refused this"
    action = "Correct what it names, then let the order go on."
    provider_code: str | None


class ProviderNotFound(ProviderRejected):
    status = 404
    code = "providers/not-found"
    title = "The print provider does not know this"
    action = "Check that it was not deleted at the provider."


class ProviderConflict(ProviderRejected):
    """The reference is in use, or the thing is being changed at this moment."""

    status = 409
    code = "providers/conflict"
    title = "The print provider says this exists or is being changed"
    action = "Nothing to do: it is read back."


class ProviderNeedsAttention(ProviderError):
    """Key revoked, account unpaid. The connection is paused until somebody of the workspace acts."""

    code = "providers/needs-attention"
    title = "The print provider does not accept this connection any more"
    action = "Open the connection, enter a fresh credential and test it."


class ProviderUnintelligible(ProviderError):
    """The answer does not decode. Ours to fix.

    `payload` is the answer, redacted and cut; it is kept with the last calls and never sent to a client.
    """

    code = "providers/unintelligible"
    title = "The print provider's answer could not be understood"
    action = "Tell the operator; the answer is kept with the connection's last calls."

    def __init__(
        self, detail: str | None = None, *, payload: str = "", note: str | None = None, **fields: Any
    ) -> None:
        super().__init__(detail, note=note, **fields)
        self.payload = payload


class WebhookRefused(ProviderError):
    """A webhook that is not signed as it must be. Nothing is stored."""

    status = 401
    code = "webhooks/bad-signature"
    title = "The signature does not match"
    action = "Check the secret on both sides; after a change, register the webhook again."
