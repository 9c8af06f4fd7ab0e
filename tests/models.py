"""Every table of the product, for tests that look at all of them."""

from __future__ import annotations

import importlib
import pkgutil

import printvision


def _refuse(name: str) -> None:
    raise ImportError(f"{name} cannot be imported, so its tables would be missed")


def load_models() -> None:
    """Import every module that may hold a table."""
    for module in pkgutil.walk_packages(printvision.__path__, "printvision.", onerror=_refuse):
        if module.name.endswith((".models", "platform.events", "platform.engine")):
            importlib.import_module(module.name)
