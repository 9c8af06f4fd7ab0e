"""`python -m printvision`: the command line, also for the processes that the supervisor starts."""

from __future__ import annotations

import sys

from printvision.cli import main

if __name__ == "__main__":
    sys.exit(main())
