"""The questions every adapter is asked, against its provider's simulator.

A provider joins with two lines:

    class TestInkwell(AdapterConformance):
        bench = InkwellBench()
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.contracts.bench import Stage, set_up
from tests.contracts.catalogue import CatalogueContract
from tests.contracts.provisioning import ProvisioningContract
from tests.contracts.sending import SendingContract
from tests.contracts.trouble import TroubleContract
from tests.contracts.webhooks import WebhookContract


@pytest.mark.asyncio(loop_scope="class")
class AdapterConformance(
    SendingContract, TroubleContract, CatalogueContract, ProvisioningContract, WebhookContract
):
    @pytest_asyncio.fixture(scope="class", loop_scope="class")
    @classmethod
    async def running(cls, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
        """One simulator for all questions; each asks about orders of its own."""
        async with set_up(cls.bench, Path(tmp_path_factory.mktemp("simulator"))) as stage:
            await cls.bench.furnish(stage.connect())
            yield stage

    @pytest_asyncio.fixture(loop_scope="class")
    async def stage(self, running: Stage) -> Stage:
        await running.reset()
        return running
