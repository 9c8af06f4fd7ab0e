"""Second factors: authenticator apps, passkeys, recovery codes, remembered devices."""

from printvision.accounts.factors.attempts import OLD_TRIES
from printvision.accounts.factors.challenges import OLD_CHALLENGES
from printvision.accounts.factors.devices import OLD_DEVICES
from printvision.accounts.factors.policy import second_factors_of
from printvision.accounts.factors.signing_in import go_on

__all__ = ["OLD_CHALLENGES", "OLD_DEVICES", "OLD_TRIES", "go_on", "second_factors_of"]
