"""Finding what the domains declare, so that nobody keeps a list."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import printvision
from printvision.platform.operations import Operation, registry

# How the modules end that declare: operations (a domain may have several files of them), and errors so that their
# pages are there before the first is raised.
DECLARING: Final = ("operations", "errors")


@cache
def load_operations() -> Mapping[str, Operation[Any, Any]]:
    """Every operation of every domain, by key.

    Raises:
        BadDeclaration: one does not declare itself; the message names it.
    """
    for domain in pkgutil.iter_modules(printvision.__path__, "printvision."):
        if not domain.ispkg:
            continue
        package = importlib.import_module(domain.name)
        for module in pkgutil.iter_modules(package.__path__, f"{domain.name}."):
            if module.name.endswith(DECLARING):
                importlib.import_module(module.name)
    return MappingProxyType(dict(registry()))
