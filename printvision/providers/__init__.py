"""Print providers: connections, and adapters ready for use. See README.md."""

from printvision.providers.mentions import Called, list_calls_about
from printvision.providers.pool import ReadyAdapter, open_adapter, ready_adapter, ready_adapters
from printvision.providers.queries import find_any_connections
from printvision.providers.registry import adapter_type, adapter_types
from printvision.providers.schemas import ConnectionView
from printvision.providers.service import (
    find_connection,
    list_connections,
    pause_connection,
    resume_connection,
    webhook_secrets,
)
from printvision.providers.trying import ask_for_test

__all__ = [
    "Called",
    "ConnectionView",
    "ReadyAdapter",
    "adapter_type",
    "adapter_types",
    "ask_for_test",
    "find_any_connections",
    "find_connection",
    "list_calls_about",
    "list_connections",
    "open_adapter",
    "pause_connection",
    "ready_adapter",
    "ready_adapters",
    "resume_connection",
    "webhook_secrets",
]
