"""`segcore train` and `segcore evaluate`: what they take, and how they refuse."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from segcore.cli.training import parse_changes
from segcore.errors import ConfigError
from segcore.settings import Settings
from segcore.training.config import as_params, from_preset


def test_changes_are_read_as_json_where_they_are_json() -> None:
    texts = ["batch_size=4", "pretrained=false", "crop=[64, 96]", "architecture=unet_notebook", "augment.rotation=5"]
    assert parse_changes(texts) == {
        "batch_size": 4,
        "pretrained": False,
        "crop": [64, 96],
        "architecture": "unet_notebook",
        "augment.rotation": 5,
    }


@pytest.mark.parametrize("text", ["batch_size", "=4"])
def test_a_change_without_a_value_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="key=value"):
        parse_changes([text])


def test_settings_become_flat_parameters() -> None:
    params = as_params(from_preset("d", "notebook", minutes=2))
    assert params["augment.window"] == "fraction"
    assert params["minutes"] == "2.0"
    assert params["geometry.squeeze"] == "[256, 256]"
    assert "epochs" not in params


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train"], "No dataset was named"),
        (["train", "nothing", "--preset", "fast"], "nothing"),
        (["train", "nothing", "--preset", "quick"], "Unknown preset 'quick'"),
        (["train", "nothing", "--set", "batch_size=0"], "batch_size"),
        (["train", "--resume", "nobody"], "There is no run 'nobody'"),
        (["evaluate", "nobody"], "There is no run 'nobody'"),
        (["evaluate", "nobody", "--images", "x"], "--images and --masks"),
        (["stop", "nobody"], "There is no run 'nobody'"),
        (["evaluate", "nobody", "--split", "test"], "Unknown split 'test'"),
    ],
)
def test_wrong_input_ends_with_exit_2_and_one_line(home: Settings, arguments: list[str], message: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "segcore", *arguments, "--json"],
        capture_output=True,
        text=True,
        env=os.environ | home.environment(),
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert message in done.stderr
