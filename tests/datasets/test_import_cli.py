"""`segcore dataset import|draft|add`: what programs and people see."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_dataset import labels, pack, picture, write, write_folder

from segcore.cli import main
from segcore.datasets.dataset import read_labels
from segcore.datasets.drafts import Drafts
from segcore.datasets.store import DatasetStore
from segcore.settings import Settings


@pytest.fixture
def run(home: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command in this process, in a home of its own: (exit code, stdout, lines of stderr)."""
    assert home.home.name == "home"

    def command(*words: object) -> tuple[int, str, list[str]]:
        monkeypatch.setattr(sys, "argv", ["segcore", "dataset", *map(str, words)])
        with pytest.raises(SystemExit) as caught:
            main()
        said = capsys.readouterr()
        return int(caught.value.code or 0), said.out, said.err.strip().splitlines()

    return command


def _spoiled(root: Path) -> Path:
    """A stray label in f_1, a small mask for f_2."""
    write_folder(root)
    stray = labels(1)
    stray[0, 0] = 200
    write(root / "masks" / "f_1.png", stray)
    write(root / "masks" / "f_2.png", labels(2)[::2, ::2])
    return root


def test_a_draft_is_made_revised_and_imported(run: Any, home: Settings, tmp_path: Path) -> None:
    root = _spoiled(tmp_path / "in")
    code, out, lines = run("draft", pack(root, tmp_path / "a.zip"), "--json", "--progress-json")
    assert code == 0
    steps = [json.loads(line) for line in lines]
    assert all(set(step) == {"done", "total", "stage"} for step in steps)
    assert {"unpacking", "looking at masks"} <= {step["stage"] for step in steps}
    draft = json.loads(out.splitlines()[-1])
    assert {o["kind"] for o in draft["offers"]} == {"unknown_ignore", "resize_masks"}
    wanted = draft["offers"][0]["repairs"] | {"resize_masks": True, "unknown_ignore": True}
    (tmp_path / "repairs.json").write_text(json.dumps(wanted))
    _, out, _ = run("draft", "--id", draft["id"], "--repairs", tmp_path / "repairs.json", "--json")
    revised = json.loads(out.splitlines()[-1])
    assert (revised["frames"], revised["problems"]) == (4, [])
    classes = [{"id": 0, "name": "table", "color": "#000000"}, {"id": 1, "name": "cup", "color": "#ff0000"}]
    mapped = wanted | {"mapping": {"classes": classes, "target": [0, 1, 1]}}
    (tmp_path / "repairs.json").write_text(json.dumps(mapped))
    arguments = ["--draft", draft["id"], "--name", "d", "--repairs", tmp_path / "repairs.json"]
    code, out, _ = run("import", *arguments, "--json", "--progress-json")
    report = json.loads(out.splitlines()[-1])
    assert (code, report["pairs"], [c["name"] for c in report["classes"]]) == (0, 4, ["table", "cup"])
    assert len(report["repaired"]) == 3
    assert Drafts(home).waiting() == []
    assert (read_labels(DatasetStore(home).open("d").pairs[0]) == np.array([0, 1, 1])[labels(0)]).all()


def test_mends_are_allowed_one_by_one(run: Any, tmp_path: Path) -> None:
    root = _spoiled(tmp_path / "in")
    _, out, _ = run("import", root, "--name", "none", "--json")
    assert json.loads(out)["pairs"] == 2
    _, out, _ = run("import", root, "--name", "one", "--mend", "unknown-ignore", "--json")
    assert json.loads(out)["pairs"] == 3
    _, out, _ = run("import", root, "--name", "both", "--mend", "unknown-ignore", "--mend", "resize-masks")
    assert "both: 4 labelled frames" in out
    assert "mended: Labels of no class: 1 pixel in 1 mask are ignored" in out


def test_a_suffix_is_a_mend_with_a_value(run: Any, tmp_path: Path) -> None:
    for number in range(2):
        write(tmp_path / "in" / "images" / f"f{number}.png", picture(number))
        write(tmp_path / "in" / "masks" / f"f{number}_L.png", labels(number))
    _, out, _ = run("import", tmp_path / "in", "--name", "d", "--mend", "mask-suffix=_L", "--json")
    assert json.loads(out)["pairs"] == 2


def test_frames_are_added(run: Any, tmp_path: Path) -> None:
    run("import", write_folder(tmp_path / "in"), "--name", "d")
    for number in (7, 8):
        write(tmp_path / "more" / "images" / f"f_{number}.png", picture(number))
        write(tmp_path / "more" / "masks" / f"f_{number}.png", labels(number))
    code, out, _ = run("add", "d", tmp_path / "more", "--json")
    report = json.loads(out)
    assert (code, report["added"], report["pairs"]) == (0, 2, 6)


def test_people_see_legend_offers_and_problems(run: Any, tmp_path: Path) -> None:
    code, out, _ = run("draft", _spoiled(tmp_path / "in"))
    assert code == 0
    for words in ("class 1", "offer: Scale masks", "offer: Ignore labels", "left out: masks/f_2.png: the mask is 8×6"):
        assert words in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "--name", "d"], "either a path, --draft or --sample"),
        (["import", "x", "--draft", "y", "--name", "d"], "either a path, --draft or --sample"),
        (["import", "x"], "a name for the dataset"),
        (["import", "x", "--name", "d", "--mend", "everything"], "unknown repair 'everything'"),
        (["import", "x", "--name", "d", "--mend", "mask-suffix"], "unknown repair"),
        (["import", "x", "--name", "d", "--mend", "encoding=runes"], "encoding"),
        (["import", "x", "--name", "d", "--repairs", "nowhere.json"], "nowhere.json cannot be read"),
        (["import", "--draft", "0123456789abcdef", "--name", "d"], "No import called"),
        (["draft"], "either a path or --id"),
        (["draft", "no/such/folder"], "No such file or folder"),
        (["add", "nobody", "x"], "No dataset 'nobody'"),
    ],
)
@pytest.mark.usefixtures("home")
def test_wrong_words_are_told_in_one_line(run: Any, words: list[str], said: str) -> None:
    code, _, lines = run(*words)
    assert code == 2
    assert len(lines) == 1
    assert said in lines[0]


_SLOW = """
    import sys, time
    import segcore.datasets.conversion as conversion
    real = conversion.measure
    def slow(*arguments):
        sys.stdout.write("began\\n")
        sys.stdout.flush()
        time.sleep(0.3)
        return real(*arguments)
    conversion.measure = slow
    from segcore.cli import main
    sys.argv = ["segcore", "dataset", "import", sys.argv[1], "--name", "d", "--json", "--progress-json"]
    main()
"""


@pytest.mark.usefixtures("home")
def test_a_termination_tidies_up(home: Settings, tmp_path: Path) -> None:
    archive = pack(write_folder(tmp_path / "in", 30), tmp_path / "a.zip")
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_SLOW), str(archive)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"SEGCORE_HOME": str(home.home)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "began\n"
    child.send_signal(signal.SIGTERM)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 1
    assert said.splitlines()[-1] == "segcore: Stopped; nothing was kept."
    assert list(home.datasets_dir.iterdir()) == []
