"""Formatter, linter and types are part of the tests, so that one command checks everything."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "command",
    [["ruff", "format", "--check", "--diff", "."], ["ruff", "check", "."], ["mypy"]],
    ids=["format", "lint", "types"],
)
def test_code(command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_types_are_left_out_only_of_what_no_file_of_ours_imports() -> None:
    overrides = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]["overrides"]
    left_out = [name.removesuffix(".*") for each in overrides for name in each["module"]]
    assert "mlflow.genai" in left_out
    files = [ROOT / "app.py", *(ROOT / "segcore").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    seen = {name for path in files for node in ast.walk(ast.parse(path.read_text("utf-8"))) for name in _imported(node)}
    assert "mlflow.tracking.MlflowClient" in seen
    assert [name for name in seen for each in left_out if f"{name}.".startswith(f"{each}.")] == []


def _imported(node: ast.AST) -> list[str]:
    """Full names of what a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []
