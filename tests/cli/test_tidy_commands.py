"""`segcore bin` and `segcore clean`: shown first, done when said."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from typer.testing import CliRunner

from segcore import cli
from segcore.datasets.store import Dataset
from segcore.settings import Settings


def run(*arguments: str) -> Any:
    cli._attach()
    done = CliRunner().invoke(cli.app, [*arguments, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_the_bin_and_the_clean_up_show_first_and_do_when_that_is_said(shapes: Dataset, home: Settings) -> None:
    _bin(shapes)
    _clean(home)


def _bin(shapes: Dataset) -> None:
    gone = run("dataset", "delete", "shapes")
    (entry,) = run("bin", "list")["bin"]
    assert (entry["id"], entry["sort"], entry["name"], entry["days_left"]) == (gone["bin"], "dataset", "shapes", 29)
    assert run("bin", "empty")["deleted"] == []
    assert run("bin", "restore", "shapes")["name"] == "shapes"
    run("dataset", "delete", "shapes")
    assert run("bin", "delete", "shapes")["name"] == "shapes"
    assert run("bin", "list") == {"bin": []}
    assert not shapes.root.exists()


def _clean(home: Settings) -> None:
    film = home.uploads_dir / "film.mp4"
    film.parent.mkdir(parents=True)
    film.write_bytes(b"x" * 1000)
    os.utime(film, (time.time() - 8 * 24 * 3600,) * 2)
    shown = run("clean")
    assert (shown["removed"], shown["bytes"], [f["path"] for f in shown["found"]]) == (False, 1000, [str(film)])
    assert run("clean", "--do", "--only", "chunks")["found"] == []
    assert film.is_file()
    assert run("clean", "--do")["removed"] is True
    assert not film.exists()
