"""Recipients' countries and states as Printful wants them."""

from __future__ import annotations

from printvision.providers.simulators.geography import NOT_SERVED, STATE_NEEDED, countries
from printvision.providers.simulators.printful.errors import bad_request
from printvision.providers.simulators.printful.records import Recipient


def settle(recipient: Recipient) -> Recipient:
    """The address with codes in capitals and the names that belong to them.

    Raises:
        Refusal: SH-1, unknown or missing country; SH-2, not shipped to; a missing or unknown state.
    """
    code = (recipient.country_code or "").strip().upper()
    if code in NOT_SERVED:
        raise bad_request("Shipping to this country is disabled", "SH-2")
    country = countries().get(code)
    if country is None:
        raise bad_request("Recipient: Country code is missing or invalid", "SH-1")
    state = (recipient.state_code or "").strip().upper() or None
    if state is None and code in STATE_NEEDED:
        raise bad_request("Recipient: State code is missing")
    if state is not None and code in STATE_NEEDED and state not in country.states:
        raise bad_request(f"Recipient: {state} is not a state of {country.name}")
    recipient.country_code, recipient.country_name = code, country.name
    recipient.state_code = state
    recipient.state_name = country.states.get(state or "", recipient.state_name)
    return recipient
