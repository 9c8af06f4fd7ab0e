"""Print providers: connections, and adapters ready for use. See README.md."""

from printvision.providers.pool import open_adapter
from printvision.providers.registry import adapter_type, adapter_types
from printvision.providers.schemas import ConnectionView
from printvision.providers.service import (
    find_connection,
    list_connections,
    pause_connection,
    resume_connection,
)
from printvision.providers.testing import register_webhooks, try_connection

__all__ = [
    "ConnectionView",
    "adapter_type",
    "adapter_types",
    "find_connection",
    "list_connections",
    "open_adapter",
    "pause_connection",
    "register_webhooks",
    "resume_connection",
    "try_connection",
]
