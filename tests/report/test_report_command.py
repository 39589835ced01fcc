"""The line that makes a result again is one that the command line takes, and it gives the same settings."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from segcore import cli
from segcore.report.command import command_of
from segcore.report.provenance import LEFT_OUT, settings_line
from segcore.video.config import SegmentConfig

ODD: dict[str, Any] = {
    "style": "fill", "opacity": 0.3, "thickness": 7, "legend": True, "names": True, "hidden": [2, 3],
    "side_by_side": True, "start_s": 1.5, "end_s": 9.25, "every": 3, "region": [10, 20, 300, 200], "speed": "fast",
    "backend": "openvino", "precision": "float32", "refine": True, "also": ["masks", "frames"], "smooth": True,
    "fps": 12.5,
}  # fmt: skip


def settings(**values: Any) -> dict[str, Any]:
    return SegmentConfig.model_validate({"video": "/films/my cat's.mp4", "run": "r1", **values}).model_dump(mode="json")


def parsed(line: str) -> dict[str, Any]:
    """What the command line understands."""
    cli._attach()
    words = shlex.split(line)
    assert words[:2] == ["segcore", "segment"]
    command = typer.main.get_command(cli.app).commands["segment"]  # type: ignore[attr-defined]
    given: dict[str, Any] = command.make_context("segment", words[2:]).params
    return given


def test_defaults_need_no_options() -> None:
    assert command_of(settings(), "cats") == "segcore segment 'my cat'\"'\"'s.mp4' cats --out results"
    assert settings_line(settings()) == ""


def test_every_setting_comes_back() -> None:
    given = parsed(command_of(settings(**ODD), "cats"))
    assert given["videos"] == [Path("my cat's.mp4")]
    assert (given["network"], given["out"]) == ("cats", Path("results"))
    assert given["hide"] == ["2", "3"]
    assert given["region"] == "10,20,300,200"
    assert (given["start"], given["end"]) == (1.5, 9.25)
    same = set(ODD) - {"hidden", "region", "start_s", "end_s"}
    assert {name: given[name] for name in same} == {name: ODD[name] for name in same}
    line = settings_line(settings(**ODD))
    assert "every 3" in line
    assert "smooth yes" in line


def test_uploads_lose_their_letters() -> None:
    assert " clip.mp4 " in command_of(settings(video="/home/uploads/1a2b3c4d-clip.mp4"))


def test_settings_of_an_older_segcore_may_lack_some() -> None:
    assert command_of({"video": "a.mp4", "run": "r"}) == "segcore segment a.mp4 r --out results"


@pytest.mark.parametrize("name", sorted(SegmentConfig.model_fields))
def test_no_setting_is_forgotten(name: str) -> None:
    """A new setting of a video job has its option here, or is known to change nothing that a person chose."""
    if name in LEFT_OUT | {"stability"}:
        return
    assert command_of(settings(**{name: ODD[name]})) != command_of(settings())
