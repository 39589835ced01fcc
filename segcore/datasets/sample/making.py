"""Draws the sample video in a process of its own (`python -m segcore.datasets.sample.making`); prints its path."""

from __future__ import annotations

import json

from segcore.datasets.store import DatasetStore
from segcore.settings import Settings


def main() -> None:
    """Draw it where SEGCORE_HOME says, unless it is there."""
    print(json.dumps(str(DatasetStore(Settings.from_env()).sample_video())))


if __name__ == "__main__":
    main()
