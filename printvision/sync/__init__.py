"""Pulling from print providers: the catalogue for everybody, prices and stock for the connection."""

from printvision.sync.events import CatalogSynced, SyncCancelled, SyncFailed, SyncRequested
from printvision.sync.jobs import SyncSweeper, restart_lost_syncs
from printvision.sync.schemas import StartSync, SyncKind, SyncState, SyncView
from printvision.sync.service import cancel_sync, request_sync

__all__ = [
    "CatalogSynced",
    "StartSync",
    "SyncCancelled",
    "SyncFailed",
    "SyncKind",
    "SyncRequested",
    "SyncState",
    "SyncSweeper",
    "SyncView",
    "cancel_sync",
    "request_sync",
    "restart_lost_syncs",
]
