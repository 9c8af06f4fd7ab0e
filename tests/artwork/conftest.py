from tests.factories.fixtures import platform, stranger, workspace

__all__ = ["platform", "stranger", "workspace"]
