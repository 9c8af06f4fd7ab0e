"""`make fuzz`: schemathesis over the whole document for as long as one likes, with a seed to have it again.

ARGS="--seed 7 --examples 200 --seconds 600"; a run ends by itself when either is used up.
"""

from __future__ import annotations

import argparse
import os
import random
import sys

import pytest


def main() -> int:
    """Run `tests/fuzz/long.py` as told; 0 where nothing was found."""
    parser = argparse.ArgumentParser(prog="make fuzz ARGS=", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(2**31))
    parser.add_argument("--examples", type=int, default=100, help="requests a call and phase, at most")
    parser.add_argument("--seconds", type=int, default=600, help="how long it may take")
    asked = parser.parse_args()
    os.environ["FUZZ"] = f"{asked.seed} {asked.examples} {asked.seconds}"
    return pytest.main(
        ["-s", "--no-header", "--log-level=ERROR", f"--timeout={asked.seconds + 120}", "tests/fuzz/long.py"]
    )


if __name__ == "__main__":
    sys.exit(main())
