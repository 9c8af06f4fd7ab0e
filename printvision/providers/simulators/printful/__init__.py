"""Printful, simulated from its published documents: v1 and v2 on one host, one account with one store."""

from printvision.providers.simulators.printful.app import create_app, serve_simulator
from printvision.providers.simulators.printful.config import SimulatorConfig, Stages

__all__ = ["SimulatorConfig", "Stages", "create_app", "serve_simulator"]
