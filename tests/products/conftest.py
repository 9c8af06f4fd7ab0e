from tests.factories.fixtures import connection_id, platform, stranger, workspace

__all__ = ["connection_id", "platform", "stranger", "workspace"]
