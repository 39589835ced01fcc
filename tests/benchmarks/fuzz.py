"""Spoil small files at random, for as long as one likes; each reader must give a result or an error of ours.

`nice python tests/benchmarks/fuzz.py --minutes 10 [--seed 0] [--only video]`: readers in turn. What it finds is told
once for each place in the code, with the file that shows it below `--keep`; exit code 1 if anything was found. Small
regression cases of finds stand in tests/hazards/test_fuzz_finds.py.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / place) for place in ("", "datasets")]

from fuzzing import targets, tried  # noqa: E402
from test_damaged_exports import _read_all, damage, whole  # noqa: E402

from segcore.datasets.formats import writers  # noqa: E402
from segcore.datasets.repairs import Repairs  # noqa: E402
from segcore.errors import SegcoreError  # noqa: E402

FORMATS = (*writers(), "panoptic", "camvid")


def main() -> None:
    """Spoil and read until the time is over."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-finds"))
    given = parser.parse_args()
    dice, known = random.Random(given.seed), targets()
    names = [name for name in (*known, *FORMATS) if given.only in ("", name)]
    ends: Counter[str] = Counter()
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wholes = {form: whole(form, folder / f"whole-{form}") for form in FORMATS if form in names}
        end = time.monotonic() + 60 * given.minutes
        while time.monotonic() < end:
            target = names[ends.total() % len(names)]
            work = folder / "work"
            shutil.rmtree(work, ignore_errors=True)
            try:
                if target in known:
                    work.mkdir()
                    ended = tried(known[target], dice, work)
                else:
                    ended = _format(wholes[target], work, dice)
            except Exception:
                ended = "found"
                _tell(target, traceback.format_exc(), work, given.keep, found)
            ends[f"{target}: {ended}"] += 1
    print(json.dumps({"tried": ends.total(), "found": len(found)} | {name: ends[name] for name in sorted(ends)}))
    sys.exit(1 if found else 0)


def _format(source: Path, work: Path, dice: random.Random) -> str:
    shutil.copytree(source, work)
    damage(work, dice)
    try:
        _read_all(work, Repairs(unknown_ignore=dice.random() < 0.5))
    except SegcoreError:
        return "refused"
    return "read"


def _tell(target: str, trace: str, work: Path, keep: Path, found: dict[str, str]) -> None:
    lines = trace.strip().splitlines()
    place = next((line for line in reversed(lines) if "segcore/" in line and "tests/" not in line), lines[-1])
    key = f"{target} {place.strip()} {lines[-1].split(':')[0]}"
    if key in found:
        return
    found[key] = trace
    kept = keep / f"{len(found):03}-{target.replace(' ', '-')}"
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(work, kept)
    print(f"--- {target}, kept in {kept}\n{trace}", flush=True)


if __name__ == "__main__":
    main()
