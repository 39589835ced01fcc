"""Are all protections tested? Each is cut out of a copy of the project, and the tests of its hazard must fail.

`nice -n 10 python tests/benchmarks/protections.py [ROW …] [--table] [--trust]`: for each cut of
tests/protection_cuts.toml (of these rows of docs/security.md; of all without) the row's tests run twice on a copy,
first whole, where they must pass, then with the cut, where they must fail. A line a cut; `--table` writes what noticed
into docs/protections.md; `--trust` leaves the first run out, where the tests have just passed.
All rows take about half an hour. Ends with exit code 1 where a cut goes unnoticed, no longer fits the source, or breaks
more than it should (nothing could be run). The checkout is never changed.
"""

from __future__ import annotations

import argparse
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from hazard_table import HAZARDS, ROOT, names_of, table
from protection_cuts import Cut, cuts

PARTS = ("segcore", "pages", "tests", "docs", ".streamlit", "app.py", "pyproject.toml")
LIMIT_S = 240
"""Of one test: what a cut makes hang is noticed, too."""
PASSED, FAILED = 0, 1
"""Exit codes of pytest; higher ones say that the tests did not run, negative ones that the process crashed."""
_TIMES = itertools.count(10**9)


@dataclass(frozen=True)
class Answer:
    """What pytest said: its exit code, the first test that failed, how many were skipped, seconds."""

    code: int
    test: str
    skipped: bool
    seconds: float
    text: str


@dataclass
class Bench:
    """Runs tests on a copy; `whole` remembers what they say where nothing is cut."""

    place: Path
    whole: dict[tuple[str, ...], Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the copy."""
        for name in PARTS:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, self.place / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(ROOT / name, self.place / name)

    def judge(self, cut: Cut, *, trust: bool = False) -> tuple[str, Answer]:
        """`noticed`, `UNNOTICED`, or why that cannot be said."""
        tests = _tests(cut, self.place / HAZARDS.relative_to(ROOT))
        if not trust and tests not in self.whole:
            self.whole[tests] = _run(self.place, tests)
        if not trust and self.whole[tests].code != PASSED:
            return "FAILS UNCUT", self.whole[tests]
        with self._without(cut):
            answer = _run(self.place, tests)
        if answer.code > FAILED:
            return "BREAKS ALL", answer
        told = "UNNOTICED" if answer.code == PASSED else "noticed"  # a crash of the whole process is, too
        return told + (" (tests were skipped)" if told != "noticed" and answer.skipped else ""), answer

    @contextmanager
    def _without(self, cut: Cut) -> Iterator[None]:
        """The copy with a cut; its files get times of their own, so that Python compiles them anew."""
        files = {change.file for change in cut.changes}
        for change in cut.changes:
            change.apply(self.place)
        for file in files:
            os.utime(self.place / file, (next(_TIMES),) * 2)
        try:
            yield
        finally:
            for file in files:
                shutil.copy2(ROOT / file, self.place / file)


def main() -> int:
    """Judge the cuts of the rows that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", type=int)
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--trust", action="store_true", help="do not run tests uncut: they are known to pass")
    asked = parser.parse_args()
    chosen = [cut for cut in cuts() if cut.row in asked.rows or not asked.rows]
    gone = [f"row {cut.row}, {fault}" for cut in chosen for fault in cut.misfits(ROOT)]
    seen: list[tuple[Cut, str, Answer]] = []
    with tempfile.TemporaryDirectory(prefix="protections-", ignore_cleanup_errors=True) as folder:
        bench = Bench(Path(folder))
        _check_import(bench.place)
        for cut in (cut for cut in chosen if not cut.misfits(ROOT)):
            told, answer = bench.judge(cut, trust=asked.trust)
            seen.append((cut, told, answer))
            print(f"{cut.row:2}  {told:9} {answer.seconds:5.0f} s  {cut.words}  {answer.test}", flush=True)
            if told != "noticed":
                print(answer.text, file=sys.stderr)
    if asked.table:
        _write(seen)
    for fault in gone:
        print(f"no longer in the source: {fault}")
    bad = sum(told != "noticed" for _, told, _ in seen)
    print(f"{len(seen)} cuts, {bad} not noticed, {len(gone)} that fit no more")
    return 1 if bad or gone else 0


def _write(seen: list[tuple[Cut, str, Answer]]) -> None:
    """What noticed, into the page's table; a dash where nothing did."""
    page = ROOT / "docs" / "protections.md"
    noticed = {f"| {c.row} | {c.words} |": f"`{a.test}`" if told == "noticed" else "–" for c, told, a in seen}
    lines = page.read_text("utf-8").splitlines()
    starts = [line[: line.rfind("|", 0, -1) + 1] for line in lines]
    lines = [f"{s} {noticed[s]} |" if s in noticed else line for s, line in zip(starts, lines, strict=True)]
    page.write_text("\n".join(lines) + "\n", "utf-8")


def _tests(cut: Cut, folder: Path) -> tuple[str, ...]:
    """The row's tests in the copy's folder, as pytest is told them."""
    files = next(row.files for row in table() if row.number == cut.row)
    names = ((file, name) for file in files for name in names_of(cut.row, folder / file))
    return tuple(f"tests/hazards/{file}::{name}" for file, name in names if cut.only in name)


def _environment(place: Path) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("SEGCORE_", "PYTHON"))}
    return own | {"PYTHONPATH": str(place), "TF_CPP_MIN_LOG_LEVEL": "3"}


def _check_import(place: Path) -> None:
    """It must be the copy that is tested, not what is installed."""
    ask = "import segcore, pages; print(segcore.__file__, pages.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd="/", env=_environment(place), capture_output=True, text=True, check=True
    )
    expected = [str(place / name / "__init__.py") for name in ("segcore", "pages")]
    assert done.stdout.split() == expected, f"Expected {expected}. Received: {done.stdout}"


def _run(place: Path, tests: tuple[str, ...]) -> Answer:
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "-x", "-p", "no:cacheprovider", "--tb=short"]
    started = time.monotonic()
    done = subprocess.run(
        [*command, f"--timeout={LIMIT_S}", *tests],
        cwd=place, env=_environment(place), capture_output=True, text=True, check=False,
    )  # fmt: skip
    failed = re.search(r"^(?:FAILED|ERROR) \S+?::(\w+)", done.stdout, re.MULTILINE)
    test = failed.group(1) if failed else tests[0].partition("::")[2] if done.returncode < 0 else ""
    text = done.stdout[-3000:] + done.stderr[-1000:]
    skipped = re.search(r"\b\d+ skipped", done.stdout) is not None
    return Answer(done.returncode, test, skipped, time.monotonic() - started, text)


if __name__ == "__main__":
    sys.exit(main())
