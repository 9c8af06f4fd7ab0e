"""Who uses the API, how much, and how long it takes them: gathered in each process, kept by the hour."""

from printvision.api.use.gathering import ApiUse, api_use_of
from printvision.api.use.keeping import OLD_USE

__all__ = ["OLD_USE", "ApiUse", "api_use_of"]
