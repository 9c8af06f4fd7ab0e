"""What shops and providers send us: stored before it is answered, taken in once. See README.md."""

from printvision.webhooks.inbox import Inbox
from printvision.webhooks.routes import webhook_routes

__all__ = ["Inbox", "webhook_routes"]
