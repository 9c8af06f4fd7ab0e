"""Rules that fit their types and make no sense all the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from printvision.orders.rules import Service
from printvision.platform.errors import RuleBroken

Fault = dict[str, str]


def check_services(services: Sequence[Service], *, providers: Collection[str]) -> None:
    """
    Args:
        providers: the keys of those there are.

    Raises:
        RuleBroken: a service has no words, is named twice, has no method, or names a provider there is not.
    """
    faults = [*_words(services), *_methods(services, providers)]
    if faults:
        raise RuleBroken(errors=faults)


def _words(services: Sequence[Service]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, service in enumerate(services):
        path, words = f"services[{index}].asked", service.asked.strip().casefold()
        if not words:
            yield {"path": path, "message": "Expected the service's words"}
        elif words in seen:
            yield {"path": path, "message": f"Named twice: {service.asked.strip()}"}
        seen.add(words)


def _methods(services: Sequence[Service], providers: Collection[str]) -> Iterator[Fault]:
    for index, service in enumerate(services):
        path = f"services[{index}].methods"
        if not any(service.methods.values()):
            yield {"path": path, "message": "Expected a shipping method of at least one provider"}
        for provider in service.methods.keys() - set(providers):
            known = ", ".join(sorted(providers))
            yield {"path": f"{path}.{provider}", "message": f"No such provider; there are {known}"}
