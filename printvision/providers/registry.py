"""Which providers there are: whatever lies in the adapters' folder."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, TypeGuard

from printvision.platform.errors import NotFound
from printvision.providers import adapters
from printvision.providers.sdk.adapter import Adapter

AdapterType = type[Adapter[Any]]


@cache
def adapter_types() -> Mapping[str, AdapterType]:
    """Every adapter by its key.

    Raises:
        RuntimeError: two files use the same key.
    """
    found: dict[str, AdapterType] = {}
    for module in pkgutil.iter_modules(adapters.__path__, f"{adapters.__name__}."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if not _is_adapter(kind) or kind.__module__ != module.name:  # the second: only imported there
                continue
            if kind.key in found:
                raise RuntimeError(f"two adapters have the key {kind.key}")
            found[kind.key] = kind
    return MappingProxyType(found)


def _is_adapter(kind: type[Any]) -> TypeGuard[AdapterType]:
    return issubclass(kind, Adapter) and not kind.__abstractmethods__


def adapter_type(key: str) -> AdapterType:
    """The adapter of a provider.

    Raises:
        NotFound: there is none by that key.
    """
    try:
        return adapter_types()[key]
    except KeyError:
        raise NotFound(kind="provider", id=key) from None
