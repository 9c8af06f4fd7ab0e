"""Alembic's entry: one transaction, the owner's login, every domain's models."""

from __future__ import annotations

import importlib
import pkgutil

from alembic import context
from sqlalchemy import create_engine

import printvision
from printvision.platform.db import Model


def _refuse(name: str) -> None:
    raise ImportError(f"{name} cannot be imported, so its tables would be missed")


def load_models() -> None:
    """Import every module that may hold a table."""
    for module in pkgutil.walk_packages(printvision.__path__, "printvision.", onerror=_refuse):
        if module.name.endswith((".models", "platform.events", "platform.engine")):
            importlib.import_module(module.name)


load_models()
engine = create_engine(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Model.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
