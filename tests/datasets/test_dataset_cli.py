"""`segcore dataset …` as a program uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from small_dataset import write_folder
from typer.testing import CliRunner

from segcore.cli.datasets import app


def _json(*args: str) -> dict[str, object]:
    result = CliRunner().invoke(app, [*args, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    answer: dict[str, object] = json.loads(result.stdout.strip().splitlines()[-1])
    return answer


@pytest.mark.usefixtures("home")
def test_import_list_check_export_delete(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in", 5)
    (root / "masks" / "f_3.png").unlink()
    answer = _json("import", str(root), "--name", "d")
    assert answer["pairs"] == 4
    assert answer["classes"][1] == {"id": 1, "name": "class 1", "color": "#ff0000"}
    assert [p["file"] for p in answer["problems"]] == ["images/f_3.png"]
    assert set(answer["problems"][0]) == {"file", "fault", "fix"}
    assert [d["name"] for d in _json("list")["datasets"]] == ["d"]
    assert _json("check", "d")["classes"][0]["name"] == "background"
    assert Path(str(_json("export", "d", "--out", str(tmp_path / "x.zip"))["path"])).is_file()
    assert _json("delete", "d", "--yes")["deleted"] is True
    assert _json("list")["datasets"] == []


@pytest.mark.usefixtures("home")
def test_text_for_people(tmp_path: Path) -> None:
    args = ["import", str(write_folder(tmp_path / "in")), "--name", "d"]
    result = CliRunner().invoke(app, args)
    assert "4 labelled frames, 3 classes" in result.output
    assert "No datasets yet" not in CliRunner().invoke(app, ["list"]).output


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("args", [["import", "nowhere", "--name", "d"], ["import"], ["check", "nothing"]])
def test_bad_input_is_one_line_and_exit_code_2(args: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "segcore", "dataset", *args], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr
