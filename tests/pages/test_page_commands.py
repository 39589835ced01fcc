"""Child processes of the pages: progress, results, errors, cancelling."""

import os
import time
from pathlib import Path

import pytest

from pages.common import scratch
from pages.common.commands import Command, Commands, Step, complaint, pace
from pages.common.tasks import sentence
from segcore.settings import Settings


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return Commands(Settings.from_env({"SEGCORE_HOME": str(tmp_path / "home")}))


def test_lines_of_progress_are_told_from_other_lines() -> None:
    assert Step.parse('{"done": 3, "total": 36, "stage": "masks"}', 1.5) == Step(3, 36, "masks", 1.5)
    assert Step.parse('{"done": 3, "total": 36}', 0) == Step(3, 36, "", 0)
    for line in ("segcore: no", "", "[1, 2]", "3", '{"total": 36}', '{"done": "x", "total": 1}'):
        assert Step.parse(line, 0) is None


def test_pace_is_that_of_the_present_stage() -> None:
    steps = [Step(0, 10, "a", 0.0), Step(10, 10, "a", 1.0), Step(0, 40, "b", 1.0), Step(8, 40, "b", 5.0)]
    assert pace(steps) == (2.0, 16.0)
    assert pace(steps[:3]) == (None, None)
    assert pace([]) == (None, None)


def test_sentence_says_stage_count_rate_and_time_left() -> None:
    command = Command("import", "x")
    assert sentence(command) == "Starting"
    command.steps.extend([Step(0, 1200, "looking at masks", 0.0), Step(600, 1200, "looking at masks", 10.0)])
    assert sentence(command) == "Looking at masks · 600 of 1\u202f200 · 60.0/s · 0:10 left"


def test_complaint_is_the_line_that_names_the_fault() -> None:
    assert complaint(["noise", "segcore: a.png is empty. Send it again.", "more noise"], 2) == (
        "a.png is empty. Send it again."
    )
    assert complaint(["Traceback", "KeyError: 'x'"], 1) == "KeyError: 'x'"
    assert "signal 9" in complaint(["half a word"], -9)
    assert "code 3" in complaint([], 3)


def test_a_command_brings_its_result_and_takes_its_scratch_away(commands: Commands, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (scratch / "upload.zip").write_bytes(b"x")
    command = commands.start(["dataset", "list"], kind="list", title="Listing", subject="all", scratch=scratch)
    assert commands.get(command.id) is command
    assert command.wait(60) == "done"
    assert command.result == {"datasets": []}
    assert not scratch.exists()
    assert commands.running() == []


def test_a_command_that_fails_says_why_in_one_line(commands: Commands) -> None:
    command = commands.start(["dataset", "check", "nowhere"], kind="check", title="Checking")
    assert command.wait(60) == "failed"
    assert command.error == "No dataset 'nowhere'. There are: none."


def test_a_cancelled_command_ends_and_is_no_failure(commands: Commands) -> None:
    command = commands.start(["dataset", "import", "--sample"], kind="import", title="Importing")
    assert commands.running("import") == [command]
    assert commands.running("other") == []
    command.cancel()
    assert command.wait(60) == "cancelled"
    assert command.error == ""


def test_scratch_folders_go_after_a_day_and_files_stay(tmp_path: Path) -> None:
    (tmp_path / "video.mp4").write_bytes(b"x")
    old, young = scratch.fresh(tmp_path), scratch.fresh(tmp_path)
    (old / "export.zip").write_bytes(b"x")
    long_ago = time.time() - scratch.DAY_S - 60
    for path in (old, tmp_path / "video.mp4"):
        os.utime(path, (long_ago, long_ago))
    newest = scratch.fresh(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([tmp_path / "video.mp4", young, newest])
