from tests.factories.connections import connection_id, stranger

__all__ = ["connection_id", "stranger"]
