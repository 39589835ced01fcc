"""`segcore models`: the list, and what was measured."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from segcore import cli
from segcore.cli.models import parse_size
from segcore.errors import BackendError, ConfigError
from segcore.inference import speed
from segcore.models.architectures import ARCHITECTURES
from segcore.models.measured import Measured, fitting_size


def ask(*arguments: str) -> dict:
    cli._attach()
    done = CliRunner().invoke(cli.app, ["models", *arguments, "--json"], catch_exceptions=False)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.usefixtures("home")
def test_lists_every_network_with_its_cost_at_the_size() -> None:
    small, large = ask("--size", "320x160"), ask("--size", "640x320")
    assert [row["name"] for row in small["models"]] == list(ARCHITECTURES)
    for a, b in zip(small["models"], large["models"], strict=True):
        pixels = b["size"][0] * b["size"][1] / (a["size"][0] * a["size"][1])
        assert b["gflops"] == pytest.approx(a["gflops"] * pixels, rel=0.02)
        assert a["ms"] is None
        assert a["encoder_licence"] or not a["pretrained"]


@pytest.mark.usefixtures("home")
def test_measures_what_is_not_known_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, tuple[int, int]]] = []

    def pretend(name: str, size: tuple[int, int]) -> float:
        asked.append((name, size))
        return 12.345

    monkeypatch.setattr(speed, "ask_speed", pretend)
    for _ in range(2):
        row = ask("--only", "fast_scnn", "--size", "640x360", "--measure")["models"][0]
        assert row["ms"] == pytest.approx(12.35, abs=0.011)
    assert asked == [("fast_scnn", (352, 640))]
    assert ask("--only", "fast_scnn", "--size", "320x192")["models"][0]["ms"] is None


def test_a_network_is_really_measured_in_a_process_of_its_own() -> None:
    assert 0.05 < speed.ask_speed("fast_scnn", (64, 64)) < 5_000


def test_a_measurement_that_breaks_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise subprocess.CalledProcessError(1, "python", stderr="Traceback\nMemoryError: too large")

    monkeypatch.setattr(subprocess, "run", broken)
    with pytest.raises(BackendError, match=r"Fast-SCNN.*MemoryError: too large"):
        speed.ask_speed("fast_scnn", (64, 64))


@pytest.mark.parametrize("content", ["", "[1]", "{broken"])
def test_a_damaged_file_of_measurements_is_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "networks.json").write_text(content)
    known = Measured(tmp_path)
    assert known.get("fast_scnn", (64, 64)) is None
    known.put("fast_scnn", (64, 64), 3.0)
    assert Measured(tmp_path).get("fast_scnn", (64, 64)) == 3.0


def test_sizes_fit_the_network() -> None:
    assert fitting_size("fast_scnn", (360, 640)) == (352, 640)
    assert fitting_size("unet_notebook", (360, 640)) == (384, 640)
    assert fitting_size("unet_notebook", (32, 32)) == (128, 128)
    assert parse_size("640x360") == (360, 640)


@pytest.mark.parametrize("text", ["640", "640x", "0x64", "9999x64", "64x64x3", "a x b"])
def test_other_sizes_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="WIDTHxHEIGHT"):
        parse_size(text)
