import pytest

from tests.factories.connections import connection_id, stranger
from tests.factories.fake_provisioner import Workshop, workshop
from tests.factories.workspaces import MadeWorkspace
from tests.products.making import Bench

__all__ = ["connection_id", "stranger", "workshop"]


@pytest.fixture
async def bench(workspace: MadeWorkspace, workshop: Workshop) -> Bench:
    del workshop  # it has to be there before a connection to it
    return await Bench.set_up(workspace)
