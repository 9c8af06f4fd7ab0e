"""Answers given again: kept by whichever process computed them, dropped on all of them by the writes that touch them.

A read names its tags. Each tag has a version in the database, one a workspace and one for everybody; a write that
touches the tag changes it in its own transaction. What is kept carries the versions that held before it was computed,
and counts only as long as they are still the ones: see `versions.py` for how a process knows.
"""

from printvision.platform.caching.answers import Answers, Kept, answers_of
from printvision.platform.caching.versions import FRESH_S, Versions, touch

__all__ = ["FRESH_S", "Answers", "Kept", "Versions", "answers_of", "touch"]
