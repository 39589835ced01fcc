"""Server files are opened only below configured folders, links followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from segcore.datasets.server_files import resolve_server_file
from segcore.errors import DatasetError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A server folder with a file and links that lead inside and outside."""
    folder = tmp_path / "films"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "a.mp4").touch()
    (tmp_path / "secret.txt").touch()
    (tmp_path / "films-private").mkdir()
    (folder / "out").symlink_to(tmp_path)
    (folder / "in").symlink_to(folder / "sub")
    (folder / "loop").symlink_to(folder / "loop")
    return folder


@pytest.mark.parametrize("text", ["sub/a.mp4", "in/a.mp4", " sub/../sub/a.mp4 "])
def test_h42_inside_is_found(root: Path, text: str) -> None:
    assert resolve_server_file(text, [root]) == root / "sub" / "a.mp4"
    assert resolve_server_file(str(root / "sub"), [root]) == root / "sub"


@pytest.mark.parametrize(
    "text",
    [
        "/etc",
        "/etc/passwd",
        "..",
        "../secret.txt",
        "out/secret.txt",
        "out",
        "loop",
        "missing",
        "",
        "a\0b",
        "../films-private",
    ],
)
def test_h42_outside_is_refused_and_not_told_apart(root: Path, text: str) -> None:
    with pytest.raises(DatasetError, match="below the server folders"):
        resolve_server_file(text, [root])


def test_h42_the_second_folder_counts_too(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert resolve_server_file("sub/a.mp4", [other, root]) == root / "sub" / "a.mp4"


def test_h42_closed_by_default() -> None:
    with pytest.raises(DatasetError, match="No server folders"):
        resolve_server_file("/etc/passwd", [])
