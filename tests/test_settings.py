"""Settings come from the environment, and go on to child processes unchanged."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from segcore.errors import ConfigError
from segcore.settings import Settings


def test_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_env({})
    assert settings.home == tmp_path / "segcore-data"
    assert settings.tracking_uri == f"sqlite:///{tmp_path}/segcore-data/mlflow.db"
    assert settings.scheduler is None
    assert settings.server_folders == ()


def test_children_see_the_same(tmp_path: Path) -> None:
    env = {
        "SEGCORE_HOME": str(tmp_path),
        "SEGCORE_SCHEDULER": "tls://10.0.0.1:8786",
        "SEGCORE_SLOTS": "3",
        "SEGCORE_SERVER_FOLDERS": os.pathsep.join([str(tmp_path / "a"), str(tmp_path / "b")]),
    }
    settings = Settings.from_env(env)
    assert Settings.from_env(settings.environment()) == settings
    assert settings.server_folders == (tmp_path / "a", tmp_path / "b")


@pytest.mark.parametrize(
    ("name", "value"),
    [("SEGCORE_SLOTS", "many"), ("SEGCORE_SLOTS", "0"), ("SEGCORE_SCHEDULER", "http://x"), ("SEGCORE_SLOTS", "-1")],
)
def test_wrong_values_name_their_variable(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        Settings.from_env({name: value})
