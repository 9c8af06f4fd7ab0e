"""`printvision demo`: a vendor's day in a minute, on this machine, with everything outside simulated."""

from printvision.cli.demo.command import demo

__all__ = ["demo"]
