"""Events sent to addresses of the workspaces' own, by Standard Webhooks. See README.md."""

from printvision.hooks.delivering import Hooks

__all__ = ["Hooks"]
