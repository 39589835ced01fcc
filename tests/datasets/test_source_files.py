"""Files of unknown make: where they are, what they are called, how much of them is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore.datasets.formats.source_files import (
    file_in,
    files_below,
    homes,
    innermost,
    keyed,
    leads_out,
    stems,
)
from segcore.datasets.formats.source_text import read_json, read_text
from segcore.errors import DatasetError


def touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")


def test_a_wrapping_folder_is_looked_into(tmp_path: Path) -> None:
    touch(tmp_path, "a/b/labels.txt", "__MACOSX/a/x", ".git/x")
    assert homes(tmp_path) == [tmp_path, tmp_path / "a", tmp_path / "a" / "b"]
    assert innermost(tmp_path, (".txt",)) == tmp_path / "a" / "b"
    touch(tmp_path, "a/x.json")
    assert innermost(tmp_path, (".json",)) == tmp_path / "a"
    touch(tmp_path, "c/x")
    assert homes(tmp_path) == [tmp_path]


def test_files_come_in_natural_order_without_junk(tmp_path: Path) -> None:
    touch(tmp_path, "f_10.PNG", "f_9.png", "s/f_1.png", ".hidden.png", "Thumbs.db", "__MACOSX/f.png", "a.jpg")
    found = [path.relative_to(tmp_path).as_posix() for path in files_below(tmp_path, (".png",))]
    assert found == ["f_9.png", "f_10.PNG", "s/f_1.png"]


def test_doubles_and_links_that_lead_out_are_named(tmp_path: Path) -> None:
    touch(tmp_path, "in/a.png", "in/a.jpg", "secret.png", "labelmap.txt")
    (tmp_path / "in" / "b.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "in" / "labelmap.txt").symlink_to(tmp_path / "labelmap.txt")
    found, problems = keyed(tmp_path / "in", tmp_path / "in", (".png", ".jpg"))
    assert list(found) == ["a"]
    assert {p.file: p.fault for p in problems} == {
        "a.png": "the same name as a.jpg",
        "b.png": "a link that leads out of the folder",
    }
    assert file_in(tmp_path / "in", "labelmap.txt") is None
    assert file_in(tmp_path, "LabelMap.txt") == tmp_path / "labelmap.txt"


@pytest.mark.parametrize(
    "name", ["../a", "a/../../b", "/a", "\\a", "C:\\a", "C:a", "a\\..\\b", "", " ", "a\0b", "\\\\host\\a"]
)
def test_names_that_lead_out(name: str) -> None:
    assert leads_out(name)


@pytest.mark.parametrize("name", ["a", "a/b.jpg", "train\\a.jpg", "a..b", "..a", "ä ö.png"])
def test_names_that_stay_inside(name: str) -> None:
    assert not leads_out(name)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("aA_/", min_size=1, max_size=5).map(lambda s: s.strip("/") or "a"), unique=True, max_size=8))
def test_stems_are_unique_in_any_case_and_hold_no_slash(keys: list[str]) -> None:
    found = stems(keys)
    assert list(found) == keys
    assert len({stem.casefold() for stem in found.values()}) == len(keys)
    assert not any("/" in stem for stem in found.values())


def test_a_stem_is_the_last_part_where_that_is_enough() -> None:
    assert stems(["one/a", "two/a", "two/b"]) == {"one/a": "one_a", "two/a": "two_a", "two/b": "b"}


def test_text_is_utf_8_and_of_bounded_size(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"\xef\xbb\xbfsch\xc3\xb6n")
    assert read_text(file) == "schön"
    with pytest.raises(DatasetError, match=r"a\.txt: 0 MB of text, expected at most 0 MB"):
        read_text(file, limit=5)
    file.write_bytes(b"sch\xf6n")
    with pytest.raises(DatasetError, match=r"a\.txt: not UTF-8"):
        read_text(file)


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 200_000, '{"a": NaN}', '{"a": Infinity}', '{"a": ' + "9" * 5000 + "}", "[1]"]
)
def test_what_is_no_json_object_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(DatasetError, match=r"a\.json"):
        read_json(tmp_path / "a.json")
