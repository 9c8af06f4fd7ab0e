from tests.api.conftest import platform, settings, template_database, workspace

__all__ = ["platform", "settings", "template_database", "workspace"]
