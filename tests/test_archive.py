"""Unpacking what is fine; what is not stands in tests/hazards."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segcore.archive import Limits, is_junk, unpack
from segcore.errors import UnsafeArchive

names = st.text("abcdäß0 _-.", min_size=1, max_size=8).filter(lambda n: n.strip(". ") and not is_junk(n))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(files=st.dictionaries(names, st.binary(max_size=300), min_size=1, max_size=5))
def test_what_was_packed_comes_out(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    folder = tmp_path_factory.mktemp("zip")
    target = folder / "out"
    target.mkdir()
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"sub/{name}", data)
    if len({name.casefold() for name in files}) < len(files) or {"ß", "ss"} & set("".join(files)):
        return
    assert unpack(folder / "a.zip", target) == len(files)
    assert {p.name: p.read_bytes() for p in (target / "sub").iterdir()} == files


def test_leftovers_of_operating_systems_are_not_written(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("images/a.png", "__MACOSX/images/._a.png", "images/.DS_Store", "Thumbs.db"):
            archive.writestr(name, b"x")
    (tmp_path / "out").mkdir()
    assert unpack(tmp_path / "a.zip", tmp_path / "out") == 1
    assert [p.name for p in (tmp_path / "out").rglob("*") if p.is_file()] == ["a.png"]


def test_backslashes_of_old_windows_packers_are_folders(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("images\\a.png", b"x")
    (tmp_path / "out").mkdir()
    unpack(tmp_path / "a.zip", tmp_path / "out")
    assert (tmp_path / "out" / "images" / "a.png").read_bytes() == b"x"


def test_progress_ends_at_all_bytes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a", b"12345")
        archive.writestr("b", b"678")
    (tmp_path / "out").mkdir()
    seen: list[tuple[int, int]] = []
    unpack(tmp_path / "a.zip", tmp_path / "out", on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(5, 8), (8, 8)]


def test_a_file_that_is_also_a_folder_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a", b"x")
        archive.writestr("a/b", b"x")
    with pytest.raises(UnsafeArchive, match="same file"):
        unpack(tmp_path / "a.zip", tmp_path, Limits())


def test_a_damaged_entry_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a", b"hello world")
    data = (tmp_path / "a.zip").read_bytes().replace(b"hello", b"hallo")
    (tmp_path / "b.zip").write_bytes(data)
    (tmp_path / "out").mkdir()
    with pytest.raises(UnsafeArchive, match="damaged"):
        unpack(tmp_path / "b.zip", tmp_path / "out")
