"""What the wires themselves may be asked for, found here with the operations of the domains."""

from printvision.api.tasks import operations as tasks

__all__ = ["tasks"]
