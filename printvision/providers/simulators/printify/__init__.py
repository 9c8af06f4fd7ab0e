"""Printify, simulated from its published documents: one account with one shop, and a few print providers."""

from printvision.providers.simulators.printify.app import create_app, serve_simulator
from printvision.providers.simulators.printify.config import SimulatorConfig, Stages

__all__ = ["SimulatorConfig", "Stages", "create_app", "serve_simulator"]
