"""Files that are put in place in one step."""

from __future__ import annotations

from pathlib import Path

import pytest

from segcore.whole_file import write_whole


def test_the_new_takes_the_place_of_the_old_and_nothing_is_left_beside(tmp_path: Path) -> None:
    for text in ("old", "né"):
        write_whole(tmp_path / "a.json", text)
    assert (tmp_path / "a.json").read_bytes() == "né".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_folder_that_was_thrown_away_does_not_come_back(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "gone" / "a.json", "x")
    assert not (tmp_path / "gone").exists()
