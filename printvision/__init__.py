"""PrintVision: the self-hosted desk over print-on-demand providers."""

__version__ = "0.1.0"
